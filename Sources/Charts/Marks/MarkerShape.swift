/// A marker's outline. The order is that in which series take them.
enum MarkerShape: Int, CaseIterable, Sendable {
  case circle, square, triangle, diamond, invertedTriangle, pentagon

  /// The shape with about the area of a circle of the radius.
  func element(at place: Place, radius: Double, fill: RGB) -> SVGElement {
    func polygon(_ corners: Int, turn: Double, scale: Double) -> SVGElement {
      let places = (0..<corners).map { corner in
        let angle = (turn + Double(corner) / Double(corners)) * 2 * Double.pi
        return Place(
          x: place.x + sine(angle) * radius * scale, y: place.y - cosine(angle) * radius * scale)
      }
      return SVGElement(
        "path", ["d": .path(places, closed: true), "fill": .color(fill)])
    }
    switch self {
    case .circle:
      return SVGElement(
        "circle",
        [
          "cx": .number(place.x), "cy": .number(place.y), "r": .number(radius),
          "fill": .color(fill),
        ])
    case .square: return polygon(4, turn: 0.125, scale: 1.25)
    case .triangle: return polygon(3, turn: 0, scale: 1.45)
    case .diamond: return polygon(4, turn: 0, scale: 1.3)
    case .invertedTriangle: return polygon(3, turn: 0.5, scale: 1.45)
    case .pentagon: return polygon(5, turn: 0, scale: 1.2)
    }
  }
}
