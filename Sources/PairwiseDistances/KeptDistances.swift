internal import Activations
internal import CDistanceKernels

/// The distances of all pairs of a small layer, kept from one pass for the next: half of N² floats,
/// and of wide layers a byte more for each.
package final class KeptDistances: @unchecked Sendable {
  // Unchecked: each tile is written by the one worker that computes it, and read after that pass.

  /// Whether a pass has filled it to its end.
  package internal(set) var isComplete = false
  let blockCount: Int
  /// Those of the upper triangle, column by column.
  let tiles: UnsafeMutablePointer<Float>
  /// What float32 leaves of them; nil where the layer has none.
  let rests: UnsafeMutablePointer<Int8>?
  let featureCount: Int

  package init(sampleCount: Int, featureCount: Int) {
    self.featureCount = featureCount
    blockCount = (sampleCount + PairwisePass.side - 1) / PairwisePass.side
    let count = max(Self.tileCount(blockCount) * Self.tileSize, 1)
    tiles = Self.allocate(count)
    rests = snn_has_rests(Int64(featureCount)) ? Self.allocate(count) : nil
  }

  deinit {
    tiles.deallocate()
    rests?.deallocate()
  }

  private static func allocate<Element>(_ count: Int) -> UnsafeMutablePointer<Element> {
    let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: count)
    UnsafeMutableRawBufferPointer(memory).preferLargePages()
    // Not empty, and so somewhere.
    return memory.baseAddress ?? .allocate(capacity: count)
  }

  /// The memory that a layer of so many samples and features needs.
  package static func bytes(sampleCount: Int, featureCount: Int) -> Int {
    let blockCount = (sampleCount + PairwisePass.side - 1) / PairwisePass.side
    let size = MemoryLayout<Float>.stride + (snn_has_rests(Int64(featureCount)) ? 1 : 0)
    return tileCount(blockCount) * tileSize * size
  }

  func read(_ position: PairwisePass.TilePosition, into tile: snn_tile) {
    let place = place(of: position)
    tile.distances.update(from: tiles + place, count: Self.tileSize)
    if let rests, let to = tile.rests { to.update(from: rests + place, count: Self.tileSize) }
  }

  func write(_ tile: snn_tile, at position: PairwisePass.TilePosition) {
    let place = place(of: position)
    (tiles + place).initialize(from: tile.distances, count: Self.tileSize)
    if let rests, let from = tile.rests {
      (rests + place).initialize(from: from, count: Self.tileSize)
    }
  }

  private func place(of position: PairwisePass.TilePosition) -> Int {
    (position.column * (position.column + 1) / 2 + position.row) * Self.tileSize
  }

  private static let tileSize = PairwisePass.side * PairwisePass.side

  private static func tileCount(_ blockCount: Int) -> Int { blockCount * (blockCount + 1) / 2 }
}
