import Activations

/// The network's order of its layers, as one checkpoint tells it.
struct LayerOrder {
  private let rank: [String: Int]

  /// - Parameter others: checkpoints that may have layers that the first lacks.
  init(
    _ checkpoint: Discovery.Checkpoint, others: [Discovery.Checkpoint], by ordering: LayerOrdering?
  ) throws(ActivationFileError) {
    var layers = checkpoint.layers
    var known = Set(layers.map(\.name))
    for layer in others.flatMap(\.layers) where known.insert(layer.name).inserted {
      layers.append(layer)
    }
    if ordering == .creation, layers.count > 1,
      !layers.allSatisfy({ $0.dataset.creationOrder.contains { $0 != nil } })
    {
      throw .orderIsUnknown(file: checkpoint.file.file, .creation)
    }
    let usesCreation = ordering == nil || ordering == .creation
    let names = layers.sorted { Self.precedes($0, $1, byCreation: usesCreation) }.map(\.name)
    var listed: [String] = []
    if ordering == nil || ordering == .attribute {
      listed = Self.listedNames(of: checkpoint).filter(Set(names).contains)
      if ordering == .attribute, listed.isEmpty {
        throw .orderIsUnknown(file: checkpoint.file.file, .attribute)
      }
    }
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
  private static func precedes(
    _ first: Discovery.Layer, _ second: Discovery.Layer, byCreation: Bool
  ) -> Bool {
    let left = first.dataset
    let right = second.dataset
    let parting = zip(left.components, right.components).enumerated().first { $1.0 != $1.1 }
    guard let (depth, names) = parting else {
      return left.components.count < right.components.count
    }
    if byCreation, let leftRank = left.creationOrder[depth],
      let rightRank = right.creationOrder[depth]
    {
      return leftRank < rightRank
    }
    let isLeftOutput = left.leaf.lowercased() == "logits"
    let isRightOutput = right.leaf.lowercased() == "logits"
    return isLeftOutput != isRightOutput ? isRightOutput : names.0.naturallyPrecedes(names.1)
  }
}
