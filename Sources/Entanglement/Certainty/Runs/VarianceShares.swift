/// How much of the variance of a mean over runs, or of a difference of two, comes from the runs and
/// how much from the samples.
///
/// The samples are crossed with the runs, every run being measured on the same ones: what they add is
/// Σ_j (r⁻¹ Σ_r U_rj)², of the influences U_rj averaged over the runs. The average of the runs'
/// own variances would count a sample as if each run had drawn its own.
package struct VarianceShares: Sendable, Equatable {
  /// Of the mean, from what a seed draws: s²/n.
  package let runs: Double
  /// Of the mean, from the samples that it was measured on.
  package let samples: Double

  /// The runs' part, 0…1; nil where there is no variance at all.
  package var shareOfRuns: Double? {
    let total = runs + samples
    return total > 0 ? runs / total : nil
  }

  /// - Parameters:
  ///   - runs: The variance of the mean over the runs.
  ///   - influences: Of each run, by sample in an order that all share.
  ///   - others: The same of the group that is subtracted.
  /// - Precondition: All runs have influences of as many samples.
  package init(runs: Double, influences: [[Double]], less others: [[Double]] = []) {
    self.runs = runs
    var mean = Self.mean(influences)
    if !others.isEmpty {
      let other = Self.mean(others)
      precondition(
        mean.count == other.count, "\(mean.count) samples are not \(other.count)")
      for index in mean.indices { mean[index] -= other[index] }
    }
    samples = mean.reduce(0) { $0 + $1 * $1 }
  }

  private static func mean(_ influences: [[Double]]) -> [Double] {
    guard let first = influences.first else { return [] }
    var sums = first
    for run in influences.dropFirst() {
      precondition(
        run.count == sums.count, "\(run.count) samples are not \(sums.count)")
      for index in sums.indices { sums[index] += run[index] }
    }
    return sums.map { $0 / Double(influences.count) }
  }
}
