/// The distance between ticks: 1, 2 or 5 times a power of ten.
///
/// A tick is an integer times the step and is computed and written as such, so that no error
/// accumulates along an axis and 0.3 is never 0.30000000000000004.
package struct TickStep: Hashable, Sendable {
  package let digit: Int
  package let power: Int

  /// The shortest step with at most `count` multiples in the domain; a shorter one, and up to five,
  /// where that step would have less than two.
  package init(dividing domain: ClosedRange<Double>, atMost count: Int) {
    let extent = domain.upperBound - domain.lowerBound
    let limit = max(2, count)
    let start = Int(log10(extent / Double(limit)).rounded(.down)) - 1
    var chosen = TickStep(digit: 1, power: start)
    search: for power in start...start + 4 {
      for digit in [1, 2, 5] {
        let step = TickStep(digit: digit, power: power)
        let found = step.floor(of: domain.upperBound) - step.ceiling(of: domain.lowerBound) + 1
        if found >= 2 { chosen = step }
        if found <= limit { break search }
      }
    }
    self = chosen
  }

  package init(digit: Int, power: Int) {
    self.digit = digit
    self.power = power
  }

  /// The exact multiple, rounded once.
  package func value(_ multiple: Int) -> Double {
    let integer = Double(multiple * digit)
    return power < 0 ? integer / powerOfTen(-power) : integer * powerOfTen(power)
  }

  /// The greatest multiple at or below the value.
  func floor(of value: Double) -> Int { near(value) { $0.rounded(.down) } }
  /// The least multiple at or above the value.
  func ceiling(of value: Double) -> Int { near(value) { $0.rounded(.up) } }

  private func near(_ value: Double, _ round: (Double) -> Double) -> Int {
    let quotient =
      power < 0
      ? value * powerOfTen(-power) / Double(digit) : value / powerOfTen(power) / Double(digit)
    // A bound that is a multiple but for rounding is that multiple.
    let nearest = quotient.rounded()
    let snapped =
      abs(quotient - nearest) <= 1e-12 * max(1, abs(nearest)) ? nearest : round(quotient)
    return Int(min(max(snapped, -1e15), 1e15))
  }

  package func multiples(in domain: ClosedRange<Double>) -> [Int] {
    let first = ceiling(of: domain.lowerBound)
    let last = floor(of: domain.upperBound)
    return first <= last ? Array(first...last) : []
  }

  /// Ticks in one format: decimals, or a common power of ten where those would be long.
  func ticks(at multiples: [Int]) -> [Tick] {
    let largest = multiples.map { Swift.abs(value($0)) }.max() ?? 0
    let magnitude = largest > 0 ? Int(log10(largest).rounded(.down)) : 0
    let plain = (-4...5).contains(magnitude) && power >= -9
    return multiples.map { multiple in
      let digits = multiple * digit
      if plain || digits == 0 {
        let text = NumberText.decimal(digits, exponent: plain ? power : 0)
        return Tick(value: value(multiple), label: TickLabel(text: text))
      }
      let text = NumberText.decimal(digits, exponent: power - magnitude) + "×10"
      let exponent = NumberText.decimal(magnitude, exponent: 0)
      return Tick(value: value(multiple), label: TickLabel(text: text, exponent: exponent))
    }
  }
}
