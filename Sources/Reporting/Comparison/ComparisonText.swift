internal import Entanglement
internal import PairwiseDistances

/// The comparison for a person at a terminal: words, then the layers at the last common checkpoint.
struct ComparisonText {
  private let comparison: RunComparison
  /// How the runs were read; empty where that is not known.
  private let reading: String

  init(_ comparison: RunComparison, reading: String = "") {
    self.comparison = comparison
    self.reading = reading
  }

  private var names: [String] { comparison.runs.map(\.name) }

  private var last: [RunComparison.Entry] {
    comparison.entries.filter { $0.checkpoint == comparison.checkpoints.count - 1 }
  }

  func text(width: Int, color: Bool) -> String {
    let paragraphs = sentences.map { $0.wrapped(to: width) }
    guard !last.isEmpty else { return paragraphs.joined(separator: "\n") }
    let quantities = ComparedLoss.allCases.reversed().filter { quantity in
      last.contains { $0.losses(quantity).contains { $0 != nil } }
    }
    return (paragraphs + quantities.map { table($0, width: width, color: color) })
      .joined(separator: "\n")
  }

  /// What was compared, what came out, and what stands in the way.
  var sentences: [String] {
    let layers = comparison.layerNames.count
    let checkpoints = comparison.checkpoints.count
    let matched =
      "\(names.joined(separator: ", ")): soft nearest neighbor loss of \(layers) common "
      + "layer\(layers == 1 ? "" : "s") at \(checkpoints) common "
      + "checkpoint\(checkpoints == 1 ? "" : "s"), "
      + "\(comparison.runs[0].history.distance.rawValue) distance."
      + (comparison.unmatched.isEmpty
        ? ""
        : " What is in one run only is left out: \(comparison.unmatched.count) layers of checkpoints.")
    return [matched] + [reading, found].filter { !$0.isEmpty } + comparison.notices
  }

  /// How each run differs from the first at the last common checkpoint: at the matched perplexity,
  /// where the difference is surest, or else at the minimum.
  private var found: String {
    guard let checkpoint = comparison.checkpoints.last?.name else { return "" }
    let sentences = names.indices.dropFirst().compactMap(found)
    guard !sentences.isEmpty else { return "" }
    return
      (comparison.checkpoints.count > 1 || comparison.matching != .position
      ? "At \(checkpoint) " : "") + sentences.joined(separator: " ")
  }

  private func found(_ run: Int) -> String? {
    let isMatched = last.contains { $0.difference(run, .matched) != nil }
    let quantity = isMatched ? ComparedLoss.matched : .minimum
    let known = last.compactMap { entry in entry.difference(run, quantity).map { (entry, $0) } }
    guard let most = known.max(by: { abs($0.1.value) < abs($1.1.value) }),
      let first = most.0.losses(quantity)[0], let loss = most.0.losses(quantity)[run]
    else { return nil }
    let more = known.count { $0.1.value > 0.01 * abs($0.0.losses(quantity)[0] ?? 0) }
    let less = known.count { $0.1.value < -0.01 * abs($0.0.losses(quantity)[0] ?? 0) }
    let verdict =
      switch (more, less) {
      case (0, 0): "within one percent of \(names[0]) in every layer"
      case (known.count, _): "more entangled than \(names[0]) in every layer"
      case (_, known.count): "less entangled than \(names[0]) in every layer"
      default:
        "more entangled than \(names[0]) in \(more) and less in \(less) of \(known.count) layers"
      }
    let place = isMatched ? " at the matched perplexity" : ""
    return "\(names[run]) is \(verdict)\(place); it differs most in \(most.0.layer), "
      + "\(NumberStyle.loss(loss)) against \(NumberStyle.loss(first)) nats."
      + certainty(known.map(\.1))
  }

  /// How many differences are told from 0.
  private func certainty(_ differences: [RunDifference]) -> String {
    let known = differences.compactMap(\.isSeparated)
    guard !known.isEmpty, !differences.allSatisfy(\.isIdentical) else { return "" }
    let separated = known.count { $0 }
    return " The 95 % interval of the paired difference leaves out 0 in \(separated) of "
      + "\(known.count) layer\(known.count == 1 ? "" : "s")."
  }

  private func table(_ quantity: ComparedLoss, width: Int, color: Bool) -> String {
    let runs = names.indices.dropFirst()
    let hasIntervals = runs.map { run in
      last.contains { $0.difference(run, quantity)?.interval != nil }
    }
    let header =
      ["layer"] + names
      + zip(runs, hasIntervals).flatMap { run, hasInterval in
        ["\(names[run]) − \(names[0])"] + (hasInterval ? ["95 % interval"] : []) + ["ratio"]
      }
    let strongest = last.indices.max {
      abs(last[$0].difference(1, quantity)?.value ?? 0)
        < abs(last[$1].difference(1, quantity)?.value ?? 0)
    }
    var table = TextTable(
      header.enumerated().map { column, name in
        column == 0
          ? .left(name, widths: 0...width / 3) : .right(name, widths: 0...Self.mostWidth)
      })
    for (index, entry) in last.enumerated() {
      let losses = entry.losses(quantity)
      let differences = zip(runs, hasIntervals).flatMap { run, hasInterval -> [String] in
        guard let difference = entry.difference(run, quantity), let first = losses[0] else {
          return ["–", "–"] + (hasInterval ? ["–"] : [])
        }
        let ratio = first > 0 ? "×" + NumberStyle.loss((first + difference.value) / first) : "–"
        return [NumberStyle.signed(difference.value)]
          + (hasInterval ? [difference.interval?.text ?? "–"] : []) + [ratio]
      }
      table.add(
        [entry.layer] + losses.map { $0.map(NumberStyle.loss) ?? "–" } + differences,
        emphasis: color && index == strongest && last.count > 1 ? .row : nil)
    }
    return "\(quantity.title) (nats), last common checkpoint:\n\n" + table.text
  }

  /// Of a column of numbers.
  private static let mostWidth = 24
}
