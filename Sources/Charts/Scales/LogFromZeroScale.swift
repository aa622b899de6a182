/// Zero and then equal ratios: what training steps 0, 1, 2, 4, … 1000 ask for.
///
///     position ∝ t      for t ≤ 1     t = value / first
///     position ∝ 1 + ln t beyond
///
/// Value and slope are continuous at `first`, the least positive value.
package struct LogFromZeroScale: Scale, Hashable {
  package let first: Double
  package let last: Double

  /// The scale over the drawable values, which start at zero; 0…10 if none is positive.
  package init(covering values: [Double]) {
    let positive = values.filter { $0 >= 1e-300 && $0 <= 1e300 }
    let first = positive.min() ?? 1
    self.first = first
    last = max(positive.max() ?? 10, first * 2)
  }

  package func position(of value: Double) -> Double? {
    guard isDrawable(value) else { return nil }
    return measure(value) / measure(last)
  }

  private func measure(_ value: Double) -> Double {
    let t = value / first
    return t <= 1 ? t : 1 + log10(t) * ln10
  }

  private var ln10: Double { 2.302585092994046 }

  package func ticks(about count: Int) -> [Tick] {
    let positive = LogScale(first...last).ticks(about: max(2, count + 1))
    return [Tick(value: 0, label: TickLabel(text: "0"))] + positive
  }

  package func minorTicks(atMost count: Int) -> [Tick] {
    LogScale(first...last).minorTicks(atMost: count)
  }
}
