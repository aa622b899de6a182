import Entanglement
import TestSupport
import Testing

/// Means, tests and adjustments over runs, against SciPy 1.17.1 and statsmodels 0.15.0.
@Suite struct RunStatisticsTests {
  private static let tolerance = 1e-12
  private static let a = [0.412, 0.397, 0.455, 0.431, 0.388, 0.402, 0.449]
  private static let b = [0.512, 0.431, 0.497, 0.502, 0.385, 0.466, 0.471]
  private static let differences = zip(a, b).map { $1 - $0 }

  private func expect(_ value: Double?, _ reference: Double, _ comment: Comment? = nil) {
    #expect(
      value.map { isClose($0, reference, relative: Self.tolerance) } ?? false, comment)
  }

  @Test("The mean's interval is Student's")
  func mean() {
    let mean = RunMean(Self.a)
    // np.mean(a), np.std(a, ddof=1), stats.t.interval(0.95, 6, loc=np.mean(a), scale=stats.sem(a))
    expect(mean.mean, 0.41914285714285715)
    expect(mean.standardDeviation, 0.026213409872484293)
    expect(mean.interval?.lower, 0.3948994964733718)
    expect(mean.interval?.upper, 0.4433862178123425)
    let three = RunMean(Array(Self.a.prefix(3)))
    expect(three.interval?.lower, 0.3465474471319332)
    expect(three.interval?.upper, 0.4961192195347335)
  }

  @Test("Fewer than three runs have no interval; runs that are alike have one of no width")
  func few() {
    #expect(RunMean([1, 2]).interval == nil && RunMean([1, 2]).standardDeviation != nil)
    #expect(RunMean([1]).standardDeviation == nil && RunMean([1]).mean == 1)
    let alike = RunMean([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])
    #expect(alike.mean == 0.1 && alike.standardDeviation == 0)
    #expect(alike.interval?.lower == 0.1 && alike.interval?.upper == 0.1)
    let none = GroupTest(paired: [0.3, 0.3, 0.3, 0.3])
    #expect(none.p == nil && none.interval?.lower == 0.3 && none.interval?.upper == 0.3)
    let two = GroupTest(from: [1, 2], to: [2, 4, 6])
    #expect(two.interval == nil && two.p == nil && two.difference == 2.5)
  }

  @Test("Paired differences are tested as stats.ttest_rel does")
  func paired() {
    let test = GroupTest(paired: Self.differences)
    // stats.ttest_rel(b, a), .confidence_interval(0.95)
    expect(test.p, 0.010661289635621667)
    #expect(test.degreesOfFreedom == 6 && test.isPaired && test.counts == [7])
    expect(test.interval?.lower, 0.015569482182597925)
    expect(test.interval?.upper, 0.07871623210311635)
  }

  @Test("Groups that do not pair are tested as stats.ttest_ind(equal_var=False) does")
  func welch() {
    let test = GroupTest(from: Self.a, to: Array(Self.b.prefix(5)))
    // stats.ttest_ind(b[:5], a, equal_var=False), .confidence_interval(0.95)
    expect(test.p, 0.13881592750464797)
    expect(test.degreesOfFreedom, 5.30401970473776)
    expect(test.interval?.lower, -0.020885111416700394)
    expect(test.interval?.upper, 0.11339939713098605)
    #expect(!test.isPaired && test.counts == [7, 5])
  }

  @Test("Sign flips are those of stats.permutation_test, and of ranks those of stats.wilcoxon")
  func flips() throws {
    let test = try #require(GroupTest(paired: Self.differences).permutation)
    // stats.permutation_test((d,), np.mean, permutation_type='samples', n_resamples=np.inf)
    expect(test.p, 0.03125)
    #expect(test.count == 128 && test.smallest == 2 / 128.0)
    // stats.wilcoxon([1, -2, 3, 4, 5, 6, 7], method='exact'): the values are their own ranks.
    expect(GroupTest(paired: [1, -2, 3, 4, 5, 6, 7]).permutation?.p, 0.046875)
    let least = try #require(GroupTest(paired: [1, 2, 3, 4, 5, 6]).permutation)
    #expect(least.p == least.smallest && least.p == 2 / 64.0)
    #expect(GroupTest(paired: [1, 2, 3, 4, 5]).permutation == nil)
    #expect(GroupTest(paired: (0..<30).map(Double.init)).permutation == nil)
  }

  @Test("Relabelings are those of stats.permutation_test, and of ranks those of mannwhitneyu")
  func relabelings() throws {
    let test = try #require(GroupTest(from: Self.a, to: Array(Self.b.prefix(5))).permutation)
    // stats.permutation_test((b[:5], a), |mean − mean|, alternative='greater', n_resamples=np.inf)
    expect(test.p, 0.0845959595959596)
    #expect(test.count == 792 && test.smallest == 1 / 792.0)
    // stats.mannwhitneyu([3, 5, 7, 8, 9], [1, 2, 4, 6], method='exact')
    expect(GroupTest(from: [1, 2, 4, 6], to: [3, 5, 7, 8, 9]).permutation?.p, 0.1111111111111111)
    let least = try #require(GroupTest(from: [1, 2, 3, 4], to: [5, 6, 7, 8]).permutation)
    #expect(least.p == least.smallest && least.p == 2 / 70.0)
    #expect(GroupTest(from: [1, 2, 3], to: [5, 6, 7, 8]).permutation == nil)
  }

  @Test("Differences that are equal but for rounding count as equal")
  func ties() {
    // 0.1 + 0.2 − 0.3 is not 0 in doubles: flips of these are ties of the observed sum.
    let tied = GroupTest(paired: [0.1, 0.2, -0.3, 0.1, 0.2, 0.3])
    let whole = GroupTest(paired: [1, 2, -3, 1, 2, 3])
    #expect(tied.permutation == whole.permutation)
  }

  @Test("Holm's adjustment is statsmodels'")
  func holm() {
    // multipletests([0.01, 0.04, 0.03, 0.005, 0.04, 0.7], method='holm')[1]
    let adjusted = Holm.adjusted([0.01, 0.04, 0.03, 0.005, 0.04, 0.7])
    for (value, reference) in zip(adjusted, [0.05, 0.12, 0.12, 0.03, 0.12, 0.7]) {
      expect(value, reference)
    }
    #expect(Holm.adjusted([]) == [] && Holm.adjusted([0.9, 0.8]) == [1, 1])
  }

  @Test("The samples' part is that of influences averaged over runs, not the average of the parts")
  func shares() {
    // Two samples whose influences cancel between two runs, and one that is in both.
    let shares = VarianceShares(runs: 0.5, influences: [[0.3, -0.3, 0.1], [-0.3, 0.3, 0.1]])
    expect(shares.samples, 0.01)
    expect(shares.shareOfRuns, 0.5 / 0.51)
    let same = VarianceShares(runs: 0, influences: [[0.3, -0.3]], less: [[0.3, -0.3]])
    #expect(same.samples == 0 && same.shareOfRuns == nil)
  }
}

/// How often Student's intervals hold the mean of a simulated training, and how the shares add up.
@Suite struct RunCoverageTests {
  @Test("Of 4,000 sets of five runs, 95 % of the intervals hold the mean of all trainings")
  func coverage() {
    var random = RandomActivations(seed: 3)
    let held = (0..<4000).count { _ in
      let interval = RunMean((0..<5).map { _ in 2 + 0.3 * random.normal() }).interval
      return interval.map { $0.lower <= 2 && 2 <= $0.upper } ?? false
    }
    // Three standard errors of a share of 95 % of 4,000 are 1.03 %.
    #expect(abs(Double(held) / 4000 - 0.95) < 0.0104, "\(held)")
  }
}
