internal import Activations
internal import CDistanceKernels

/// The soft neighborhoods of all samples, final: what a pass for influences divides by.
package final class SoftNormalisers: @unchecked Sendable {
  // Unchecked: written before the pass that reads it.

  private let count: Int
  private let values: UnsafeMutableBufferPointer<Double>

  package init(count: Int) {
    self.count = count
    values = .allocate(capacity: max(8 * count, 1))
    values.initialize(repeating: 0)
  }

  deinit { values.deallocate() }

  /// What one sample's soft neighborhood comes to.
  package struct Entry {
    /// Σ e^{−βd} = e^{allLog − β·allBase} over all neighbors, e^{sameLog − β·sameBase} over those of
    /// its class.
    package var allBase: Double
    package var allLog: Double
    package var sameBase: Double
    package var sameLog: Double
    /// Whether it is an anchor of the loss.
    package var isAnchor: Bool
    /// H_i in nats, and e^{H_i}.
    package var entropy: Double
    package var perplexity: Double
    /// Σ over the other classes as a share of the sum over all: without the rounding of one less A/B,
    /// so that the changes of a small loss keep their digits.
    package var otherShare: Double

    package init(
      allBase: Double, allLog: Double, sameBase: Double, sameLog: Double, isAnchor: Bool,
      entropy: Double, perplexity: Double, otherShare: Double
    ) {
      self.allBase = allBase
      self.allLog = allLog
      self.sameBase = sameBase
      self.sameLog = sameLog
      self.isAnchor = isAnchor
      self.entropy = entropy
      self.perplexity = perplexity
      self.otherShare = otherShare
    }
  }

  package func set(_ entry: Entry, at position: Int) {
    let columns = [
      entry.allBase, entry.allLog, entry.sameBase, entry.sameLog, entry.isAnchor ? 1 : 0,
      entry.entropy, entry.perplexity, entry.otherShare,
    ]
    for (column, value) in columns.enumerated() { values[column * count + position] = value }
  }

  /// Gives a sample another weight as an anchor than 1 or 0: sums are then Σ_i weight_i (p_ij − q_ij).
  package func set(weight: Double, at position: Int) { values[4 * count + position] = weight }

  var pointers: snn_normalisers {
    func column(_ index: Int) -> UnsafePointer<Double>? {
      values.baseAddress.map { UnsafePointer($0 + index * count) }
    }
    return snn_normalisers(
      all_base: column(0), all_log: column(1), same_base: column(2), same_log: column(3),
      weight: column(4), entropy: column(5), perplexity: column(6), other: column(7))
  }
}
