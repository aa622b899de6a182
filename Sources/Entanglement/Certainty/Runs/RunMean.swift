internal import ElementaryFunctions

/// The mean of a number over runs that differ in what a seed draws, with what the runs say of it.
///
/// x̄ ± t₀.₉₇₅(n − 1)·s/√n, Student's interval of the expected value of a new training.
package struct RunMean: Sendable, Equatable {
  /// By run.
  package let values: [Double]
  package let mean: Double
  /// s, of n − 1 degrees of freedom; nil for a single run.
  package let standardDeviation: Double?
  /// 95 %; nil with fewer than three runs.
  package let interval: Interval?

  /// From so many runs on there is an interval: of two it is 25 times as wide as they are apart.
  package static let fewest = 3

  /// - Precondition: One value or more.
  package init(_ values: [Double]) {
    precondition(!values.isEmpty, "there is no mean of no runs")
    self.values = values
    let spread = RunSpread(values)
    mean = spread.mean
    standardDeviation = spread.variance?.squareRoot()
    interval =
      values.count < Self.fewest
      ? nil
      : spread.variance.map {
        Interval(
          estimate: spread.mean, standardError: ($0 / Double(values.count)).squareRoot(),
          degreesOfFreedom: Double(values.count - 1))
      }
  }
}

/// The mean of some values and their variance.
struct RunSpread {
  let mean: Double
  /// Of n − 1 degrees of freedom; nil for a single value.
  let variance: Double?

  init(_ values: [Double]) {
    // Values that are equal are their mean to the last bit, and have no spread.
    let first = values[0]
    let shift = values.reduce(0) { $0 + ($1 - first) } / Double(values.count)
    let mean = first + shift
    self.mean = mean
    variance =
      values.count < 2
      ? nil
      : values.reduce(0) { $0 + ($1 - first - shift) * ($1 - first - shift) }
        / Double(values.count - 1)
  }
}

extension Interval {
  /// estimate ± t₀.₉₇₅ standard errors, by Student's t.
  package init(estimate: Double, standardError: Double, degreesOfFreedom: Double) {
    let reach =
      StudentDistribution(degreesOfFreedom: degreesOfFreedom).twoSidedQuantile(0.05)
      * standardError
    self.init(
      lower: estimate - reach, upper: estimate + reach, standardError: standardError)
  }
}
