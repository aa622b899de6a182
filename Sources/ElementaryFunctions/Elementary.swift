/// exp, log, log1p and a cosine to about one unit in the last place, from additions, multiplications and
/// divisions alone: the C library's differ in the last bit from machine to machine, and a report
/// must not.
package enum Elementary {
  /// e^x; 0 below −745, infinite above 709.78.
  @inlinable
  package static func exp(_ x: Double) -> Double {
    guard x > -745.2 else { return x.isNaN ? x : 0 }
    guard x < 709.79 else { return .infinity }
    // Adding and taking away 1.5·2⁵² rounds to an integer.
    let n = (x * log2e + 6_755_399_441_055_744) - 6_755_399_441_055_744
    let r = (x - n * ln2High) - n * ln2Low
    // Taylor on |r| ≤ ln 2 / 2: the first term left out is below 2⁻⁵⁷. Even and odd powers apart, so
    // that fewer operations wait for each other.
    let s = r * r
    var even = 1.0 / 479_001_600
    even = even * s + 1.0 / 3_628_800
    even = even * s + 1.0 / 40_320
    even = even * s + 1.0 / 720
    even = even * s + 1.0 / 24
    even = even * s + 0.5
    var odd = 1.0 / 6_227_020_800
    odd = odd * s + 1.0 / 39_916_800
    odd = odd * s + 1.0 / 362_880
    odd = odd * s + 1.0 / 5_040
    odd = odd * s + 1.0 / 120
    odd = odd * s + 1.0 / 6
    let p = 1 + (r + s * (even + r * odd))
    // In two steps, so that subnormal results are reached.
    let exponent = Int(n)
    let half = exponent / 2
    return p * power(ofTwo: half) * power(ofTwo: exponent - half)
  }

  /// cos(πx) for 0 ≤ x ≤ 1.
  package static func cosine(ofHalfTurns x: Double) -> Double {
    if x > 0.5 { return -cosine(ofHalfTurns: 1 - x) }
    // Taylor on arguments of π/4 at most: the first terms left out are below 2⁻⁵⁴.
    let y = (x > 0.25 ? 0.5 - x : x) * Double.pi
    let s = y * y
    if x > 0.25 {
      var sine = -1.0 / 1_307_674_368_000
      for factor in [6_227_020_800.0, -39_916_800, 362_880, -5_040, 120, -6, 1] {
        sine = sine * s + 1 / factor
      }
      return y * sine
    }
    var cosine = 1.0 / 20_922_789_888_000
    for factor in [-87_178_291_200.0, 479_001_600, -3_628_800, 40_320, -720, 24, -2, 1] {
      cosine = cosine * s + 1 / factor
    }
    return cosine
  }

  /// ln x for x > 0.
  @inlinable
  package static func log(_ x: Double) -> Double {
    guard x > 0, x.isFinite else { return x == 0 ? -.infinity : x }
    var mantissa = x.significand
    var exponent = Double(x.exponent)
    if mantissa > 1.4142135623730951 {
      mantissa *= 0.5
      exponent += 1
    }
    // ln m = 2 artanh z, z = (m − 1)/(m + 1), |z| ≤ 0.172.
    let z = (mantissa - 1) / (mantissa + 1)
    let s = z * z
    var series = 1.0 / 23
    series = series * s + 1.0 / 21
    series = series * s + 1.0 / 19
    series = series * s + 1.0 / 17
    series = series * s + 1.0 / 15
    series = series * s + 1.0 / 13
    series = series * s + 1.0 / 11
    series = series * s + 1.0 / 9
    series = series * s + 1.0 / 7
    series = series * s + 1.0 / 5
    series = series * s + 1.0 / 3
    return exponent * ln2High + (exponent * ln2Low + 2 * z * (1 + s * series))
  }

  /// ln(1 + x) for x > −1, to full relative precision near 0.
  @inlinable
  package static func log1p(_ x: Double) -> Double {
    let sum = 1 + x
    guard sum != 1 else { return x }
    guard sum.isFinite else { return sum }
    // Goldberg: the rounding of 1 + x is undone by the ratio.
    return log(sum) * (x / (sum - 1))
  }

  /// 2^`exponent` for exponents from −1022 to 1023.
  @inlinable
  package static func power(ofTwo exponent: Int) -> Double {
    Double(bitPattern: UInt64(1023 + exponent) << 52)
  }

  // Computed, so that they are folded where the functions are inlined.
  @inlinable
  package static var log2e: Double { 1.4426950408889634 }
  @inlinable
  package static var ln2High: Double { 0.693147180369123816490 }
  @inlinable
  package static var ln2Low: Double { 1.90821492927058770002e-10 }
}
