internal import Charts
internal import ElementaryFunctions
internal import Entanglement

/// The classes a figure shows, in the order of their tree's leaves.
struct ShownClasses {
  /// By their place in the structure.
  let classes: [Int]
  /// Its leaves are the classes as they stand here; nil for fewer than two.
  let tree: Dendrogram?

  /// All classes with two samples or more, or those of the most entangled pairs.
  init(_ structure: ClassStructure, limit: Int) {
    var chosen = structure.classes.indices.filter { structure.counts[$0] > 1 }
    if chosen.count > limit {
      var found: Set<Int> = []
      for pair in structure.mostEntangledPairs(limit * limit) where found.count < limit {
        found.insert(pair.first)
        if found.count < limit { found.insert(pair.second) }
      }
      chosen = found.sorted()
    }
    guard chosen.count > 1 else {
      (classes, tree) = (Array(structure.classes.indices.prefix(limit)), nil)
      return
    }
    let found = ClassTree(classes: chosen, classCount: structure.classes.count) {
      structure.entanglement($0, $1) ?? 0
    }
    classes = found.leafOrder
    tree = Dendrogram(found, classCount: structure.classes.count)
  }

  func names(_ structure: ClassStructure) -> [String] { classes.map { structure.classes[$0] } }
}

extension Dendrogram {
  /// The tree with its leaves numbered in the order in which they stand. Heights are logarithms of
  /// how much less entangled branches are than the most entangled ones, to a thousandth.
  init(_ tree: ClassTree, classCount: Int) {
    let count = tree.leafOrder.count
    var nodes = Dictionary(
      zip(tree.leafOrder, 0..<count), uniquingKeysWith: { first, _ in first })
    // The leftmost leaf of each node, so that no lines cross.
    var starts = nodes
    var merges: [Merge] = []
    let most = tree.merges.map(\.entanglement).max() ?? 0
    func height(_ entanglement: Double) -> Double {
      most > 0 ? Elementary.log(1.25 * most / max(entanglement, 1e-3 * most)) : 1
    }
    for (index, merge) in tree.merges.enumerated() {
      let (left, right) = (starts[merge.left] ?? 0, starts[merge.right] ?? 0)
      let (first, second) = left < right ? (merge.left, merge.right) : (merge.right, merge.left)
      merges.append(
        Merge(nodes[first] ?? 0, nodes[second] ?? 0, height: height(merge.entanglement)))
      nodes[classCount + index] = count + index
      starts[classCount + index] = min(left, right)
    }
    self.init(leafCount: count, merges: merges)
  }
}
