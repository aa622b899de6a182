/// Names of lines in rows, each after a piece of its line; a strip of the ramp where they are many.
struct Legend: Sendable {
  struct Entry: Sendable {
    let name: String
    /// Nil for a rule.
    let appearance: SeriesAppearance?
  }

  private let rows: [[(entry: Entry, text: String, x: Double)]]
  private let ramp: RampLegend?
  private let style: FigureStyle

  private var size: Double { style.smallTextSize }
  private var rowHeight: Double { size * 1.35 }

  init(entries: [Entry], width: Double, style: FigureStyle) {
    self.style = style
    let size = style.smallTextSize
    let lines = entries.filter { $0.appearance != nil }
    func flow(_ entries: [Entry], after start: Double = .infinity) -> [[(
      entry: Entry, text: String, x: Double
    )]] {
      var rows: [[(entry: Entry, text: String, x: Double)]] = start < .infinity ? [[]] : []
      var end = start
      let texts = TextMetrics.elided(entries.map(\.name), toFit: width * 0.45, size: size)
      for (entry, text) in zip(entries, texts) {
        let entryWidth = Legend.key(size) + TextMetrics.width(of: text, size: size)
        if end + entryWidth > width {
          rows.append([])
          end = 0
        }
        rows[rows.count - 1].append((entry, text, end))
        end += entryWidth + size * 1.2
      }
      return rows
    }
    let all = entries.count > 1 ? flow(entries) : []
    if all.count > 3 || lines.count > 14 {
      let ramp = RampLegend(
        names: lines.map(\.name), colors: lines.compactMap(\.appearance?.color), room: width,
        size: size)
      self.ramp = ramp
      rows = flow(entries.filter { $0.appearance == nil }, after: ramp.width + size * 1.2)
    } else {
      ramp = nil
      rows = all
    }
  }

  private static func key(_ size: Double) -> Double { size * 2 }

  var height: Double {
    rows.isEmpty ? 0 : Double(rows.count) * rowHeight + size * 0.2
  }

  func elements(page: Page, top: Double) -> [SVGElement] {
    var elements: [SVGElement] = []
    for (index, row) in rows.enumerated() {
      let middle = top + (Double(index) + 0.5) * rowHeight
      for (entry, text, x) in row {
        let start = Place(x: page.content.lowerBound + x, y: middle)
        let end = Place(x: start.x + Legend.key(size) - size * 0.4, y: middle)
        elements +=
          entry.appearance?.key(from: start, to: end)
          ?? [SeriesAppearance.ruleKey(through: [start, end], style: style)]
        elements.append(.text(text, x: end.x + size * 0.4, middle: middle, size: size))
      }
    }
    if let ramp {
      elements += ramp.elements(left: page.content.lowerBound, middle: top + rowHeight / 2)
    }
    return elements.isEmpty ? [] : [.group("legend", elements)]
  }
}
