/// How steady the superclasses of each layer are over training: a superclass is the set of classes
/// below a merge of the tree, and its share that of the checkpoints whose tree has a merge of just
/// these classes.
package struct SuperclassStability: Sendable {
  /// By layer, and by the names of the classes.
  private let counts: [String: [[String]: Int]]
  /// How many checkpoints have a tree, by layer.
  private let checkpointCounts: [String: Int]

  package init(_ history: EntanglementHistory) {
    var counts: [String: [[String]: Int]] = [:]
    var checkpointCounts: [String: Int] = [:]
    for layer in history.profiles.flatMap(\.layers) {
      guard let structure = layer.entanglement.structure,
        structure.classes.count <= Self.mostClasses, let tree = structure.tree
      else { continue }
      checkpointCounts[layer.name, default: 0] += 1
      for merge in tree.merges {
        counts[layer.name, default: [:]][Self.key(merge, structure), default: 0] += 1
      }
    }
    self.counts = counts
    self.checkpointCounts = checkpointCounts
  }

  /// The share of checkpoints that have the superclass; nil with fewer than two checkpoints, and for
  /// more than 256 classes.
  package func share(
    of merge: ClassTree.Merge, in structure: ClassStructure, layer: String
  ) -> Double? {
    guard let total = checkpointCounts[layer], total > 1,
      structure.classes.count <= Self.mostClasses
    else { return nil }
    return Double(counts[layer]?[Self.key(merge, structure)] ?? 0) / Double(total)
  }

  private static func key(_ merge: ClassTree.Merge, _ structure: ClassStructure) -> [String] {
    merge.classes.map { structure.classes[$0] }.sorted()
  }

  private static let mostClasses = 256
}
