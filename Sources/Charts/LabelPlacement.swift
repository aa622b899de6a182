/// Places for labels along a line, so that none overlaps another.
package enum LabelPlacement {
  /// The middles nearest to the desired ones (least squares) at which labels of the sizes, in the
  /// order of their desired middles, do not overlap and stay within the bounds.
  ///
  /// Without the bounds this is isotonic regression of the desired places less the room taken by the
  /// labels before, solved by pooling adjacent violators; clamping its solution solves it with them.
  /// Labels that cannot all fit are spread evenly and do overlap.
  package static func middles(
    desired: [Double], sizes: [Double], in bounds: ClosedRange<Double>
  ) -> [Double] {
    precondition(desired.count == sizes.count, "\(desired.count) labels, \(sizes.count) sizes")
    let order = desired.indices.sorted { (desired[$0], $0) < (desired[$1], $1) }
    let total = sizes.reduce(0, +)
    let available = bounds.upperBound - bounds.lowerBound
    let squeeze = total > available ? available / total : 1

    // The middle of each label if all were packed against the lower bound.
    var packed: [Double] = []
    var end = bounds.lowerBound
    for index in order {
      packed.append(end + sizes[index] * squeeze / 2)
      end += sizes[index] * squeeze
    }
    // A block is a group of labels that touch, with the sum of the shifts they would like.
    var blocks: [(shift: Double, count: Int)] = []
    for (rank, index) in order.enumerated() {
      blocks.append((desired[index] - packed[rank], 1))
      while blocks.count > 1, let last = blocks.last,
        case let before = blocks[blocks.count - 2],
        before.shift / Double(before.count) >= last.shift / Double(last.count)
      {
        blocks.removeLast(2)
        blocks.append((before.shift + last.shift, before.count + last.count))
      }
    }
    let slack = max(0, bounds.upperBound - end)
    let shifts = blocks.flatMap { block in
      Array(
        repeating: min(max(block.shift / Double(block.count), 0), slack), count: block.count)
    }
    var middles = desired
    for (rank, index) in order.enumerated() { middles[index] = packed[rank] + shifts[rank] }
    return middles
  }

  /// Every n-th index from the first; by default also the last, in place of a neighbor that is close.
  package static func everyNth(_ stride: Int, of count: Int, withLast: Bool = true) -> [Int] {
    guard count > 0 else { return [] }
    var indices = Array(Swift.stride(from: 0, to: count, by: max(1, stride)))
    guard withLast, let last = indices.last, last != count - 1 else { return indices }
    if indices.count > 1, (count - 1 - last) * 2 <= stride { indices.removeLast() }
    return indices + [count - 1]
  }
}
