package import Activations
internal import PairwiseDistances

/// A layer in memory under several labelings, one after another.
///
///     var labelings = LayerLabelings(of: matrix, count: 2, for: loss)
///     let byClass = try labelings.entanglement(by: classes)
///     let byDomain = try labelings.entanglement(by: domains)
///
/// Distances do not depend on labels: the first labeling computes those of all pairs and the others
/// read them, put into their own class order. Each result is, to the bit, that of the labeling alone.
///
/// Where computing the distances anew is as fast (few features), where they do not fit (2 bytes × N²
/// twice, within `memoryLimit`; 23,000 samples at most) and with `.double` precision each labeling has
/// a pass of its own.
package struct LayerLabelings {
  private let matrix: ActivationMatrix
  private let loss: SoftNearestNeighborLoss
  private var rows: CheckedRows?
  private var distances: SharedDistances

  /// How many labelings read the distances of one before.
  package var servedCount: Int { distances.servedCount }

  /// - Parameters:
  ///   - matrix: `sampleCount × featureCount` activations.
  ///   - count: How many labelings there will be; those beyond compute distances of their own.
  package init(of matrix: ActivationMatrix, count: Int, for loss: SoftNearestNeighborLoss) {
    self.matrix = matrix
    self.loss = loss
    distances = SharedDistances(labelingCount: count)
  }

  /// The loss under the next labeling. One that is refused leaves the others as they are.
  /// - Parameter labels: One class a row.
  package mutating func entanglement(
    by labels: ClassLabels
  ) throws(EntanglementError) -> LayerEntanglement {
    distances.beginLabeling()
    try labels.requireOneARow(of: matrix)
    let rows: CheckedRows
    if let checked = self.rows {
      rows = checked
    } else {
      rows = try CheckedRows(of: matrix, for: loss.settings)
      self.rows = rows
    }
    let prepared = try PreparedLayer(
      rows.matrix, rows.labels(labels), skipped: rows.skipped, sharing: &distances, for: loss)
    if let draw = prepared.passes.draw {
      if let estimate = try loss.estimate(of: prepared, from: draw) { return estimate }
      return try loss.withoutAnchors.entanglement(of: matrix, labels: labels)
    }
    let parts = LayerParts(of: prepared, for: loss)
    // Its samples are gone before parts of them are drawn.
    return try loss.studied(try loss.entanglement(of: prepared), parts)
  }
}
