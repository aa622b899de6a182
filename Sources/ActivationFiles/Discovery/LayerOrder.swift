import Activations

/// The network's order of its layers, as one checkpoint tells it.
struct LayerOrder {
  private let rank: [String: Int]

  init(_ checkpoint: Discovery.Checkpoint) {
    let names = checkpoint.layers.sorted { Self.precedes($0, $1) }.map(\.name)
    let listed = Self.listedNames(of: checkpoint).filter(Set(names).contains)
    let order = listed + names.filter { !listed.contains($0) }
    rank = Dictionary(
      order.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  func sorted(_ layers: [Discovery.Layer]) -> [Discovery.Layer] {
    layers.sorted { rank[$0.name, default: .max] < rank[$1.name, default: .max] }
  }

  /// Attribute `layer_names` of the nearest group above the layers that has it.
  private static func listedNames(of checkpoint: Discovery.Checkpoint) -> [String] {
    guard !checkpoint.file.layerNames.isEmpty else { return [] }
    let groups = checkpoint.layers.map(\.dataset.group)
    let above = checkpoint.file.layerNames.filter { group, _ in
      groups.allSatisfy { $0.starts(with: group) }
    }
    return above.max { $0.key.count < $1.key.count }?.value ?? []
  }

  /// By creation at the first name where two paths part, if the file keeps it there; else by name.
  private static func precedes(_ first: Discovery.Layer, _ second: Discovery.Layer) -> Bool {
    let left = first.dataset
    let right = second.dataset
    let parting = zip(left.components, right.components).enumerated().first { $1.0 != $1.1 }
    guard let (depth, names) = parting else {
      return left.components.count < right.components.count
    }
    if let leftRank = left.creationOrder[depth], let rightRank = right.creationOrder[depth] {
      return leftRank < rightRank
    }
    let isLeftOutput = left.leaf.lowercased() == "logits"
    let isRightOutput = right.leaf.lowercased() == "logits"
    return isLeftOutput != isRightOutput ? isRightOutput : names.0.naturallyPrecedes(names.1)
  }
}
