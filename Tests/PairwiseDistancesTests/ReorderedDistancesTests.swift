import Activations
import PairwiseDistances
import Synchronization
import TestSupport
import Testing

/// Distances that one class order leaves for another.
@Suite struct ReorderedDistancesTests {
  /// The bits of every distance it is given, the diagonal included.
  private final class AllTiles: TileReduction {
    let table: Mutex<[[UInt32]]>
    let scratchSize = 0

    init(count: Int) {
      table = Mutex(Array(repeating: Array(repeating: .max, count: count), count: count))
    }

    func absorb(_ tile: DistanceTile) {
      table.withLock { table in
        for (i, row) in tile.rows.enumerated() {
          for (j, column) in tile.columns.enumerated() {
            table[row][column] = tile.distances[i * 128 + j].bitPattern
          }
        }
      }
    }
  }

  private static func table(
    _ samples: DistanceSamples, _ set: InstructionSet, keeping kept: KeptDistances? = nil
  ) throws -> [[UInt32]] {
    let tiles = AllTiles(count: samples.count)
    try PairwisePass(Machine(threadCount: 2, instructionSet: set)).reduce(
      samples, with: tiles, keeping: kept)
    return tiles.table.withLock { $0 }
  }

  /// Samples, some of them so close that their distances come from the values as read, and so close
  /// that rounding these shows in float32.
  private static func matrix(_ count: Int, features: Int) -> ActivationMatrix {
    var random = RandomActivations(seed: UInt64(count))
    var values = random.values(
      random.labels(count, classes: min(count, 4)), features: features, separation: 0.5, offset: 3
    )
    for row in stride(from: 3, to: count, by: 7) {
      for feature in 0..<features {
        let near = values[(row - 3) * features + feature]
        values[row * features + feature] = near * (1 + random.normal() * 1e-10)
      }
    }
    return ActivationMatrix(sampleCount: count, featureCount: features, values: values)
  }

  @Test(
    "Reordered distances are those of a pass in the other order, to the bit",
    arguments: [1, 2, 17, 127, 128, 129, 300, 515], [Distance.squaredEuclidean, .cosine])
  func sameBits(count: Int, distance: Distance) throws {
    var random = RandomActivations(seed: 3)
    let (old, new) = (
      ClassOrder(random.labels(count, classes: min(count, 5))),
      ClassOrder(random.labels(count, classes: min(count, 3)))
    )
    let matrix = Self.matrix(count, features: 37)
    let ones = ActivationMatrix(
      sampleCount: count, featureCount: 1, values: Array(repeating: Float(1), count: count))
    for set in InstructionSet.allCases where set.isAvailable {
      let kept = KeptDistances(sampleCount: count, featureCount: matrix.featureCount)
      let before = try Self.table(
        DistanceSamples(matrix, order: old, distance: distance), set, keeping: kept)
      let expected = try Self.table(DistanceSamples(matrix, order: new, distance: distance), set)
      #expect(count < 17 || before != expected)
      for threads in [1, 3] {
        let reordered = kept.reordered(from: old, to: new, threadCount: threads)
        // Samples of which nothing may be computed: all distances come from where they are kept.
        let blank = DistanceSamples(ones, order: new, distance: distance)
        #expect(try Self.table(blank, set, keeping: reordered) == expected)
      }
    }
  }

  @Test("There and back is where it was")
  func inverse() throws {
    var random = RandomActivations(seed: 8)
    let (old, new) = (
      ClassOrder(random.labels(260, classes: 7)), ClassOrder(random.labels(260, classes: 2))
    )
    let samples = DistanceSamples(
      Self.matrix(260, features: 5), order: old, distance: .squaredEuclidean)
    let kept = KeptDistances(sampleCount: 260, featureCount: 5)
    let table = try Self.table(samples, .best, keeping: kept)
    let back = kept.reordered(from: old, to: new, threadCount: 2)
      .reordered(from: new, to: old, threadCount: 2)
    #expect(try Self.table(samples, .best, keeping: back) == table)
  }
}
