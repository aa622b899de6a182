/// A strip of the ramp between the names of the first series and the last.
struct RampLegend: Sendable {
  private let first: String
  private let last: String
  private let colors: [RGB]
  private let strip: Double
  private let size: Double

  /// - Parameter room: the width it may take.
  init(names: [String], colors: [RGB], room: Double, size: Double) {
    self.colors = colors
    self.size = size
    strip = max(1, min(room * 0.3, 80))
    let texts = TextMetrics.elided(
      [names.first ?? "", names.last ?? ""], toFit: max(0, (room - strip) / 2 - size / 2),
      size: size)
    first = texts[0]
    last = texts[1]
  }

  private var stripLeft: Double { TextMetrics.width(of: first, size: size) + size / 2 }
  var width: Double {
    stripLeft + strip + size / 2 + TextMetrics.width(of: last, size: size)
  }

  func elements(left: Double, middle: Double) -> [SVGElement] {
    let width = strip / Double(max(1, colors.count))
    let cells = colors.enumerated().map { index, color in
      let x = left + stripLeft + Double(index) * width
      return SVGElement(
        "rect",
        [
          "x": .number(x), "y": .number(middle - size * 0.3),
          "width": .number(index == colors.count - 1 ? width : width + 0.2),
          "height": .number(size * 0.6), "fill": .color(color),
        ])
    }
    let texts = [
      SVGElement.text(first, x: left, middle: middle, size: size),
      .text(last, x: left + self.width, middle: middle, size: size, anchor: .end),
    ]
    return [.group("ramp-legend", cells + texts)]
  }
}
