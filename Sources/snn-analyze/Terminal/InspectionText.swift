import ActivationFiles
import Activations
import Analysis
import Platform
import Reporting

/// What was found in a set of files, as a table for people or as JSON.
struct InspectionText {
  private let collection: ActivationCollection
  private let forecast: RunForecast?

  init(_ collection: ActivationCollection, forecast: RunForecast? = nil) {
    self.collection = collection
    self.forecast = forecast
  }

  /// How the files were understood, and why.
  private var head: String {
    let sentences = collection.notesOnReading
    return sentences.isEmpty ? "" : sentences.joined(separator: "\n") + "\n\n"
  }

  /// One line a layer, columns aligned.
  var table: String {
    let hasSplits = collection.checkpoints.contains { $0.split != nil }
    let hasFiles = Set(collection.checkpoints.flatMap { $0.layers.map(\.file) }).count > 1
    let header =
      ["checkpoint"] + (hasSplits ? ["split"] : []) + ["step", "layer"]
      + (hasFiles ? ["file"] : []) + ["path", "shape", "features", "type", "storage", "labels"]
    var table = TextTable(header.map { .left($0) }, hasRule: false)
    for checkpoint in collection.checkpoints {
      for layer in checkpoint.layers {
        let front =
          [checkpoint.name] + (hasSplits ? [checkpoint.split ?? "–"] : [])
          + [checkpoint.step.map(String.init) ?? "–", layer.name] + (hasFiles ? [layer.file] : [])
        table.add(
          front + [
            layer.path, layer.shape.map(String.init).joined(separator: "×"),
            layer.problem == nil ? String(layer.featureCount) : "–", layer.typeDescription,
            layer.storageDescription, checkpoint.labelsPath ?? "none",
          ])
      }
    }
    return table.text
  }

  /// How the files were understood, what it comes to, a line a layer, and then what is not like the rest.
  var overview: String { head + summary + layers + leftOut }

  /// What it comes to.
  private var summary: String {
    let layers = collection.checkpoints.map(\.layers.count).max() ?? 0
    let bytes = collection.checkpoints.flatMap(\.layers).map(\.byteSize).reduce(0, +)
    let counts = Set(collection.checkpoints.map(\.sampleCount)).sorted().map(String.init)
    let names = collection.checkpoints.map(\.name)
    let checkpoints = Set(names).count
    var text =
      "\(checkpoints) checkpoint\(checkpoints == 1 ? "" : "s"), "
      + "\(layers) layer\(layers == 1 ? "" : "s"), \(counts.joined(separator: " or ")) samples, "
      + "\(Self.size(bytes)) of activations.\n"
    if let first = names.first, let last = names.last, checkpoints > 1 {
      let steps = collection.checkpoints.compactMap(\.step)
      let range =
        steps.count == names.count ? ", steps \(steps[0]) to \(steps[steps.count - 1])" : ""
      text += "Checkpoints from \(first.visible) to \(last.visible)\(range).\n"
    }
    let splits = collection.splits
    if splits.count > 1 {
      text += "A report takes one split: --split \(splits.joined(separator: ", --split ")).\n"
    }
    if let forecast { text += forecast.text + "\n" }
    return text
  }

  /// What is said of a layer, and the checkpoints where it is so.
  private struct Kind {
    let cells: [String]
    let path: String
    var checkpoints: [String]
  }

  /// A line a layer, as it is at most checkpoints; where it is another, that follows.
  private var layers: String {
    let hasSplits = collection.checkpoints.contains { $0.split != nil }
    var order: [[String]] = []
    var kinds: [[String]: [Kind]] = [:]
    for checkpoint in collection.checkpoints {
      for layer in checkpoint.layers {
        let place = (hasSplits ? [checkpoint.split ?? "–"] : []) + [layer.name]
        let labels = checkpoint.labelsPath?.replacing(checkpoint.name, with: "*") ?? "none"
        let cells = [
          layer.shape.map(String.init).joined(separator: "×"),
          layer.problem == nil ? String(layer.featureCount) : "–", layer.typeDescription,
          layer.storageDescription, labels,
        ]
        if kinds[place] == nil { order.append(place) }
        var known = kinds[place, default: []]
        if let index = known.firstIndex(where: { $0.cells == cells }) {
          known[index].checkpoints.append(checkpoint.name)
        } else {
          known.append(Kind(cells: cells, path: layer.path, checkpoints: [checkpoint.name]))
        }
        kinds[place] = known
      }
    }
    let all = collection.checkpoints.map(\.name)
    let header =
      (hasSplits ? ["split"] : []) + ["layer", "shape", "features", "type", "storage", "labels"]
      + ["path", "checkpoints"]
    var usual = TextTable(header.map { .left($0) }, hasRule: false)
    var unusual = usual
    var hasUnusual = false
    for place in order {
      let most = kinds[place, default: []].map(\.checkpoints.count).max() ?? 0
      var isShown = false
      for kind in kinds[place, default: []] {
        let split = hasSplits ? place[0] : nil
        let expected = collection.checkpoints.filter { !hasSplits || ($0.split ?? "–") == split }
        let row =
          place + kind.cells
          + [kind.path, Self.list(kind.checkpoints, of: hasSplits ? expected.map(\.name) : all)]
        if kind.checkpoints.count == most, !isShown {
          isShown = true
          usual.add(row)
        } else {
          hasUnusual = true
          unusual.add(row)
        }
      }
    }
    guard !order.isEmpty else { return "" }
    return "\n" + usual.text + (hasUnusual ? "\nNot so everywhere:\n" + unusual.text : "")
  }

  /// `all 10`, `all but epoch_3`, or the first and the last.
  private static func list(_ names: [String], of all: [String]) -> String {
    let missing = all.filter { !names.contains($0) }
    if all.count == 1 || (missing.count > 3 && names.count <= 3) {
      return names.joined(separator: ", ")
    }
    if missing.isEmpty { return "all \(all.count)" }
    if missing.count <= 3 { return "all but " + missing.joined(separator: ", ") }
    return "\(names.count) of \(all.count), \(names[0]) to \(names[names.count - 1])"
  }

  /// What is no layer, and why.
  private var leftOut: String {
    guard !collection.leftOut.isEmpty else { return "" }
    let hasFiles = Set(collection.leftOut.map(\.file)).count > 1
    return "\nLeft out:\n"
      + collection.leftOut.map { item in
        let place = (hasFiles ? item.file + ": " : "") + item.path
        return "  \(place.visible)  (\(item.reason.visible))\n"
      }.joined()
  }

  /// What would stop a run.
  var problems: [String] {
    collection.checkpoints.flatMap { checkpoint in
      checkpoint.layers.compactMap(\.problem?.description)
        + [checkpoint.labelsProblem?.description].compactMap(\.self)
    }
  }

  /// Whether all that would stop a run is what an option has to say.
  var areQuestions: Bool {
    collection.checkpoints.allSatisfy { checkpoint in
      (checkpoint.layers.map(\.problem) + [checkpoint.labelsProblem])
        .allSatisfy { $0?.asks ?? true }
    }
  }

  var json: String {
    func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
    func integer(_ number: Int?) -> JSONValue { number.map(JSONValue.integer) ?? .null }
    let checkpoints = collection.checkpoints.map { checkpoint in
      JSONValue.object([
        ("name", .string(checkpoint.name)), ("step", integer(checkpoint.step)),
        ("split", text(checkpoint.split)), ("file", .string(checkpoint.file)),
        ("sampleCount", .integer(checkpoint.sampleCount)),
        ("labels", text(checkpoint.labelsPath)),
        ("labelsProblem", text(checkpoint.labelsProblem?.description)),
        (
          "layers",
          .array(
            checkpoint.layers.map { layer in
              .object([
                ("name", .string(layer.name)), ("file", .string(layer.file)),
                ("path", .string(layer.path)), ("shape", .array(layer.shape.map { .integer($0) })),
                ("sampleCount", .integer(layer.sampleCount)),
                ("featureCount", .integer(layer.featureCount)),
                ("type", .string(layer.typeDescription)),
                ("storage", .string(layer.storageDescription)),
                ("byteSize", .integer(layer.byteSize)), ("memorySize", .integer(layer.memorySize)),
                ("pooling", text(layer.pooling?.rawValue)),
                ("problem", text(layer.problem?.description)),
              ])
            })
        ),
      ])
    }
    return JSONValue.object([
      ("schema", .string("snn-analyze/inspect/1")), ("checkpoints", .array(checkpoints)),
      (
        "forecast",
        .object([
          ("seconds", .optional(forecast?.seconds)), ("memorySize", integer(forecast?.memory)),
          ("streamedLayerCount", integer(forecast?.streamedCount)),
          ("diskSize", integer(forecast?.disk)),
        ])
      ),
      ("notes", .array(collection.notes.map { .string($0) })),
      (
        "leftOut",
        .array(
          collection.leftOut.map {
            .object([
              ("file", .string($0.file)), ("path", .string($0.path)),
              ("reason", .string($0.reason)),
            ])
          })
      ),
    ]).text
  }

  private static func size(_ bytes: Int) -> String {
    bytes < 1 << 20
      ? "\((bytes + 1023) >> 10) KiB" : "\((bytes + (1 << 19)) >> 20) MiB"
  }
}
