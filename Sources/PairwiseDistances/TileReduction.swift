internal import CDistanceKernels

/// The distances of a block of anchors to a block of partners, in inner units
/// (`DistanceSamples.inner`), as float32 with `PairwisePass.side` columns a row. On the diagonal
/// (`rows == columns`) each sample meets itself and must be left out by its position.
package struct DistanceTile {
  /// Positions in class order; a block of the pass each.
  package let rows: Range<Int>
  package let columns: Range<Int>
  package let distances: UnsafePointer<Float>
  /// The same for the kernels, with what float32 leaves of them.
  let kernelTile: snn_tile
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

/// Several reductions that share a pass.
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
