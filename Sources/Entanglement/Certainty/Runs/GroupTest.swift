internal import ElementaryFunctions

/// How far the means of two groups of runs are apart, and how sure that is.
///
/// Runs of one seed pair: the mean of their differences is tested by Student's t. Runs that do not
/// pair are tested by Welch's t, with Satterthwaite's degrees of freedom.
package struct GroupTest: Sendable, Equatable {
  /// Mean of the second group less that of the first.
  package let difference: Double
  package let isPaired: Bool
  /// How many runs each side has; pairs where they pair.
  package let counts: [Int]
  /// s²/n, or the sum of both groups' own; nil where a side has a single run.
  package let variance: Double?
  /// nil without an interval, and where no run differs from another.
  package let degreesOfFreedom: Double?
  /// 95 %; nil with fewer than three runs or pairs.
  package let interval: Interval?
  /// Two-sided; nil without an interval, and where no run differs from another.
  package let p: Double?
  /// nil where the runs are too few to tell anything, or too many to go through.
  package let permutation: ExactPermutation?

  /// - Parameter differences: Of runs of one seed, second group less first; one or more.
  package init(paired differences: [Double]) {
    let spread = RunSpread(differences)
    self.init(
      difference: spread.mean, isPaired: true, counts: [differences.count],
      variance: spread.variance.map { $0 / Double(differences.count) },
      degreesOfFreedom: Double(differences.count - 1),
      permutation: ExactPermutation(signsOf: differences))
  }

  /// - Parameters:
  ///   - first: By run; one value or more.
  ///   - second: The same of the other group.
  package init(from first: [Double], to second: [Double]) {
    let spreads = [RunSpread(first), RunSpread(second)]
    let counts = [Double(first.count), Double(second.count)]
    let parts = zip(spreads, counts).compactMap { spread, count in
      spread.variance.map { $0 / count }
    }
    let variance = parts.count == 2 ? parts[0] + parts[1] : nil
    let degrees = variance.map { variance in
      variance * variance
        / zip(parts, counts).reduce(0) { $0 + $1.0 * $1.0 / ($1.1 - 1) }
    }
    self.init(
      difference: spreads[1].mean - spreads[0].mean, isPaired: false,
      counts: [first.count, second.count], variance: variance, degreesOfFreedom: degrees ?? 0,
      permutation: ExactPermutation(relabeling: first, second))
  }

  private init(
    difference: Double, isPaired: Bool, counts: [Int], variance: Double?,
    degreesOfFreedom: Double, permutation: ExactPermutation?
  ) {
    self.difference = difference
    self.isPaired = isPaired
    self.counts = counts
    self.variance = variance
    self.permutation = permutation
    let isEnough = counts.allSatisfy { $0 >= RunMean.fewest }
    if let variance, isEnough, variance > 0 {
      let error = variance.squareRoot()
      self.degreesOfFreedom = degreesOfFreedom
      interval = Interval(
        estimate: difference, standardError: error, degreesOfFreedom: degreesOfFreedom)
      p = StudentDistribution(degreesOfFreedom: degreesOfFreedom)
        .twoSidedTail(difference / error)
    } else {
      self.degreesOfFreedom = nil
      p = nil
      interval =
        isEnough
        ? variance.map { _ in Interval(lower: difference, upper: difference, standardError: 0) }
        : nil
    }
  }
}

/// Holm's step-down adjustment (1979): the chance that any of several tests errs is bounded, whatever
/// the dependence between them.
package enum Holm {
  /// The adjusted p of each: max over the smaller ones of (m − rank)·p, 1 at most.
  package static func adjusted(_ p: [Double]) -> [Double] {
    // Equal ones keep their order; they come to the same.
    let order = p.indices.sorted { p[$0] == p[$1] ? $0 < $1 : p[$0] < p[$1] }
    var adjusted = p
    var greatest = 0.0
    for (rank, index) in order.enumerated() {
      greatest = max(greatest, min(Double(p.count - rank) * p[index], 1))
      adjusted[index] = greatest
    }
    return adjusted
  }
}
