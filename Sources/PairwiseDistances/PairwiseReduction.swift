internal import CDistanceKernels

/// The distances of a block of anchors to a block of partners, in inner units
/// (`DistanceSamples.inner`), as float32 with `PairwisePass.side` columns a row. On the diagonal
/// (`rows == columns`) each sample meets itself and must be left out by its position.
package struct DistanceTile {
  /// Positions in class order; a block of the pass each.
  package let rows: Range<Int>
  package let columns: Range<Int>
  /// The reduction may change them.
  package let distances: UnsafeMutablePointer<Float>
  /// `TileReduction.scratchSize` bytes that no other thread uses.
  let scratch: UnsafeMutableRawPointer
  let samples: UnsafePointer<snn_samples>
  let level: snn_level
}

/// What is kept of the distances while they pass: a reduction starts neutral, absorbs every tile of
/// the upper triangle once, as rows and as columns, and holds its result at the end.
///
/// The pass calls `absorb` from several threads, but never for two tiles that share a block, and for
/// each block in an order that does not depend on the number of threads. A reduction that keeps a
/// state of its own for each anchor needs no lock and gives the same bits each time.
package protocol TileReduction: Sendable {
  /// Bytes of scratch memory for each thread.
  var scratchSize: Int { get }

  func absorb(_ tile: DistanceTile)
}

/// The distances of one anchor to a run of partners: a row of a tile, or a column of it.
package struct DistanceRow {
  /// The anchor's position in class order.
  package let anchor: Int
  /// The partners' positions. Within a diagonal tile the anchor is one of them and must be left
  /// out by its position.
  package let partners: Range<Int>
  /// One distance a partner, in inner units (`DistanceSamples.inner`).
  package let distances: UnsafePointer<Double>

  let samples: UnsafePointer<snn_samples>
  let level: snn_level

  /// The distance to a partner by differences of the values as read.
  package func exactDistance(to partner: Int) -> Double {
    snn_exact_distance(level, samples, Int64(anchor), Int64(partner))
  }
}

/// A reduction that takes the distances anchor by anchor: each pair comes twice, once a side.
package protocol PairwiseReduction: Sendable {
  func absorb(_ row: DistanceRow)
}

/// Hands tiles to a reduction row by row and column by column.
struct RowwiseReduction<Reduction: PairwiseReduction>: TileReduction {
  let reduction: Reduction

  var scratchSize: Int { 2 * PairwisePass.side * PairwisePass.side * MemoryLayout<Double>.stride }

  func absorb(_ tile: DistanceTile) {
    let size = PairwisePass.side * PairwisePass.side
    let rows = tile.scratch.bindMemory(to: Double.self, capacity: 2 * size)
    let columns = rows + size
    snn_widen_tile(tile.distances, rows, columns)
    absorb(tile.rows, tile.columns, rows, of: tile)
    if tile.rows != tile.columns { absorb(tile.columns, tile.rows, columns, of: tile) }
  }

  private func absorb(
    _ anchors: Range<Int>, _ partners: Range<Int>, _ distances: UnsafeMutablePointer<Double>,
    of tile: DistanceTile
  ) {
    for (index, anchor) in anchors.enumerated() {
      reduction.absorb(
        DistanceRow(
          anchor: anchor, partners: partners,
          distances: UnsafePointer(distances + index * PairwisePass.side), samples: tile.samples,
          level: tile.level))
    }
  }
}

/// Several reductions that share a pass. None may change the tile.
package struct TileReductionGroup: TileReduction {
  private let reductions: [any TileReduction]

  package init(_ reductions: [any TileReduction]) {
    self.reductions = reductions
  }

  package var scratchSize: Int { reductions.map(\.scratchSize).max() ?? 0 }

  package func absorb(_ tile: DistanceTile) {
    for reduction in reductions { reduction.absorb(tile) }
  }
}
