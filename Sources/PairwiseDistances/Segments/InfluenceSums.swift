internal import Activations
internal import CDistanceKernels

/// The soft neighborhoods of all samples, final: what a pass for influences divides by.
package final class SoftNormalisers: @unchecked Sendable {
  // Unchecked: written before the pass that reads it.

  private let count: Int
  private let values: UnsafeMutableBufferPointer<Double>

  package init(count: Int) {
    self.count = count
    values = .allocate(capacity: max(7 * count, 1))
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

    package init(
      allBase: Double, allLog: Double, sameBase: Double, sameLog: Double, isAnchor: Bool,
      entropy: Double, perplexity: Double
    ) {
      self.allBase = allBase
      self.allLog = allLog
      self.sameBase = sameBase
      self.sameLog = sameLog
      self.isAnchor = isAnchor
      self.entropy = entropy
      self.perplexity = perplexity
    }
  }

  package func set(_ entry: Entry, at position: Int) {
    let columns = [
      entry.allBase, entry.allLog, entry.sameBase, entry.sameLog, entry.isAnchor ? 1 : 0,
      entry.entropy, entry.perplexity,
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
      weight: column(4), entropy: column(5), perplexity: column(6))
  }
}

/// How the loss changes with the weight of each sample as a neighbor of the others, at one
/// temperature. With p_ij = e^{−βd_ij}/B_i and q_ij = [y_i = y_j]·e^{−βd_ij}/A_i,
///
///     lossChange(j, c) = Σ_{i∈c, i≠j} (p_ij − q_ij)
///     perplexityChange(j) = Σ_{i≠j} p_ij·e^{H_i}·(1 + βd_ij − E_i[βd])
///
/// A row of distances serves as the column of its anchor: d_ij = d_ji, so each sample gathers its
/// own sums and none is shared.
package final class InfluenceSums: PairwiseReduction, @unchecked Sendable {
  // Unchecked: the pass never absorbs for one anchor from two threads, and anchors share nothing.

  package let anchors: Range<Int>
  private let runs: ClassRuns
  private let normalisers: SoftNormalisers
  private let columns: Int
  private let byClass: Bool
  private let changes: UnsafeMutableBufferPointer<Double>
  private let perplexityChanges: UnsafeMutableBufferPointer<Double>?

  /// - Parameters:
  ///   - byClass: Whether the change of each class's loss is kept, or the sum over the anchors of
  ///     the loss alone.
  ///   - perplexity: Whether the change of the perplexity is wanted.
  package init(
    _ samples: DistanceSamples, beta: Double, normalisers: SoftNormalisers, anchors: Range<Int>,
    byClass: Bool, perplexity: Bool
  ) {
    self.anchors = anchors
    // A standard error is good with three digits.
    runs = ClassRuns(samples, beta: beta, tolerance: 2e-2)
    self.normalisers = normalisers
    self.byClass = byClass
    columns = byClass ? samples.order.runs.count : 1
    changes = .allocate(capacity: max(anchors.count * columns, 1))
    changes.initialize(repeating: 0)
    if perplexity {
      let buffer = UnsafeMutableBufferPointer<Double>.allocate(capacity: max(anchors.count, 1))
      buffer.initialize(repeating: 0)
      perplexityChanges = buffer
    } else {
      perplexityChanges = nil
    }
  }

  deinit {
    changes.deallocate()
    perplexityChanges?.deallocate()
  }

  package func absorb(_ row: DistanceRow) {
    guard anchors.contains(row.anchor), let changes = changes.baseAddress else { return }
    let index = row.anchor - anchors.lowerBound
    var kernelRow = runs.kernelRow(row)
    var pointers = normalisers.pointers
    snn_absorb_influences(
      row.level, &kernelRow, &pointers, byClass, changes + index * columns,
      perplexityChanges?.baseAddress.map { $0 + index })
  }

  /// Σ_{i∈c} (p_ij − q_ij) of every class c; where they are not told apart, one sum over all anchors.
  package func lossChanges(at anchor: Int) -> UnsafeBufferPointer<Double> {
    UnsafeBufferPointer(
      rebasing: changes[
        (anchor - anchors.lowerBound) * columns..<(anchor - anchors.lowerBound + 1)
          * columns])
  }

  package func perplexityChange(at anchor: Int) -> Double {
    perplexityChanges?[anchor - anchors.lowerBound] ?? 0
  }

  package static func bytesPerAnchor(classCount: Int, byClass: Bool) -> Int {
    8 * ((byClass ? classCount : 1) + 1)
  }
}
