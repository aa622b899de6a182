internal import Entanglement
internal import PairwiseDistances

/// The comparison for a person at a terminal: words, then the layers at the last common checkpoint.
struct ComparisonText {
  private let comparison: RunComparison

  init(_ comparison: RunComparison) {
    self.comparison = comparison
  }

  private var names: [String] { comparison.runs.map(\.name) }

  private var last: [RunComparison.Entry] {
    comparison.entries.filter { $0.checkpoint == comparison.checkpoints.count - 1 }
  }

  func text(width: Int, color: Bool) -> String {
    let paragraphs = sentences.map { TextReport.wrapped($0, width: width) }
    guard !last.isEmpty else { return paragraphs.joined(separator: "\n") }
    return (paragraphs + [table(width: width, color: color)]).joined(separator: "\n")
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
    return [matched] + [found].filter { !$0.isEmpty } + comparison.notices
  }

  /// How each run differs from the first at the last common checkpoint.
  private var found: String {
    guard let checkpoint = comparison.checkpoints.last?.name else { return "" }
    let sentences = names.indices.dropFirst().compactMap { run -> String? in
      let known = last.compactMap { entry in entry.difference(run).map { (entry, $0) } }
      guard let most = known.max(by: { abs($0.1) < abs($1.1) }), let first = most.0.losses[0],
        let loss = most.0.losses[run]
      else { return nil }
      let more = known.count { $0.1 > 0.01 * abs($0.0.losses[0] ?? 0) }
      let less = known.count { $0.1 < -0.01 * abs($0.0.losses[0] ?? 0) }
      let verdict =
        switch (more, less) {
        case (0, 0): "within one percent of \(names[0]) in every layer"
        case (known.count, _): "more entangled than \(names[0]) in every layer"
        case (_, known.count): "less entangled than \(names[0]) in every layer"
        default:
          "more entangled than \(names[0]) in \(more) and less in \(less) of \(known.count) layers"
        }
      return "\(names[run]) is \(verdict); it differs most in \(most.0.layer), "
        + "\(NumberStyle.loss(loss)) against \(NumberStyle.loss(first)) nats."
    }
    guard !sentences.isEmpty else { return "" }
    return
      (comparison.checkpoints.count > 1 || comparison.matching != .position
      ? "At \(checkpoint) " : "") + sentences.joined(separator: " ")
  }

  private func table(width: Int, color: Bool) -> String {
    let header =
      ["layer"] + names + names.dropFirst().flatMap { ["\($0) − \(names[0])", "ratio"] }
    let cells = last.map { entry -> [String] in
      let losses = entry.losses.map { $0.map(NumberStyle.loss) ?? "–" }
      let differences = names.indices.dropFirst().flatMap { run -> [String] in
        guard let difference = entry.difference(run), let first = entry.losses[0] else {
          return ["–", "–"]
        }
        let sign = difference > 0 ? "+" : ""
        let ratio = first > 0 ? "×" + NumberStyle.loss((first + difference) / first) : "–"
        return [sign + NumberStyle.loss(difference), ratio]
      }
      return [entry.layer] + losses + differences
    }
    let strongest = last.indices.max {
      abs(last[$0].difference(1) ?? 0) < abs(last[$1].difference(1) ?? 0)
    }
    var widths = header.indices.map { column in
      ([header] + cells).map { $0[column].displayWidth }.max() ?? 0
    }
    for column in widths.indices {
      widths[column] = min(widths[column], column == 0 ? width / 3 : 24)
    }
    func line(_ fields: [String]) -> String {
      fields.indices.map { column in
        let text = TextReport.elided(fields[column], to: widths[column])
        return column == 0 ? text.padded(to: widths[0]) : text.aligned(to: widths[column])
      }.joined(separator: "  ")
    }
    let rows = cells.enumerated().map { index, fields in
      color && index == strongest && cells.count > 1
        ? "\u{1b}[1m\(line(fields))\u{1b}[0m" : line(fields)
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return "Loss at its minimum over the temperature (nats), last common checkpoint:\n\n"
      + ([line(header), rule] + rows).map { $0 + "\n" }.joined()
  }
}
