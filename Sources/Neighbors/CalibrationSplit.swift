package import Activations

/// A bank parted into the samples that stay and those that calibrate, each class by its share.
package struct CalibrationSplit: Sendable, Equatable {
  /// The rows that calibrate, ascending.
  package let calibration: [Int]
  /// The others, ascending.
  package let bank: [Int]

  /// - Parameter share: Of the samples that calibrate, above 0 and below 1.
  package init(
    of labels: ClassLabels, share: Double, using generator: inout some RandomNumberGenerator
  ) {
    precondition(share > 0 && share < 1, "a share of \(share) leaves nothing on one side")
    let count = min(
      max(Int((Double(labels.sampleCount) * share).rounded()), 1), labels.sampleCount - 1)
    let drawn = StratifiedSample(count: max(count, 0), of: labels, using: &generator).rows
    let isDrawn = Set(drawn)
    calibration = drawn
    bank = (0..<labels.sampleCount).filter { !isDrawn.contains($0) }
  }
}

extension ClassLabels {
  /// The class of each sample as an index into other names, by name; nil for one they lack.
  package func indices(in names: [String]) -> [Int32?] {
    let known = Dictionary(zip(names, Int32(0)...)) { first, _ in first }
    let map = self.names.map { known[$0] }
    return indices.map { map[Int($0)] }
  }
}
