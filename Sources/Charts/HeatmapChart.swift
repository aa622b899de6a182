/// A matrix as coloured cells with a colour bar; numbers stand in the cells where they fit.
public struct HeatmapChart: Chart, Hashable {
  /// What the colours of the cells run between.
  public enum Colors: Hashable, Sendable {
    /// From the domain's lower end, dark, to its upper end, light.
    case sequential
    /// Light at a meaningful value, with a colour of its own to either side.
    case diverging(around: Double)
  }

  package var title: String
  /// The names of the rows, from top to bottom.
  package var rows: [String]
  package var columns: [String]
  /// Rows of values; a cell without a finite value is gray.
  package var values: [[Double?]]
  /// The name of the values, with their unit in parentheses, beside the colour bar.
  package var valueLabel: String
  /// The values at the ends of the colour bar; by default the least and the greatest.
  package var domain: ClosedRange<Double>?
  package var colors: Colors
  /// Whether equal differences or, for positive values, equal ratios differ equally in colour.
  package var valueKind: Axis.Kind
  package var xLabel: String
  package var yLabel: String
  /// A hierarchy of the rows, and of the columns where those are as many: both are drawn in the order
  /// of its leaves, and the tree stands beside the rows.
  package var tree: Dendrogram?
  /// Whether a chart without a tree leaves room for one, to have the size of another beside it.
  package var leavesTreeRoom: Bool
  package var description: String

  /// - Parameters:
  ///   - values: A row for each name of a row; nil is gray.
  ///   - domain: What the colours span; the values' own where it is nil.
  ///   - tree: Beside the rows, its leaves in their order.
  ///   - leavesTreeRoom: Whether a chart without a tree is as wide as one with it.
  ///   - description: What the figure shows in words and numbers.
  public init(
    title: String, rows: [String], columns: [String], values: [[Double?]], valueLabel: String,
    domain: ClosedRange<Double>? = nil, colors: Colors = .sequential,
    valueKind: Axis.Kind = .linear, xLabel: String = "", yLabel: String = "",
    tree: Dendrogram? = nil, leavesTreeRoom: Bool = false, description: String
  ) {
    self.title = title
    self.rows = rows
    self.columns = columns
    self.values = values
    self.valueLabel = valueLabel
    self.domain = domain
    self.colors = colors
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.valueKind = valueKind
    self.tree = tree
    self.leavesTreeRoom = leavesTreeRoom
    self.description = description
  }

  /// The figure as an SVG document.
  ///
  /// - Parameters:
  ///   - width: the style's column width by default.
  ///   - height: by default the width over the golden ratio, unless the rows ask for more or less.
  ///   - idPrefix: unlike that of any other figure on the same page.
  public func svg(
    style: FigureStyle = .screen, width: Length? = nil, height: Length? = nil, idPrefix: String,
    tooltips: Bool = false
  ) -> String {
    render(
      style: style, width: width, height: height, idPrefix: idPrefix, tooltips: tooltips)
  }

  /// A row is as high as its name at least, and four of them at most.
  func suitableHeight(width: Double, style: FigureStyle) -> Double {
    let title = style == .screen ? style.textSize * 1.55 : style.textSize * 0.4
    let columnWidth = TextMetrics.widest(columns, size: style.smallTextSize)
    let slanted =
      columnWidth * Double(columns.count) > width * 0.7
      ? min(columnWidth, style.smallTextSize * 9) * TextLine.slant : 0
    let around =
      2 * style.margin + title
      + AxisMark.room(
        style, hasLabel: !xLabel.isEmpty, tickLabels: style.smallTextSize * 1.3 + slanted)
    let least = Double(rows.count) * style.smallTextSize * 1.25 + around
    let most = Double(max(1, rows.count)) * style.smallTextSize * 4 + around
    return min(max(min(width / goldenRatio, most), least), width * 1.4)
  }

  /// The chart with its rows and columns in the order of the tree's leaves.
  private var sorted: HeatmapChart {
    guard let order = tree?.leafOrder, order.count == rows.count else { return self }
    var chart = self
    let columnOrder = columns.count == rows.count ? order : Array(columns.indices)
    chart.rows = order.map { rows[$0] }
    chart.columns = columnOrder.map { columns[$0] }
    chart.values = order.map { row in
      columnOrder.map { CellMark.value(in: values, row: row, column: $0) }
    }
    return chart
  }

  func elements(on page: Page) -> [SVGElement] { sorted.elementsInOrder(on: page) }

  private func elementsInOrder(on page: Page) -> [SVGElement] {
    let style = page.style
    let size = style.smallTextSize
    let header = page.titled(title)
    let bar = ColorBar(chart: self, finiteValues: finiteValues, style: style)

    let treeWidth = tree == nil && !leavesTreeRoom ? 0 : min(page.width * 0.12, style.textSize * 5)
    // Half of the page is the cells'.
    let besides =
      page.margin * 2 + AxisMark.room(style, hasLabel: !yLabel.isEmpty, tickLabels: 0) + bar.width
      + treeWidth
    let rowNames = TextMetrics.elided(
      rows, toFit: max(min(page.width / 3, page.width / 2 - besides), page.width * 0.1), size: size)
    let rowRoom = TextMetrics.widest(rowNames, size: size)
    let left = page.margin + AxisMark.room(style, hasLabel: !yLabel.isEmpty, tickLabels: rowRoom)
    let top = header.bottom + size * 0.3
    let lowest = page.height - page.margin

    func frame(bottom: Double) -> Frame {
      Frame(
        left: left, top: top, width: page.content.upperBound - bar.width - treeWidth - left,
        height: bottom - top, horizontal: BandScale(columns), vertical: BandScale(rows.reversed()),
        style: style)
    }
    let columnNames = ColumnNames(columns, in: frame(bottom: lowest), page: page)
    let frame = frame(
      bottom: lowest
        - AxisMark.room(style, hasLabel: !xLabel.isEmpty, tickLabels: columnNames.room))

    let marks: [any Mark] = [
      CellMark(
        rows: rows, columns: columns, values: values, color: bar.color,
        text: textOfFittingValues(in: frame)),
      AxisMark(
        side: .bottom, ticks: columnNames.ticks, label: xLabel, labelRoom: columnNames.room,
        isSlanted: columnNames.isSlanted, hasLine: false, bounds: page.content),
      AxisMark(
        side: .left, ticks: rowTicks(rowNames, in: frame), label: yLabel, labelRoom: rowRoom,
        hasLine: false, bounds: header.bottom...lowest),
    ]
    return header.elements + marks.flatMap { $0.elements(in: frame) }
      + (tree.map { DendrogramMark(tree: $0, width: treeWidth).elements(in: frame) } ?? [])
      + bar.elements(right: frame.right + treeWidth, frame: frame, page: page)
      + (finiteValues.isEmpty ? [page.emptyNote(in: frame)] : [])
  }

  var finiteValues: [Double] {
    rows.indices.flatMap { row in
      columns.indices.compactMap { CellMark.value(in: values, row: row, column: $0) }
    }
  }

  /// The names of all rows, or of every k-th where rows are lower than text.
  private func rowTicks(_ names: [String], in frame: Frame) -> [Tick] {
    let band = frame.height / Double(max(1, rows.count))
    let stride = Int((frame.style.smallTextSize * 1.05 / band).rounded(.up))
    return LabelPlacement.everyNth(stride, of: names.count).map { row in
      Tick(value: Double(names.count - 1 - row), label: TickLabel(text: names[row]))
    }
  }

  /// One format for all cells, telling apart a hundredth of their range; nil if it does not fit.
  func textOfFittingValues(in frame: Frame) -> (@Sendable (Double) -> String)? {
    let size = frame.style.smallTextSize
    let values = finiteValues
    guard let least = values.min(), let greatest = values.max(),
      frame.height / Double(rows.count) >= size * 1.1
    else { return nil }
    let extent =
      valueKind == .log && least > 0
      ? least * 20 : greatest > least ? greatest - least : max(abs(greatest), 1)
    let decimals = max(0, -Int(log10(extent / 100).rounded(.down)))
    let isPlain = decimals <= 4 && max(abs(least), abs(greatest)) < 1e5
    let formats: [@Sendable (Double) -> String] =
      isPlain
      ? [decimals, max(0, decimals - 1)].map { count in { NumberText.fixed($0, decimals: count) } }
      : [{ NumberText.significant($0, digits: 2) }]
    let room = frame.width / Double(columns.count) - size * 0.4
    return formats.first { TextMetrics.widest(values.map($0), size: size) <= room }
  }
}

/// The names below the columns: side by side if all fit, else slanted, else every k-th.
private struct ColumnNames {
  let ticks: [Tick]
  let isSlanted: Bool
  /// The height they take.
  let room: Double

  init(_ columns: [String], in frame: Frame, page: Page) {
    let size = page.style.smallTextSize
    let band = frame.width / Double(max(1, columns.count))
    func ticks(elidedTo width: Double) -> [Tick] {
      TextMetrics.elided(columns, toFit: width, size: size).enumerated()
        .map { Tick(value: Double($0), label: TickLabel(text: $1)) }
    }
    let level = AxisMark.thinned(
      ticks(elidedTo: frame.width / 3), in: frame, bounds: page.content)
    let allFit = level.allSatisfy { $0.label != nil } && level.count == columns.count
    isSlanted = !allFit && band >= size * 1.25
    if isSlanted {
      // A slanted name ends at its column and must not begin left of the page.
      let longest = (frame.left + band / 2 - page.margin) / TextLine.slant - size * 0.5
      self.ticks = ticks(elidedTo: max(size * 2, min(longest, size * 9)))
      let widest = self.ticks.compactMap { $0.label?.width(size: size) }.max() ?? 0
      room = (widest + size * 0.7) * TextLine.slant
    } else {
      self.ticks = level
      room = size
    }
  }
}
