/// A dashed line across the frame at a value, or a short solid one; its label is set by the chart.
struct RuleMark: Mark {
  let rule: Rule

  func elements(in frame: Frame) -> [SVGElement] {
    guard let place = place(in: frame) else { return [] }
    let line: (Double, Double, Double, Double) =
      switch rule.direction {
      case .horizontal:
        (
          rule.reach.flatMap { frame.x($0.lowerBound) }.map { max($0, frame.left) } ?? frame.left,
          place,
          rule.reach.flatMap { frame.x($0.upperBound) }.map { min($0, frame.right) } ?? frame.right,
          place
        )
      case .vertical: (place, frame.top, place, frame.bottom)
      }
    guard line.0 <= line.2 else { return [] }
    let element = SVGElement.line(
      line.0, line.1, line.2, line.3, stroke: .gray, width: frame.style.axisWidth * 1.25
    )
    return [
      (rule.reach == nil
        ? element.with("stroke-dasharray", RuleMark.dash(frame.style)) : element)
        .with("class", "rule")
        .adding(SVGElement("title", text: rule.label))
    ]
  }

  /// Where the rule crosses the frame, if it does.
  func place(in frame: Frame) -> Double? {
    switch rule.direction {
    case .horizontal:
      frame.y(rule.value).flatMap { frame.contains(Place(x: frame.left, y: $0)) ? $0 : nil }
    case .vertical:
      frame.x(rule.value).flatMap { frame.contains(Place(x: $0, y: frame.top)) ? $0 : nil }
    }
  }

  static func dash(_ style: FigureStyle) -> SVGValue {
    .numbers([style.axisWidth * 5, style.axisWidth * 3])
  }
}
