package import Activations

extension ReadingHead {
  /// The parts by their names, for a reader.
  var facts: [(name: String, value: String)] {
    var facts: [(name: String, value: String)] = []
    if !labels.isEmpty {
      let places = labels.map { $0.from + ($0.isElsewhere ? " joined by \($0.by)" : "") }
      facts.append(("labels", places.joined(separator: ", ")))
    }
    facts.append(("samples", samples))
    if let split { facts.append(("split", split)) }
    facts.append(("layers", "in \(Self.orders[layerOrder] ?? layerOrder)"))
    if let checkpoint { facts.append(("checkpoint", "\(checkpoint), the last")) }
    if paddingCount > 0 {
      facts.append(("left out", NumberStyle.count(paddingCount, "row") + " of padding"))
    }
    return facts
  }

  private var samples: String {
    guard let sampleOrder else {
      return sampleAxis.map { "axis \($0)" } ?? "one dataset each, or several axes"
    }
    return "one dataset, group or file each, \(sampleOrder.sentence)"
  }

  /// `Read with labels: /obs/batch; samples: axis 0; layers: in order of name.`
  var sentence: String {
    "Read with " + facts.map { "\($0.name): \($0.value)" }.joined(separator: "; ") + "."
  }

  private static let orders = [
    "name": "order of name", "creation": "order of creation",
    "attribute": "the order of attribute layer_names", "given": "the order given",
  ]

  /// The members of a report's JSON.
  var members: [(String, JSONValue)] {
    var members: [(String, JSONValue)] = []
    if let first = labels.first {
      members += [
        ("labelsFrom", .string(labels.map(\.from).joined(separator: ", "))),
        ("joinedBy", .string(first.by)),
      ]
    }
    members += [
      ("sampleAxis", sampleAxis.map(JSONValue.integer) ?? .null),
      ("layerOrder", .string(layerOrder)),
    ]
    if let sampleOrder { members.append(("sampleOrder", .string(sampleOrder.name))) }
    if let split { members.append(("split", .string(split))) }
    if let checkpoint { members.append(("checkpoint", .string(checkpoint))) }
    if paddingCount > 0 { members.append(("paddingRows", .integer(paddingCount))) }
    return members
  }
}

extension ReadingHead.SampleOrder {
  private static let words = [
    "natural": "natural order of names", "name": "order of names as text",
    "creation": "order of creation",
  ]

  /// `in the natural order of names, from img_1 on`
  package var sentence: String { "in the \(Self.words[name] ?? name), from \(first) on" }
}

/// What of a run was read how: its own files, or those of one of several sides.
package struct NamedReading: Sendable, Equatable {
  /// Of the run or the side; empty for the only one.
  package let name: String
  package let head: ReadingHead

  package init(_ name: String, _ head: ReadingHead) {
    self.name = name
    self.head = head
  }
}

extension [NamedReading] {
  /// One sentence where all were read alike, else one for each; empty where nothing is known.
  package var sentence: String {
    guard let first else { return "" }
    if allSatisfy({ $0.head == first.head }) { return first.head.sentence }
    return map { reading in
      reading.name + ": r" + reading.head.sentence.dropFirst()
    }.joined(separator: " ")
  }

  /// The members of a report's JSON: those of the only one, or an array of all.
  var members: [(String, JSONValue)] {
    if count == 1 { return self[0].head.members }
    guard !isEmpty else { return [] }
    return [
      ("readings", .array(map { .record([("name", .string($0.name))] + $0.head.members) }))
    ]
  }

  /// For a reader, with their names where there are several.
  var facts: [(String, String)] {
    flatMap { reading in
      reading.head.facts.map { fact in
        (count == 1 ? fact.name.capitalizedFirst : "\(reading.name): \(fact.name)", fact.value)
      }
    }
  }
}
