enum TextAnchor: String {
  case start, middle, end
}

extension SVGElement {
  /// A line of text whose x-height is centred on `middle`.
  ///
  /// The baseline is set by hand: few converters know `dominant-baseline`.
  static func text(
    _ text: String, x: Double, middle: Double, size: Double, anchor: TextAnchor = .start,
    fill: RGB = .ink, bold: Bool = false, rotated: Double? = nil
  ) -> SVGElement {
    let y = middle + size * TextLine.baselineShift
    return SVGElement(
      "text",
      [
        "x": .number(rotated == nil ? x : 0), "y": .number(rotated == nil ? y : y - middle),
        "font-size": .number(size), "fill": .color(fill),
      ], text: text
    )
    .with("text-anchor", anchor == .start ? nil : .text(anchor.rawValue))
    .with("font-weight", bold ? "bold" : nil)
    .with(
      "transform",
      rotated.map { .text("translate(\(SVGValue.numbers([x, middle]).text)) rotate(\(Int($0)))") })
  }

  static func text(
    _ label: TickLabel, x: Double, middle: Double, size: Double, anchor: TextAnchor
  ) -> SVGElement {
    let base = text(label.text, x: x, middle: middle, size: size, anchor: anchor)
    guard let exponent = label.exponent else { return base }
    // `baseline-shift` is unknown to Firefox; `dy` is known to all.
    return base.adding(
      SVGElement(
        "tspan",
        ["dy": .number(-size * 0.36), "font-size": .number(size * TickLabel.exponentSize)],
        text: exponent))
  }
}

enum TextLine {
  /// From the middle of the capitals down to the baseline, as a share of the size.
  static let baselineShift = 0.35
  /// From one line to the next.
  static let height = 1.2
  /// How far a text at 45° reaches along either axis, as a share of its length.
  static let slant = 0.7071
}
