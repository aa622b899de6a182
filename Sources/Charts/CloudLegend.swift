/// The names of the clouds of scatter charts, each after a dot of its colour, in rows.
struct CloudLegend {
  private struct Entry {
    let name: String
    let color: RGB
  }

  private let rows: [[(entry: Entry, x: Double)]]
  private let style: FigureStyle

  private var size: Double { style.smallTextSize }
  private var rowHeight: Double { size * 1.35 }

  /// - Parameter groups: Of all panels; a name has one colour. Those without a colour are one entry.
  init(_ groups: [ScatterChart.Group], width: Double, style: FigureStyle) {
    self.style = style
    let size = style.smallTextSize
    var seen: Set<String> = []
    let named = groups.filter { seen.insert($0.name).inserted }
    let colored = named.compactMap { group in group.color.map { (group: group, color: $0) } }
      .sorted { ($0.group.index ?? 0) < ($1.group.index ?? 0) }
    let others = named.count - colored.count
    let texts = TextMetrics.elided(colored.map(\.group.name), toFit: width * 0.45, size: size)
    var entries = zip(texts, colored).map { Entry(name: $0, color: $1.color) }
    if others > 0 {
      entries.append(
        Entry(name: others == 1 ? "1 other" : "\(others) others", color: CloudMark.muted))
    }
    var rows: [[(entry: Entry, x: Double)]] = []
    var end = Double.infinity
    for entry in entries {
      let room = size * 1.1 + TextMetrics.width(of: entry.name, size: size)
      if end + room > width {
        rows.append([])
        end = 0
      }
      rows[rows.count - 1].append((entry, end))
      end += room + size * 1.2
    }
    self.rows = rows
  }

  var height: Double { rows.isEmpty ? 0 : Double(rows.count) * rowHeight + size * 0.3 }

  func elements(page: Page, top: Double) -> [SVGElement] {
    let elements = rows.enumerated().flatMap { index, row -> [SVGElement] in
      let middle = top + (Double(index) + 0.5) * rowHeight
      return row.flatMap { entry, x in
        let left = page.content.lowerBound + x
        return [
          SVGElement(
            "circle",
            [
              "cx": .number(left + size * 0.4), "cy": .number(middle), "r": .number(size * 0.32),
              "fill": .color(entry.color),
            ]),
          .text(entry.name, x: left + size * 1.1, middle: middle, size: size),
        ]
      }
    }
    return elements.isEmpty ? [] : [.group("legend", elements)]
  }
}
