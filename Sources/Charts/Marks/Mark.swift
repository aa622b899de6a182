/// What is drawn in a frame: lines, points, rules, cells, axes.
///
/// A mark speaks of data; the frame says where on the page that is.
protocol Mark: Sendable {
  func elements(in frame: Frame) -> [SVGElement]
}

/// A rectangle on the page, in points, with a scale along each side.
struct Frame: Sendable {
  let left: Double
  let top: Double
  let width: Double
  let height: Double
  let horizontal: any Scale
  let vertical: any Scale
  /// Room between the frame's sides and the ends of the horizontal scale, so that markers at the
  /// first and last position stand clear of the axis.
  let inset: Double
  let style: FigureStyle

  init(
    left: Double, top: Double, width: Double, height: Double, horizontal: any Scale,
    vertical: any Scale, inset: Double = 0, style: FigureStyle
  ) {
    self.left = left
    self.top = top
    self.width = max(width, 1)
    self.height = max(height, 1)
    self.horizontal = horizontal
    self.vertical = vertical
    self.inset = min(inset, self.width / 4)
    self.style = style
  }

  var right: Double { left + width }
  var bottom: Double { top + height }

  func x(_ value: Double) -> Double? {
    horizontal.position(of: value).map { left + inset + $0 * (width - 2 * inset) }
  }

  /// Values grow upwards.
  func y(_ value: Double) -> Double? {
    vertical.position(of: value).map { bottom - $0 * height }
  }

  func place(_ x: Double, _ y: Double?) -> Place? {
    guard let y, let horizontal = self.x(x), let vertical = self.y(y) else { return nil }
    return Place(x: horizontal, y: vertical)
  }

  /// Whether a place is in the frame or on its border.
  func contains(_ place: Place) -> Bool {
    (left - 0.01...right + 0.01).contains(place.x) && (top - 0.01...bottom + 0.01).contains(place.y)
  }

  func clamped(_ place: Place) -> Place {
    Place(x: min(max(place.x, left), right), y: min(max(place.y, top), bottom))
  }
}
