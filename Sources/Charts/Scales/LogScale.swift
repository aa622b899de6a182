/// Equal ratios are equally far apart. Only positive values have a place.
package struct LogScale: Scale, Hashable {
  package let domain: ClosedRange<Double>
  private let exponents: ClosedRange<Double>

  /// A domain without extent is widened by a factor of two; one that is not positive is 1…10.
  package init(_ domain: ClosedRange<Double>) {
    let positive = domain.lowerBound >= 1e-300 && domain.upperBound <= 1e300 ? domain : 1...10
    let widen = positive.upperBound / positive.lowerBound < 1 + 1e-9
    self.domain = widen ? positive.lowerBound / 2...positive.upperBound * 2 : positive
    exponents = log10(self.domain.lowerBound)...log10(self.domain.upperBound)
  }

  /// The scale over the positive values, 1…10 if there is none.
  package init(covering values: [Double]) {
    let positive = values.filter { $0 >= 1e-300 && $0 <= 1e300 }
    self.init((positive.min() ?? 1)...(positive.max() ?? 10))
  }

  package func position(of value: Double) -> Double? {
    guard isDrawable(value), value > 0 else { return nil }
    return (log10(value) - exponents.lowerBound) / decades
  }

  var decades: Double { exponents.upperBound - exponents.lowerBound }

  /// Powers of ten; 1, 2, 5 in each below two decades; multiples of one step below one decade.
  package func ticks(about count: Int) -> [Tick] {
    if decades < 1 { return LinearScale(domain).ticks(about: count) }
    let candidates = integers(in: exponents)
    if decades < 2 {
      let digits = count >= 6 || candidates.count < 2 ? [1, 2, 5] : [1]
      return format(powers.flatMap { power in digits.map { (digit: $0, power: power) } })
    }
    // A stride that divides the power keeps 10⁰ among the ticks.
    let stride =
      ([1, 2, 3, 5, 10, 20, 50, 100, 200].first { s in
        candidates.filter { $0.isMultiple(of: s) }.count <= max(2, count)
      }) ?? 500
    let major = candidates.filter { $0.isMultiple(of: stride) }
    let ends = [candidates[0], candidates[candidates.count - 1]]
    return format((major.count > 1 ? major : ends).map { (1, $0) })
  }

  /// The domain widened to 1, 2 or 5 times a power of ten, so that the axis ends at ticks.
  package func nice(about count: Int) -> LogScale {
    if decades < 1 {
      let linear = LinearScale(domain).nice(about: count).domain
      return linear.lowerBound > 0 ? LogScale(linear) : self
    }
    let digits = decades < 2 ? [1.0, 2, 5, 10] : [1, 10]
    let low = powerOfTen(Int(exponents.lowerBound.rounded(.down)))
    let high = powerOfTen(Int(exponents.upperBound.rounded(.down)))
    let lower = digits.last { $0 * low <= domain.lowerBound } ?? 1
    let upper = digits.first { $0 * high >= domain.upperBound } ?? 10
    return LogScale(low * lower...high * upper)
  }

  /// One format for the axis: decimals where they stay short, else powers of ten.
  private func format(_ ticks: [(digit: Int, power: Int)]) -> [Tick] {
    let powers = ticks.map(\.power)
    let plain = (powers.min() ?? 0) >= -3 && (powers.max() ?? 0) <= 3
    return ticks.compactMap { digit, power in
      let value = power < 0 ? Double(digit) / powerOfTen(-power) : Double(digit) * powerOfTen(power)
      guard domain.contains(value) else { return nil }
      if plain {
        return Tick(
          value: value, label: TickLabel(text: NumberText.decimal(digit, exponent: power)))
      }
      let base = digit == 1 ? "10" : "\(digit)×10"
      return Tick(
        value: value, label: TickLabel(text: base, exponent: NumberText.decimal(power, exponent: 0))
      )
    }
  }

  /// The unlabelled 2 and 5 within each decade, or else the decades, where there is room for so many.
  package func minorTicks(atMost count: Int) -> [Tick] {
    guard decades >= 1 else { return [] }
    let digits = decades * 3 <= Double(count) ? [2, 5] : [1]
    guard decades <= Double(count) else { return [] }
    return powers.flatMap { power in
      digits.map { Double($0) * powerOfTen(power) }.filter(domain.contains)
        .map { Tick(value: $0, label: nil) }
    }
  }

  /// The power of ten of every decade the domain touches.
  private var powers: ClosedRange<Int> {
    Int(exponents.lowerBound.rounded(.down))...Int(exponents.upperBound.rounded(.down))
  }

  private func integers(in range: ClosedRange<Double>) -> [Int] {
    // A domain that ends at 10^k must offer k, whatever the rounding of its logarithm.
    let first = Int((range.lowerBound - 1e-9).rounded(.up))
    let last = Int((range.upperBound + 1e-9).rounded(.down))
    return first <= last ? Array(first...last) : []
  }
}
