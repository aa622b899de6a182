/// The order of a binary tree's leaves that makes the sum of costs between neighbors least, among
/// the orders that flipping its branches allows.
///
/// With M(u, w) the least cost of the smallest branch that holds u and w when these are its two
/// ends: M(u, w) = min over m, k of M(u, m) + cost(m, k) + M(k, w), u and m being the ends of the
/// left half and k and w of the right. Every pair of leaves has one smallest branch, so one square
/// holds all; by way of min_m M(u, m) + cost(m, k) it takes O(n³).
struct LeafOrder {
  private(set) var leaves: [Int] = []

  private let branches: [(left: Int, right: Int)]
  private let count: Int
  private var members: [[Int]]
  private var least: [Double]
  private var inner: [(m: Int, k: Int)]

  /// - Parameters:
  ///   - branches: The two children of every inner node in turn: leaves are 0..<count, inner nodes
  ///     follow in order.
  ///   - cost: Of two leaves side by side; symmetric.
  init(_ branches: [(left: Int, right: Int)], count: Int, cost: (Int, Int) -> Double) {
    self.branches = branches
    self.count = count
    members = (0..<count).map { [$0] }
    least = Array(repeating: 0, count: count * count)
    inner = Array(repeating: (0, 0), count: count * count)
    guard count > 0 else { return }
    for branch in branches {
      join(branch.left, branch.right, cost)
      members.append(members[branch.left] + members[branch.right])
    }
    guard let root = branches.indices.last else {
      leaves = [0]
      return
    }
    var ends = (0, 0)
    var best = Double.infinity
    for u in members[branches[root].left] {
      for w in members[branches[root].right] where least[u * count + w] < best {
        best = least[u * count + w]
        ends = (u, w)
      }
    }
    place(count + root, ends.0, ends.1)
  }

  private mutating func join(_ left: Int, _ right: Int, _ cost: (Int, Int) -> Double) {
    for u in members[left] {
      // The cheapest way from u through the left half to each k of the right one.
      let ways = members[right].map { k -> (cost: Double, m: Int) in
        var best = (cost: Double.infinity, m: u)
        for m in farEnds(left, u) {
          let way = least[u * count + m] + cost(m, k)
          if way < best.cost { best = (way, m) }
        }
        return best
      }
      for w in members[right] {
        var best = Double.infinity
        let ends = Set(farEnds(right, w))
        for (k, way) in zip(members[right], ways) where ends.contains(k) {
          let whole = way.cost + least[k * count + w]
          if whole < best {
            best = whole
            inner[u * count + w] = (way.m, k)
            inner[w * count + u] = (k, way.m)
          }
        }
        least[u * count + w] = best
        least[w * count + u] = best
      }
    }
  }

  /// The leaves that can be at the other end of a branch when `leaf` is at one.
  private func farEnds(_ node: Int, _ leaf: Int) -> [Int] {
    guard node >= count else { return [leaf] }
    let (left, right) = branches[node - count]
    return members[left].contains(leaf) ? members[right] : members[left]
  }

  /// Appends the leaves of a branch from `u` to `w`.
  private mutating func place(_ node: Int, _ u: Int, _ w: Int) {
    guard node >= count else {
      leaves.append(u)
      return
    }
    let (left, right) = branches[node - count]
    let (m, k) = inner[u * count + w]
    let startsLeft = members[left].contains(u)
    place(startsLeft ? left : right, u, m)
    place(startsLeft ? right : left, k, w)
  }
}
