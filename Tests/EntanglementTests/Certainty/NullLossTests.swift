import Activations
import Entanglement
import PairwiseDistances
import TestSupport
import Testing

/// The loss at the matched perplexity under shuffled labels, which losses there are compared with.
@Suite struct NullLossTests {
  private static func layer(
    _ matrix: ActivationMatrix, _ labels: ClassLabels,
    _ quantities: Set<LossSettings.Quantity> = LossSettings.standardQuantities, threads: Int = 2,
    memory: Int = .max
  ) throws -> LayerEntanglement {
    try SoftNearestNeighborLoss(
      LossSettings(quantities: quantities, seed: 7),
      machine: Machine(threadCount: threads, memoryLimit: memory)
    ).entanglement(of: matrix, labels: labels)
  }

  private static func shuffled(
    _ matrix: ActivationMatrix, _ labels: ClassLabels, temperature: Double, count: Int
  ) -> [Double] {
    let order = ClassOrder(labels)
    let distances = NaiveLoss.squaredDistances(matrix.rows(order.rows))
    var generator = SplitMix64(seed: 7)
    return (0..<count).map { _ in
      NaiveLoss(
        distances, classes: order.classes.shuffled(using: &generator), temperature: temperature
      ).loss
    }
  }

  @Test(
    "It is the mean of the first shuffles by definition, known to 1 %", arguments: [129, 257, 400])
  func oracle(count: Int) throws {
    var random = RandomActivations(seed: UInt64(count))
    // A class of one sample is no anchor, wherever its label goes.
    let labels = ClassLabels((0..<count).map { Int64($0 == 0 ? 9 : $0 % 4) })
    let matrix = random.matrix(labels, features: 4)
    let matched = try #require(try Self.layer(matrix, labels).matched)
    let null = try #require(matched.null)
    let losses = Self.shuffled(
      matrix, labels, temperature: matched.temperature, count: null.labelingCount)
    let mean = losses.reduce(0, +) / Double(losses.count)
    // That of the loss at one temperature.
    #expect(isClose(null.mean, mean, relative: 1e-5))
    let variance =
      losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(losses.count - 1)
    let error = (variance / Double(losses.count)).squareRoot()
    #expect(isClose(null.standardError, error, relative: 1e-3))
    #expect(null.standardError <= 0.01 * null.mean)
    // It lies above chance, as shares of few neighbors vary.
    let chance = try Self.layer(matrix, labels).chance
    #expect(null.mean > chance)
  }

  @Test("Where all shuffles are made, it is their mean, and the first shuffles are those alone")
  func permutations() throws {
    var random = RandomActivations(seed: 5)
    let labels = random.labels(300, classes: 3)
    let matrix = random.matrix(labels, features: 3, separation: 1)
    let all = try Self.layer(
      matrix, labels, LossSettings.standardQuantities.union([.permutations]))
    let null = try #require(all.matched?.null)
    #expect(null.mean == all.permutationNull?.mean)
    #expect(null.labelingCount == 199)
    let first = try #require(try Self.layer(matrix, labels).matched?.null)
    #expect(abs(first.mean - null.mean) < 5 * first.standardError)
  }

  @Test("Where shuffles scatter too much there is none, and a notice says how to have it")
  func unsettled() throws {
    var random = RandomActivations(seed: 6)
    let labels = random.labels(24, classes: 4)
    let matrix = random.matrix(labels, features: 3, separation: 1)
    let layer = try Self.layer(matrix, labels)
    #expect(layer.matched != nil && layer.matched?.null == nil)
    #expect(layer.matched?.nullAbsence?.contains("--compute …,permutations") == true)
    let all = try Self.layer(
      matrix, labels, LossSettings.standardQuantities.union([.permutations]))
    #expect(all.matched?.null != nil)
    #expect(all.matched?.nullAbsence == nil)
  }

  @Test("Where shuffled classes are far from one another it is left out, as it would take long")
  func far() throws {
    var random = RandomActivations(seed: 9)
    // Pairs that lie far apart: a shuffled partner is behind all exponentials of a tile.
    let labels = ClassLabels((0..<300).map { Int64($0 / 2) })
    let matrix = random.matrix(labels, features: 4, separation: 300)
    let layer = try SoftNearestNeighborLoss(
      LossSettings(quantities: LossSettings.standardQuantities, perplexityTarget: .count(1.5))
    ).entanglement(of: matrix, labels: labels)
    #expect(layer.matched != nil && layer.matched?.null == nil)
    #expect(layer.matched?.nullAbsence?.contains("far from all of their class") == true)
  }

  @Test("It has the same bits on any number of threads and in any memory, and nothing else changes")
  func bits() throws {
    var random = RandomActivations(seed: 8)
    let labels = random.labels(700, classes: 5)
    let matrix = random.matrix(labels, features: 8, separation: 0.5)
    let one = try Self.layer(matrix, labels, threads: 1)
    #expect(try Self.layer(matrix, labels, threads: 3) == one)
    #expect(try Self.layer(matrix, labels, memory: 8 << 20).matched == one.matched)
    // Without a pass that it could ride on it is left out: it must not cost one.
    let alone = try Self.layer(matrix, labels, [.curve, .perplexity])
    let beside = try Self.layer(matrix, labels, [.curve, .perplexity, .intervals])
    #expect(alone.matched?.loss == beside.matched?.loss)
    #expect(alone.matched?.null == nil && alone.matched?.nullAbsence == nil)
    #expect(beside.matched?.null != nil)
  }
}
