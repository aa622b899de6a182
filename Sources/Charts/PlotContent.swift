/// What stands inside the axes of a line chart: bands, rules, lines and emphasised points.
struct PlotContent: Sendable {
  let series: [Series]
  let appearances: [SeriesAppearance]
  let rules: [Rule]
  var reference: [Series.Point] = []
  var hasTooltips = false

  func elements(in frame: Frame, clip: String) -> [SVGElement] {
    // A line along the border keeps its full width.
    let slack = frame.style.lineWidth
    let area = SVGElement(
      "clipPath", ["id": .text(clip)],
      [
        SVGElement(
          "rect",
          [
            "x": .number(frame.left), "y": .number(frame.top - slack),
            "width": .number(frame.width + slack), "height": .number(frame.height + 2 * slack),
          ])
      ])
    let bands = zip(series, appearances).flatMap { series, appearance in
      series.isStrip
        ? []
        : BandMark(points: series.points, bounds: series.band, color: appearance.color)
          .elements(in: frame)
    }
    let lines = zip(series, appearances).map { series, appearance in
      SVGElement(
        "g", ["class": "series", "data-name": .text(series.name)],
        [SVGElement("title", text: series.name)]
          + (series.isStrip
            ? StripMark(series: series, appearance: appearance).elements(in: frame)
            : ThreadMark(series: series, appearance: appearance).elements(in: frame)
              + LineMark(series: series, appearance: appearance).elements(in: frame)))
    }
    let emphasis = zip(series, appearances).flatMap { series, appearance in
      EmphasisMark(points: series.emphasised, appearance: appearance, seriesName: series.name)
        .elements(in: frame)
    }
    let clipped = SVGElement(
      "g", ["class": "plot", "clip-path": "url(#\(clip))"],
      bands + rules.flatMap { RuleMark(rule: $0).elements(in: frame) }
        + referenceLine(in: frame) + lines)
    let spots = hasTooltips ? series.flatMap { TooltipMark(series: $0).elements(in: frame) } : []
    return [SVGElement("defs", [:], [area]), clipped]
      + (spots.isEmpty ? [] : [.group("spots", spots)])
      + (emphasis.isEmpty ? [] : [.group("emphases", emphasis)])
  }

  private func referenceLine(in frame: Frame) -> [SVGElement] {
    let places = reference.compactMap { frame.place($0.x, $0.y) }
    guard places.count > 1 else { return [] }
    return [
      SeriesAppearance.ruleKey(through: places, style: frame.style).with("class", "reference")
    ]
  }
}
