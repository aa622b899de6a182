/// A binary hierarchy of things, as agglomerative clustering makes it: every step joins two nodes.
///
/// Leaves are 0 ..< `leafCount`; the node that merge i makes is `leafCount + i`, as in SciPy's
/// linkage matrix.
public struct Dendrogram: Hashable, Sendable {
  /// Two nodes that become one.
  public struct Merge: Hashable, Sendable {
    package let first: Int
    package let second: Int
    /// The dissimilarity at which the two join.
    package let height: Double

    /// - Parameter height: Not below those of the nodes.
    public init(_ first: Int, _ second: Int, height: Double) {
      self.first = first
      self.second = second
      self.height = height
    }
  }

  package let leafCount: Int
  package let merges: [Merge]

  /// - Precondition: the merges join all leaves into one node, each of earlier nodes only.
  public init(leafCount: Int, merges: [Merge]) {
    precondition(
      merges.count == max(leafCount - 1, 0), "\(merges.count) merges of \(leafCount) leaves")
    var isFree = Array(repeating: true, count: leafCount + merges.count)
    for (index, merge) in merges.enumerated() {
      let made = leafCount + index
      precondition(
        merge.first < made && merge.second < made && merge.first != merge.second
          && isFree[merge.first] && isFree[merge.second] && merge.height.isFinite,
        "merge \(index) joins \(merge.first) and \(merge.second)")
      isFree[merge.first] = false
      isFree[merge.second] = false
    }
    self.leafCount = leafCount
    self.merges = merges
  }

  /// The leaves from one end of the tree to the other, so that no lines cross.
  package var leafOrder: [Int] {
    var order: [Int] = []
    var open = [leafCount + merges.count - 1]
    while let node = open.popLast() {
      if node < leafCount {
        order.append(node)
      } else {
        open.append(merges[node - leafCount].second)
        open.append(merges[node - leafCount].first)
      }
    }
    return leafCount == 0 ? [] : order
  }
}

/// A tree to the right of a frame, its leaves at the frame's rows.
struct DendrogramMark: Mark {
  let tree: Dendrogram
  let width: Double

  func elements(in frame: Frame) -> [SVGElement] {
    let order = tree.leafOrder
    guard order.count > 1 else { return [] }
    let gap = frame.style.textSize * 0.3
    let greatest = tree.merges.map(\.height).max() ?? 0
    let unit = greatest > 0 ? (width - 2 * gap) / greatest : 0
    let row = frame.height / Double(order.count)
    var places = Array(
      repeating: Place(x: frame.right + gap, y: 0), count: order.count + tree.merges.count)
    for (rank, leaf) in order.enumerated() {
      places[leaf].y = frame.top + (Double(rank) + 0.5) * row
    }
    var path = ""
    for (index, merge) in tree.merges.enumerated() {
      let (first, second) = (places[merge.first], places[merge.second])
      let x = frame.right + gap + max(0, merge.height) * unit
      path +=
        SVGValue.path([first, Place(x: x, y: first.y), Place(x: x, y: second.y), second]).text
      places[order.count + index] = Place(x: x, y: (first.y + second.y) / 2)
    }
    return [
      .group(
        "dendrogram",
        [
          SVGElement(
            "path",
            [
              "d": .text(path), "fill": "none", "stroke": .color(.gray),
              "stroke-width": .number(frame.style.axisWidth),
            ])
        ])
    ]
  }
}
