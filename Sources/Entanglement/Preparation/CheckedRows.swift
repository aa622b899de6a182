internal import Activations
internal import PairwiseDistances

/// The rows of a layer that have a loss, whatever the labels.
struct CheckedRows {
  let matrix: ActivationMatrix
  /// The rows that are used, ascending; nil for all.
  private let kept: [Int]?
  /// The rows of zeros that were left out, ascending.
  let skipped: [Int]

  init(
    of matrix: ActivationMatrix, for settings: LossSettings
  ) throws(EntanglementError) {
    guard matrix.sampleCount > 0 else { throw .noSamples }
    guard matrix.featureCount > 0 else { throw .noFeatures }
    let nonFinite = matrix.nonFiniteRows()
    guard nonFinite.isEmpty else { throw .nonFinite(rows: nonFinite) }
    let zero =
      settings.distance == .cosine
      ? (0..<matrix.sampleCount).filter { matrix.norm(ofRow: $0) == 0 } : []
    guard !zero.isEmpty else {
      (self.matrix, kept, skipped) = (matrix, nil, [])
      return
    }
    let dropped = Set(zero)
    let kept = (0..<matrix.sampleCount).filter { !dropped.contains($0) }
    guard settings.zeroRows == .skip, !kept.isEmpty else { throw .zeroRows(zero) }
    (self.matrix, self.kept, skipped) = (matrix.rows(kept), kept, zero)
  }

  /// Those of the rows that are used.
  func labels(_ labels: ClassLabels) -> ClassLabels { kept.map(labels.rows) ?? labels }
}

extension ClassLabels {
  /// Refuses labels of another number of samples.
  func requireOneARow(of matrix: ActivationMatrix) throws(EntanglementError) {
    guard matrix.sampleCount == sampleCount else {
      throw .labelCount(labels: sampleCount, samples: matrix.sampleCount)
    }
  }
}
