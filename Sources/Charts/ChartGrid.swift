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

    fileprivate var chart: any Chart {
      switch self {
      case .heatmap(let chart): chart
      case .scatter(let chart): chart
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
    let inner = panels.map { $0.chart.suitableHeight(width: panel, style: style) }.max() ?? panel
    let title = style == .screen ? style.textSize * 2 : 0
    return Double(rows) * inner + Double(rows - 1) * gap(style) * 0.5 + title + 2 * style.margin
  }

  func elements(on page: Page) -> [SVGElement] {
    let style = page.style
    let header = page.titled(title)
    let top = page.showsTitle ? header.bottom : style.margin
    let columns = columnCount(width: page.width, style: style)
    let rows = max(1, (panels.count + columns - 1) / columns)
    let width = panelWidth(width: page.width, style: style)
    let rowGap = gap(style) * 0.5
    let height =
      (page.height - style.margin - top - rowGap * Double(rows - 1)) / Double(rows)
    guard !panels.isEmpty else {
      let frame = Frame(
        left: style.margin, top: top, width: page.width - 2 * style.margin, height: height,
        horizontal: LinearScale(0...1), vertical: LinearScale(0...1), style: style)
      return header.elements + [page.emptyNote(in: frame)]
    }
    let cells = panels.enumerated().map { index, panel in
      let cell = Page(
        width: max(width, 1), height: max(height, 1), style: style,
        idPrefix: "\(page.idPrefix)-\(index + 1)", hasTooltips: page.hasTooltips, margin: 0)
      let x = style.margin + Double(index % columns) * (width + gap(style))
      let y = top + Double(index / columns) * (height + rowGap)
      return SVGElement.group("panel", panel.chart.elements(on: cell))
        .with("transform", .text("translate(\(SVGValue.numbers([x, y]).text))"))
    }
    return header.elements + cells
  }
}
