/// A grid of line charts on the same scales, with one legend and axes at its borders only.
public struct SmallMultiples: Chart, Hashable {
  package var title: String
  /// The first panel's axes hold for all. Series of the same name look the same in every panel.
  package var panels: [LineChart]
  /// Panels side by side; by default as many as can be read.
  package var columns: Int?
  package var description: String

  /// - Parameters:
  ///   - panels: The first one's axes hold for all; series of one name look the same in each.
  ///   - columns: As many as can be read where it is nil.
  ///   - description: What the figure shows in words and numbers.
  public init(title: String, panels: [LineChart], columns: Int? = nil, description: String) {
    self.title = title
    self.panels = panels
    self.columns = columns
    self.description = description
  }

  /// The figure as an SVG document.
  ///
  /// - Parameters:
  ///   - width: the style's full width by default.
  ///   - height: what gives each panel a pleasing shape by default.
  ///   - idPrefix: unlike that of any other figure on the same page.
  ///   - tooltips: whether every point answers the pointer, for a browser.
  public func svg(
    style: FigureStyle = .screen, width: Length? = nil, height: Length? = nil, idPrefix: String,
    tooltips: Bool = false
  ) -> String {
    render(
      style: style, width: width ?? style.fullWidth, height: height, idPrefix: idPrefix,
      tooltips: tooltips)
  }

  func suitableHeight(width: Double, style: FigureStyle) -> Double {
    let columns = columnCount(width: width, style: style)
    let panel = (width - style.textSize * 4) / Double(columns) - style.textSize
    let rows = Double(PanelGrid.rowCount(panels.count, columns: columns))
    let legend = Legend(entries: legendEntries(style: style), width: width, style: style)
    // Fewer columns than rows would otherwise make a tower.
    let shape = rows > 1 ? 1.4 : columns > 2 ? 1.1 : goldenRatio
    return rows * (panel / shape + style.textSize * 2.5) + style.textSize * 4.5 + legend.height
  }

  func elements(on page: Page) -> [SVGElement] {
    let style = page.style
    let size = style.smallTextSize
    let header = page.titled(title)
    let legend = Legend(
      entries: legendEntries(style: style),
      width: page.content.upperBound - page.content.lowerBound, style: style)
    let grid = PanelGrid(
      on: page, below: header.bottom + legend.height, count: panels.count,
      columns: columnCount(width: page.width, style: style), titleRoom: size * 2,
      inset: style.textSize * 0.4, xAxis: panels.first?.xAxis ?? Axis(),
      yAxis: panels.first?.yAxis ?? Axis(),
      abscissas: panels.flatMap(\.series).flatMap(\.abscissas),
      ordinates: panels.flatMap(\.ordinatesOfAll), overhang: 1 / 4)
    let appearances = appearances(style: style)
    let hasTooltips = page.hasTooltips && TooltipMark.areFew(panels.flatMap(\.series))
    var elements = header.elements + legend.elements(page: page, top: header.bottom)
    // Together, so that names that differ in the middle are told apart.
    let titles = TextMetrics.elided(
      panels.map(\.title), toFit: grid.frame(0).width, size: size)
    for (index, panel) in panels.enumerated() {
      let frame = grid.frame(index)
      let content = PlotContent(
        series: panel.series, appearances: panel.series.compactMap { appearances[$0.name] },
        rules: panel.rules, hasTooltips: hasTooltips)
      elements.append(
        .group(
          "panel",
          [.text(titles[index], x: frame.left, middle: frame.top - size * 0.85, size: size)]
            + content.elements(in: frame, clip: "\(page.idPrefix)-clip-\(index + 1)")
            + grid.axes(index).flatMap { $0.elements(in: frame) }
            + (panel.series.contains { $0.isVisible(in: frame) } ? [] : [page.emptyNote(in: frame)])
        ))
    }
    return elements + grid.names
  }

  /// As many as are wide enough; of the larger half of those counts the one that leaves least empty.
  private func columnCount(width: Double, style: FigureStyle) -> Int {
    if let columns { return max(1, columns) }
    let most = max(1, min(panels.count, Int(width / (style.textSize * 11))))
    let counts = (most / 2 + 1...max(most / 2 + 1, most)).reversed()
    func empty(_ columns: Int) -> Int {
      PanelGrid.rowCount(panels.count, columns: columns) * columns - panels.count
    }
    return counts.min { empty($0) < empty($1) } ?? most
  }

  /// One series for each name, in order of appearance, with the most points it has anywhere.
  private var representatives: [Series] {
    var order: [String] = []
    var longest: [String: Series] = [:]
    for series in panels.flatMap(\.series) {
      if let known = longest[series.name] {
        if known.points.count < series.points.count { longest[series.name] = series }
      } else {
        order.append(series.name)
        longest[series.name] = series
      }
    }
    return order.compactMap { longest[$0] }
  }

  private func appearances(style: FigureStyle) -> [String: SeriesAppearance] {
    let series = representatives
    let pairs = zip(series.map(\.name), SeriesAppearance.assigned(to: series, style: style))
    return Dictionary(pairs) { first, _ in first }
  }

  private func legendEntries(style: FigureStyle) -> [Legend.Entry] {
    let series = representatives
    var rules: [String] = []
    for rule in panels.flatMap(\.rules) where rule.isNamed && !rules.contains(rule.label) {
      rules.append(rule.label)
    }
    return zip(series, SeriesAppearance.assigned(to: series, style: style))
      .map { Legend.Entry(name: $0.name, appearance: $1) }
      + rules.map { Legend.Entry(name: $0, appearance: nil) }
  }
}
