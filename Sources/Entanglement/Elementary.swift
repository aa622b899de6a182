/// exp, log and log1p to about one unit in the last place, from additions, multiplications and
/// divisions alone: the C library's differ in the last bit from machine to machine, and a report
/// must not.
enum Elementary {
  /// e^x; 0 below −745, infinite above 709.78.
  static func exp(_ x: Double) -> Double {
    guard x > -745.2 else { return x.isNaN ? x : 0 }
    guard x < 709.79 else { return .infinity }
    let n = (x * log2e).rounded()
    let r = (x - n * ln2High) - n * ln2Low
    // Taylor on |r| ≤ ln 2 / 2: the first term left out is below 2⁻⁵⁷.
    var p = 1.0
    for factor in inverseIntegers { p = 1 + p * r * factor }
    let exponent = Int(n)
    // In two steps, so that subnormal results are reached.
    let half = exponent / 2
    return p * power(half) * power(exponent - half)
  }

  /// ln x for x > 0.
  static func log(_ x: Double) -> Double {
    guard x > 0, x.isFinite else { return x == 0 ? -.infinity : x }
    var mantissa = x.significand
    var exponent = Double(x.exponent)
    if mantissa > 1.4142135623730951 {
      mantissa *= 0.5
      exponent += 1
    }
    // ln m = 2 artanh z, z = (m − 1)/(m + 1), |z| ≤ 0.172.
    let z = (mantissa - 1) / (mantissa + 1)
    let square = z * z
    var series = 0.0
    for factor in inverseOdds { series = series * square + factor }
    return exponent * ln2High + (exponent * ln2Low + 2 * z * (1 + square * series))
  }

  /// ln(1 + x) for x > −1, to full relative precision near 0.
  static func log1p(_ x: Double) -> Double {
    let sum = 1 + x
    guard sum != 1 else { return x }
    guard sum.isFinite else { return sum }
    // Goldberg: the rounding of 1 + x is undone by the ratio.
    return log(sum) * (x / (sum - 1))
  }

  private static func power(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: 1)
  }

  private static let log2e = 1.4426950408889634
  private static let ln2High = 0.693147180369123816490
  private static let ln2Low = 1.90821492927058770002e-10
  private static let inverseIntegers = stride(from: 14.0, to: 0, by: -1).map { 1 / $0 }
  private static let inverseOdds = stride(from: 23.0, to: 1, by: -2).map { 1 / $0 }
}
