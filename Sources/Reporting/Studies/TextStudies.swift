internal import Entanglement

/// What sub-samples, batches and the temperatures of a schedule say of the last checkpoint, as tables
/// of a row a layer.
struct TextStudies {
  private let layers: [LayerProfile]
  private let ending: String
  private let distanceUnit: String

  init(_ history: EntanglementHistory) {
    layers = history.profiles.last?.layers ?? []
    distanceUnit = Conventions(history).distanceUnit
    ending = (history.profiles.count > 1 ? ", last checkpoint" : "") + " (nats):"
  }

  /// Empty where nothing of it was computed.
  func text(width: Int) -> String {
    [scheduled(width), sampleSizes(width), batches(width)].filter { !$0.isEmpty }
      .joined(separator: "\n")
  }

  private func name(_ layer: LayerProfile, _ width: Int) -> String {
    TextReport.elided(layer.name, to: max(12, width / 4))
  }

  private func scheduled(_ width: Int) -> String {
    let points = layers.compactMap { layer in layer.entanglement.scheduled.map { (layer, $0) } }
    guard !points.isEmpty else { return "" }
    var table = TextTable(header: ["layer", "loss", "T", "T / mean d", "perplexity"])
    for (layer, point) in points {
      table.add(
        [name(layer, width)]
          + [point.loss, point.temperature, point.relativeTemperature, point.perplexity]
          .map(NumberStyle.loss))
    }
    return TextReport.wrapped(
      "Loss at the temperature of the schedule, T in \(distanceUnit)" + ending, width: width)
      + table.text
  }

  private func sampleSizes(_ width: Int) -> String {
    let estimates = layers.flatMap(\.entanglement.sampleSizes)
    guard let first = estimates.first else { return "" }
    let most = estimates.map(\.drawCount).max() ?? 1
    let rule =
      switch first.target {
      case .share(let share):
        "at perplexity \(NumberStyle.loss(100 * share)) % of the others"
      case .count(let count):
        "at perplexity \(NumberStyle.loss(count)), a count, which is another share of each size"
      }
    let parts = [
      ("its minimum over T", table(width) { ($0.minimum, Set($0.positions) != [.interior]) }),
      (rule, table(width) { ($0.matched, false) }),
    ]
    let text = parts.filter { !$0.1.isEmpty }.map { what, table in
      TextReport.wrapped(
        "Loss of sub-samples, \(what), by number of samples: mean ± standard deviation over up to "
          + "\(most) draws, seed \(first.seed)" + ending, width: width) + table
    }.joined(separator: "\n")
    guard text.contains("*") else { return text }
    return text
      + TextReport.wrapped(
        "* In some draws the minimum is the limit as T → 0 or T → ∞.", width: width)
  }

  /// Rows of layers, columns of sizes: as many as the width holds, the least and the greatest always.
  /// Empty where no layer has the number.
  private func table(
    _ width: Int, _ value: (SampleSizeEstimate) -> (loss: DrawnLoss?, isMarked: Bool)
  ) -> String {
    let estimates = layers.flatMap(\.entanglement.sampleSizes)
    guard estimates.contains(where: { value($0).loss != nil }) else { return "" }
    let sizes = Set(estimates.map(\.sampleCount)).sorted()
    let columns = sizes.map { size in
      [String(size)]
        + layers.map { layer -> String in
          let estimate = layer.entanglement.sampleSizes.first { $0.sampleCount == size }
          guard let (loss, isMarked) = estimate.map(value), let loss else { return "–" }
          let spread = loss.standardDeviation.map { " ± \(NumberStyle.loss($0))" }
          return NumberStyle.loss(loss.loss) + (spread ?? "") + (isMarked ? "*" : "")
        }
    }
    let names = ["layer"] + layers.map { name($0, width) }
    func room(_ columns: [[String]]) -> Int {
      columns.map { 2 + ($0.map(\.count).max() ?? 0) }.reduce(0, +)
    }
    var shown = columns
    while shown.count > 2, room([names]) - 2 + room(shown) > width {
      shown = TextReport.spread(columns.count, into: shown.count - 1).map { columns[$0] }
    }
    var table = TextTable(header: [names[0]] + shown.map { $0[0] })
    for row in 1..<names.count { table.add([names[row]] + shown.map { $0[row] }) }
    return table.text
  }

  private func batches(_ width: Int) -> String {
    let found = layers.compactMap { layer in layer.entanglement.batches.map { (layer, $0) } }
    guard let first = found.first?.1 else { return "" }
    var table = TextTable(header: [
      "layer", "minimum in a batch", "of all", "at T = mean d in a batch", "of all",
    ])
    for (layer, batches) in found {
      let pairs = zip(batches.curve, layer.entanglement.curve)
      let warm = pairs.min { Self.distanceFromOne($0.0) < Self.distanceFromOne($1.0) }
      table.add([
        name(layer, width), batches.minimum.map(Self.mean) ?? "–",
        layer.entanglement.minimum.map { NumberStyle.loss($0.loss) } ?? "–",
        warm.map { Self.mean($0.0.mean) } ?? "–", warm.map { NumberStyle.loss($0.1.loss) } ?? "–",
      ])
    }
    let leftOut = found.map(\.1.leftOutCount).max() ?? 0
    return TextReport.wrapped(
      "Loss within batches of \(first.size): mean ± standard error over \(first.count) random "
        + "batches, seed \(first.seed)"
        + (leftOut > 0 ? ", \(leftOut) left out without two samples of one class" : "") + ending,
      width: width)
      + table.text
      + TextReport.wrapped(
        "In a batch the neighbors of a class are fewer and farther: at cold T, and so at the minimum, "
          + "it reads higher than all samples do.", width: width)
  }

  private static func mean(_ mean: BatchMean) -> String {
    NumberStyle.loss(mean.loss)
      + (mean.standardError.map { " ± \(NumberStyle.loss($0))" } ?? "")
  }

  /// In ratios, the larger of both ways.
  private static func distanceFromOne(_ point: BatchPoint) -> Double {
    max(point.relativeTemperature, 1 / point.relativeTemperature)
  }
}
