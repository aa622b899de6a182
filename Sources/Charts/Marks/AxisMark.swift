/// An axis: its line, ticks, tick labels and name.
struct AxisMark: Mark {
  enum Side { case left, bottom }

  let side: Side
  let ticks: [Tick]
  var label = ""
  var showsTickLabels = true
  /// The room that tick labels take across the axis, beyond which its name stands; a line of text by
  /// default.
  var labelRoom: Double?
  /// Whether tick labels below the frame rise to their ticks at 45°.
  var isSlanted = false
  var hasLine = true
  /// The page's extent along the axis, which texts at its ends must not leave.
  var bounds: ClosedRange<Double> = -1e6...1e6

  func elements(in frame: Frame) -> [SVGElement] {
    switch side {
    case .left: [.group("axis y-axis", leftLines(frame) + leftTexts(frame))]
    case .bottom: [.group("axis x-axis", bottomLines(frame) + bottomTexts(frame))]
    }
  }

  private func leftLines(_ frame: Frame) -> [SVGElement] {
    let width = frame.style.axisWidth
    let line = SVGElement.line(frame.left, frame.top, frame.left, frame.bottom, width: width)
    return (hasLine ? [line] : [])
      + ticks.compactMap { tick in
        frame.y(tick.value).map { y in
          .line(frame.left - length(of: tick, frame.style), y, frame.left, y, width: width)
        }
      }
  }

  private func bottomLines(_ frame: Frame) -> [SVGElement] {
    let width = frame.style.axisWidth
    let line = SVGElement.line(frame.left, frame.bottom, frame.right, frame.bottom, width: width)
    return (hasLine ? [line] : [])
      + ticks.compactMap { tick in
        frame.x(tick.value).map { x in
          .line(x, frame.bottom, x, frame.bottom + length(of: tick, frame.style), width: width)
        }
      }
  }

  /// A minor tick is half as long.
  private func length(of tick: Tick, _ style: FigureStyle) -> Double {
    tick.label == nil ? style.tickLength / 2 : style.tickLength
  }

  private func leftTexts(_ frame: Frame) -> [SVGElement] {
    let style = frame.style
    let right = frame.left - style.tickLength - AxisMark.gap(style)
    var texts: [SVGElement] = []
    for tick in showsTickLabels ? ticks : [] {
      guard let y = frame.y(tick.value), let text = tick.label else { continue }
      texts.append(.text(text, x: right, middle: y, size: style.smallTextSize, anchor: .end))
    }
    guard !label.isEmpty else { return texts }
    let name = SVGElement.axisName(
      label,
      x: right - 2 * AxisMark.gap(style) - (labelRoom ?? style.smallTextSize) - style.textSize / 2,
      middle: (frame.top + frame.bottom) / 2, bounds: bounds, size: style.textSize)
    return texts + [name]
  }

  private func bottomTexts(_ frame: Frame) -> [SVGElement] {
    let style = frame.style
    let size = style.smallTextSize
    let top = frame.bottom + style.tickLength + AxisMark.gap(style)
    var texts: [SVGElement] = []
    for tick in showsTickLabels ? ticks : [] {
      guard let x = frame.x(tick.value), let text = tick.label else { continue }
      if isSlanted {
        texts.append(
          .text(
            text.text, x: x + size * 0.2, middle: top + size * 0.2, size: size, anchor: .end,
            rotated: -45))
      } else {
        let middle = AxisMark.within(bounds, x, text.width(size: size))
        texts.append(.text(text, x: middle, middle: top + size / 2, size: size, anchor: .middle))
      }
    }
    guard !label.isEmpty else { return texts }
    let fitting = TextMetrics.elided(
      label, toFit: bounds.upperBound - bounds.lowerBound, size: style.textSize)
    let x = AxisMark.within(
      bounds, (frame.left + frame.right) / 2,
      TextMetrics.width(of: fitting, size: style.textSize))
    let middle = top + (labelRoom ?? size) + AxisMark.gap(style) + style.textSize / 2
    return texts + [.text(fitting, x: x, middle: middle, size: style.textSize, anchor: .middle)]
  }

  /// Between ticks and their labels, and between those and the axis' name.
  static func gap(_ style: FigureStyle) -> Double { style.textSize * 0.25 }

  /// The room an axis takes beside its frame.
  static func room(_ style: FigureStyle, hasLabel: Bool, tickLabels: Double) -> Double {
    let ticks = style.tickLength + gap(style) + tickLabels
    return hasLabel ? ticks + gap(style) + style.textSize * 1.4 : ticks
  }

  /// The middle of a text of the width, moved so that its ends stay within the bounds.
  static func within(_ bounds: ClosedRange<Double>, _ middle: Double, _ width: Double) -> Double {
    let first = bounds.lowerBound + width / 2
    return min(max(middle, first), max(bounds.upperBound - width / 2, first))
  }

  /// 1…9, 10, 20, … 90, 100, … 900000.
  private static let roundStrides = (0...5).flatMap { power in
    (1...9).map { $0 * Int(powerOfTen(power)) }
  }

  /// The ticks with as many labels as stand side by side without touching: all, or every k-th and
  /// the last. Those without keep their tick while ticks are far enough apart to be told.
  static func thinned(_ ticks: [Tick], in frame: Frame, bounds: ClosedRange<Double>) -> [Tick] {
    let size = frame.style.smallTextSize
    func fits(_ chosen: [Int]) -> Bool {
      var end = -Double.infinity
      for index in chosen {
        guard let label = ticks[index].label, let x = frame.x(ticks[index].value) else { continue }
        let width = label.width(size: size)
        let middle = within(bounds, x, width)
        if middle - width / 2 < end + size * 0.6 { return false }
        end = middle + width / 2
      }
      return true
    }
    // Few are worth naming to the last; many look better at an even distance.
    let isMany = ticks.count > 20
    let strides = isMany ? roundStrides : Array(1...max(1, ticks.count))
    let chosen = strides.lazy
      .map { LabelPlacement.everyNth($0, of: ticks.count, withLast: !isMany) }.first(where: fits)
    let kept = Set(chosen ?? [0])
    let places = ticks.compactMap { frame.x($0.value) }
    let closest = zip(places, places.dropFirst()).map { $1 - $0 }.min() ?? .infinity
    return ticks.enumerated().compactMap { index, tick in
      if kept.contains(index) { return tick }
      return closest >= 2.5 ? Tick(value: tick.value, label: nil) : nil
    }
  }
}

extension SVGElement {
  /// The name of a vertical axis, read from below; it may use all of the page's height.
  static func axisName(
    _ label: String, x: Double, middle: Double, bounds: ClosedRange<Double>, size: Double
  ) -> SVGElement {
    let text = TextMetrics.elided(label, toFit: bounds.upperBound - bounds.lowerBound, size: size)
    let width = TextMetrics.width(of: text, size: size)
    return .text(
      text, x: x, middle: AxisMark.within(bounds, middle, width), size: size, anchor: .middle,
      rotated: -90)
  }
}
