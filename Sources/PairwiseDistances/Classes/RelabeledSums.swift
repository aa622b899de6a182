internal import Activations
internal import CDistanceKernels

/// The same-class sums of every anchor under many labelings of the same samples, at one temperature:
///
///     A_i(r) = Σ_{j≠i, y_j(r)=y_i(r)} e^{−β(d_ij − base_i)}
///
/// Memory: 8 bytes × N × labelings for the sums, 4 for the labels.
package final class RelabeledSums: TileReduction, @unchecked Sendable {
  // Unchecked: the pass never absorbs for one anchor from two threads, and anchors share nothing.

  private let beta: Double
  private let labelingCount: Int
  private let stride: Int
  private let bases: Column<Double>
  private let labels: Column<Int32>
  private let sums: Column<Double>

  /// - Parameters:
  ///   - beta: 1/T in inner units.
  ///   - bases: By position: the distance that sums are relative to, the nearest of the anchor.
  ///   - labelings: The class of each position under each labeling.
  package init(_ samples: DistanceSamples, beta: Double, bases: [Double], labelings: [[Int32]]) {
    self.beta = beta
    labelingCount = labelings.count
    stride =
      (samples.count + PairwisePass.side - 1) / PairwisePass.side * PairwisePass.side
    self.bases = Column(bases)
    labels = Column(-1, count: stride * labelings.count)
    for (index, labeling) in labelings.enumerated() {
      for (position, label) in labeling.enumerated() {
        labels.values[index * stride + position] = label
      }
    }
    sums = Column(0, count: samples.count * labelings.count)
  }

  package var scratchSize: Int { 0 }

  package func absorb(_ tile: DistanceTile) {
    var relabeling = snn_relabeling(
      beta: beta, bases: bases.values.baseAddress, labeling_count: Int64(labelingCount),
      stride: Int64(stride), labels: labels.values.baseAddress, sums: sums.values.baseAddress)
    var kernelTile = tile.kernelTile
    snn_absorb_relabelings(tile.level, tile.samples, &relabeling, &kernelTile)
  }

  /// A_i(r); float32 exponentials of a tile, none below 2⁻¹²⁶.
  package func sum(at anchor: Int, labeling: Int) -> Double {
    sums.values[anchor * labelingCount + labeling]
  }

  /// Where a sum is below this, the least exponential counts in it.
  package static let faint = 0x1p-90
}
