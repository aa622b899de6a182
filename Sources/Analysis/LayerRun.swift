internal import ActivationFiles
internal import Activations
internal import Entanglement

/// One layer under labelings of the same rows: read once, and computed for one labeling after another,
/// so that the distances of the first serve the others.
struct LayerRun {
  let collection: ActivationCollection
  let layer: LayerEntry
  /// What the layer is in its checkpoint.
  let index: Int
  /// The rows that are analysed; nil for all.
  let rows: [Int]?
  /// Whether the samples are projected for the sample map.
  let isPictured: Bool
  let loss: SoftNearestNeighborLoss
  /// The bytes that reading may take.
  let readingLimit: Int
  let cache: ResultCache
  /// The folder where layers go that are larger than memory.
  let scratch: String
  /// Told the fingerprint of the rows that are analysed; nil where nobody asks for it.
  var didRead: ((String) -> Void)?
  let progress: LayerProgress

  /// What each labeling came to, in order: up to the first that failed, or all with `keepsGoing`.
  ///
  /// The layer is in memory if it fits.
  /// - Parameter labelings: Of all rows of the layer.
  /// - Throws: What keeps the layer from being read, whatever the labels.
  func profiles(
    by labelings: [ClassLabels], keepsGoing: Bool
  ) throws -> [Result<LayerProfile, any Error>] {
    let source = LayerRows(collection, layer, rows: rows, bytesAtATime: readingLimit / 16)
    let classes = labelings.map { labels in rows.map(labels.rows) ?? labels }
    let entries: [ResultCache.Entry]
    let compute: (ClassLabels) throws -> LayerEntanglement
    let project: (ClassLabels) throws -> SampleProjection?
    if loss.fitsInMemory(
      sampleCount: source.sampleCount, featureCount: source.featureCount,
      isDouble: source.isDouble)
    {
      let matrix = try source.matrix(within: readingLimit)
      try tellDigest(of: matrix)
      entries = cache.entries(of: matrix, labels: classes, with: loss)
      var layer = LayerLabelings(of: matrix, count: entries.count { !$0.isKept }, for: loss)
      compute = { try layer.entanglement(by: $0) }
      project = { SampleProjection(of: matrix, labels: $0, distance: loss.settings.distance) }
    } else {
      try tellDigest(of: source)
      entries = try cache.entries(of: source, labels: classes, with: loss)
      compute = { try loss.entanglement(of: source, labels: $0, spillingInto: scratch) }
      project = {
        let drawn = SampleProjection.drawnRows(of: $0, featureCount: source.featureCount)
        return SampleProjection(
          of: try source.gathered(drawn), drawn: drawn, labels: $0, distance: loss.settings.distance
        )
      }
    }
    progress.keep(entries.count(where: \.isKept))
    var results: [Result<LayerProfile, any Error>] = []
    for (entry, labels) in zip(entries, classes) {
      progress.beginLabeling()
      let result = Result {
        let entanglement = try entry.result { try compute(labels) }
        return profile(entanglement, projection: isPictured ? try project(labels) : nil)
      }
      results.append(result)
      if case .failure = result, !keepsGoing { break }
    }
    return results
  }

  /// Row by row, so that it does not depend on whether the layer fits in memory.
  private func tellDigest(of source: some ActivationSource) throws {
    guard let didRead else { return }
    var digest = ContentDigest()
    try digest.add(rowsOf: source, blockSize: min(loss.machine.memoryLimit / 8, 1 << 26))
    didRead("\(digest)")
  }

  private func profile(
    _ entanglement: LayerEntanglement, projection: SampleProjection?
  ) -> LayerProfile {
    LayerProfile(
      name: layer.name, index: index, shape: layer.shape, entanglement: entanglement,
      projection: rows.flatMap { rows in projection?.renamingRows(rows) } ?? projection)
  }
}
