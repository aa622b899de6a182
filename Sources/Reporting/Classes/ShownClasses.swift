internal import Charts
internal import ElementaryFunctions
internal import Entanglement

/// The classes a figure shows, in the order of their tree's leaves.
struct ShownClasses {
  let names: [String]
  /// Its leaves are the classes as they stand here; nil for fewer than two.
  let tree: Dendrogram?

  /// Of all classes with two samples or more, or those of the most entangled pairs, by their mean
  /// entanglement in the layers.
  /// - Precondition: One structure or more.
  init(_ structures: [ClassStructure], limit: Int) {
    let first = structures[0]
    let count = first.classes.count
    // In another layer the same classes may stand elsewhere, or some of them be missing.
    let places = structures.map { structure in
      let place = Dictionary(
        zip(structure.classes, structure.classes.indices), uniquingKeysWith: { first, _ in first })
      return first.classes.map { place[$0] }
    }
    func mean(_ one: Int, _ other: Int) -> Double? {
      let known = zip(structures, places).compactMap { structure, places -> Double? in
        guard let one = places[one], let other = places[other] else { return nil }
        return structure.entanglement(one, other)
      }
      return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
    }
    var chosen = first.classes.indices.filter { first.counts[$0] > 1 }
    if chosen.count > limit {
      let pairs = first.classes.indices.flatMap { one in
        first.classes.indices.dropFirst(one + 1).compactMap { other in
          mean(one, other).map { (one: one, other: other, entanglement: $0) }
        }
      }
      // Equal ones keep the order of the classes.
      let order = pairs.indices.sorted {
        let (left, right) = (pairs[$0].entanglement, pairs[$1].entanglement)
        return left == right ? $0 < $1 : left > right
      }
      var found: Set<Int> = []
      for pair in order.lazy.map({ pairs[$0] }) where found.count < limit {
        found.insert(pair.one)
        if found.count < limit { found.insert(pair.other) }
      }
      chosen = found.sorted()
    }
    guard chosen.count > 1 else {
      (names, tree) = (Array(first.classes.prefix(limit)), nil)
      return
    }
    let found = ClassTree(classes: chosen, classCount: count) { mean($0, $1) ?? 0 }
    names = found.leafOrder.map { first.classes[$0] }
    tree = Dendrogram(found, classCount: count)
  }
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
