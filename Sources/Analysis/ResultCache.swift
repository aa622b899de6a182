internal import Activations
internal import Entanglement
internal import PairwiseDistances
internal import Platform

/// Finished layers, kept beside the output so that an interrupted run goes on where it was and a run
/// with one more checkpoint computes only that one.
///
/// An entry is a `StoredLayer` under the fingerprint of all that decides the result: the values and
/// labels, what is computed and how, and the program itself. An entry that is damaged, or that was put
/// under another's name, is computed anew. Whatever goes wrong with the cache, the run goes on without
/// it.
struct ResultCache: Sendable {
  private let folder: String?

  /// - Parameter folder: nil for no cache.
  init(folder: String?) {
    self.folder = folder
    guard let folder else { return }
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  /// The place of one result.
  struct Entry {
    /// nil for no cache.
    private let place: (folder: String, key: String)?
    private let kept: LayerEntanglement?

    fileprivate init(_ place: (folder: String, key: String)?) {
      self.place = place
      kept = place.flatMap { place in
        guard let data = FileManager.default.contents(atPath: Self.path(of: place)),
          let stored = try? StoredLayer(decoding: data), stored.key == place.key,
          case .computed(let result, projection: _)? = stored.outcomes.first
        else { return nil }
        return result
      }
    }

    private static func path(of place: (folder: String, key: String)) -> String {
      place.folder + "/\(place.key).json"
    }

    var isKept: Bool { kept != nil }

    /// The result from the cache, or computed and kept.
    func result(
      orKeeping compute: () throws -> LayerEntanglement
    ) rethrows -> LayerEntanglement {
      if let kept { return kept }
      let result = try compute()
      if let place {
        let stored = StoredLayer(
          key: place.key, outcomes: [.computed(result, projection: nil)])
        if let data = try? stored.encoded() {
          _ = WholeFile.write(data, to: Self.path(of: place), stagedIn: place.folder)
        }
      }
      return result
    }
  }

  /// The places of a layer's results, one a labeling.
  func entries(
    of matrix: ActivationMatrix, labels: [ClassLabels], with loss: SoftNearestNeighborLoss
  ) -> [Entry] {
    entries(labels, loss) { $0.add(matrix) }
  }

  /// The same for a layer that is larger than memory, which is read once more for its fingerprint.
  ///
  /// The fingerprint goes row by row, so it does not depend on the limit of memory; it is not that of
  /// the layer in memory, whose entry is another.
  func entries(
    of source: some ActivationSource, labels: [ClassLabels], with loss: SoftNearestNeighborLoss
  ) throws -> [Entry] {
    try entries(labels, loss) {
      try $0.add(rowsOf: source, blockSize: min(loss.machine.memoryLimit / 8, 1 << 26))
    }
  }

  private func entries(
    _ labels: [ClassLabels], _ loss: SoftNearestNeighborLoss,
    addingValues add: (inout ContentDigest) throws -> Void
  ) rethrows -> [Entry] {
    guard let folder else { return labels.map { _ in Entry(nil) } }
    var values = ContentDigest()
    try add(&values)
    return labels.map { labels in
      var digest = ContentDigest()
      digest.add(Version.build)
      digest.add(loss.settings.text)
      digest.add(loss.machine.instructionSet.rawValue)
      digest.add(labels)
      digest.add(loss.holdsClassTables(labels.names.count) ? "" : "no class tables")
      digest.add("\(values)")
      return Entry((folder, "\(digest)"))
    }
  }
}
