internal import Activations

/// The distances of all pairs of a small layer, kept from one pass for the next: half of N² floats.
package final class KeptDistances: @unchecked Sendable {
  // Unchecked: each tile is written by the one worker that computes it, and read after that pass.

  /// Whether a pass has filled it to its end.
  package internal(set) var isComplete = false
  let blockCount: Int
  /// Those of the upper triangle, column by column.
  let tiles: UnsafeMutablePointer<Float>

  package init(sampleCount: Int) {
    blockCount = (sampleCount + PairwisePass.side - 1) / PairwisePass.side
    let count = max(Self.tileCount(blockCount) * Self.tileSize, 1)
    tiles = .allocate(capacity: count)
    UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(start: tiles, count: count))
      .preferLargePages()
  }

  deinit { tiles.deallocate() }

  /// The memory that a layer of so many samples needs.
  package static func bytes(sampleCount: Int) -> Int {
    let blockCount = (sampleCount + PairwisePass.side - 1) / PairwisePass.side
    return tileCount(blockCount) * tileSize * MemoryLayout<Float>.stride
  }

  func read(_ position: PairwisePass.TilePosition, into distances: UnsafeMutablePointer<Float>) {
    distances.update(from: place(of: position), count: Self.tileSize)
  }

  func write(_ distances: UnsafePointer<Float>, at position: PairwisePass.TilePosition) {
    place(of: position).initialize(from: distances, count: Self.tileSize)
  }

  private func place(of position: PairwisePass.TilePosition) -> UnsafeMutablePointer<Float> {
    tiles + (position.column * (position.column + 1) / 2 + position.row) * Self.tileSize
  }

  private static let tileSize = PairwisePass.side * PairwisePass.side

  private static func tileCount(_ blockCount: Int) -> Int { blockCount * (blockCount + 1) / 2 }
}
