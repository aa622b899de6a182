package import Activations
internal import CDistanceKernels
internal import Synchronization

/// The gradient of a function of the distances for the samples, as a second pass over the tiles.
///
/// An anchor i has for each kind of neighbor a signed share s, the weight of a neighbor at its
/// nearest distance n: w_ij = s·e^{−β(d_ij − n)}. The pass adds up g_i = Σ_j (w_ij + w_ji)(x_i − x_j)
/// from products of float32 tiles, N²·D multiply-adds; pairs closer than a 64th of their distance
/// from the center are added by differences of the values as read.
package final class NeighborPull: TileReduction, @unchecked Sendable {
  // Unchecked: the pass never absorbs for one anchor from two threads, and anchors share nothing.

  /// What an anchor pulls with.
  package struct Pull: Sendable {
    /// In inner units.
    package var nearest = 0.0
    /// 0 for no neighbor of the kind.
    package var share: Float = 0

    package init() {}
  }

  private let samples: DistanceSamples
  private let beta: Double
  private let gapScale: Double
  private let nearest: [Double]
  private let shares: [Float]
  private let gradient: UnsafeMutableBufferPointer<Float>

  /// - Parameters:
  ///   - temperature: In inner units.
  ///   - pulls: By kind (`NeighborKind.rawValue`), one an anchor in class order.
  package init(_ samples: DistanceSamples, temperature: Double, pulls: [[Pull]]) {
    precondition(
      pulls.count == 2 && pulls.allSatisfy { $0.count == samples.count },
      "each kind needs one pull an anchor")
    self.samples = samples
    beta = min(1 / temperature, .greatestFiniteMagnitude)
    let largest = samples.largestDistance
    gapScale =
      largest > 0 ? Double(sign: .plus, exponent: -Int(largest.exponent) - 1, significand: 1) : 1
    nearest = pulls.flatMap { $0.map(\.nearest) }
    shares = pulls.flatMap { $0.map(\.share) }
    // As many panels as the samples have, with the spare one.
    let panelCount = (samples.count + DistanceSamples.panelWidth - 1) / DistanceSamples.panelWidth
    gradient = .allocate(
      capacity: (panelCount + 1) * DistanceSamples.panelWidth * max(samples.featureCount, 1))
    gradient.initialize(repeating: 0)
  }

  deinit { gradient.deallocate() }

  package var scratchSize: Int { samples.withKernelSamples { Int(snn_pull_scratch_size($0)) } }

  package func absorb(_ tile: DistanceTile) {
    samples.order.classes.withUnsafeBufferPointer { classes in
      nearest.withUnsafeBufferPointer { nearest in
        shares.withUnsafeBufferPointer { shares in
          var pull = snn_pull(
            classes: classes.baseAddress, nearest: nearest.baseAddress, shares: shares.baseAddress,
            beta: beta, rate: Float(min(beta * 1.4426950408889634 / gapScale, 1e38)),
            gap_scale: gapScale, cut: SoftNeighborSums.cut(sampleCount: samples.count),
            gradient: gradient.baseAddress)
          var kernelTile = tile.kernelTile
          snn_pull_tile(tile.level, tile.samples, &pull, &kernelTile, tile.scratch)
        }
      }
    }
  }

  /// The gradient times a factor, in the order, units and precision of the values as read; nil if a
  /// number leaves the range of that precision. `factor` is in inner units: that of a gradient for
  /// the rows as they are compared (of unit length for cosine).
  package func gradient(times factor: Double, threadCount: Int) -> ActivationMatrix? {
    let rows = samples.count
    let columns = samples.featureCount
    if samples.isDouble {
      return unpacked(as: Double.self, factor, threadCount).map {
        ActivationMatrix(sampleCount: rows, featureCount: columns, values: $0)
      }
    }
    return unpacked(as: Float.self, factor, threadCount).map {
      ActivationMatrix(sampleCount: rows, featureCount: columns, values: $0)
    }
  }

  private func unpacked<Value: BinaryFloatingPoint & Sendable>(
    as type: Value.Type, _ factor: Double, _ threadCount: Int
  ) -> [Value]? {
    let count = samples.count * samples.featureCount
    let panelCount = (samples.count + DistanceSamples.panelWidth - 1) / DistanceSamples.panelWidth
    let blockCount = max(1, min(panelCount, 4 * threadCount))
    let isFinite = Atomic(true)
    let values = [Value](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      nonisolated(unsafe) let out = UnsafeMutableRawPointer(buffer.baseAddress)
      samples.withKernelSamples { pointer in
        nonisolated(unsafe) let kernelSamples = pointer
        let work: @Sendable (Int) -> Void = { [self] block in
          let begin = block * panelCount / blockCount
          let end = (block + 1) * panelCount / blockCount
          if !snn_unpack(
            kernelSamples, gradient.baseAddress, Int64(begin), Int64(end), factor,
            samples.distance == .cosine, out)
          {
            isFinite.store(false, ordering: .relaxed)
          }
        }
        Threads.forEach(blockCount, on: count > 1 << 16 ? threadCount : 1, work)
      }
      initializedCount = count
    }
    return isFinite.load(ordering: .relaxed) ? values : nil
  }
}
