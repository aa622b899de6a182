/// Where the parts of a grid of matrices stand.
struct MatrixLayout {
  /// As they are drawn: a row of panels that has no room for all of them is several.
  private(set) var rows: [MatrixGrid.Row]
  /// Of a panel.
  let side: Double
  /// The height of all but the panels.
  let around: Double
  let left: Double
  let treeWidth: Double
  let barHeight: Double
  private let style: FigureStyle
  private let columns: Int
  private let top: Double
  private let titleRoom: Double
  private let gap: Double
  private let nameRoom: Double
  /// Below each row of panels; 0 where the names stand further down.
  private let columnRooms: [Double]
  private let labelRoom: Double
  /// As many as there is room for.
  private let names: [[String]]

  init(_ chart: MatrixGrid, on page: Page) {
    style = page.style
    let size = page.style.smallTextSize
    top = page.titled(chart.title).bottom
    gap = page.style.textSize * 1.2
    barHeight = page.style.textSize * 0.8
    // Together, so that a thing has one name in all rows; a fifth of the page at most, so that the
    // panels have half of it at least.
    let all = chart.rows.flatMap(\.names)
    let elided = TextMetrics.elided(all, toFit: page.width * 0.2, size: size)
    let shown = Dictionary(zip(all, elided), uniquingKeysWith: { first, _ in first })
    nameRoom = TextMetrics.widest(elided, size: size)
    left =
      page.margin
      + AxisMark.room(page.style, hasLabel: !chart.yLabel.isEmpty, tickLabels: nameRoom)
    let hasTree = chart.rows.contains { $0.tree != nil }
    treeWidth = hasTree ? min(page.width * 0.06, page.style.textSize * 4) : 0
    let room = page.content.upperBound - left - treeWidth
    let most = max(chart.rows.map(\.panels.count).max() ?? 1, 1)
    let columns = min(most, max(1, Int((room + gap) / (page.style.textSize * 6 + gap))))
    self.columns = columns
    let rows = chart.rows.flatMap { row in
      stride(from: 0, to: max(row.panels.count, 1), by: columns).map { start in
        var part = row
        part.panels = Array(row.panels[start..<min(start + columns, row.panels.count)])
        return part
      }
    }
    self.rows = rows
    let names = rows.map { row in row.names.map { shown[$0] ?? $0 } }
    self.names = names
    let widest = max(
      min((room - gap * Double(columns - 1)) / Double(columns), page.style.textSize * 40), 1)
    let hasSubtitles = rows.contains { $0.panels.contains { !$0.subtitle.isEmpty } }
    titleRoom = size * (hasSubtitles ? 1.7 + TextLine.height : 1.7)
    let start = left - page.content.lowerBound
    let rooms = rows.indices.map { index in
      index + 1 < rows.count && rows[index].names == rows[index + 1].names
        ? page.style.textSize * 0.5
        : MatrixNames(names[index], side: widest, start: start, style: page.style).room
          + page.style.tickLength + 2 * AxisMark.gap(page.style)
    }
    columnRooms = rooms
    labelRoom = chart.xLabel.isEmpty ? 0 : page.style.textSize * 1.4
    let bar =
      barHeight + page.style.textSize * 0.8
      + AxisMark.room(page.style, hasLabel: !chart.valueLabel.isEmpty, tickLabels: size)
    let count = Double(max(rows.count, 1))
    around =
      top + count * titleRoom + rooms.reduce(0, +) + labelRoom + bar + page.margin
    side = max(min(widest, (page.height - around) / count), 1)
  }

  /// Rows as they are given, or, where all have one order, as columns: the arrangement with fewer rows
  /// unless its panels are much smaller.
  static func best(_ chart: MatrixGrid, on page: Page) -> MatrixLayout {
    let given = MatrixLayout(chart, on: page)
    guard let first = chart.rows.first,
      chart.rows.allSatisfy({ $0.names == first.names && $0.panels.count == first.panels.count })
    else { return given }
    var turned = chart
    turned.rows = first.panels.indices.map { place in
      MatrixGrid.Row(
        names: first.names, tree: first.tree, panels: chart.rows.map { $0.panels[place] })
    }
    let other = MatrixLayout(turned, on: page)
    let (fewer, more) = other.rowCount < given.rowCount ? (other, given) : (given, other)
    return fewer.side >= 0.8 * more.side ? fewer : more
  }

  mutating func putLetters() {
    var letters = PanelLetters()
    for row in rows.indices {
      for index in rows[row].panels.indices {
        rows[row].panels[index].title = letters.next(before: rows[row].panels[index].title)
      }
    }
  }

  var rowCount: Int { max(rows.count, 1) }
  var plotWidth: Double { Double(columns) * side + Double(columns - 1) * gap }

  private func top(of row: Int) -> Double {
    top + Double(row) * (titleRoom + side) + titleRoom + columnRooms.prefix(row).reduce(0, +)
  }

  func frame(row: Int, column: Int, names: [String]) -> Frame {
    Frame(
      left: left + Double(column) * (side + gap), top: top(of: row), width: side, height: side,
      horizontal: BandScale(names), vertical: BandScale(names.reversed()), style: style)
  }

  private var bottom: Double { top(of: rowCount - 1) + side + (columnRooms.last ?? 0) }

  var barTop: Double { bottom + labelRoom + style.textSize * 0.8 }

  /// The names to the left of a row of panels, and what they name.
  func rowNames(_ row: Int, label: String, page: Page) -> [SVGElement] {
    let frame = frame(row: row, column: 0, names: names[row])
    let stride = Int(
      (style.smallTextSize * 1.05 / (side / Double(max(names[row].count, 1))))
        .rounded(.up))
    let ticks = LabelPlacement.everyNth(stride, of: names[row].count).map { index in
      Tick(
        value: Double(names[row].count - 1 - index), label: TickLabel(text: names[row][index]))
    }
    return AxisMark(
      side: .left, ticks: ticks, label: label, labelRoom: nameRoom, hasLine: false,
      bounds: top(of: row) - titleRoom...top(of: row) + side + columnRooms[row]
    ).elements(in: frame)
  }

  /// The names below the panels of a row; none where they stand below a later one.
  func columnNames(_ row: Int, page: Page) -> [SVGElement] {
    guard row + 1 == rows.count || rows[row].names != rows[row + 1].names else { return [] }
    let start = left - page.content.lowerBound
    let below = MatrixNames(names[row], side: side, start: start, style: style)
    return rows[row].panels.indices.flatMap { column in
      AxisMark(
        side: .bottom, ticks: below.ticks, labelRoom: below.room, isSlanted: below.isSlanted,
        hasLine: false, bounds: page.content
      ).elements(in: frame(row: row, column: column, names: names[row]))
    }
  }

  /// What the columns are, once below all of them.
  func columnLabel(_ label: String, page: Page) -> [SVGElement] {
    guard !label.isEmpty else { return [] }
    let text = TextMetrics.elided(
      label, toFit: page.content.upperBound - page.content.lowerBound, size: style.textSize)
    let x = AxisMark.within(
      page.content, left + plotWidth / 2, TextMetrics.width(of: text, size: style.textSize))
    return [
      .text(text, x: x, middle: bottom + labelRoom / 2, size: style.textSize, anchor: .middle)
    ]
  }
}

/// The names below the columns of a square: level where all fit so, else slanted, all or every k-th.
private struct MatrixNames {
  let ticks: [Tick]
  let isSlanted: Bool
  /// The height they take.
  let room: Double

  /// - Parameter start: How far the square stands from the page's side.
  init(_ names: [String], side: Double, start: Double, style: FigureStyle) {
    let size = style.smallTextSize
    let band = side / Double(max(1, names.count))
    isSlanted = TextMetrics.widest(names, size: size) > band - size * 0.4
    guard isSlanted else {
      ticks = names.enumerated().map { Tick(value: Double($0), label: TickLabel(text: $1)) }
      room = size
      return
    }
    // A slanted name ends at its column and must not begin left of the page.
    let longest = min((start + band / 2) / TextLine.slant - size * 0.5, size * 9)
    let texts = TextMetrics.elided(names, toFit: max(size * 2, longest), size: size)
    let stride = Int((size * 1.25 / band).rounded(.up))
    ticks = LabelPlacement.everyNth(stride, of: names.count, withLast: false).map {
      Tick(value: Double($0), label: TickLabel(text: texts[$0]))
    }
    room = (TextMetrics.widest(texts, size: size) + size * 0.7) * TextLine.slant
  }
}
