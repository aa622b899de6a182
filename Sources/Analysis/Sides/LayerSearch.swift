internal import ActivationFiles
internal import Activations
internal import Neighbors

/// Searches one bank, layer by layer, for the neighbors of several sides. One layer is in memory at
/// a time.
struct LayerSearch {
  let search: NearestNeighbors
  let bank: SampleSource
  /// The rows of the bank that serve; nil for all.
  let bankRows: [Int]?
  let hooks: RunHooks

  /// The layers, in the bank's order.
  ///
  /// - Throws: if one is missing on a side, or differs in width.
  func layerNames(sharedWith sides: [SampleSource]) throws(AnalysisError) -> [String] {
    let names = bank.layers.map(\.name)
    for side in sides {
      let others = Set(side.layers.map(\.name))
      try require(others, of: side, toHave: names, of: bank)
      try require(Set(names), of: bank, toHave: side.layers.map(\.name), of: side)
      for layer in bank.layers {
        guard let other = side.layers.first(where: { $0.name == layer.name }) else { continue }
        guard other.featureCount == layer.featureCount else {
          throw AnalysisError(
            "\(side.place(layer.name)) has \(other.featureCount) features but "
              + "\(bank.place(layer.name)) has \(layer.featureCount). Export both from the same "
              + "network, or leave the layer out with --except \(layer.name).")
        }
      }
    }
    return names
  }

  /// The neighbors of the rows of a side; of those of the bank itself where `side` is nil.
  func lists(
    of side: SampleSource?, rows: [Int]? = nil, in matrix: ActivationMatrix, layer: String
  ) throws(AnalysisError) -> NeighborLists {
    let all = try side?.matrix(layer)
    let queries = all.map { all in rows.map(all.rows) ?? all }
    let start = ContinuousClock.now
    do throws(NeighborsError) {
      let lists: NeighborLists
      if let queries {
        lists = try search.neighbors(of: queries, in: matrix)
      } else {
        lists = try search.leaveOneOut(matrix)
      }
      hooks.detail("\(layer): searched in \(ContinuousClock.now - start)")
      return lists
    } catch {
      throw AnalysisError("\((side ?? bank).place(layer)): \(error.description)")
    }
  }

  func bankMatrix(_ layer: String) throws(AnalysisError) -> ActivationMatrix {
    let matrix = try bank.matrix(layer)
    return bankRows.map(matrix.rows) ?? matrix
  }

  /// Does something for each layer, telling how far that is.
  func forEachLayer(
    _ names: [String], _ body: (String) throws(AnalysisError) -> Void
  ) throws(AnalysisError) {
    let progress = Progress(hooks.progress)
    progress.begin(names.map { _ in 1 })
    defer { progress.end() }
    for (index, name) in names.enumerated() {
      progress.start(index, checkpoint: "", layer: name)
      try body(name)
      progress.finish(index)
    }
  }

  private func require(
    _ names: Set<String>, of lacking: SampleSource, toHave wanted: [String],
    of other: SampleSource
  ) throws(AnalysisError) {
    let missing = wanted.filter { !names.contains($0) }
    guard !missing.isEmpty else { return }
    throw AnalysisError(
      "\(lacking.address.text): has no layer \(missing.prefix(5).joined(separator: ", ")), which "
        + "\(other.address.text) has. Choose layers of both with --layers, or leave it out with "
        + "--except \(missing[0]).")
  }
}
