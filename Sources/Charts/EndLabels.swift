/// The names of lines and rules, to the right of the frame at the height where each line ends.
///
/// Names are in dark text; a piece of the line leads to each. Lines that all end in one place are
/// listed there in their order, without leaders. Where not all fit, the first, the last and every
/// k-th are named, and a legend of the colour ramp stands in for the others.
struct EndLabels: Sendable {
  private struct Entry: Sendable {
    let name: String
    let text: String
    /// Nil for a rule.
    let appearance: SeriesAppearance?
    let source: Source
    var end: Place?
    var middle = 0.0
  }

  private enum Source: Sendable {
    case series(Series)
    case rule(Rule)
  }

  private var entries: [Entry]
  private let page: Page
  /// The heights between which names may stand.
  private let rows: ClosedRange<Double>
  let leavesOutSome: Bool
  /// Whether names stand beside the horizontal axis' texts, which have to give way.
  let reachesBelow: Bool
  /// Whether the lines' ends are too close to tell which is which.
  private var isList = false

  private var size: Double { page.style.smallTextSize }
  private var rowHeight: Double { size * TextLine.height }
  private var leader: Double { size * (entries.count > 1 ? 1.1 : 0.4) }
  private var key: Double { size * 1.5 }
  private var gap: Double { size * 0.4 }

  /// The greatest share of the page that names may take; on a narrow page it is what leaves half of it
  /// to the plot.
  private static let share = 0.36

  /// - Parameters:
  ///   - top, bottom: the heights between which the frame and its legend stand.
  ///   - lowest: the end of the page, down to which names may go if they have to.
  init(
    series: [Series], appearances: [SeriesAppearance], rules: [Rule], page: Page, top: Double,
    bottom: Double, lowest: Double
  ) {
    self.page = page
    let rowHeight = page.style.smallTextSize * TextLine.height
    let room = max(1, Int((lowest - top) / rowHeight) - rules.count)
    var chosen = Array(series.indices)
    var top = top
    if chosen.count > room {
      // A dozen names say as much as the column would hold. The legend takes a row.
      let limit = max(2, min(room - 1, 12))
      let strides = (2...max(2, series.count)).lazy
      chosen =
        strides.map { LabelPlacement.everyNth($0, of: series.count) }
        .first { $0.count <= limit } ?? [0]
      top += rowHeight
    }
    let needed = Double(chosen.count + rules.count) * rowHeight
    reachesBelow = needed > bottom + rowHeight / 2 - top
    rows = top...max(top, reachesBelow ? lowest : bottom + rowHeight / 2)
    leavesOutSome = chosen.count < series.count
    let names = chosen.map { series[$0].name } + rules.map(\.label)
    let fixed = page.style.smallTextSize * 3
    let size = page.style.smallTextSize
    let besides =
      2 * page.margin + AxisMark.room(page.style, hasLabel: true, tickLabels: size * 2.3)
    let most = min(page.width * EndLabels.share, page.width / 2 - besides)
    let texts = TextMetrics.elided(names, toFit: max(most - fixed, size * 2), size: size)
    entries =
      zip(chosen, texts).map { index, text in
        Entry(
          name: series[index].name, text: text, appearance: appearances[index],
          source: .series(series[index]))
      }
      + zip(rules, texts.dropFirst(chosen.count)).map { rule, text in
        Entry(name: rule.label, text: text, appearance: nil, source: .rule(rule))
      }
  }

  /// The room the names take, from the frame to the page's margin.
  var width: Double {
    entries.isEmpty
      ? size : leader + key + gap + TextMetrics.widest(entries.map(\.text), size: size)
  }

  /// Finds each name its height: at the end of its line, or as near as the others let it be.
  mutating func place(in frame: Frame) {
    for index in entries.indices {
      switch entries[index].source {
      case .series(let series): entries[index].end = series.end(in: frame)
      case .rule(let rule):
        entries[index].end = RuleMark(rule: rule).place(in: frame)
          .map { Place(x: frame.right, y: $0) }
      }
    }
    entries.removeAll { $0.end == nil }
    let ends = entries.filter { $0.appearance != nil }.compactMap(\.end?.y)
    let span = (ends.max() ?? 0) - (ends.min() ?? 0)
    isList = ends.count > 1 && span < Double(ends.count - 1) * rowHeight * EndLabels.leastGap
    let desired = isList ? listed(around: ends.reduce(0, +) / Double(ends.count)) : nil
    let middles = LabelPlacement.middles(
      desired: desired ?? entries.map { $0.end?.y ?? 0 },
      sizes: Array(repeating: rowHeight, count: entries.count), in: rows)
    for index in entries.indices { entries[index].middle = middles[index] }
  }

  /// The mean distance of ends, in rows, below which leaders would tell nothing.
  private static let leastGap = 0.12

  /// Rules keep their heights; the series follow in their order below the one that is nearest.
  private func listed(around middle: Double) -> [Double] {
    let half = rowHeight * Double(entries.count { $0.appearance != nil }) / 2
    let rules = entries.filter { $0.appearance == nil }.compactMap(\.end?.y)
    let near = rules.filter { abs($0 - middle) < half + rowHeight }.max()
    let top = near.map { $0 + rowHeight / 2 } ?? middle - half
    return entries.enumerated().map { index, entry in
      guard entry.appearance != nil else { return entry.end?.y ?? 0 }
      return top + (Double(index) + 0.5) * rowHeight
    }
  }

  func elements(in frame: Frame) -> [SVGElement] {
    let labels = entries.flatMap { entry -> [SVGElement] in
      guard let end = entry.end else { return [] }
      let bend = Place(x: frame.right + leader, y: entry.middle)
      let tip = Place(x: bend.x + key, y: entry.middle)
      // From beside the last marker; along the frame where the line ends early.
      let start = Place(x: end.x + (entry.appearance?.markerRadius ?? 0), y: end.y)
      let border = Place(x: max(start.x, frame.right - frame.inset), y: end.y)
      let text = SVGElement.text(entry.text, x: tip.x + gap, middle: entry.middle, size: size)
      let named =
        entry.text == entry.name ? text : text.adding(SVGElement("title", text: entry.name))
      guard let appearance = entry.appearance else {
        return [
          SeriesAppearance.ruleKey(through: [end, bend, tip], style: frame.style), named,
        ]
      }
      let lead = SVGElement(
        "path",
        [
          "class": "leader", "d": .path(start == border ? [start, bend] : [start, border, bend]),
          "fill": "none",
          "stroke": .color(appearance.color), "stroke-width": .number(frame.style.axisWidth * 0.75),
          "stroke-opacity": "0.7",
        ])
      return (isList ? [] : [lead]) + appearance.key(from: bend, to: tip) + [named]
    }
    return labels.isEmpty ? [] : [.group("names", labels)]
  }
}
