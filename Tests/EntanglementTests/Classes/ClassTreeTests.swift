import Activations
import Entanglement
import TestSupport
import Testing

/// The tree of classes and the order of its leaves.
@Suite struct ClassTreeTests {
  private static func tree(_ table: [[Double]]) -> ClassTree {
    ClassTree(classes: Array(table.indices), classCount: table.count) { table[$0][$1] }
  }

  private static func randomTable(_ count: Int, seed: UInt64) -> [[Double]] {
    var random = RandomActivations(seed: seed)
    var table = Array(repeating: Array(repeating: 0.0, count: count), count: count)
    for first in 0..<count {
      for second in 0..<first {
        table[first][second] = random.normal()
        table[second][first] = table[first][second]
      }
    }
    return table
  }

  @Test("Every merge joins the two most similar clusters by the mean over their pairs")
  func linkage() {
    for (count, seed) in [(2, 1), (3, 2), (7, 3), (12, 4), (25, 5)] as [(Int, UInt64)] {
      let table = Self.randomTable(count, seed: seed)
      let tree = Self.tree(table)
      #expect(tree.merges.count == count - 1)
      var clusters = (0..<count).map { [$0] }
      func mean(_ first: [Int], _ second: [Int]) -> Double {
        first.flatMap { a in second.map { table[a][$0] } }.reduce(0, +)
          / Double(first.count * second.count)
      }
      for merge in tree.merges {
        var best = -Double.infinity
        for first in clusters.indices {
          for second in 0..<first { best = max(best, mean(clusters[first], clusters[second])) }
        }
        #expect(isClose(merge.entanglement, best, relative: 1e-9, absolute: 1e-12))
        let parts = clusters.filter { Set($0).isSubset(of: merge.classes) }
        #expect(parts.count == 2)
        #expect(parts.flatMap(\.self).sorted() == merge.classes)
        clusters = clusters.filter { !Set($0).isSubset(of: merge.classes) } + [merge.classes]
      }
      #expect(tree.merges.last?.classes == Array(0..<count))
    }
  }

  /// All orders that flipping the branches allows.
  private static func orders(_ node: Int, _ tree: ClassTree, _ count: Int) -> [[Int]] {
    guard node >= count else { return [[node]] }
    let merge = tree.merges[node - count]
    let lefts = orders(merge.left, tree, count)
    let rights = orders(merge.right, tree, count)
    return lefts.flatMap { left in rights.flatMap { [left + $0, $0 + left] } }
  }

  @Test("The order of the leaves is the best of all that the tree allows", arguments: 2...9)
  func leafOrder(count: Int) throws {
    let table = Self.randomTable(count, seed: UInt64(100 + count))
    let tree = Self.tree(table)
    func similarity(_ order: [Int]) -> Double {
      zip(order, order.dropFirst()).reduce(0) { $0 + table[$1.0][$1.1] }
    }
    let all = Self.orders(2 * count - 2, tree, count)
    #expect(all.count == 1 << (count - 1))
    #expect(all.contains(tree.leafOrder))
    let best = try #require(all.map(similarity).max())
    #expect(isClose(similarity(tree.leafOrder), best, relative: 1e-9, absolute: 1e-12))
  }

  @Test("Classes that lie together merge first; a class of one sample is no leaf")
  func structure() throws {
    var random = RandomActivations(seed: 71)
    // 0 and 1 overlap, so do 2 and 3, far away; 9 has one sample.
    let labels = ClassLabels((0..<161).map { Int64($0 == 160 ? 9 : $0 % 4) })
    let noise = random.values(labels, features: 4, separation: 0)
    let values = noise.enumerated().map { index, value in
      let label = Int(labels.indices[index / 4])
      return value + (label >= 2 ? 8.0 : 0) + (label % 2 == 1 ? 0.5 : 0)
    }
    let layer = try SoftNearestNeighborLoss(
      LossSettings(quantities: [.curve, .classes], perplexityTarget: .share(0.3))
    ).entanglement(
      of: ActivationMatrix(sampleCount: 161, featureCount: 4, values: values), labels: labels)
    let tree = try #require(layer.structure?.tree)
    #expect(Set(tree.merges.prefix(2).map(\.classes)) == [[0, 1], [2, 3]])
    #expect(tree.leafOrder.sorted() == [0, 1, 2, 3])
    #expect(tree.merges[1].entanglement > 5 * tree.merges[2].entanglement)
  }
}
