internal import Charts
internal import Entanglement

/// The loss at the matched perplexity.
struct MatchedSection: ReportSection {
  private let reported: ReportedHistory

  init(_ reported: ReportedHistory) {
    self.reported = reported
  }

  /// A line a layer, with the interval and the two classes that are most entangled.
  func text(width: Int, color: Bool) -> String {
    let found = reported.lastLayers.compactMap { layer in
      layer.entanglement.matched.map { (layer: layer, matched: $0) }
    }
    guard let first = found.first?.matched else { return "" }
    let names = reported.shortNames(width: width)
    var table = TextTable(
      (0..<4).map { _ in .left("") }, hasHeader: false, indentation: 2)
    for (layer, matched) in found {
      table.add([
        names(layer.name),
        NumberStyle.loss(matched.loss) + (matched.interval.map { " \($0.unsignedText)" } ?? ""),
        matched.spread.map { "median \(NumberStyle.loss($0.median))" } ?? "",
        matched.shareOfNull.map { "\(NumberStyle.loss(100 * $0)) % of null" } ?? "",
      ])
    }
    let lines = table.text.split(separator: "\n").map(String.init)
    return heading(first).wrapped(to: width)
      + zip(lines, found).map { line, layer in
        let pair = layer.layer.entanglement.structure.flatMap(ClassPairSection.mostEntangled)
        return Self.joined(line, pair ?? "", width: width) + "\n"
      }.joined()
  }

  /// The classes behind the numbers, or below them where there is no room.
  private static func joined(_ line: String, _ pair: String, width: Int) -> String {
    let line = String(line.reversed().drop { $0 == " " }.reversed())
    return line.displayWidth + pair.displayWidth <= width || pair.isEmpty
      ? line + pair : line + "\n      " + pair.drop { $0 == " " }
  }

  private func heading(_ matched: MatchedLoss) -> String {
    let percent = NumberStyle.loss(matched.share * 100)
    let rule =
      switch matched.target {
      case .share: "a share of \(percent) % of the others, which compares across sample counts"
      case .count: "a count, which compares layers of one sample count only"
      }
    return "Loss at perplexity \(NumberStyle.loss(matched.perplexity)) (\(rule))"
      + (matched.interval == nil
        ? "" : matched.totalInterval == nil ? ", 95 % interval" : ", 95 % interval of the drawing")
      + (reported.lastLayers.contains { $0.entanglement.matched?.null != nil }
        ? "; null is the loss under shuffled labels" : "")
      + reported.headingEnd
  }

  func members(
    of layer: LayerProfile, at checkpoint: EntanglementProfile
  ) -> [(String, JSONValue)] {
    guard let matched = layer.entanglement.matched else { return [] }
    let rule =
      switch matched.target {
      case .count: "count"
      case .share: "share"
      }
    let record = JSONValue.record(
      [
        ("perplexity", .number(matched.perplexity)), ("share", .number(matched.share)),
        ("rule", .string(rule)), ("temperature", .number(matched.temperature)),
        ("relativeTemperature", .number(matched.relativeTemperature)),
        ("loss", .number(matched.loss)),
      ] + Interval.member(matched.interval) + Interval.totalMember(matched.totalInterval) + [
        ("median", matched.spread.map { .number($0.median) } ?? .null),
        ("heldByTopPercent", matched.spread.map { .number($0.heldByTopPercent) } ?? .null),
        ("null", matched.null.map { .number($0.mean) } ?? .null),
        ("nullStandardError", matched.null.map { .number($0.standardError) } ?? .null),
        ("nullLabelings", matched.null.map { .integer($0.labelingCount) } ?? .null),
      ] + (matched.nullAbsence.map { [("nullNotice", .string($0))] } ?? []))
    return [("atPerplexity", record)]
  }

  func scalars(of layer: LayerEntanglement) -> [TrackedScalar] {
    let matched = layer.matched
    return [
      .init(quantity: "perplexityLoss", value: matched?.loss),
      .init(quantity: "perplexityLower", value: matched?.interval?.lower),
      .init(quantity: "perplexityUpper", value: matched?.interval?.upper),
      .init(quantity: "perplexityTemperature", value: matched?.temperature),
      .init(quantity: "perplexityMedian", value: matched?.spread?.median),
      .init(quantity: "perplexityNull", value: matched?.null?.mean),
    ]
  }

  var layerFields: [LayerColumn<String>] {
    [
      .init(name: "perplexity") { CSVTable.number($0.matched?.perplexity) },
      .init(name: "perplexityShare") { CSVTable.number($0.matched?.share) },
      .init(name: "perplexityTemperature") { CSVTable.number($0.matched?.temperature) },
      .init(name: "perplexityRelativeTemperature") {
        CSVTable.number($0.matched?.relativeTemperature)
      },
      .init(name: "perplexityLoss") { CSVTable.number($0.matched?.loss) },
      .init(name: "perplexityLower") { CSVTable.number($0.matched?.interval?.lower) },
      .init(name: "perplexityUpper") { CSVTable.number($0.matched?.interval?.upper) },
      .init(name: "perplexityMedian") { CSVTable.number($0.matched?.spread?.median) },
      .init(name: "perplexityHeldByTopPercent") {
        CSVTable.number($0.matched?.spread?.heldByTopPercent)
      },
      .init(name: "perplexityNull") { CSVTable.number($0.matched?.null?.mean) },
    ]
  }

  var layerCells: [LayerColumn<HTMLText.Cell>] {
    [
      .init(name: "at perplexity (nats)") { .init($0.matched?.loss) },
      .init(name: "lower") { .init($0.matched?.interval?.lower) },
      .init(name: "upper") { .init($0.matched?.interval?.upper) },
      .init(name: "median") { .init($0.matched?.spread?.median) },
      .init(name: "of the null (%)") { .init($0.matched?.shareOfNull.map { 100 * $0 }) },
    ]
  }

  /// At each checkpoint, a line a layer, or from layer to layer; none where no layer has it.
  var figures: [Figure] {
    guard reported.layers.contains(where: { $0.matched != nil }) else { return [] }
    let table = reported.table(
      ["perplexity", "temperature", "loss", "lower", "upper", "chance", "null"]
    ) { layer in
      let matched = layer.entanglement.matched
      return [
        [
          matched?.perplexity, matched?.temperature, matched?.loss, matched?.interval?.lower,
          matched?.interval?.upper, layer.entanglement.chance, matched?.null?.mean,
        ].map(CSVTable.number)
      ]
    }
    let chart = TrackedLoss.matched.chart(of: reported)
    return [
      Figure(
        "perplexity-\(reported.courseName)", MetricSection(reported).picture(below: chart),
        table: table)
    ]
  }
}

extension TrackedLoss {
  static let matched = TrackedLoss(
    title: "Loss at the matched perplexity", titleByLayer: "Loss at the matched perplexity",
    label: "Loss at the matched perplexity (nats)", words: "at the matched perplexity",
    lineName: "at the perplexity", loss: { $0.matched?.loss }, interval: { $0.matched?.interval },
    text: \.matchedText, reference: .null)
}

extension MatchedLoss {
  /// The loss as a share of that under shuffled labels; nil where this is not known well enough.
  var shareOfNull: Double? {
    null.flatMap { $0.mean > 0 ? loss / $0.mean : nil }
  }
}

extension LayerEntanglement {
  /// For a tooltip.
  var matchedText: String {
    guard let matched else { return "not at any temperature" }
    return "\(NumberStyle.loss(matched.loss)) nats at perplexity "
      + "\(NumberStyle.loss(matched.perplexity)), T / mean d = "
      + NumberStyle.loss(matched.relativeTemperature)
      + (matched.null.map { ", null \(NumberStyle.loss($0.mean))" } ?? "")
  }
}
