/// Bars between the edges of bins: of several groups side by side within each bin. The first group
/// is filled, the second an outline, so that they differ without colour.
struct BarMark: Mark {
  /// One group's height in each bin.
  let values: [Double]
  /// One more than there are bins.
  let edges: [Double]
  /// A tooltip for each bar.
  let notes: [String]
  /// A text above each bar, where there is room; empty for none.
  let labels: [String]
  /// Which of how many groups this is.
  let place: Int
  let groupCount: Int
  let color: RGB

  func elements(in frame: Frame) -> [SVGElement] {
    guard let base = frame.y(0).map({ min(max($0, frame.top), frame.bottom) }) else { return [] }
    var bars: [SVGElement] = []
    var texts: [SVGElement] = []
    for (bin, value) in values.enumerated() where edges.indices.contains(bin + 1) {
      guard let left = frame.x(edges[bin]), let right = frame.x(edges[bin + 1]),
        let top = frame.y(value)
      else { continue }
      let gap = min(max((right - left) * 0.12, 0.4), 3)
      let width = max((right - left - gap) / Double(max(groupCount, 1)), 0.2)
      let x = left + gap / 2 + Double(place) * width
      let y = max(top, frame.top)
      let isOutline = place % 2 == 1
      let stroke = frame.style.axisWidth
      let inset = isOutline ? min(stroke / 2, width / 4) : 0
      if value > 0 {
        bars.append(
          SVGElement(
            "rect",
            [
              "x": .number(x + inset), "y": .number(y + inset),
              "width": .number(width - 2 * inset),
              "height": .number(max(base - y - inset, 0.1)),
              "fill": .color(isOutline ? .white : color),
            ]
          )
          .with("stroke", isOutline ? .color(color) : nil)
          .with("stroke-width", isOutline ? .number(stroke) : nil)
          .adding(SVGElement("title", text: notes.indices.contains(bin) ? notes[bin] : "")))
      }
      if labels.indices.contains(bin), !labels[bin].isEmpty {
        let size = frame.style.smallTextSize * 0.9
        guard TextMetrics.width(of: labels[bin], size: size) < right - left else { continue }
        texts.append(
          .text(
            labels[bin], x: x + width / 2, middle: max(y - size * 0.65, frame.top - size * 0.2),
            size: size, anchor: .middle))
      }
    }
    return [.group("bars", bars)] + (texts.isEmpty ? [] : [.group("bar-labels", texts)])
  }
}
