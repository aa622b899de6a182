internal import ActivationFiles
internal import Activations
internal import Neighbors

/// Searches one bank, layer by layer, for the neighbors of several sides. One layer is in memory at
/// a time.
struct LayerSearch {
  private let search: NearestNeighbors
  let bank: SampleSource
  /// The rows of the bank that serve; nil for all.
  let bankRows: [Int]?
  private let hooks: RunHooks

  init(
    search: NearestNeighbors, bank: SampleSource, bankRows: [Int]?, hooks: RunHooks
  ) {
    // Whoever cancels the run ends its searches.
    self.search = search.cancelled(by: hooks.isCancelled)
    self.bank = bank
    self.bankRows = bankRows
    self.hooks = hooks
  }

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

  /// The neighbors of rows of a side; of those of the bank itself where `side` is nil.
  ///
  /// - Parameters:
  ///   - queries: The activations of these rows; nil for those of the bank.
  ///   - twins: The rows of the bank that each of them is, if any is one.
  func lists(
    of side: SampleSource?, _ queries: ActivationMatrix?, in matrix: ActivationMatrix,
    layer: String, leavingOut twins: [[Int32]]? = nil
  ) throws(AnalysisError) -> NeighborLists {
    let start = ContinuousClock.now
    do throws(NeighborsError) {
      let lists: NeighborLists
      if let queries {
        lists =
          if let twins {
            try search.neighbors(of: queries, in: matrix, leavingOut: twins)
          } else {
            try search.neighbors(of: queries, in: matrix)
          }
      } else {
        lists = try search.leaveOneOut(matrix)
      }
      hooks.detail("\(layer): searched in \(ContinuousClock.now - start)")
      return lists
    } catch {
      if error == .cancelled { throw .cancelled }
      throw AnalysisError("\((side ?? bank).place(layer)): \(error.description)")
    }
  }

  func bankMatrix(_ layer: String) throws(AnalysisError) -> ActivationMatrix {
    let matrix = try bank.matrix(layer)
    return bankRows.map(matrix.rows) ?? matrix
  }

  /// What the votes get right without rows that equal the query, and how many queries have such.
  func withoutEqualRows(
    of side: SampleSource?, _ queries: ActivationMatrix, in matrix: ActivationMatrix, layer: String,
    twins: [[Int32]], lists: NeighborLists, labels: ClassLabels, truth: [Int32?]?
  ) throws(AnalysisError) -> NeighborAnalysis.EqualRows {
    let equal = EqualRows(of: queries, in: matrix, besides: twins)
    do throws(NeighborsError) {
      return NeighborAnalysis.EqualRows(
        queryCount: equal.queryCount,
        accuracy: try truth.flatMap { truth throws(NeighborsError) in
          try equal.accuracy(
            with: search, of: queries, in: matrix, twins: twins, lists: lists, labels: labels,
            truth: truth)
        })
    } catch {
      if error == .cancelled { throw .cancelled }
      throw AnalysisError("\((side ?? bank).place(layer)): \(error.description)")
    }
  }

  /// Does something for each layer, telling how far that is.
  func forEachLayer(
    _ names: [String], _ body: (String) throws(AnalysisError) -> Void
  ) throws(AnalysisError) {
    let progress = Progress(hooks.progress)
    progress.begin(names.map { _ in 1 })
    defer { progress.end() }
    for (index, name) in names.enumerated() {
      try hooks.throwIfCancelled()
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
