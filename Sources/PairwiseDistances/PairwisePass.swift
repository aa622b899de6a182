internal import Activations
internal import CDistanceKernels
internal import Synchronization

/// The pass over all pairs of samples, tile by tile: N²·D/2 multiply-adds, no N × N memory.
///
/// Tiles of 128 × 128 cover the upper triangle; each serves its rows and its columns as anchors.
/// They go in the rounds of a tournament of the blocks of rows: no two tiles of a round share a row,
/// so a round needs no lock, and each anchor meets its partners in one order for any number of
/// threads.
package struct PairwisePass: Sendable {
  package let machine: Machine
  package let hooks: PassHooks

  package init(_ machine: Machine = Machine(), hooks: PassHooks = PassHooks()) {
    self.machine = machine
    self.hooks = hooks
  }

  /// Feeds all distances to a reduction, tile by tile.
  ///
  /// Samples that are not all in memory are passed over match after match, a few tiles at a time.
  /// - Parameters:
  ///   - kept: Where distances come from if an earlier pass left them there, and go to if not.
  ///   - anchors: The positions whose sums are wanted; nil for all. Tiles without any of their blocks are
  ///     left out, so that the sums of other positions are those of some partners.
  package func reduce(
    _ samples: DistanceSamples, with reduction: some TileReduction,
    keeping kept: KeptDistances? = nil, anchors: [Range<Int>]? = nil
  ) throws(PassCancelled) {
    precondition(kept == nil || anchors == nil, "the distances of a part are not kept")
    let blockCount = (samples.count + Self.side - 1) / Self.side
    let workers = max(1, min(machine.threadCount, blockCount / 2))
    let memory = (0..<workers).map { _ in
      TileMemory(featureCount: samples.featureCount, scratchSize: reduction.scratchSize)
    }
    defer { for part in memory { part.deallocate() } }
    let isComplete = samples.withKernelSamples { pointer in
      nonisolated(unsafe) let kernelSamples = pointer
      let rounds = Self.rounds(
        blockCount: blockCount, workers: workers, residentBlockCount: samples.residentBlockCount,
        blocks: anchors.map(Self.blocks))
      let asked = Self.roundCount(sampleCount: samples.count)
      var resident = ResidentBlocks(of: samples)
      for (number, round) in rounds.enumerated() {
        // As often as there are rounds where all is in memory.
        let isAsked =
          number == 0 || number * asked / rounds.count > (number - 1) * asked / rounds.count
        if isAsked, hooks.isCancelled() { return false }
        resident.prepare(for: round)
        let next = Atomic(0)
        let work: @Sendable (Int) -> Void = { worker in
          while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard index < round.count else { return }
            reduce(
              round[index], of: kernelSamples, in: memory[worker], with: reduction, keeping: kept)
          }
        }
        let workers = min(workers, round.count)
        Threads.forEach(workers, on: workers, work)
        if isAsked { hooks.didFinishRound() }
      }
      return true
    }
    guard isComplete else { throw PassCancelled() }
    kept?.isComplete = true
  }

  private func reduce(
    _ position: TilePosition, of samples: UnsafePointer<snn_samples>, in memory: TileMemory,
    with reduction: some TileReduction, keeping kept: KeptDistances?
  ) {
    let count = Int(samples.pointee.count)
    let row = position.row * Self.side
    let column = position.column * Self.side
    var tile = snn_tile(
      row: Int64(row), column: Int64(column), distances: memory.distances, rests: memory.rests,
      work: memory.work)
    if let kept, kept.isComplete {
      kept.read(position, into: tile)
    } else {
      snn_tile_distances(machine.instructionSet.level, samples, &tile)
      kept?.write(tile, at: position)
    }
    reduction.absorb(
      DistanceTile(
        rows: row..<min(row + Self.side, count), columns: column..<min(column + Self.side, count),
        distances: memory.distances, kernelTile: tile, scratch: memory.scratch, samples: samples,
        level: machine.instructionSet.level))
  }

  /// The blocks that some positions are in.
  private static func blocks(of positions: [Range<Int>]) -> Set<Int> {
    Set(
      positions.filter { !$0.isEmpty }.flatMap { $0.lowerBound / side...($0.upperBound - 1) / side }
    )
  }

  static let side = Int(snn_tile_side)

  /// How often the hooks are called in one pass.
  package static func roundCount(sampleCount: Int) -> Int {
    let blockCount = (sampleCount + side - 1) / side
    func tournamentCount(_ players: Int) -> Int { players > 1 ? players + players % 2 - 1 : 0 }
    let within = blockCount > 0 ? 1 + tournamentCount(min(blockCount, groupSize)) : 0
    return within + groupSize * tournamentCount((blockCount + groupSize - 1) / groupSize)
  }
}

extension PairwisePass {
  /// A tile by its block of rows and its block of columns.
  package struct TilePosition: Sendable, Hashable {
    package let row: Int
    package let column: Int
  }

  /// Every pair of blocks once, each block at most once a round.
  ///
  /// Blocks are grouped by eights. First come the pairs within each group, the groups side by side;
  /// then a tournament of the groups, in which two groups that meet play eight rounds of eight tiles.
  /// So a layer that does not fit in memory can be passed over two groups at a time, and each anchor
  /// still meets its partners in the same order.
  package static func rounds(blockCount: Int) -> [[TilePosition]] {
    groupRounds(blockCount: blockCount).flatMap { matches -> [[TilePosition]] in
      (0..<(matches.map(\.count).max() ?? 0)).map { round in
        matches.flatMap { round < $0.count ? $0[round] : [] }
      }
    }
  }

  /// Rounds of matches of one group with itself or of two groups, each a list of rounds of tiles.
  /// Matches of one round share no block.
  static func groupRounds(blockCount: Int) -> [[[[TilePosition]]]] {
    let groups = stride(from: 0, to: blockCount, by: groupSize).map {
      Array($0..<min($0 + groupSize, blockCount))
    }
    let within = groups.map { group in
      [group.map { TilePosition(row: $0, column: $0) }]
        + tournament(group.count).map { round in
          round.map { TilePosition(row: group[$0.0], column: group[$0.1]) }
        }
    }
    let between = tournament(groups.count).map { round in
      round.map { first, second -> [[TilePosition]] in
        // A Latin square: in round r block i of one group meets block i + r of the other.
        (0..<groupSize).map { shift -> [TilePosition] in
          groups[first].indices.compactMap { index -> TilePosition? in
            let partner = (index + shift) % groupSize
            guard partner < groups[second].count else { return nil }
            return TilePosition(row: groups[first][index], column: groups[second][partner])
          }
        }
      }
    }
    return (within.isEmpty ? [] : [within]) + between
  }

  /// The rounds of a round-robin tournament (circle method): the last player keeps its seat, the
  /// others move on by one a round.
  private static func tournament(_ count: Int) -> [[(Int, Int)]] {
    guard count > 1 else { return [] }
    let players = count + count % 2
    return (0..<players - 1).map { round in
      (0..<players / 2).compactMap { seat in
        let first = seat == 0 ? players - 1 : (round + seat) % (players - 1)
        let second = (round + players - 1 - seat) % (players - 1)
        guard max(first, second) < count else { return nil }
        return (min(first, second), max(first, second))
      }
    }
  }

  static let groupSize = 8
}

/// What one thread works in: a tile and the reduction's scratch memory.
private struct TileMemory: @unchecked Sendable {
  // Unchecked: each is used by one worker at a time.
  let distances: UnsafeMutablePointer<Float>
  /// What float32 leaves of them, where the layer has such rests.
  let rests: UnsafeMutablePointer<Int8>?
  let work: UnsafeMutableRawPointer
  let scratch: UnsafeMutableRawPointer

  init(featureCount: Int, scratchSize: Int) {
    let size = PairwisePass.side * PairwisePass.side
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: size * MemoryLayout<Float>.stride, alignment: 64)
    distances = raw.initializeMemory(as: Float.self, repeating: 0, count: size)
    rests =
      snn_has_rests(Int64(featureCount))
      ? UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        .initializeMemory(as: Int8.self, repeating: 0, count: size) : nil
    work = .allocate(byteCount: Int(snn_tile_work_size()), alignment: 64)
    scratch = .allocate(byteCount: max(scratchSize, 1), alignment: 64)
  }

  func deallocate() {
    distances.deallocate()
    rests?.deallocate()
    work.deallocate()
    scratch.deallocate()
  }
}
