/// Samples sorted by class, so that the samples of one class are one contiguous run of positions.
///
/// Pairwise sums walk positions instead of rows: within a tile the partners of an anchor are then
/// at most three runs (other classes, its own class, other classes) and need no mask.
package struct ClassOrder: Sendable {
  /// The row at each position; stable within a class.
  package let rows: [Int]
  /// The positions of each class, in the order of `ClassLabels.names`.
  package let runs: [Range<Int>]
  /// The class at each position.
  package let classes: [Int32]

  package init(_ labels: ClassLabels) {
    var runs: [Range<Int>] = []
    var start = 0
    for count in labels.counts {
      runs.append(start..<start + count)
      start += count
    }
    var next = runs.map(\.lowerBound)
    var rows = Array(repeating: 0, count: labels.sampleCount)
    var classes = Array(repeating: Int32(0), count: labels.sampleCount)
    for (row, label) in labels.indices.enumerated() {
      rows[next[Int(label)]] = row
      classes[next[Int(label)]] = label
      next[Int(label)] += 1
    }
    self.rows = rows
    self.runs = runs
    self.classes = classes
  }

  /// The same with the rows of each class in random order, so that any first few of them are a draw.
  package init(
    _ labels: ClassLabels, shufflingBy generator: inout some RandomNumberGenerator
  ) {
    let sorted = ClassOrder(labels)
    var rows = sorted.rows
    for run in sorted.runs { rows[run].shuffle(using: &generator) }
    self.rows = rows
    runs = sorted.runs
    classes = sorted.classes
  }

  /// The position of row 0, which no labeling changes; 0 where there is no row.
  package var firstPosition: Int { rows.firstIndex(of: 0) ?? 0 }

  /// The positions that share the class of the given position, itself included.
  package func run(at position: Int) -> Range<Int> { runs[Int(classes[position])] }
}
