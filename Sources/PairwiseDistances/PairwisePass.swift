internal import CDistanceKernels
internal import Dispatch

/// The pass over all pairs of samples, tile by tile: N²·D/2 multiply-adds, no N × N memory.
///
/// Tiles of 128 × 128 cover the upper triangle; each serves its rows as anchors and, transposed,
/// its columns. They go in the rounds of a round-robin tournament of the blocks of rows: no two
/// tiles of a round share a row, so a round needs no lock, and each anchor meets its partners in
/// one order for any number of threads.
package struct PairwisePass: Sendable {
  package let instructionSet: InstructionSet
  package let threadCount: Int

  package init(instructionSet: InstructionSet, threadCount: Int) {
    self.instructionSet = instructionSet
    self.threadCount = max(threadCount, 1)
  }

  /// Feeds all distances to a reduction. `shouldStop` is asked between rounds.
  /// - Returns: Whether the pass went through to its end.
  @discardableResult
  package func reduce(
    _ samples: DistanceSamples, with reduction: some PairwiseReduction,
    shouldStop: () -> Bool = { false }
  ) -> Bool {
    let blockCount = (samples.count + Self.side - 1) / Self.side
    let workers = max(1, min(threadCount, blockCount / 2))
    let tiles = UnsafeMutableBufferPointer<Double>.allocate(
      capacity: workers * 2 * Self.side * Self.side)
    defer { tiles.deallocate() }
    nonisolated(unsafe) let scratch = tiles
    return samples.withKernelSamples { pointer in
      nonisolated(unsafe) let kernelSamples = pointer
      for round in Self.rounds(blockCount: blockCount) {
        if shouldStop() { return false }
        let work: @Sendable (Int) -> Void = { worker in
          let size = Self.side * Self.side
          let tile = UnsafeMutableBufferPointer(
            rebasing: scratch[worker * 2 * size..<(worker * 2 + 1) * size])
          let transposed = UnsafeMutableBufferPointer(
            rebasing: scratch[(worker * 2 + 1) * size..<(worker * 2 + 2) * size])
          for index in stride(from: worker, to: round.count, by: workers) {
            reduceTile(
              round[index], of: kernelSamples, tile: tile, transposed: transposed, with: reduction)
          }
        }
        if workers == 1 || round.count == 1 {
          work(0)
          if workers > 1 { for worker in 1..<workers { work(worker) } }
        } else {
          DispatchQueue.concurrentPerform(iterations: workers, execute: work)
        }
      }
      return true
    }
  }

  private func reduceTile(
    _ tile: TilePosition, of samples: UnsafePointer<snn_samples>,
    tile distances: UnsafeMutableBufferPointer<Double>,
    transposed: UnsafeMutableBufferPointer<Double>, with reduction: some PairwiseReduction
  ) {
    guard let rows = UnsafePointer(distances.baseAddress),
      let columns = UnsafePointer(transposed.baseAddress)
    else { return }
    let count = Int(samples.pointee.count)
    let level = instructionSet.level
    func range(_ block: Int) -> Range<Int> {
      block * Self.side..<min((block + 1) * Self.side, count)
    }
    func absorb(_ anchors: Range<Int>, _ partners: Range<Int>, _ tile: UnsafePointer<Double>) {
      for anchor in anchors {
        reduction.absorb(
          DistanceRow(
            anchor: anchor, partners: partners,
            distances: tile + (anchor - anchors.lowerBound) * Self.side, samples: samples,
            level: level))
      }
    }
    snn_tile_distances(
      level, samples, Int64(tile.row * Self.side), Int64(tile.column * Self.side),
      distances.baseAddress)
    absorb(range(tile.row), range(tile.column), rows)
    if tile.row != tile.column {
      snn_transpose_tile(rows, transposed.baseAddress)
      absorb(range(tile.column), range(tile.row), columns)
    }
  }

  static let side = Int(snn_tile_side)
}

extension PairwisePass {
  /// A tile by its block of rows and its block of columns.
  package struct TilePosition: Sendable, Hashable {
    package let row: Int
    package let column: Int
  }

  /// The diagonal tiles, then a round-robin tournament (circle method): every pair of blocks once,
  /// each block at most once a round.
  package static func rounds(blockCount: Int) -> [[TilePosition]] {
    guard blockCount > 0 else { return [] }
    var rounds = [(0..<blockCount).map { TilePosition(row: $0, column: $0) }]
    let players = blockCount + blockCount % 2
    guard players > 1 else { return rounds }
    for round in 0..<players - 1 {
      var tiles: [TilePosition] = []
      for seat in 0..<players / 2 {
        // The last player keeps its seat, the others move on by one a round.
        let first = seat == 0 ? players - 1 : (round + seat) % (players - 1)
        let second = (round + players - 1 - seat) % (players - 1)
        guard max(first, second) < blockCount, first != second else { continue }
        tiles.append(TilePosition(row: min(first, second), column: max(first, second)))
      }
      rounds.append(tiles)
    }
    return rounds
  }
}
