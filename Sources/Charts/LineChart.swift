/// Lines over a linear or logarithmic axis, named at their ends.
///
/// ```swift
/// let chart = LineChart(
///   title: "Depth of sleep", xAxis: Axis(label: "Time (h)"), yAxis: Axis(label: "Depth"),
///   series: [Series(name: "Ada", points: [.init(0, 1), .init(1, 3)])],
///   description: "Ada sleeps deeper after an hour.")
/// chart.svg(style: .nature, idPrefix: "sleep")
/// ```
public struct LineChart: Chart, Hashable {
  package var title: String
  package var xAxis: Axis
  package var yAxis: Axis
  /// In order of depth, which their colours follow.
  package var series: [Series]
  package var rules: [Rule]
  /// A dashed line through points, such as what was to be expected; empty for none.
  package var reference: [Series.Point]
  /// Whether both axes are equally long.
  package var isSquare: Bool
  package var description: String

  /// - Parameters:
  ///   - rules: Values that give the others their meaning.
  ///   - reference: A dashed line through points, such as what was to be expected.
  ///   - isSquare: Whether both axes are equally long, for two shares against one another.
  ///   - description: What the figure shows in words and numbers.
  public init(
    title: String, xAxis: Axis, yAxis: Axis, series: [Series], rules: [Rule] = [],
    reference: [Series.Point] = [], isSquare: Bool = false, description: String
  ) {
    self.title = title
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.series = series
    self.rules = rules
    self.reference = reference
    self.isSquare = isSquare
    self.description = description
  }

  /// The figure as an SVG document.
  ///
  /// - Parameters:
  ///   - width: the style's column width by default.
  ///   - height: the width over the golden ratio by default.
  ///   - idPrefix: unlike that of any other figure on the same page.
  ///   - tooltips: whether every point answers the pointer, for a browser.
  public func svg(
    style: FigureStyle = .screen, width: Length? = nil, height: Length? = nil, idPrefix: String,
    tooltips: Bool = false
  ) -> String {
    render(
      style: style, width: width, height: height, idPrefix: idPrefix, tooltips: tooltips)
  }

  func suitableHeight(width: Double, style: FigureStyle) -> Double {
    // Two thirds of the width are a square's, and beside it stand the names.
    isSquare ? width * 0.66 + style.textSize * 3 : width / goldenRatio
  }

  func elements(on page: Page) -> [SVGElement] { elements(on: page, sides: (0, 0)) }

  /// What the chart takes to the left of its frame, and its names to the right.
  func sides(on page: Page) -> (left: Double, names: Double) {
    var sides = (left: 0.0, names: 0.0)
    _ = elements(on: page, sides: (0, 0), found: &sides)
    return sides
  }

  /// - Parameter sides: What is left free beside the frame at least, as `sides(on:)` says it.
  func elements(on page: Page, sides: (left: Double, names: Double)) -> [SVGElement] {
    var found = sides
    return elements(on: page, sides: sides, found: &found)
  }

  private func elements(
    on page: Page, sides: (left: Double, names: Double), found: inout (left: Double, names: Double)
  ) -> [SVGElement] {
    let style = page.style
    let appearances = SeriesAppearance.assigned(to: series, style: style)
    let header = page.titled(title)
    let lowest = page.height - page.margin
    let hasVerticalRules = rules.contains { $0.direction == .vertical }
    var top = header.bottom + style.smallTextSize * 0.5
    if hasVerticalRules { top += style.smallTextSize * TextLine.height }
    let xRoom = AxisMark.room(
      style, hasLabel: !xAxis.label.isEmpty, tickLabels: style.smallTextSize)

    var labels = EndLabels(
      series: series, appearances: appearances, rules: rules.filter(\.isNamed),
      page: page, top: header.bottom, bottom: lowest - xRoom, lowest: lowest)
    if labels.leavesOutSome { top += style.smallTextSize * TextLine.height }
    var height = lowest - xRoom - top

    let yCount = LineChart.tickCount(height: height, style: style)
    let yScale = yAxis.scale(
      covering: ordinatesOfAll, niceFor: yCount * 2)
    let yTicks = yAxis.ticks(on: yScale, about: yCount, length: height)
    let yLabels = yTicks.compactMap { $0.label?.width(size: style.smallTextSize) }.max() ?? 0
    let left = max(
      page.margin + AxisMark.room(style, hasLabel: !yAxis.label.isEmpty, tickLabels: yLabels),
      sides.left)
    let names = max(labels.width, sides.names)
    found = (left, names)

    let xScale = xAxis.scale(covering: series.flatMap(\.abscissas), niceFor: nil)
    var width = max(page.content.upperBound - names - left, style.textSize)
    if isSquare {
      width = min(width, height)
      height = width
    }
    let frame = Frame(
      left: left, top: top, width: width, height: height, horizontal: xScale, vertical: yScale,
      inset: style.textSize * 0.5, style: style)
    // Where names stand beside the axis, its texts keep to the frame.
    let xBounds = labels.reachesBelow ? page.content.lowerBound...frame.right : page.content
    let xTicks = LineChart.fittingTicks(of: xAxis, in: frame, bounds: xBounds)

    let axes: [any Mark] = [
      AxisMark(side: .bottom, ticks: xTicks, label: xAxis.label, bounds: xBounds),
      AxisMark(
        side: .left, ticks: yTicks, label: yAxis.label, labelRoom: yLabels,
        bounds: header.bottom...lowest),
    ]
    var elements = header.elements
    elements += PlotContent(
      series: series, appearances: appearances, rules: rules, reference: reference,
      hasTooltips: page.hasTooltips && TooltipMark.areFew(series)
    ).elements(in: frame, clip: "\(page.idPrefix)-clip")
    elements += axes.flatMap { $0.elements(in: frame) }
    elements += verticalRuleLabels(in: frame, page: page)
    labels.place(in: frame)
    elements += labels.elements(in: frame)
    if labels.leavesOutSome {
      let legend = RampLegend(
        names: series.map(\.name), colors: appearances.map(\.color), room: frame.width,
        size: style.smallTextSize)
      elements += legend.elements(
        left: frame.right - legend.width, middle: header.bottom + style.smallTextSize / 2)
    }
    if !series.contains(where: { $0.isVisible(in: frame) }) {
      elements.append(page.emptyNote(in: frame))
    }
    return elements
  }

  /// Every value the vertical axis has to show.
  var ordinatesOfAll: [Double] {
    series.flatMap(\.ordinates) + rules.filter { $0.direction == .horizontal }.map(\.value)
  }

  private func verticalRuleLabels(in frame: Frame, page: Page) -> [SVGElement] {
    let size = page.style.smallTextSize
    let shown = rules.filter { $0.direction == .vertical }
      .compactMap { rule in RuleMark(rule: rule).place(in: frame).map { (rule.label, $0) } }
    guard !shown.isEmpty else { return [] }
    let share = (page.content.upperBound - page.content.lowerBound) / Double(shown.count)
    let texts = TextMetrics.elided(shown.map(\.0), toFit: share - size, size: size)
    let middles = LabelPlacement.middles(
      desired: shown.map(\.1),
      sizes: texts.map { TextMetrics.width(of: $0, size: size) + size * 0.6 }, in: page.content)
    let labels = zip(texts, middles).map { text, x in
      SVGElement.text(text, x: x, middle: frame.top - size * 0.6, size: size, anchor: .middle)
    }
    return [.group("rule-labels", labels)]
  }

  /// A tick for every two lines of text at most, but no more than one reads at a glance.
  static func tickCount(height: Double, style: FigureStyle) -> Int {
    min(max(3, Int((height / style.textSize / 2.2).rounded())), 7)
  }

  /// As many ticks as their labels leave room for, and no more than one reads at a glance.
  static func fittingTicks(of axis: Axis, in frame: Frame, bounds: ClosedRange<Double>) -> [Tick] {
    if axis.ticks != nil {
      let size = frame.style.smallTextSize
      let all = axis.ticks(on: frame.horizontal, about: 0, length: frame.width)
      let room = frame.width / Double(min(3, max(1, all.count)))
      let names = TextMetrics.elided(all.map { $0.label?.text ?? "" }, toFit: room, size: size)
      let ticks = zip(all, names).map { Tick(value: $0.value, label: TickLabel(text: $1)) }
      return AxisMark.thinned(ticks, in: frame, bounds: bounds)
    }
    var ticks: [Tick] = []
    let most = min(max(2, Int((frame.width / frame.style.textSize / 3.2).rounded())), 8)
    for count in (2...most).reversed() {
      ticks = axis.ticks(on: frame.horizontal, about: count, length: frame.width)
      let labelled = ticks.filter { $0.label != nil }
      if AxisMark.thinned(labelled, in: frame, bounds: bounds).allSatisfy({ $0.label != nil }) {
        return ticks
      }
    }
    return AxisMark.thinned(ticks, in: frame, bounds: bounds)
  }
}
