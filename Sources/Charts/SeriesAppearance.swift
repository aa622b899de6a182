/// How a series is drawn. Colour follows depth along a ramp whose luminance rises; where series are
/// few, markers tell them apart without colour.
struct SeriesAppearance: Hashable, Sendable {
  let color: RGB
  let width: Double
  /// The marker on the line; nil where series are many, or no marker on this one would say anything.
  let marker: MarkerShape?
  /// Whether its points carry markers, and not the emphasised ones alone.
  let marksPoints: Bool
  /// The marker for emphasised points.
  let shape: MarkerShape

  /// An appearance for each of the series, which are in order of depth.
  static func assigned(to series: [Series], style: FigureStyle) -> [SeriesAppearance] {
    let count = series.count
    let hasMarkers = count <= mostMarkedSeries
    let width = style.lineWidth * (count > 20 ? 0.7 : count > 8 ? 0.85 : 1)
    return series.enumerated().map { index, series in
      let depth = series.depth ?? (count > 1 ? Double(index) / Double(count - 1) : 0.25)
      let shapes = MarkerShape.allCases
      let shape = hasMarkers ? shapes[index % shapes.count] : .circle
      let marksPoints = hasMarkers && series.points.count <= mostMarkers
      return SeriesAppearance(
        color: series.color ?? ColorRamp.lines(depth), width: width,
        marker: marksPoints || (hasMarkers && !series.emphasised.isEmpty) ? shape : nil,
        marksPoints: marksPoints, shape: shape)
    }
  }

  /// On lines of more points than this only emphasised ones are marked.
  static let mostMarkers = 16
  static let mostMarkedSeries = 8

  func stroked(_ element: SVGElement) -> SVGElement {
    element
      .with("fill", "none")
      .with("stroke", .color(color))
      .with("stroke-width", .number(width))
      .with("stroke-linejoin", "round")
      .with("stroke-linecap", "round")
  }

  /// A short piece of the line, as it stands beside its name.
  func key(from start: Place, to end: Place) -> [SVGElement] {
    let line = stroked(SVGElement("path", ["d": .path([start, end])]))
    let middle = Place(x: (start.x + end.x) / 2, y: (start.y + end.y) / 2)
    guard let marker else { return [line] }
    return [line, marksPoints ? marked(middle) : emphasised(middle, shape: marker)]
  }

  var markerRadius: Double { marker == nil ? 0 : width * 1.9 }

  /// The hollow marker of an ordinary point; emphasised ones are filled.
  func marked(_ place: Place) -> SVGElement {
    (marker ?? .circle).element(at: place, radius: width * 1.5, fill: .white)
      .with("stroke", .color(color))
      .with("stroke-width", .number(width * 0.75))
  }

  /// The filled marker of a point that the figure is about.
  func emphasised(_ place: Place, shape: MarkerShape) -> SVGElement {
    shape.element(at: place, radius: width * 2, fill: color)
      .with("class", "emphasis")
      .with("stroke", .color(.white))
      .with("stroke-width", .number(width * 0.5))
  }

  /// A key for a rule.
  static func ruleKey(through places: [Place], style: FigureStyle) -> SVGElement {
    SVGElement(
      "path",
      [
        "d": .path(places), "fill": "none", "stroke": .color(.gray),
        "stroke-width": .number(style.axisWidth * 1.25), "stroke-dasharray": RuleMark.dash(style),
      ])
  }
}
