/// Square matrices of things by things in a grid, with one colour bar for all.
///
///                  ┌───────┐ ┌───────┐
///         names of │ panel │ │ panel │ tree     a row of panels has one order of its things
///         the rows └───────┘ └───────┘
///                   names of the columns        once below all rows where all have one order
///                   ▒▒▒▒▒▒▒▒ bar
public struct MatrixGrid: Chart, Hashable {
  /// One matrix.
  public struct Panel: Hashable, Sendable {
    /// In bold above it, and what is said of it below that; either may be empty.
    package var title: String
    package var subtitle: String
    /// A row a name, of as many columns; a cell without a finite value is gray.
    package var values: [[Double?]]

    /// - Parameter values: A row for each name of the panel's row, and a column for each.
    public init(title: String, subtitle: String = "", values: [[Double?]]) {
      self.title = title
      self.subtitle = subtitle
      self.values = values
    }
  }

  /// Matrices side by side of the same things in the same order.
  public struct Row: Hashable, Sendable {
    package var names: [String]
    /// Of the things as they stand here, beside the last panel.
    package var tree: Dendrogram?
    package var panels: [Panel]

    /// - Parameter tree: Its leaves are the names in their order.
    public init(names: [String], tree: Dendrogram? = nil, panels: [Panel]) {
      self.names = names
      self.tree = tree
      self.panels = panels
    }
  }

  package var title: String
  package var rows: [Row]
  /// The name of the values, with their unit in parentheses.
  package var valueLabel: String
  /// The values at the ends of the colour bar.
  package var domain: ClosedRange<Double>
  package var valueKind: Axis.Kind
  package var xLabel: String
  package var yLabel: String
  /// Whether (a), (b), … stand before the titles of the panels, in the order in which these are drawn.
  package var hasLetters = false
  package var description: String

  /// - Parameters:
  ///   - domain: What the colours of all panels span.
  ///   - valueKind: Whether equal differences or equal ratios differ equally in colour.
  ///   - description: What the figure shows in words and numbers.
  public init(
    title: String, rows: [Row], valueLabel: String, domain: ClosedRange<Double>,
    valueKind: Axis.Kind = .linear, xLabel: String = "", yLabel: String = "", description: String
  ) {
    self.title = title
    self.rows = rows
    self.valueLabel = valueLabel
    self.domain = domain
    self.valueKind = valueKind
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.description = description
  }

  /// The figure as an SVG document, by default as wide as the style's page.
  public func svg(
    style: FigureStyle = .screen, width: Length? = nil, height: Length? = nil, idPrefix: String,
    tooltips: Bool = false
  ) -> String {
    render(
      style: style, width: width ?? style.fullWidth, height: height, idPrefix: idPrefix,
      tooltips: tooltips)
  }

  func suitableHeight(width: Double, style: FigureStyle) -> Double {
    let page = Page(
      width: width, height: style.maximumHeight, style: style, idPrefix: "",
      showsTitle: style == .screen)
    let layout = MatrixLayout.best(self, on: page)
    return layout.around + Double(layout.rowCount) * layout.side
  }

  func elements(on page: Page) -> [SVGElement] {
    var layout = MatrixLayout.best(self, on: page)
    if hasLetters { layout.putLetters() }
    let header = page.titled(title)
    guard !rows.isEmpty else {
      return header.elements + [page.emptyNote(in: layout.frame(row: 0, column: 0, names: []))]
    }
    let panels = layout.rows.enumerated().map { index, row in
      SVGElement.group("matrices", elements(of: row, at: index, layout: layout, page: page))
    }
    return header.elements + panels + layout.columnLabel(xLabel, page: page)
      + [colorBar(layout, page: page)]
  }

  private func chart(_ names: [String], _ values: [[Double?]]) -> HeatmapChart {
    HeatmapChart(
      title: "", rows: names, columns: names, values: values, valueLabel: "", domain: domain,
      valueKind: valueKind, description: "")
  }

  private func elements(
    of row: Row, at index: Int, layout: MatrixLayout, page: Page
  ) -> [SVGElement] {
    let style = page.style
    let size = style.smallTextSize
    // Together, so that panels are told apart.
    let all = layout.rows.flatMap { $0.panels.map(\.title) }
    let elided = Dictionary(
      zip(all, TextMetrics.elided(all, toFit: layout.side / 1.08, size: size)),
      uniquingKeysWith: { first, _ in first })
    let titles = row.panels.map { elided[$0.title] ?? $0.title }
    var elements: [SVGElement] = []
    for (column, panel) in row.panels.enumerated() {
      let frame = layout.frame(row: index, column: column, names: row.names)
      let chart = chart(row.names, panel.values)
      let bar = ColorBar(chart: chart, finiteValues: chart.finiteValues, style: style)
      let cells = CellMark(
        rows: row.names, columns: row.names, values: panel.values, color: bar.color,
        text: chart.textOfFittingValues(in: frame))
      let subtitle = TextMetrics.elided(panel.subtitle, toFit: layout.side, size: size)
      let middle = frame.top - size * (panel.subtitle.isEmpty ? 0.85 : 0.85 + TextLine.height)
      elements.append(
        .group(
          "panel",
          [.text(titles[column], x: frame.left, middle: middle, size: size, bold: true)]
            + (subtitle.isEmpty
              ? []
              : [.text(subtitle, x: frame.left, middle: frame.top - size * 0.85, size: size)])
            + cells.elements(in: frame)
            + (chart.finiteValues.isEmpty ? [page.emptyNote(in: frame)] : [])))
    }
    let last = layout.frame(row: index, column: max(row.panels.count - 1, 0), names: row.names)
    let tree = row.tree.map { DendrogramMark(tree: $0, width: layout.treeWidth) }
    return elements + (tree?.elements(in: last) ?? [])
      + layout.rowNames(index, label: yLabel, page: page)
      + layout.columnNames(index, page: page)
  }

  /// The bar below the panels, its values increasing to the right.
  private func colorBar(_ layout: MatrixLayout, page: Page) -> SVGElement {
    let style = page.style
    let bar = ColorBar(chart: chart(["a"], [[domain.upperBound]]), finiteValues: [1], style: style)
    let axis = Axis(kind: valueKind, domain: domain)
    let frame = Frame(
      left: layout.left, top: layout.barTop, width: min(layout.plotWidth, style.textSize * 26),
      height: layout.barHeight, horizontal: axis.scale(covering: [], niceFor: nil),
      vertical: LinearScale(0...1), style: style)
    let id = "\(page.idPrefix)-ramp"
    let ticks = LineChart.fittingTicks(of: axis, in: frame, bounds: page.content)
    let mark = AxisMark(
      side: .bottom, ticks: ticks, label: valueLabel, hasLine: false, bounds: page.content)
    return .group(
      "color-bar", bar.horizontalStrip(in: frame, id: id) + mark.elements(in: frame))
  }
}
