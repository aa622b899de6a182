/// The colours of a heatmap's values, and the bar that explains them.
struct ColorBar: Sendable {
  private let scale: any Scale
  private let domain: ClosedRange<Double>
  private let colors: HeatmapChart.Colors
  private let label: String
  private let ticks: [Tick]
  private let style: FigureStyle

  init(chart: HeatmapChart, finiteValues: [Double], style: FigureStyle) {
    let isLogarithmic = chart.valueKind == .log && (finiteValues.min() ?? 0) > 0
    let axis = Axis(kind: isLogarithmic ? .log : .linear, domain: chart.domain)
    scale = axis.scale(covering: finiteValues, niceFor: nil)
    domain = (scale as? LinearScale)?.domain ?? (scale as? LogScale)?.domain ?? 0...1
    colors = chart.colors
    label = chart.valueLabel
    ticks = scale.ticks(about: 5)
    self.style = style
  }

  func color(_ value: Double) -> RGB {
    switch colors {
    case .sequential:
      return ColorRamp.sequential(scale.position(of: value) ?? 0)
    case .diverging(let center):
      // Both sides share one measure, so that equal distances have equally strong colours.
      let reach = max(
        domain.upperBound - center, center - domain.lowerBound, 1e-300)
      return ColorRamp.diverging(0.5 + (value - center) / reach / 2)
    }
  }

  /// The colour at a share of the bar's length.
  private func color(at share: Double) -> RGB {
    guard case .diverging = colors else { return ColorRamp.sequential(share) }
    return color(domain.lowerBound + (domain.upperBound - domain.lowerBound) * share)
  }

  private var thickness: Double { style.textSize * 0.9 }
  private var distance: Double { style.textSize * 1.1 }
  private var tickRoom: Double {
    ticks.compactMap { $0.label?.width(size: style.smallTextSize) }.max() ?? 0
  }

  /// The room from the frame to the page's margin.
  var width: Double {
    distance + thickness
      + AxisMark.room(style, hasLabel: !label.isEmpty, tickLabels: tickRoom)
  }

  /// The colours of a frame's width, as a gradient of the id.
  func horizontalStrip(in frame: Frame, id: String) -> [SVGElement] {
    let gradient = SVGElement(
      "linearGradient", ["id": .text(id), "x1": "0", "y1": "0", "x2": "1", "y2": "0"], stops)
    let strip = SVGElement(
      "rect",
      [
        "x": .number(frame.left), "y": .number(frame.top), "width": .number(frame.width),
        "height": .number(frame.height), "fill": "url(#\(id))",
      ])
    return [SVGElement("defs", [:], [gradient]), strip]
  }

  private var stops: [SVGElement] {
    let steps = 20
    return (0...steps).map { step in
      let share = Double(step) / Double(steps)
      return SVGElement(
        "stop", ["offset": .number(share), "stop-color": .color(color(at: share))])
    }
  }

  /// The bar beside a frame whose neighbors end at `right`.
  func elements(right: Double, frame: Frame, page: Page) -> [SVGElement] {
    let bar = Frame(
      left: right + distance, top: frame.top, width: thickness, height: frame.height,
      horizontal: LinearScale(0...1), vertical: scale, style: style)
    let id = "\(page.idPrefix)-ramp"
    let gradient = SVGElement(
      "linearGradient", ["id": .text(id), "x1": "0", "y1": "1", "x2": "0", "y2": "0"], stops)
    let strip = SVGElement(
      "rect",
      [
        "x": .number(bar.left), "y": .number(bar.top), "width": .number(bar.width),
        "height": .number(bar.height), "fill": "url(#\(id))",
      ])
    let edge = bar.right + style.tickLength * 0.7
    var texts: [SVGElement] = []
    for tick in scale.ticks(about: min(5, LineChart.tickCount(height: bar.height, style: style))) {
      guard let y = bar.y(tick.value), let label = tick.label else { continue }
      texts.append(.line(bar.right, y, edge, y, width: style.axisWidth))
      // The widest label is flush with its axis' name.
      texts.append(
        .text(
          label, x: edge + AxisMark.gap(style) + tickRoom, middle: y, size: style.smallTextSize,
          anchor: .end))
    }
    if !label.isEmpty {
      let rows = page.margin...page.height - page.margin
      texts.append(
        .axisName(
          label, x: page.content.upperBound - style.textSize * 0.6,
          middle: (bar.top + bar.bottom) / 2, bounds: rows, size: style.textSize))
    }
    return [.group("color-bar", [SVGElement("defs", [:], [gradient]), strip] + texts)]
  }
}
