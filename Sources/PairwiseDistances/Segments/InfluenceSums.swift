internal import Activations
internal import CDistanceKernels

/// The soft neighborhood of every sample, final: what a pass for influences divides by.
package struct SoftNormalisers: Sendable {
  /// Σ e^{−βd} = e^{log − β·nearest} over all neighbors, by position.
  package var allNearest: [Double]
  package var allLog: [Double]
  /// The same over neighbors of the own class; a log of infinity where there is none.
  package var sameNearest: [Double]
  package var sameLog: [Double]
  /// H_i in nats, and e^{H_i}.
  package var entropy: [Double]
  package var perplexity: [Double]

  package init(count: Int) {
    allNearest = Array(repeating: 0, count: count)
    allLog = Array(repeating: 0, count: count)
    sameNearest = Array(repeating: 0, count: count)
    sameLog = Array(repeating: .infinity, count: count)
    entropy = Array(repeating: 0, count: count)
    perplexity = Array(repeating: 0, count: count)
  }
}

/// How the loss changes with the weight of each sample as a neighbor of the others, at one
/// temperature. With p_ij = e^{−βd_ij}/B_i and q_ij = [y_i = y_j]·e^{−βd_ij}/A_i,
///
///     lossChange(j, c) = Σ_{i∈c, i≠j} (p_ij − q_ij)           over classes c of two samples or more
///     perplexityChange(j) = Σ_{i≠j} p_ij·e^{H_i}·(1 + βd_ij − E_i[βd])
///
/// A row of distances serves as the column of its anchor: d_ij = d_ji, so each sample gathers its
/// own sums and none is shared.
package final class InfluenceSums: PairwiseReduction, @unchecked Sendable {
  // Unchecked: the pass never absorbs for one anchor from two threads, and anchors share nothing.

  private let beta: Double
  package let anchors: Range<Int>
  private let order: ClassOrder
  private let normalisers: SoftNormalisers
  private let hasSingletons: Bool
  private let columns: Int
  private let changes: UnsafeMutableBufferPointer<Double>
  private let perplexityChanges: UnsafeMutableBufferPointer<Double>?

  /// - Parameters:
  ///   - byClass: Whether the change of each class's loss is kept, or the sum over classes alone.
  ///   - perplexity: Whether the change of the perplexity is wanted.
  package init(
    _ samples: DistanceSamples, beta: Double, normalisers: SoftNormalisers, anchors: Range<Int>,
    byClass: Bool, perplexity: Bool
  ) {
    self.beta = beta
    self.anchors = anchors
    order = samples.order
    hasSingletons = order.runs.contains { $0.count == 1 }
    self.normalisers = normalisers
    columns = byClass ? order.runs.count : 1
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
    let change = perplexityChanges?.baseAddress.map { $0 + index }
    normalisers.withPointers { all, same, entropy, perplexity in
      row.forEachSegment(order, kindsOnly: columns == 1 && !hasSingletons) { segment in
        var kernel = row.kernelSegment(segment, beta: beta)
        var sum =
          change.map {
            snn_share_and_change(row.level, &kernel, all, entropy, perplexity, $0)
          } ?? snn_share(row.level, &kernel, all)
        if segment.isSame { sum -= snn_share(row.level, &kernel, same) }
        // A sample alone in its class is no anchor of the loss.
        if !segment.isSame, hasSingletons, order.runs[segment.group].count == 1 { return }
        changes[index * columns + (columns == 1 ? 0 : segment.group)] += sum
      }
    }
  }

  /// Σ_{i∈c} (p_ij − q_ij), or with one column the sum over classes.
  package func lossChange(at anchor: Int, class index: Int = 0) -> Double {
    changes[(anchor - anchors.lowerBound) * columns + (columns == 1 ? 0 : index)]
  }

  package func perplexityChange(at anchor: Int) -> Double {
    perplexityChanges?[anchor - anchors.lowerBound] ?? 0
  }

  package static func bytesPerAnchor(classCount: Int, byClass: Bool) -> Int {
    8 * ((byClass ? classCount : 1) + 1)
  }
}

extension SoftNormalisers {
  fileprivate func withPointers(
    _ body: (
      _ all: snn_normaliser, _ same: snn_normaliser, _ entropy: UnsafePointer<Double>?,
      _ perplexity: UnsafePointer<Double>?
    ) -> Void
  ) {
    allNearest.withUnsafeBufferPointer { allNearest in
      allLog.withUnsafeBufferPointer { allLog in
        sameNearest.withUnsafeBufferPointer { sameNearest in
          sameLog.withUnsafeBufferPointer { sameLog in
            entropy.withUnsafeBufferPointer { entropy in
              perplexity.withUnsafeBufferPointer { perplexity in
                body(
                  snn_normaliser(nearest: allNearest.baseAddress, log: allLog.baseAddress),
                  snn_normaliser(nearest: sameNearest.baseAddress, log: sameLog.baseAddress),
                  entropy.baseAddress, perplexity.baseAddress)
              }
            }
          }
        }
      }
    }
  }
}

/// Several reductions that share a pass.
package struct ReductionGroup: PairwiseReduction {
  private let reductions: [any PairwiseReduction]

  package init(_ reductions: [any PairwiseReduction]) {
    self.reductions = reductions
  }

  package func absorb(_ row: DistanceRow) {
    for reduction in reductions { reduction.absorb(row) }
  }
}
