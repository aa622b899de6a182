/// Histograms on the same axes: a grid of panels, in each the bars of one group or of two to
/// compare.
public struct HistogramChart: Chart, Hashable {
  /// The bars of one group.
  public struct Group: Hashable, Sendable {
    package var name: String
    /// The height in each bin.
    package var values: [Double]
    /// The bounds of the bins: one more than there are bins, ascending.
    package var edges: [Double]
    /// A tooltip for each bar.
    package var notes: [String]
    /// A text above each bar, where there is room; empty for none.
    package var labels: [String]

    /// - Parameter values: The height of each bar, one fewer than there are edges.
    public init(
      name: String, values: [Double], edges: [Double], notes: [String] = [], labels: [String] = []
    ) {
      self.name = name
      self.values = values
      self.edges = edges
      self.notes = notes
      self.labels = labels
    }

    /// The share of the samples in each bin; the last bin has both of its bounds.
    public init(name: String, counting samples: [Double], edges: [Double]) {
      var counts = Array(repeating: 0, count: max(edges.count - 1, 0))
      for sample in samples {
        let above = edges.firstIndex { $0 > sample } ?? edges.count - 1
        if above > 0, above - 1 < counts.count, sample <= (edges.last ?? sample) {
          counts[above - 1] += 1
        }
      }
      let total = Double(max(samples.count, 1))
      self.init(
        name: name, values: counts.map { Double($0) / total }, edges: edges,
        notes: counts.enumerated().map { bin, count in
          "\(name): \(count) of \(samples.count) from \(NumberText.significant(edges[bin])) to "
            + NumberText.significant(edges[bin + 1])
        })
    }
  }

  /// Groups on one pair of axes.
  public struct Panel: Hashable, Sendable {
    package var title: String
    package var groups: [Group]
    /// A dashed line through points, such as what was to be expected.
    package var reference: [Series.Point]

    /// - Parameter reference: A dashed line.
    public init(title: String, groups: [Group], reference: [Series.Point] = []) {
      self.title = title
      self.groups = groups
      self.reference = reference
    }
  }

  package var title: String
  /// The axes hold for all panels.
  package var xAxis: Axis
  package var yAxis: Axis
  package var panels: [Panel]
  package var description: String

  /// - Parameter description: What the figure shows in words and numbers.
  public init(title: String, xAxis: Axis, yAxis: Axis, panels: [Panel], description: String) {
    self.title = title
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.panels = panels
    self.description = description
  }

  /// The figure as an SVG document; its width is the style's, full where there are several panels.
  public func svg(
    style: FigureStyle = .screen, width: Length? = nil, height: Length? = nil, idPrefix: String
  ) -> String {
    let usual = panels.count > 1 ? style.fullWidth : style.columnWidth
    return render(style: style, width: width ?? usual, height: height, idPrefix: idPrefix)
  }

  /// Bins for counts from 0 up, one for each number or, where they are many, for as many numbers as
  /// keeps the bins at or below a limit.
  package static func integerEdges(through largest: Int, atMost limit: Int) -> [Double] {
    let step = max(1, (max(largest, 0) + limit) / max(limit, 1))
    let bins = max(largest, 0) / step + 1
    return (0...bins).map { Double($0 * step) - 0.5 }
  }

  private func columnCount(width: Double, style: FigureStyle) -> Int {
    let most = max(1, min(panels.count, Int(width / (style.textSize * 16))))
    let rows = max(1, (panels.count + most - 1) / most)
    return max(1, (panels.count + rows - 1) / rows)
  }

  func suitableHeight(width: Double, style: FigureStyle) -> Double {
    let columns = columnCount(width: width, style: style)
    let rows = Double(PanelGrid.rowCount(panels.count, columns: columns))
    let panel = (width - style.textSize * 4) / Double(columns) - style.textSize
    let shape = columns == 1 ? goldenRatio * 1.15 : 1.4
    return rows * (panel / shape + style.textSize * 2.5) + style.textSize * 4.5
      + legend(width: width, style: style).height
  }

  private var names: [String] {
    panels.flatMap(\.groups).map(\.name).reduce(into: []) { names, name in
      if !names.contains(name) { names.append(name) }
    }
  }

  private func color(_ place: Int) -> RGB { ColorRamp.lines(place == 0 ? 0.25 : 0.95) }

  private func legend(width: Double, style: FigureStyle) -> BarLegend {
    BarLegend(names: names.count > 1 ? names : [], colors: names.indices.map(color), style: style)
  }

  func elements(on page: Page) -> [SVGElement] {
    let style = page.style
    let size = style.smallTextSize
    let header = page.titled(title)
    let legend = legend(width: page.width, style: style)
    let isNamed = panels.contains { !$0.title.isEmpty }
    let groups = panels.flatMap(\.groups)
    let grid = PanelGrid(
      on: page, below: header.bottom + legend.height, count: panels.count,
      columns: columnCount(width: page.width, style: style),
      titleRoom: isNamed ? size * 2 : size * 1.2, xAxis: xAxis, yAxis: yAxis,
      abscissas: groups.flatMap(\.edges), ordinates: [0] + groups.flatMap(\.values),
      overhang: 1 / 2)
    var elements = header.elements + legend.elements(page: page, top: header.bottom)
    for (index, panel) in panels.enumerated() {
      elements.append(
        self.panel(panel, in: grid.frame(index), axes: grid.axes(index), page: page))
    }
    return elements + grid.names
  }

  private func panel(
    _ panel: Panel, in frame: Frame, axes: [AxisMark], page: Page
  ) -> SVGElement {
    let size = page.style.smallTextSize
    let marks: [any Mark] =
      panel.groups.map { group in
        let place = names.firstIndex(of: group.name) ?? 0
        return BarMark(
          values: group.values, edges: group.edges, notes: group.notes, labels: group.labels,
          place: place, groupCount: names.count, color: color(place))
      } + axes
    let reference = panel.reference.compactMap { frame.place($0.x, $0.y).map(frame.clamped) }
    let name = TextMetrics.elided(panel.title, toFit: frame.width, size: size)
    let isEmpty = panel.groups.allSatisfy { $0.values.allSatisfy { !($0 > 0) } }
    return .group(
      "panel",
      (panel.title.isEmpty
        ? [] : [.text(name, x: frame.left, middle: frame.top - size * 0.85, size: size)])
        + marks.flatMap { $0.elements(in: frame) }
        + (reference.count > 1 ? Self.rule(through: reference, style: page.style) : [])
        + (isEmpty ? [page.emptyNote(in: frame)] : []))
  }
}

extension HistogramChart {
  /// A dashed line that shows on bars too.
  fileprivate static func rule(through places: [Place], style: FigureStyle) -> [SVGElement] {
    let halo = SVGElement(
      "path",
      [
        "d": .path(places), "fill": "none", "stroke": .color(.white),
        "stroke-width": .number(style.axisWidth * 3),
      ])
    return [halo, SeriesAppearance.ruleKey(through: places, style: style)]
  }
}

/// Names of groups of bars in one row, each after its swatch.
private struct BarLegend {
  let names: [String]
  let colors: [RGB]
  let style: FigureStyle

  var height: Double { names.isEmpty ? 0 : style.smallTextSize * 1.55 }

  func elements(page: Page, top: Double) -> [SVGElement] {
    guard !names.isEmpty else { return [] }
    let size = style.smallTextSize
    let room = (page.content.upperBound - page.content.lowerBound) / Double(names.count)
    let texts = TextMetrics.elided(names, toFit: room - size * 2.4, size: size)
    var x = page.content.lowerBound
    let middle = top + size * 0.7
    var elements: [SVGElement] = []
    for (index, text) in texts.enumerated() {
      let isOutline = index % 2 == 1
      elements.append(
        SVGElement(
          "rect",
          [
            "x": .number(x), "y": .number(middle - size * 0.4), "width": .number(size * 0.8),
            "height": .number(size * 0.8), "fill": .color(isOutline ? .white : colors[index]),
            "stroke": .color(colors[index]), "stroke-width": .number(style.axisWidth),
          ]))
      elements.append(.text(text, x: x + size * 1.2, middle: middle, size: size))
      x += size * 2.4 + TextMetrics.width(of: text, size: size)
    }
    return [.group("legend", elements)]
  }
}
