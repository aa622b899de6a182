/// How a series is drawn. Colour follows depth along a ramp whose luminance rises; where series are
/// few, markers tell them apart without colour.
struct SeriesAppearance: Hashable, Sendable {
  let color: RGB
  let width: Double
  /// The marker on the line; nil where series are many.
  let marker: MarkerShape?
  /// Which share of the distance between sparse markers comes before the first, 0…1.
  let phase: Double
  /// The marker for emphasised points.
  let shape: MarkerShape

  /// An appearance for each of the series, which are in order of depth.
  static func assigned(to series: [Series], style: FigureStyle) -> [SeriesAppearance] {
    let count = series.count
    let hasMarkers = count <= 8
    let width = style.lineWidth * (count > 20 ? 0.7 : count > 8 ? 0.85 : 1)
    return series.enumerated().map { index, series in
      let depth = series.depth ?? (count > 1 ? Double(index) / Double(count - 1) : 0.25)
      let shapes = MarkerShape.allCases
      let shape = hasMarkers ? shapes[index % shapes.count] : .circle
      return SeriesAppearance(
        color: ColorRamp.lines(depth), width: width, marker: hasMarkers ? shape : nil,
        phase: Double(index) / Double(count), shape: shape)
    }
  }

  /// Lines of more points than this carry some markers only.
  static let mostMarkers = 16

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
    return marker == nil ? [line] : [line, marked(middle)]
  }

  var markerRadius: Double { marker == nil ? 0 : width * 1.9 }

  /// The hollow marker of an ordinary point; emphasised ones are filled.
  func marked(_ place: Place) -> SVGElement {
    (marker ?? .circle).element(at: place, radius: width * 1.5, fill: .white)
      .with("stroke", .color(color))
      .with("stroke-width", .number(width * 0.75))
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
