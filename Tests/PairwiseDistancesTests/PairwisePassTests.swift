import Activations
import Foundation
import PairwiseDistances
import Synchronization
import TestSupport
import Testing

@Suite struct PairwisePassTests {
  @Test("Each pair of blocks meets once, and no block twice a round", arguments: 0...42)
  func tournament(blockCount: Int) {
    let rounds = PairwisePass.rounds(blockCount: blockCount)
    let tiles = rounds.flatMap(\.self)
    #expect(Set(tiles).count == tiles.count)
    #expect(tiles.count == blockCount * (blockCount + 1) / 2)
    #expect(tiles.allSatisfy { $0.row <= $0.column })
    #expect(PairwisePass.roundCount(sampleCount: blockCount * 128) == rounds.count)
    for round in rounds {
      let blocks = round.flatMap { $0.row == $0.column ? [$0.row] : [$0.row, $0.column] }
      #expect(Set(blocks).count == blocks.count)
    }
  }

  @Test(
    "With few blocks in memory each block meets its partners in the same order",
    arguments: [1, 2, 7, 8, 9, 16, 17, 31], [2, 3, 5, 12, 40])
  func streamedRounds(blockCount: Int, resident: Int) {
    func meetings(_ rounds: [[PairwisePass.TilePosition]]) -> [[PairwisePass.TilePosition]] {
      (0..<blockCount).map { block in
        rounds.flatMap(\.self).filter { $0.row == block || $0.column == block }
      }
    }
    let whole = PairwisePass.rounds(blockCount: blockCount)
    let rounds = PairwisePass.rounds(
      blockCount: blockCount, workers: 2, residentBlockCount: resident)
    #expect(meetings(rounds) == meetings(whole))
    for round in rounds {
      #expect(!round.isEmpty)
      #expect(Set(round.flatMap { [$0.row, $0.column] }).count <= resident)
    }
  }

  /// Keeps every distance it is given.
  private final class AllDistances: RowReduction {
    let table: Mutex<[[Double]]>

    init(count: Int) {
      table = Mutex(Array(repeating: Array(repeating: .nan, count: count), count: count))
    }

    func absorb(_ row: DistanceRow) {
      table.withLock { table in
        for (index, partner) in row.partners.enumerated() where partner != row.anchor {
          table[row.anchor][partner] = row.distances[index]
        }
      }
    }
  }

  @Test(
    "Every instruction set gives the distances of every pair",
    arguments: InstructionSet.allCases.filter(\.isAvailable), [1, 2, 31, 128, 129, 300])
  func distances(set: InstructionSet, count: Int) throws {
    var random = RandomActivations(seed: UInt64(count))
    for features in [1, 3, 64, 129, 260] {
      let labels = random.labels(count, classes: min(count, 3))
      let matrix = random.matrix(labels, features: features, offset: 50)
      let samples = DistanceSamples(
        matrix, order: ClassOrder(labels), distance: .squaredEuclidean)
      let all = AllDistances(count: count)
      try PairwisePass(Machine(threadCount: 2, instructionSet: set)).reduce(samples, with: all)
      let naive = NaiveLoss.squaredDistances(matrix)
      let table = all.table.withLock { $0 }
      let rows = samples.order.rows
      for i in 0..<count {
        for j in 0..<count where i != j {
          // Three parts in a million: the expansion at the share where differences take over.
          #expect(
            isClose(samples.outer(table[i][j]), naive[rows[i]][rows[j]], relative: 3e-6))
        }
      }
    }
  }

  @Test(
    "Pairs that are close for their norms have the distance of one pair alone, to the last place",
    arguments: InstructionSet.allCases.filter(\.isAvailable), [9, 300, 515, 1_000])
  func closePairs(set: InstructionSet, features: Int) throws {
    let labels = WideLayer.labels(150, classes: 3)
    let samples = DistanceSamples(
      WideLayer.collapsedClasses.matrix(labels, features: features), order: ClassOrder(labels),
      distance: .squaredEuclidean)
    let all = AllDistances(count: 150)
    try PairwisePass(Machine(threadCount: 2, instructionSet: set)).reduce(samples, with: all)
    let table = all.table.withLock { $0 }
    for run in samples.order.runs {
      for i in run {
        let exact = samples.exactDistances(from: i, instructionSet: set)
        for j in run where j != i { #expect(Float(table[i][j]) == Float(exact[j])) }
      }
    }
  }

  /// The k nearest neighbors of every anchor, as a second reduction on the same loop.
  private final class Nearest: RowReduction, @unchecked Sendable {
    // Unchecked: the pass never absorbs for one anchor from two threads, and anchors share nothing.
    private let k: Int
    private let distances: UnsafeMutableBufferPointer<Double>
    private let positions: UnsafeMutableBufferPointer<Int>

    init(count: Int, k: Int) {
      self.k = k
      distances = .allocate(capacity: count * k)
      distances.initialize(repeating: .infinity)
      positions = .allocate(capacity: count * k)
      positions.initialize(repeating: -1)
    }

    deinit {
      distances.deallocate()
      positions.deallocate()
    }

    func absorb(_ row: DistanceRow) {
      let first = row.anchor * k
      let last = first + k - 1
      for (index, partner) in row.partners.enumerated() {
        let distance = row.distances[index]
        guard distance < distances[last], partner != row.anchor else { continue }
        var place = last
        while place > first, distances[place - 1] > distance {
          distances[place] = distances[place - 1]
          positions[place] = positions[place - 1]
          place -= 1
        }
        distances[place] = distance
        positions[place] = partner
      }
    }

    func positions(of anchor: Int) -> [Int] { Array(positions[anchor * k..<(anchor + 1) * k]) }
  }

  @Test(
    "No labeling changes a distance, to the bit", arguments: [1, 2],
    [Distance.squaredEuclidean, .cosine])
  func labelings(threadCount: Int, distance: Distance) throws {
    let count = 300
    var random = RandomActivations(seed: 5)
    for features in [1, 3, 64, 129, 260, 700] {
      let first = random.labels(count, classes: 3)
      let second = random.labels(count, classes: 7)
      let matrix = random.matrix(first, features: features, offset: 50)
      let tables = try [first, second].map { labels in
        let samples = DistanceSamples(
          matrix, order: ClassOrder(labels), distance: distance, threadCount: threadCount)
        let all = AllDistances(count: count)
        try PairwisePass(Machine(threadCount: threadCount, instructionSet: .portable))
          .reduce(samples, with: all)
        let table = all.table.withLock { $0 }
        var byRow = table
        for (i, row) in samples.order.rows.enumerated() {
          for (j, column) in samples.order.rows.enumerated() { byRow[row][column] = table[i][j] }
        }
        return byRow.map { $0.map(\.bitPattern) }
      }
      #expect(tables[0] == tables[1])
    }
  }

  @Test("Another reduction runs on the same loop: the ten nearest neighbors, with their labels")
  func secondReduction() throws {
    var random = RandomActivations(seed: 77)
    let labels = random.labels(300, classes: 3)
    let matrix = random.matrix(labels, features: 20)
    let samples = DistanceSamples(matrix, order: ClassOrder(labels), distance: .squaredEuclidean)
    let nearest = Nearest(count: 300, k: 10)
    try PairwisePass(Machine(threadCount: 2, instructionSet: .best)).reduce(samples, with: nearest)
    let naive = NaiveLoss.squaredDistances(matrix)
    let rows = samples.order.rows
    for anchor in 0..<300 {
      let own = naive[rows[anchor]]
      let expected = (0..<300).filter { $0 != rows[anchor] }.sorted { own[$0] < own[$1] }.prefix(10)
      let found = nearest.positions(of: anchor)
      #expect(found.map { rows[$0] } == Array(expected))
      #expect(found.map { samples.order.classes[$0] } == expected.map { labels.indices[$0] })
    }
  }

  @Test(
    "How long the ten nearest take beside the loss at one temperature, for people to read",
    .enabled(if: ProcessInfo.processInfo.environment["SNN_TIMES"] != nil))
  func secondReductionTime() throws {
    var random = RandomActivations(seed: 78)
    let labels = random.labels(6_000, classes: 10)
    let samples = DistanceSamples(
      random.matrix(labels, features: 512), order: ClassOrder(labels),
      distance: .squaredEuclidean)
    let pass = PairwisePass(Machine(threadCount: 2, instructionSet: .best))
    let temperature = samples.inner(samples.meanDistance) / 10
    var ratios: [Double] = []
    for _ in 0..<5 {
      let clock = ContinuousClock()
      let loss = try clock.measure {
        try pass.reduce(
          samples,
          with: SoftNeighborSums(samples, temperatures: [temperature], curvature: false))
      }
      let nearest = try clock.measure {
        try pass.reduce(samples, with: Nearest(count: samples.count, k: 10))
      }
      ratios.append(nearest / loss)
    }
    print("ten nearest / loss at one temperature: \(ratios.sorted()[2])")
  }

  @Test("A pass that is told to stop says that it did")
  func stop() {
    var random = RandomActivations(seed: 1)
    let labels = random.labels(300, classes: 3)
    let samples = DistanceSamples(
      random.matrix(labels, features: 2), order: ClassOrder(labels), distance: .squaredEuclidean)
    let pass = PairwisePass(hooks: PassHooks(isCancelled: { true }))
    #expect(throws: PassCancelled.self) {
      try pass.reduce(samples, with: AllDistances(count: 300))
    }
  }
}
