internal import ElementaryFunctions

/// The standard normal distribution, from additions, multiplications and `Elementary` alone.
enum NormalDistribution {
  /// P(|Z| > z), to a relative error of 1e-10.
  static func twoSidedTail(_ z: Double) -> Double {
    let x = abs(z)
    guard x.isFinite else { return 0 }
    let density = Elementary.exp(-x * x / 2) * inverseRootTwoPi
    guard x < 3 else {
      // Laplace's continued fraction of the Mills ratio: 1/(x + 1/(x + 2/(x + …))).
      var tail = x
      for step in stride(from: 120, through: 1, by: -1) { tail = x + Double(step) / tail }
      return 2 * density / tail
    }
    // Φ(x) − 1/2 = φ(x)·Σ x^{2k+1}/(1·3·5…(2k+1)).
    var (term, sum) = (x, x)
    for step in 1...120 {
      term *= x * x / Double(2 * step + 1)
      sum += term
    }
    return max(1 - 2 * density * sum, 0)
  }

  /// The z whose two-sided tail is `probability`, 0 < probability ≤ 1.
  static func twoSidedQuantile(_ probability: Double) -> Double {
    var (low, high) = (0.0, 40.0)
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if twoSidedTail(middle) > probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  private static let inverseRootTwoPi = 0.3989422804014327
}
