/// Charts side by side in rows, each with its own axes and title. (Line charts that share their axes
/// are `SmallMultiples`.)
public struct ChartGrid: Chart, Sendable {
  /// A chart that can stand in a grid.
  public enum Panel: Hashable, Sendable {
    case heatmap(HeatmapChart)
    case scatter(ScatterChart)

    /// In text sizes: a heatmap has names, a tree and a colour bar beside its cells.
    fileprivate var leastWidth: Double {
      switch self {
      case .heatmap: 18
      case .scatter: 11
      }
    }

    fileprivate var scatter: ScatterChart? {
      if case .scatter(let chart) = self { chart } else { nil }
    }

    fileprivate func heightInGrid(width: Double, style: FigureStyle) -> Double {
      switch self {
      case .heatmap(let chart): chart.suitableHeight(width: width, style: style)
      case .scatter: ScatterChart.plotHeight(width: width, style: style)
      }
    }

    fileprivate func elements(on page: Page) -> [SVGElement] {
      switch self {
      case .heatmap(let chart): chart.elements(on: page)
      case .scatter(let chart): chart.elements(on: page, naming: false)
      }
    }
  }

  package var title: String
  package var panels: [Panel]
  /// Panels side by side; by default as many as can be read.
  package var columns: Int?
  package var description: String

  /// - Parameters:
  ///   - columns: As many as suit the panels where it is nil.
  ///   - description: What the figure shows in words and numbers.
  public init(title: String, panels: [Panel], columns: Int? = nil, description: String) {
    self.title = title
    self.panels = panels
    self.columns = columns
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

  private func columnCount(width: Double, style: FigureStyle) -> Int {
    let leastWidth = panels.map(\.leastWidth).max() ?? 11
    let most = max(1, Int(width / (style.textSize * leastWidth)))
    return max(1, min(columns ?? most, most, max(panels.count, 1)))
  }

  private func gap(_ style: FigureStyle) -> Double { style.textSize * 1.2 }

  private func panelWidth(width: Double, style: FigureStyle) -> Double {
    let columns = Double(columnCount(width: width, style: style))
    return (width - 2 * style.margin - gap(style) * (columns - 1)) / columns
  }

  func suitableHeight(width: Double, style: FigureStyle) -> Double {
    let columns = columnCount(width: width, style: style)
    let rows = max(1, (panels.count + columns - 1) / columns)
    let panel = panelWidth(width: width, style: style)
    let inner = panels.map { $0.heightInGrid(width: panel, style: style) }.max() ?? panel
    let title = style == .screen ? style.textSize * 2 : 0
    let height =
      Double(rows) * inner + Double(rows - 1) * gap(style) * 0.5 + title + 2 * style.margin
    let page = Page(
      width: width, height: height, style: style, idPrefix: "", showsTitle: style == .screen)
    return height + (legend(on: page)?.height ?? 0)
  }

  /// What names the groups of all scatter panels, where they cannot be named in one of them; nil
  /// where they can.
  private func legend(on page: Page) -> CloudLegend? {
    let scatters = panels.compactMap(\.scatter)
    let header = page.titled(title)
    let top = page.showsTitle ? header.bottom : page.style.margin
    let cell = cell(0, size: cellSize(on: page, below: top), on: page)
    guard scatters.contains(where: { $0.needsLegend(on: cell) }) else { return nil }
    return CloudLegend(
      scatters.flatMap(\.groups), width: page.content.upperBound - page.content.lowerBound,
      style: page.style)
  }

  private func cellSize(on page: Page, below top: Double) -> (width: Double, height: Double) {
    let style = page.style
    let columns = columnCount(width: page.width, style: style)
    let rows = max(1, (panels.count + columns - 1) / columns)
    let gaps = gap(style) * 0.5 * Double(rows - 1)
    return (
      panelWidth(width: page.width, style: style),
      (page.height - style.margin - top - gaps) / Double(rows)
    )
  }

  private func cell(_ index: Int, size: (width: Double, height: Double), on page: Page) -> Page {
    Page(
      width: max(size.width, 1), height: max(size.height, 1), style: page.style,
      idPrefix: "\(page.idPrefix)-\(index + 1)", hasTooltips: page.hasTooltips, margin: 0)
  }

  func elements(on page: Page) -> [SVGElement] {
    let style = page.style
    let header = page.titled(title)
    let title = page.showsTitle ? header.bottom : style.margin
    let legend = legend(on: page)
    let top = title + (legend?.height ?? 0)
    let columns = columnCount(width: page.width, style: style)
    let size = cellSize(on: page, below: top)
    guard !panels.isEmpty else {
      let frame = Frame(
        left: style.margin, top: top, width: page.width - 2 * style.margin, height: size.height,
        horizontal: LinearScale(0...1), vertical: LinearScale(0...1), style: style)
      return header.elements + [page.emptyNote(in: frame)]
    }
    let cells = panels.enumerated().map { index, panel in
      let cell = cell(index, size: size, on: page)
      let x = style.margin + Double(index % columns) * (size.width + gap(style))
      let y = top + Double(index / columns) * (size.height + gap(style) * 0.5)
      return SVGElement.group("panel", panel.elements(on: cell))
        .with("transform", .text("translate(\(SVGValue.numbers([x, y]).text))"))
    }
    return header.elements + (legend?.elements(page: page, top: title) ?? []) + cells
  }
}
