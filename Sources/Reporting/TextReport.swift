internal import Entanglement
internal import PairwiseDistances

/// The history for a person at a terminal: a paragraph in words, then a table with the layers down
/// and the checkpoints across.
struct TextReport {
  private let history: EntanglementHistory
  private let title: String
  private let ticks: CheckpointTicks

  init(_ history: EntanglementHistory, title: String) {
    self.history = history
    self.title = title
    ticks = CheckpointTicks(history.profiles)
  }

  func text(width: Int, color: Bool) -> String {
    var parts = [TextSummary(history, title: title).paragraphs(width: width)]
    if !rows.isEmpty {
      parts.append(heading(width: width))
      parts.append(table(width: width, color: color))
      parts.append(legend(width: width))
      let structure = TextStructure(history).text(width: width)
      let samples = SampleReport(history).text(width: width)
      let studies = TextStudies(history).text(width: width)
      parts += [structure, studies, samples].filter { !$0.isEmpty }
    }
    if !history.failures.isEmpty {
      parts.append(
        "Failed:\n"
          + history.failures.map { "  \($0.checkpoint) \($0.layer): \($0.reason)\n" }.joined())
    }
    return parts.joined(separator: "\n")
  }

  // MARK: Table

  /// One layer over the checkpoints.
  private struct Row {
    let name: String
    let layers: [LayerEntanglement?]

    var losses: [Double?] { layers.map { $0?.minimum?.loss } }
    var last: LayerEntanglement? { layers.last(where: { $0 != nil }) ?? nil }
  }

  private var rows: [Row] {
    history.layerNames.map { Row(name: $0, layers: history.trajectory(of: $0)) }
  }

  private var hasTraining: Bool { history.profiles.count > 1 }

  private func heading(width: Int) -> String {
    let isRefined = rows.contains { $0.last?.minimum?.refined == true }
    return Self.wrapped(
      isRefined
        ? "Loss at its minimum over the temperature (nats):"
        : "Least loss among the temperatures of the curve (nats):", width: width)
  }

  private func table(width: Int, color: Bool) -> String {
    let isNarrow = width < 100
    // What follows the checkpoints, right-aligned: where the minimum is, chance, and the change.
    let tail = rows.map { tailCells($0, isNarrow: isNarrow) }
    let tailHeader =
      ["T / mean d", "chance"] + (isNarrow ? [] : ["of chance"]) + (hasTraining ? ["change"] : [])
    let tailWidths = tailHeader.indices.map { column in
      (tail.map { $0[column].displayWidth } + [tailHeader[column].displayWidth]).max() ?? 0
    }
    let sparkWidth = hasTraining ? min(history.profiles.count, isNarrow ? 8 : 16) : 0
    let cells = rows.map { row in row.losses.map { $0.map(NumberStyle.loss) ?? "–" } }
    let columnWidth =
      max(
        cells.flatMap(\.self).map(\.displayWidth).max() ?? 0,
        ticks.names.map(\.displayWidth).max() ?? 0)
    let limited = min(columnWidth, 14)
    let besides =
      tailWidths.map { $0 + 2 }.reduce(0, +) + (sparkWidth > 0 ? sparkWidth + 2 : 0)
    let fewest = hasTraining ? 2 : 1
    // The first checkpoint and the last have their place before a long name has.
    let nameWidth = min(
      max(rows.map(\.name.displayWidth).max() ?? 0, 5), isNarrow ? 20 : max(12, width / 3),
      max(12, width - besides - fewest * (limited + 2)))
    let used = nameWidth + besides
    let room = max(fewest, (width - used) / (limited + 2))
    let shown = Self.spread(history.profiles.count, into: room)
    var lines: [String] = []
    func line(
      _ name: String, _ spark: String, _ columns: [String], _ tail: [String]
    ) -> [String] {
      [Self.elided(name, to: nameWidth).padded(to: nameWidth)]
        + (sparkWidth > 0 ? [spark.padded(to: sparkWidth)] : [])
        + columns.map { Self.elided($0, to: limited).aligned(to: limited) }
        + zip(tail, tailWidths).map { $0.aligned(to: $1) }
    }
    let header = line(
      "layer", "", shown.map { ticks.names[$0] }, tailHeader)
    lines.append(header.joined(separator: "  "))
    lines.append(
      header.map { String(repeating: "─", count: $0.displayWidth) }.joined(separator: "  "))
    let strongest = strongestChange
    for (index, row) in rows.enumerated() {
      var fields = line(
        row.name, Self.sparkline(row.losses, width: sparkWidth), shown.map { cells[index][$0] },
        tail[index])
      if color, index == strongest, let change = fields.popLast() {
        fields.append("\u{1b}[1;33m\(change)\u{1b}[0m")
      }
      lines.append(fields.joined(separator: "  "))
    }
    if shown.count < history.profiles.count {
      lines.append(
        "(\(shown.count) of \(history.profiles.count) checkpoints shown; "
          + "the data files have all)")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func tailCells(_ row: Row, isNarrow: Bool) -> [String] {
    guard let last = row.last, let minimum = last.minimum else {
      return Array(repeating: "–", count: 2 + (isNarrow ? 0 : 1) + (hasTraining ? 1 : 0))
    }
    let place =
      switch minimum.position {
      case .interior: NumberStyle.loss(minimum.relativeTemperature ?? 0)
      case .zero: "→ 0"
      case .infinity: "→ ∞"
      }
    let share = last.chance > 0 ? percent(minimum.loss / last.chance) : "–"
    var cells = [place, NumberStyle.loss(last.chance)] + (isNarrow ? [] : [share])
    if hasTraining { cells.append(change(row)) }
    return cells
  }

  private func percent(_ share: Double) -> String {
    let percent = share * 100
    return percent < 10
      ? NumberStyle.fixed(percent, decimals: 1) + " %"
      : NumberStyle.fixed(percent, decimals: 0) + " %"
  }

  /// First to last, as a factor where that says more.
  private func change(_ row: Row) -> String {
    let losses = row.losses.compactMap(\.self)
    guard let first = losses.first, let last = losses.last, losses.count > 1 else { return "–" }
    if first == last { return "=" }
    let arrow = last < first ? "▼" : "▲"
    guard first > 0, last > 0 else { return "\(arrow) \(NumberStyle.loss(abs(last - first)))" }
    let factor = max(first / last, last / first)
    return factor < 1.005 ? "≈" : "\(arrow) ×\(NumberStyle.loss(factor))"
  }

  /// The row whose loss changed most, which the eye is led to.
  private var strongestChange: Int? {
    let changes = rows.map { row -> Double in
      let losses = row.losses.compactMap(\.self)
      return abs((losses.last ?? 0) - (losses.first ?? 0))
    }
    return changes.indices.max { changes[$0] < changes[$1] }
  }

  private func legend(width: Int) -> String {
    var text =
      "Low loss: separate classes; chance: no structure. T / mean d is where the minimum of the "
      + "last checkpoint sits, as a share of the layer's mean distance"
    text += hasTraining ? "; change is first to last, ▼ less entangled, ▲ more." : "."
    return Self.wrapped(text, width: width)
  }

  // MARK: Text

  /// `count` places among `total`, the first and the last always, evenly between.
  static func spread(_ total: Int, into count: Int) -> [Int] {
    guard total > count else { return Array(0..<total) }
    guard count > 1 else { return [total - 1] }
    return (0..<count).map { ($0 * (total - 1) + (count - 1) / 2) / (count - 1) }
  }

  static func sparkline(_ values: [Double?], width: Int) -> String {
    let levels = Array("▁▂▃▄▅▆▇█")
    let known = values.compactMap(\.self)
    guard width > 0, let low = known.min(), let high = known.max() else { return "" }
    return String(
      spread(values.count, into: width).map { index -> Character in
        guard let value = values[index] else { return " " }
        guard high > low else { return levels[3] }
        return levels[Int(((value - low) / (high - low) * 7).rounded())]
      })
  }

  /// The name with its middle left out, if it is too long.
  static func elided(_ name: String, to width: Int) -> String {
    guard name.displayWidth > width, width > 0 else { return name }
    var front = (width - 1) / 3
    var back = width - 1 - front
    let head = name.prefix { character in
      front -= character.displayWidth
      return front >= 0
    }
    let tail = name.reversed().prefix { character in
      back -= character.displayWidth
      return back >= 0
    }
    return head + "…" + String(tail.reversed())
  }

  static func wrapped(_ text: String, width: Int) -> String {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.displayWidth + 1 + String(word).displayWidth > max(width, 40) {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " " + word
    }
    if !line.isEmpty { lines.append(line) }
    return lines.map { $0 + "\n" }.joined()
  }
}
