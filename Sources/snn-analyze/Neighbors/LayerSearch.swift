import ActivationFiles
import Activations
import Neighbors

/// Searches one bank, layer by layer, for the neighbors of several sides. One layer is in memory at
/// a time.
struct LayerSearch {
  let search: NearestNeighbors
  let bank: SampleSource
  /// The rows of the bank that serve; nil for all.
  let bankRows: [Int]?
  let progress: Progress
  /// Whether the time of each search is said.
  let verbose: Bool

  /// The layers, in the bank's order.
  ///
  /// - Throws: if one is missing on a side, or differs in width.
  func layerNames(sharedWith sides: [SampleSource]) throws(CommandError) -> [String] {
    let names = bank.layers.map(\.name)
    for side in sides {
      let others = Set(side.layers.map(\.name))
      try require(others, of: side, toHave: names, of: bank)
      try require(Set(names), of: bank, toHave: side.layers.map(\.name), of: side)
      for layer in bank.layers {
        guard let other = side.layers.first(where: { $0.name == layer.name }) else { continue }
        guard other.featureCount == layer.featureCount else {
          throw CommandError(
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
  ) throws(CommandError) -> NeighborLists {
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
      if verbose { StandardError.write("\(layer): searched in \(ContinuousClock.now - start)\n") }
      return lists
    } catch {
      throw CommandError("\((side ?? bank).place(layer)): \(error.description)")
    }
  }

  func bankMatrix(_ layer: String) throws(CommandError) -> ActivationMatrix {
    let matrix = try bank.matrix(layer)
    return bankRows.map(matrix.rows) ?? matrix
  }

  private func require(
    _ names: Set<String>, of lacking: SampleSource, toHave wanted: [String],
    of other: SampleSource
  ) throws(CommandError) {
    let missing = wanted.filter { !names.contains($0) }
    guard !missing.isEmpty else { return }
    throw CommandError(
      "\(lacking.address.text): has no layer \(missing.prefix(5).joined(separator: ", ")), which "
        + "\(other.address.text) has. Choose layers of both with --layers, or leave it out with "
        + "--except \(missing[0]).")
  }
}
