internal import ElementaryFunctions
internal import Entanglement

/// What trainings that differ in their seed alone say of the difference of two means of them.
///
/// With s the standard deviation over the n runs of the baseline, the mean of m new trainings without a
/// change differs from the baseline's mean by no more than
///
///     reach = t₀.₉₇₅(n − 1)·s·√(1/m + 1/n)
///
/// in 95 % of cases: the prediction interval of new trainings. It is of one number; over the numbers of
/// a check it is not corrected, as those of one training move together.
package struct TrainingNoise: Sendable, Equatable {
  /// n, of the baseline.
  package let baselineRuns: Int
  /// m, of what is checked.
  package let observedRuns: Int
  /// s, of n − 1 degrees of freedom.
  package let standardDeviation: Double

  /// From so many runs of a baseline on it is known.
  package static var fewest: Int { RunMean.fewest }

  /// - Parameter baseline: The number in each run; nil of a single training.
  /// - Returns: nil with fewer than three runs.
  init?(baseline: [Double]?, observedRuns: Int) {
    guard let baseline, baseline.count >= Self.fewest,
      let deviation = RunMean(baseline).standardDeviation
    else { return nil }
    self.init(
      baselineRuns: baseline.count, observedRuns: observedRuns, standardDeviation: deviation)
  }

  /// - Precondition: Two runs of the baseline or more.
  package init(baselineRuns: Int, observedRuns: Int, standardDeviation: Double) {
    self.baselineRuns = baselineRuns
    self.observedRuns = observedRuns
    self.standardDeviation = standardDeviation
  }

  /// s·√(1/m + 1/n).
  package var standardError: Double {
    standardDeviation
      * (1 / Double(observedRuns) + 1 / Double(baselineRuns)).squareRoot()
  }

  /// Half of the prediction interval.
  package var reach: Double { Self.quantile(baselineRuns) * standardError }

  /// Whether new trainings of the same mean differ by less, in 95 % of cases.
  package func separates(_ difference: Double) -> Bool { abs(difference) > reach }

  /// The true change that is beyond the interval and beyond the limit in four checks of five:
  /// max(limit, reach) + t₀.₈(n − 1)·s·√(1/m + 1/n).
  ///
  /// The new mean errs by N(0, σ²·(1/m + 1/n)) about the change, and its error over the s that the
  /// baseline gives is Student's t: it falls below −t₀.₈ standard errors in one case of five.
  package func detectable(beyond limit: Double) -> Double {
    max(limit, reach) + Self.powerQuantile(baselineRuns) * standardError
  }

  /// How many runs on either side tell a rise of this size from no change in four checks of five, with
  /// the s at hand: the least k with (t₀.₉₇₅(k − 1) + t₀.₈(k − 1))·s·√(2/k) ≤ rise; nil for more than
  /// `mostRuns`.
  package func runsToFind(_ rise: Double) -> Int? {
    func isEnough(_ count: Int) -> Bool {
      (Self.quantile(count) + Self.powerQuantile(count)) * standardDeviation
        * (2 / Double(count)).squareRoot() <= rise
    }
    var (low, high) = (Self.fewest - 1, Self.fewest)
    while !isEnough(high) {
      guard high < Self.mostRuns else { return nil }
      (low, high) = (high, min(2 * high, Self.mostRuns))
    }
    while high - low > 1 {
      let middle = (low + high) / 2
      if isEnough(middle) { high = middle } else { low = middle }
    }
    return high
  }

  /// More are not counted.
  package static let mostRuns = 1000

  private static func quantile(_ runs: Int) -> Double {
    StudentDistribution(degreesOfFreedom: Double(runs - 1))
      .twoSidedQuantile(1 - RegressionCheck.confidence)
  }

  private static func powerQuantile(_ runs: Int) -> Double {
    StudentDistribution(degreesOfFreedom: Double(runs - 1))
      .twoSidedQuantile(2 * (1 - DetectableChange.power))
  }
}

/// Where a difference comes from that says nothing of a change.
package enum Noise: String, Sendable {
  /// Other samples of the same kind would give another number.
  case samples
  /// So would another seed.
  case runs
}
