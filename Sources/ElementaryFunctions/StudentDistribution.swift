/// Student's t distribution, from additions, multiplications, divisions, roots and `Elementary` alone,
/// so that an interval is the same on every machine.
///
/// P(|t| > x) = I_{ν/(ν + x²)}(ν/2, 1/2), the regularized incomplete beta function. Relative errors
/// are below 1e-12 for 1 ≤ ν ≤ 1000, and grow with ν to 1e-10 at 10⁶.
package struct StudentDistribution: Sendable {
  /// ν > 0; Satterthwaite's are no whole number.
  package let degreesOfFreedom: Double
  /// Γ(ν/2 + 1/2)/Γ(ν/2)/√π = 1/B(ν/2, 1/2).
  private let reciprocalBeta: Double

  /// - Precondition: ν is positive and finite.
  package init(degreesOfFreedom: Double) {
    precondition(
      degreesOfFreedom > 0 && degreesOfFreedom.isFinite,
      "\(degreesOfFreedom) are no degrees of freedom")
    self.degreesOfFreedom = degreesOfFreedom
    reciprocalBeta = Self.gammaRatio(degreesOfFreedom / 2) / Double.pi.squareRoot()
  }

  /// P(|t| > x), for p values.
  package func twoSidedTail(_ x: Double) -> Double {
    let square = x * x
    guard square > 0 else { return 1 }
    guard square.isFinite else { return 0 }
    let half = degreesOfFreedom / 2
    let sum = degreesOfFreedom + square
    // y^a (1 − y)^b/B with y = ν/(ν + x²): the logarithm near 0 keeps its digits.
    let front =
      Elementary.exp(-half * Elementary.log1p(square / degreesOfFreedom))
      * (square / sum).squareRoot() * reciprocalBeta
    let y = degreesOfFreedom / sum
    if y < (half + 1) / (half + 2.5) {
      return min(front / half * Self.fraction(y, half, 0.5), 1)
    }
    return max(1 - 2 * front * Self.fraction(square / sum, 0.5, half), 0)
  }

  /// P(t ≤ x).
  package func cumulative(_ x: Double) -> Double {
    let tail = twoSidedTail(x) / 2
    return x < 0 ? tail : 1 - tail
  }

  /// The x with P(|t| > x) = `probability`: at 0.05 the reach of a 95 % interval in standard errors.
  /// - Precondition: 0 < probability < 1.
  package func twoSidedQuantile(_ probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "\(probability) is no probability of a tail")
    var (low, high) = (0.0, 1.0)
    while twoSidedTail(high) > probability, high < 1e150 { (low, high) = (high, 2 * high) }
    var x = (low + high) / 2
    // Newton's step within what is known to hold the root, else the middle.
    for _ in 0..<200 {
      let excess = twoSidedTail(x) - probability
      if excess > 0 { low = x } else { high = x }
      let step = excess / (2 * density(x))
      let next = x + step
      let moved = next > low && next < high ? next : (low + high) / 2
      let isFound = abs(moved - x) <= 4e-16 * abs(x)
      x = moved
      if isFound { break }
    }
    return x
  }

  private func density(_ x: Double) -> Double {
    let power = -(degreesOfFreedom + 1) / 2 * Elementary.log1p(x * x / degreesOfFreedom)
    return Elementary.exp(power) * reciprocalBeta / degreesOfFreedom.squareRoot()
  }

  /// Γ(x + 1/2)/Γ(x), without either: its asymptotic series above 20, and the recurrence down to x.
  private static func gammaRatio(_ x: Double) -> Double {
    var (x, factor) = (x, 1.0)
    while x < 20 {
      factor *= x / (x + 0.5)
      x += 1
    }
    let s = 1 / (x * x)
    var series = -31.0 / 18_432
    series = series * s + 17.0 / 14_336
    series = series * s - 1.0 / 640
    series = series * s + 1.0 / 192
    series = series * s - 1.0 / 8
    return factor * x.squareRoot() * Elementary.exp(series / x)
  }

  /// The continued fraction of the incomplete beta function (Lentz's way; DLMF 8.17.22), which
  /// converges fast for y < (a + 1)/(a + b + 2).
  private static func fraction(_ y: Double, _ a: Double, _ b: Double) -> Double {
    let least = 1e-300
    func kept(_ value: Double) -> Double { abs(value) < least ? least : value }
    var c = 1.0
    var d = 1 / kept(1 - (a + b) * y / (a + 1))
    var value = d
    for step in 1...10_000 {
      let m = Double(step)
      let even = m * (b - m) * y / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / kept(1 + even * d)
      c = kept(1 + even / c)
      value *= d * c
      let odd = -(a + m) * (a + b + m) * y / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / kept(1 + odd * d)
      c = kept(1 + odd / c)
      let change = d * c
      value *= change
      if abs(change - 1) < 1e-16 { break }
    }
    return value
  }
}
