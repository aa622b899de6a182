internal import Activations
internal import CDistanceKernels

/// The sums over each class under many weightings of the neighbors, at one temperature:
///
///     S_i[c](r) = Σ_{j≠i, y_j=c} w_j(r)·e^{−βd_ij}
///
/// in the unit of the sum with all weights 1, whose exponents a `ClassPass` has found.
///
/// Memory: 4 bytes × classes × `width` an anchor.
package final class ReweightedSums: TileReduction, @unchecked Sendable {
  // Unchecked: the pass never absorbs for one anchor from two threads, and anchors share nothing.

  /// The number of weightings.
  package static let width = Int(snn_resample_width)

  private let plain: ClassPass
  private let classes: Column<Int32>
  private let ends: Column<Int64>
  private let weights: Column<Float>
  private let sums: Column<Float>

  /// - Parameters:
  ///   - plain: The sums with all weights 1, of the same anchors, gone through its pass.
  ///   - weights: Of each position, `width` in a row.
  package init(_ samples: DistanceSamples, plain: ClassPass, weights: [Float]) {
    precondition(
      weights.count == samples.count * Self.width, "each sample needs \(Self.width) weights")
    self.plain = plain
    classes = Column(samples.order.classes)
    ends = Column(samples.order.runs.map { Int64($0.upperBound) })
    self.weights = Column(weights)
    sums = Column(0, count: plain.anchors.count * samples.order.runs.count * Self.width)
  }

  package var scratchSize: Int { 0 }

  package func absorb(_ tile: DistanceTile) {
    guard tile.rows.overlaps(plain.anchors) || tile.columns.overlaps(plain.anchors) else { return }
    var reweighting = snn_reweighting(
      beta: plain.beta, classes: classes.values.baseAddress, class_ends: ends.values.baseAddress,
      first: Int64(plain.anchors.lowerBound), count: Int64(plain.anchors.count),
      exponents: plain.exponents?.values.baseAddress, weights: weights.values.baseAddress,
      sums: sums.values.baseAddress)
    var kernelTile = tile.kernelTile
    snn_absorb_reweightings(tile.level, tile.samples, &reweighting, &kernelTile)
  }

  /// Calls the body with the sums of an anchor over a class, one a weighting, and the distance `base`
  /// whose exponential e^{−β·base} they are in units of; does not where the class has no neighbor of it.
  package func withSums(
    at anchor: Int, class index: Int, _ body: (_ sums: UnsafeBufferPointer<Float>) -> Void
  ) {
    let place = index * plain.anchors.count + anchor - plain.anchors.lowerBound
    guard plain.sum(at: anchor, class: index) != nil else { return }
    body(
      UnsafeBufferPointer(rebasing: sums.values[place * Self.width..<(place + 1) * Self.width]))
  }

  package static func bytesPerAnchor(classCount: Int) -> Int {
    classCount * (width * MemoryLayout<Float>.stride + 16)
  }
}
