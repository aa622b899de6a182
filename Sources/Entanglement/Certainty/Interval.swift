/// A 95 % confidence interval for the expected value of a statistic at this number of samples.
public struct Interval: Sendable, Equatable, Codable {
  /// The lower end.
  public let lower: Double
  /// The upper end.
  public let upper: Double
  /// The standard error it was made from.
  public let standardError: Double

  /// estimate ± 1.96 standard errors, not below `floor`.
  package init(estimate: Double, standardError: Double, floor: Double = -.infinity) {
    lower = max(estimate - Self.quantile * standardError, min(floor, estimate))
    upper = estimate + Self.quantile * standardError
    self.standardError = standardError
  }

  package init(lower: Double, upper: Double, standardError: Double) {
    self.lower = lower
    self.upper = upper
    self.standardError = standardError
  }

  /// Known by its ends, of 95 %.
  package init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
    standardError = (upper - lower) / (2 * Self.quantile)
  }

  /// The 0.975 quantile of the standard normal distribution.
  private static let quantile = 1.959963984540054
}
