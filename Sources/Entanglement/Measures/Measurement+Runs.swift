extension Measurement {
  /// The mean of one number over trainings of the same samples.
  ///
  /// The influences are averaged by sample: samples are crossed with trainings, so that the variance of
  /// the mean that comes of samples is Σ_j (mean over runs of U_j)², never the mean of the variances.
  /// - Parameter runs: One or more.
  /// - Returns: nil where it is a number in some trainings and a limit in others.
  package init?(averaging runs: [Measurement]) {
    guard let first = runs.first else { return nil }
    guard runs.count > 1 else {
      self = first
      return
    }
    let values = runs.compactMap(\.value)
    guard values.count == runs.count else {
      guard values.isEmpty, runs.allSatisfy({ $0.position == first.position }) else { return nil }
      self = first
      return
    }
    let trims = runs.compactMap(\.trimmed)
    let shares = runs.compactMap(\.heldByTopPercent)
    let largest = runs.compactMap(\.largestShare)
    self.init(
      value: RunMean(values).mean,
      position: runs.allSatisfy { $0.position == first.position } ? first.position : nil,
      influences: Self.mean(of: runs.map(\.influences)),
      largestShare: largest.count == runs.count ? largest.max() : nil,
      heldByTopPercent: shares.count == runs.count ? RunMean(shares).mean : nil,
      trimmed: trims.count == runs.count ? TrimmedLoss(averaging: trims) : nil, runs: values)
  }

  /// By sample; nil where those of a run are not known.
  fileprivate static func mean(of runs: [[Double]?]) -> [Double]? {
    let known = runs.compactMap(\.self)
    guard known.count == runs.count, let first = known.first,
      known.allSatisfy({ $0.count == first.count })
    else { return nil }
    return first.indices.map { row in
      known.reduce(0) { $0 + $1[row] } / Double(known.count)
    }
  }
}

extension TrimmedLoss {
  /// The same of trimmed means, each without the anchors of greatest loss of its own training.
  fileprivate init(averaging runs: [TrimmedLoss]) {
    let values = runs.map(\.value)
    self.init(
      value: RunMean(values).mean, influences: Measurement.mean(of: runs.map(\.influences)),
      runs: values)
  }
}
