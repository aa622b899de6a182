internal import Entanglement

extension SampleSizeSection {
  /// Two tables: of the minimum, and at the matched perplexity.
  func text(width: Int, color: Bool) -> String {
    let estimates = reported.lastLayers.flatMap(\.entanglement.sampleSizes)
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
      let heading =
        "Loss of sub-samples, \(what), by number of samples: mean ± standard deviation over up to "
        + "\(most) draws, seed \(first.seed)" + reported.headingEnd
      return heading.wrapped(to: width) + table
    }.joined(separator: "\n")
    guard text.contains("*") else { return text }
    return text
      + "* In some draws the minimum is the limit as T → 0 or T → ∞.".wrapped(to: width)
  }

  /// Rows of layers, columns of sizes: as many as the width holds, the least and the greatest
  /// always. Empty where no layer has the number.
  private func table(
    _ width: Int, _ value: (SampleSizeEstimate) -> (loss: DrawnLoss?, isMarked: Bool)
  ) -> String {
    let layers = reported.lastLayers
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
    let names = ["layer"] + layers.map(\.name).map(reported.shortNames(width: width))
    func room(_ columns: [[String]]) -> Int {
      columns.map { 2 + ($0.map(\.displayWidth).max() ?? 0) }.reduce(0, +)
    }
    var shown = columns
    while shown.count > 2, room([names]) - 2 + room(shown) > width {
      shown = columns.spread(into: shown.count - 1)
    }
    var table = TextTable(header: [names[0]] + shown.map { $0[0] })
    for row in 1..<names.count { table.add([names[row]] + shown.map { $0[row] }) }
    return table.text
  }
}
