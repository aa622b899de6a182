/// The chunks that a block touches.
struct ChunkGrid {
  let count: Int
  private let first: [Int]
  private let counts: [Int]
  private let chunk: [Int]
  private let block: ArrayBlock

  init(_ block: ArrayBlock, chunk: [Int]) {
    first = zip(block.start, chunk).map { $0 / $1 }
    let last = zip(zip(block.start, block.extents), chunk).map { ($0.0 + $0.1 - 1) / $1 }
    counts = zip(first, last).map { $1 - $0 + 1 }
    count = counts.reduce(1, *)
    self.chunk = chunk
    self.block = block
  }

  /// The first element of the chunk with a given number.
  func origin(of index: Int) -> [Int] {
    var rest = index
    var origin = first
    for axis in counts.indices.reversed() {
      origin[axis] = (first[axis] + rest % counts[axis]) * chunk[axis]
      rest /= counts[axis]
    }
    return origin
  }

  /// The elements of the block that the chunk with a given first element holds.
  func part(at origin: [Int]) -> ArrayBlock {
    let start = zip(block.start, origin).map { max($0, $1) }
    let end = origin.indices.map {
      min(block.start[$0] + block.extents[$0], origin[$0] + chunk[$0])
    }
    return ArrayBlock(start: start, extents: zip(start, end).map { $1 - $0 })
  }

  /// How many chunks lie side by side along an axis.
  func count(along axis: Int) -> Int { counts[axis] }

  /// Which of them along an axis the chunk with a given number is.
  func position(of index: Int, along axis: Int) -> Int {
    index / counts[(axis + 1)...].reduce(1, *) % counts[axis]
  }

  /// The elements of the block along an axis that the chunks at a position hold.
  func range(at position: Int, along axis: Int) -> Range<Int> {
    let start = (first[axis] + position) * chunk[axis]
    return (start..<start + chunk[axis]).clamped(
      to: block.start[axis]..<block.start[axis] + block.extents[axis])
  }
}

/// Which rows of a block have at least one chunk that was written.
///
/// A chunk that never was reads as fill values. Of some features that may be meant, but a sample
/// that has nothing else was never there, and is not to be computed with.
struct WrittenRows {
  private let grid: ChunkGrid
  private let axis: Int?
  private var isWritten: [Bool]

  /// - Parameter axis: the axis of the samples; nil if the block is a single one.
  init(of grid: ChunkGrid, along axis: Int?) {
    self.grid = grid
    self.axis = axis
    isWritten = Array(repeating: false, count: axis.map { grid.count(along: $0) } ?? 0)
  }

  /// The chunk with this number was written.
  mutating func note(_ index: Int) {
    if let axis { isWritten[grid.position(of: index, along: axis)] = true }
  }

  /// Throws if a row never was.
  /// - Parameter extents: those of the whole array.
  func require(of extents: [Int], at site: DatasetSite) throws(ActivationFileError) {
    guard let axis, let first = isWritten.firstIndex(of: false) else { return }
    let end = isWritten[first...].firstIndex(of: true) ?? isWritten.count
    let rows =
      grid.range(at: first, along: axis)
      .lowerBound..<grid.range(at: end - 1, along: axis).upperBound
    throw .rowsWereNeverWritten(site, rows, of: extents[axis])
  }
}
