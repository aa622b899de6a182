/// Numbers of shards as a list for people and schedulers: `3,17-19`.
package struct ShardList: Sendable, Equatable, CustomStringConvertible {
  /// Ascending, each once.
  package let shards: [Int]

  package init(_ shards: some Sequence<Int>) {
    self.shards = Set(shards).sorted()
  }

  /// nil for text that is no such list, or names more than a million.
  package init?(text: String) {
    var shards: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2,
        first >= 0, first <= last, last - first < 1_000_000
      else { return nil }
      shards += first...last
    }
    self.init(shards)
  }

  /// Runs of numbers without a gap.
  package var ranges: [ClosedRange<Int>] {
    shards.reduce(into: []) { ranges, shard in
      if let last = ranges.last, last.upperBound == shard - 1 {
        ranges[ranges.count - 1] = last.lowerBound...shard
      } else {
        ranges.append(shard...shard)
      }
    }
  }

  package var description: String {
    ranges.map { range in
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }.joined(separator: ",")
  }
}
