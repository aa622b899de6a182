/// How often predictions are right, by the confidence that they are given: of a well calibrated one
/// the accuracy in each bin is the confidence.
package struct Reliability: Sendable {
  /// One bin of confidence.
  package struct Bin: Sendable {
    package let range: ClosedRange<Double>
    /// Correct predictions among those in the bin.
    package let accuracy: Proportion
    /// Their mean confidence; nil in an empty bin.
    package let meanConfidence: Double?
  }

  package let bins: [Bin]
  /// Σ_bins |accuracy − mean confidence|·count / total: the expected calibration error.
  package let expectedError: Double

  /// - Parameter confidences: 0…1 each; 1 belongs to the last bin.
  package init(confidences: [Double], isCorrect: [Bool], binCount: Int = 10) {
    precondition(
      confidences.count == isCorrect.count && binCount > 0,
      "\(confidences.count) confidences and \(isCorrect.count) outcomes")
    var totals = Array(repeating: (count: 0, correct: 0, sum: 0.0), count: binCount)
    for (confidence, isCorrect) in zip(confidences, isCorrect) {
      let bin = min(max(Int(confidence * Double(binCount)), 0), binCount - 1)
      totals[bin].count += 1
      totals[bin].correct += isCorrect ? 1 : 0
      totals[bin].sum += confidence
    }
    bins = totals.enumerated().map { index, total in
      Bin(
        range: Double(index) / Double(binCount)...Double(index + 1) / Double(binCount),
        accuracy: Proportion(count: total.correct, of: total.count),
        meanConfidence: total.count > 0 ? total.sum / Double(total.count) : nil)
    }
    let gaps = bins.map { bin in
      abs(bin.accuracy.value - (bin.meanConfidence ?? 0)) * Double(bin.accuracy.total)
    }
    expectedError = gaps.reduce(0, +) / Double(max(confidences.count, 1))
  }
}
