internal import CDistanceKernels
internal import Dispatch
internal import Synchronization

/// The pass over all pairs of samples, tile by tile: N²·D/2 multiply-adds, no N × N memory.
///
/// Tiles of 128 × 128 cover the upper triangle; each serves its rows and its columns as anchors.
/// They go in the rounds of a round-robin tournament of the blocks of rows: no two
/// tiles of a round share a row, so a round needs no lock, and each anchor meets its partners in
/// one order for any number of threads.
package struct PairwisePass: Sendable {
  package let instructionSet: InstructionSet
  package let threadCount: Int

  package init(instructionSet: InstructionSet, threadCount: Int) {
    self.instructionSet = instructionSet
    self.threadCount = max(threadCount, 1)
  }

  /// Feeds all distances to a reduction, anchor by anchor.
  /// - Returns: Whether the pass went through to its end.
  @discardableResult
  package func reduce(
    _ samples: DistanceSamples, with reduction: some PairwiseReduction,
    shouldStop: () -> Bool = { false }
  ) -> Bool {
    reduce(samples, with: RowwiseReduction(reduction: reduction), shouldStop: shouldStop)
  }

  /// Feeds all distances to a reduction, tile by tile. `shouldStop` is asked between rounds.
  /// - Returns: Whether the pass went through to its end.
  @discardableResult
  package func reduce(
    _ samples: DistanceSamples, with reduction: some TileReduction,
    shouldStop: () -> Bool = { false }
  ) -> Bool {
    let blockCount = (samples.count + Self.side - 1) / Self.side
    let workers = max(1, min(threadCount, blockCount / 2))
    let memory = (0..<workers).map { _ in TileMemory(scratchSize: reduction.scratchSize) }
    defer { for part in memory { part.deallocate() } }
    return samples.withKernelSamples { pointer in
      nonisolated(unsafe) let kernelSamples = pointer
      for round in Self.rounds(blockCount: blockCount) {
        if shouldStop() { return false }
        let next = Atomic(0)
        let work: @Sendable (Int) -> Void = { worker in
          while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < round.count else { return }
            reduce(round[index], of: kernelSamples, in: memory[worker], with: reduction)
          }
        }
        if workers == 1 || round.count == 1 {
          work(0)
        } else {
          DispatchQueue.concurrentPerform(iterations: workers, execute: work)
        }
      }
      return true
    }
  }

  private func reduce(
    _ position: TilePosition, of samples: UnsafePointer<snn_samples>, in memory: TileMemory,
    with reduction: some TileReduction
  ) {
    let count = Int(samples.pointee.count)
    let row = position.row * Self.side
    let column = position.column * Self.side
    snn_tile_distances(
      instructionSet.level, samples, Int64(row), Int64(column), memory.distances)
    reduction.absorb(
      DistanceTile(
        rows: row..<min(row + Self.side, count), columns: column..<min(column + Self.side, count),
        distances: memory.distances, scratch: memory.scratch, samples: samples,
        level: instructionSet.level))
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

/// What one thread works in: a tile and the reduction's scratch memory.
private struct TileMemory: @unchecked Sendable {
  // Unchecked: each is used by one worker at a time.
  let distances: UnsafeMutablePointer<Float>
  let scratch: UnsafeMutableRawPointer

  init(scratchSize: Int) {
    let size = PairwisePass.side * PairwisePass.side
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: size * MemoryLayout<Float>.stride, alignment: 64)
    distances = raw.initializeMemory(as: Float.self, repeating: 0, count: size)
    scratch = .allocate(byteCount: max(scratchSize, 1), alignment: 64)
  }

  func deallocate() {
    distances.deallocate()
    scratch.deallocate()
  }
}
