import Activations

/// The network's order of its layers, as one checkpoint tells it.
struct LayerOrder {
  private let rank: [String: Int]
  /// What gave the order.
  let basis: LayerOrderBasis

  /// - Parameters:
  ///   - others: checkpoints that may have layers that the first lacks.
  ///   - given: the names of all layers in order, if the user gave them.
  init(
    _ checkpoint: Discovery.Checkpoint, others: [Discovery.Checkpoint], by ordering: LayerOrdering?,
    given: [String] = []
  ) throws(ActivationFileError) {
    var layers = checkpoint.layers
    var known = Set(layers.map(\.name))
    for layer in others.flatMap(\.layers) where known.insert(layer.name).inserted {
      layers.append(layer)
    }
    guard given.isEmpty else {
      rank = try Self.rank(given, of: known, in: checkpoint)
      basis = .given
      return
    }
    let isCreationKnown = layers.allSatisfy { $0.dataset.creationOrder.contains { $0 != nil } }
    if ordering == .creation, layers.count > 1, !isCreationKnown {
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
    basis = !listed.isEmpty ? .attribute : usesCreation && isCreationKnown ? .creation : .name
    let order = listed + names.filter { !listed.contains($0) }
    rank = Dictionary(
      order.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
  }

  /// The places of the layers in a list that names each of them once.
  private static func rank(
    _ given: [String], of names: Set<String>, in checkpoint: Discovery.Checkpoint
  ) throws(ActivationFileError) -> [String: Int] {
    let file = checkpoint.file.file
    if let other = given.first(where: { !names.contains($0) }) {
      throw .patternMatchesNothing(
        file: file, option: "--order", pattern: other, kind: "layer", names: Array(names))
    }
    guard Set(given).count == given.count else { throw .orderNamesTwice(file: file, given) }
    let missing = names.subtracting(given)
    guard missing.isEmpty else { throw .orderLacksLayers(file: file, missing) }
    return Dictionary(
      given.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
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
