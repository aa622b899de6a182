internal import Entanglement

/// The least loss for a person at a terminal: the layers down and the checkpoints across.
struct MinimumTable {
  private let reported: ReportedHistory
  private let rows: [Row]

  init(_ reported: ReportedHistory) {
    self.reported = reported
    rows = reported.layerNames.map { name in
      Row(name: name, layers: reported.history.trajectory(of: name))
    }
  }

  /// One layer over the checkpoints.
  private struct Row {
    let name: String
    let layers: [LayerEntanglement?]

    var losses: [Double?] { layers.map { $0?.minimum?.loss } }
    var last: LayerEntanglement? { layers.last(where: { $0 != nil }) ?? nil }
  }

  private var hasTraining: Bool { reported.hasTraining }
  private var lastName: String { reported.profiles.last?.checkpoint ?? "" }

  /// Empty without a layer.
  func text(width: Int, color: Bool) -> String {
    guard !rows.isEmpty else { return "" }
    let isRefined = rows.contains { $0.last?.minimum?.refined == true }
    let heading =
      isRefined
      ? "Loss at its minimum over the temperature (nats):"
      : "Least loss among the temperatures of the curve (nats):"
    let legend =
      "Low loss: separate classes; chance: no structure. T / mean d is where the minimum of the "
      + (reported.course == .apart ? lastName : "last checkpoint")
      + " sits, as a share of the layer's mean distance"
      + (hasTraining ? "; change is first to last, ▼ less entangled, ▲ more." : ".")
    return [
      heading.wrapped(to: width), table(width: width, color: color), legend.wrapped(to: width),
    ].joined(separator: "\n")
  }

  private func table(width: Int, color: Bool) -> String {
    let isNarrow = width < 100
    let names = reported.ticks.names
    // What follows the checkpoints: where the minimum is, chance, and the change.
    let tailHeader =
      ["T / mean d", "chance"] + (isNarrow ? [] : ["of chance"]) + (hasTraining ? ["change"] : [])
    let tails = rows.map { tail($0, isNarrow: isNarrow) }
    let tailWidths = tailHeader.indices.map { column in
      (tails.map { $0[column].displayWidth } + [tailHeader[column].displayWidth]).max() ?? 0
    }
    let sparkWidth = hasTraining ? min(names.count, isNarrow ? 8 : 16) : 0
    let cells = rows.map { row in row.losses.map { $0.map(NumberStyle.loss) ?? "–" } }
    let lossWidth = min((cells.flatMap(\.self) + names).map(\.displayWidth).max() ?? 0, 14)
    let besides =
      tailWidths.map { $0 + 2 }.reduce(0, +) + (sparkWidth > 0 ? sparkWidth + 2 : 0)
    let fewest = reported.course == .lone ? 1 : 2
    // The first checkpoint and the last have their place before a long name has.
    let nameWidth = min(
      max(rows.map(\.name.displayWidth).max() ?? 0, 5), isNarrow ? 20 : max(12, width / 3),
      max(12, width - besides - fewest * (lossWidth + 2)))
    let room = max(fewest, (width - nameWidth - besides) / (lossWidth + 2))
    let shown = names.indices.spread(into: room)
    let layerNames = reported.shortNames(columns: nameWidth)

    var table = TextTable(
      [.left("layer", widths: 0...nameWidth)]
        + (sparkWidth > 0 ? [.left("", widths: sparkWidth...sparkWidth)] : [])
        + shown.map { .right(names[$0], widths: lossWidth...lossWidth) }
        + tailHeader.map { .right($0) })
    let strongest = color ? strongestChange : nil
    for (index, row) in rows.enumerated() {
      let spark = sparkWidth > 0 ? [Sparkline.text(row.losses, width: sparkWidth)] : []
      table.add(
        [layerNames(row.name)] + spark + shown.map { cells[index][$0] } + tails[index],
        emphasis: index == strongest ? .lastCell : nil)
    }
    guard shown.count < names.count else { return table.text }
    return table.text
      + "(\(shown.count) of \(names.count) \(reported.noun)s shown; the data files have all)\n"
  }

  private func tail(_ row: Row, isNarrow: Bool) -> [String] {
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
    return [place, NumberStyle.loss(last.chance)] + (isNarrow ? [] : [share])
      + (hasTraining ? [change(row)] : [])
  }

  private func percent(_ share: Double) -> String {
    NumberStyle.fixed(share * 100, decimals: share * 100 < 10 ? 1 : 0) + " %"
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
}
