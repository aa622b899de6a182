/// The blocks of rows that are in memory while a pass goes over samples on the disk.
struct ResidentBlocks {
  private let samples: DistanceSamples
  private var blocks: Set<Int> = []

  init(of samples: DistanceSamples) {
    self.samples = samples
  }

  /// Makes room for the blocks of a round: where they would be too many with those that are there,
  /// the others go.
  mutating func prepare(for round: [PairwisePass.TilePosition]) {
    guard let most = samples.residentBlockCount else { return }
    let wanted = Set(round.flatMap { [$0.row, $0.column] })
    if blocks.union(wanted).count > most {
      for block in blocks.subtracting(wanted) { samples.drop(block: block) }
      blocks.formIntersection(wanted)
    }
    blocks.formUnion(wanted)
  }
}

extension PairwisePass {
  /// The same of those tiles alone that have one of some blocks; nil for all.
  static func rounds(
    blockCount: Int, workers: Int, residentBlockCount: Int?, blocks: Set<Int>?
  ) -> [[TilePosition]] {
    let rounds = rounds(
      blockCount: blockCount, workers: workers, residentBlockCount: residentBlockCount)
    guard let blocks else { return rounds }
    return rounds.map { round in
      round.filter { blocks.contains($0.row) || blocks.contains($0.column) }
    }.filter { !$0.isEmpty }
  }

  /// The rounds of a pass: of all groups side by side, or for samples on the disk match after match
  /// and of no more tiles than may be in memory at a time. A block meets its partners in the same
  /// order either way.
  package static func rounds(
    blockCount: Int, workers: Int, residentBlockCount: Int?
  ) -> [[TilePosition]] {
    guard let most = residentBlockCount else { return rounds(blockCount: blockCount) }
    let affordable = max(1, most / 2)
    // As many for each thread, so that none waits.
    let size = affordable > workers ? affordable / workers * workers : affordable
    return groupRounds(blockCount: blockCount).flatMap { $0 }.flatMap { $0 }.flatMap { round in
      stride(from: 0, to: round.count, by: size).map {
        Array(round[$0..<min($0 + size, round.count)])
      }
    }
  }
}
