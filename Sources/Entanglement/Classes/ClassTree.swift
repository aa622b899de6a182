/// The classes of a layer as a tree: which of them are merged first when similar ones are merged.
///
/// Hierarchical clustering with average linkage of the pairwise entanglement loss/chance: 0 where
/// two classes are separate, 1 where they are at chance. The leaves are in the order that keeps
/// neighbors most similar, among all orders that the tree allows, for up to 256 of them (Bar-Joseph, Gifford, Jaakkola:
/// Fast optimal leaf ordering for hierarchical clustering, Bioinformatics 2001).
public struct ClassTree: Sendable, Equatable, Codable {
  /// Two branches that become one.
  public struct Merge: Sendable, Equatable, Codable {
    /// The branches: a class by its place in `ClassStructure.classes`, or the number of classes plus
    /// the place of an earlier merge.
    package let left: Int
    package let right: Int
    /// The mean of loss/chance between the classes of both branches.
    public let entanglement: Double
    /// The classes below, ascending.
    public let classes: [Int]
  }

  /// From the most entangled branches to the whole; one less than there are leaves.
  public let merges: [Merge]
  /// The classes by their place, from one end of the tree to the other.
  public let leafOrder: [Int]

  /// - Parameters:
  ///   - classes: The leaves, ascending.
  ///   - entanglement: Of two leaves; symmetric.
  package init(classes: [Int], classCount: Int, entanglement: (Int, Int) -> Double) {
    let count = classes.count
    var similarity = Array(repeating: 0.0, count: count * count)
    for first in 0..<count {
      for second in 0..<first {
        let value = entanglement(classes[second], classes[first])
        similarity[first * count + second] = value
        similarity[second * count + first] = value
      }
    }
    var clustering = AverageLinkage(similarity: similarity, count: count)
    clustering.run()
    var members: [[Int]] = classes.map { [$0] }
    var merges: [Merge] = []
    for merge in clustering.merges {
      let below = (members[merge.left] + members[merge.right]).sorted()
      members.append(below)
      func branch(_ node: Int) -> Int { node < count ? classes[node] : classCount + node - count }
      merges.append(
        Merge(
          left: branch(merge.left), right: branch(merge.right), entanglement: merge.similarity,
          classes: below))
    }
    self.merges = merges
    guard count <= Self.mostOrderedLeaves else {
      leafOrder = Self.leaves(clustering.merges, count: count).map { classes[$0] }
      return
    }
    let order = LeafOrder(clustering.merges.map { ($0.left, $0.right) }, count: count) {
      -similarity[$0 * count + $1]
    }
    leafOrder = order.leaves.map { classes[$0] }
  }

  /// The leaves from left to right, as the branches happen to lie.
  private static func leaves(_ merges: [AverageLinkage.Merge], count: Int) -> [Int] {
    var members = (0..<count).map { [$0] }
    for merge in merges { members.append(members[merge.left] + members[merge.right]) }
    return members.last ?? []
  }

  /// The best order takes O(n³); beyond this many leaves the tree's own order stands.
  private static let mostOrderedLeaves = 256
}

extension ClassStructure {
  /// The tree of the classes with two samples or more; nil with fewer than two such classes.
  public var tree: ClassTree? {
    let leaves = classes.indices.filter { counts[$0] > 1 }
    guard leaves.count > 1 else { return nil }
    return ClassTree(classes: leaves, classCount: classes.count) {
      entanglement($0, $1) ?? 0
    }
  }
}

/// Merges the two most similar clusters again and again, the similarity of two clusters being the
/// mean over their pairs. O(n²) memory, O(n³) at worst and near n² in practice: each cluster knows
/// its most similar partner.
struct AverageLinkage {
  struct Merge {
    let left: Int
    let right: Int
    let similarity: Double
  }

  /// Nodes are leaves 0..<count, then merges in order; `left` holds the smaller leaf.
  private(set) var merges: [Merge] = []
  private var similarity: [Double]
  private let count: Int

  init(similarity: [Double], count: Int) {
    self.similarity = similarity
    self.count = count
  }

  mutating func run() {
    // A cluster lives in the slot of its smallest leaf.
    var node = Array(0..<count)
    var size = Array(repeating: 1.0, count: count)
    var live = Array(0..<count)
    var best = live.map { mostSimilar(to: $0, among: live) }
    while live.count > 1 {
      var first = live[0]
      for slot in live where value(slot, best[slot]) > value(first, best[first]) { first = slot }
      let (kept, gone) = (min(first, best[first]), max(first, best[first]))
      merges.append(
        Merge(left: node[kept], right: node[gone], similarity: value(kept, gone)))
      live.removeAll { $0 == gone }
      for slot in live where slot != kept {
        let mean =
          (size[kept] * value(slot, kept) + size[gone] * value(slot, gone))
          / (size[kept] + size[gone])
        similarity[slot * count + kept] = mean
        similarity[kept * count + slot] = mean
      }
      size[kept] += size[gone]
      node[kept] = count + merges.count - 1
      guard live.count > 1 else { return }
      for slot in live where slot == kept || best[slot] == kept || best[slot] == gone {
        best[slot] = mostSimilar(to: slot, among: live)
      }
      for slot in live where slot != kept && value(slot, kept) > value(slot, best[slot]) {
        best[slot] = kept
      }
    }
  }

  private func value(_ first: Int, _ second: Int) -> Double { similarity[first * count + second] }

  /// Of equals the first.
  private func mostSimilar(to slot: Int, among live: [Int]) -> Int {
    var found = -1
    for other in live where other != slot {
      if found < 0 || value(slot, other) > value(slot, found) { found = other }
    }
    return max(found, 0)
  }
}
