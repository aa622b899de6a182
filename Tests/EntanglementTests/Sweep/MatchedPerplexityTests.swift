import Activations
import Entanglement
import PairwiseDistances
import Synchronization
import TestSupport
import Testing

/// The loss at the temperature that has a given perplexity.
@Suite struct MatchedPerplexityTests {
  private static let quantities: Set<LossSettings.Quantity> = [.curve, .perplexity]

  private static func layer(
    _ matrix: ActivationMatrix, _ labels: ClassLabels, _ target: PerplexityTarget = .standard,
    quantities: Set<LossSettings.Quantity> = quantities,
    relative: [Double] = [0.01, 0.1, 1]
  ) throws -> LayerEntanglement {
    try SoftNearestNeighborLoss(
      LossSettings(
        sweep: try TemperatureSweep(relative, scale: .meanDistance), quantities: quantities,
        perplexityTarget: target)
    ).entanglement(of: matrix, labels: labels)
  }

  @Test(
    "The perplexity at its temperature is the one asked for, and the loss is that of the definition",
    arguments: [
      PerplexityTarget.share(0.05), .share(0.5), .share(0.97), .count(1.5), .count(2), .count(30),
      .count(128.5),
    ])
  func definition(target: PerplexityTarget) throws {
    var random = RandomActivations(seed: 21)
    let labels = random.labels(130, classes: 4)
    let matrix = random.matrix(labels, features: 6)
    let matched = try #require(try Self.layer(matrix, labels, target).matched)
    let naive = NaiveLoss(matrix, labels, temperature: matched.temperature)
    #expect(isClose(naive.perplexity, matched.perplexity, relative: 1e-6))
    #expect(isClose(naive.loss, matched.loss, relative: OracleTests.lossTolerance))
    #expect(isClose(matched.share, matched.perplexity / 129, relative: 1e-12))
    switch target {
    case .count(let count): #expect(matched.perplexity == count)
    case .share(let share): #expect(isClose(matched.perplexity, share * 129, relative: 1e-12))
    }
  }

  @Test("It does not depend on the temperatures of the curve, nor on what else is computed")
  func independence() throws {
    var random = RandomActivations(seed: 22)
    let labels = random.labels(200, classes: 3)
    let matrix = random.matrix(labels, features: 5)
    let reference = try #require(try Self.layer(matrix, labels).matched)
    for relative in [[1e-6], [1e5], TemperatureSweep.standard.values] {
      for quantities in [
        Self.quantities, [.curve, .minimum, .perplexity], [.curve, .intervals, .classes],
      ] as [Set<LossSettings.Quantity>] {
        let layer = try Self.layer(matrix, labels, quantities: quantities, relative: relative)
        let matched = try #require(layer.matched)
        #expect(isClose(matched.temperature, reference.temperature, relative: 1e-6))
        #expect(isClose(matched.loss, reference.loss, relative: 1e-6))
        #expect(layer.curve.count == relative.count)
      }
    }
  }

  @Test("A curve alone pays nothing for it")
  func curveAlone() throws {
    var random = RandomActivations(seed: 23)
    let labels = random.labels(50, classes: 3)
    let layer = try Self.layer(random.matrix(labels, features: 5), labels, quantities: [.curve])
    #expect(layer.matched == nil)
    #expect(layer.notices.isEmpty)
  }

  @Test(
    "Without such a temperature there is a notice, not a value",
    arguments: [
      (PerplexityTarget.count(39), "reached only as T → ∞"), (.share(1), "reached only as T → ∞"),
      (.count(1e9), "reached only as T → ∞"), (.count(1), "reached as T → 0"),
      (.count(0.2), "reached as T → 0"),
    ])
  func absence(target: PerplexityTarget, reason: String) throws {
    var random = RandomActivations(seed: 24)
    let labels = random.labels(40, classes: 3)
    let layer = try Self.layer(random.matrix(labels, features: 5), labels, target)
    #expect(layer.matched == nil)
    #expect(layer.notices.count == 1)
    #expect(layer.notices.first?.contains(reason) == true, "\(layer.notices)")
  }

  @Test("Ties of the nearest neighbor bound it from below")
  func ties() throws {
    // Every sample four times: three neighbors at distance 0.
    var random = RandomActivations(seed: 25)
    let labels = random.labels(120, classes: 3)
    let matrix = random.matrix(labels, features: 5).rows((0..<120).map { $0 / 4 })
    #expect(try Self.layer(matrix, labels, .count(3)).matched == nil)
    let matched = try #require(try Self.layer(matrix, labels, .count(3.5)).matched)
    let naive = NaiveLoss(matrix, labels, temperature: matched.temperature)
    #expect(isClose(naive.perplexity, 3.5, relative: 1e-6))
  }

  @Test("Data of one point have N − 1 neighbors at every temperature")
  func constant() throws {
    let labels = ClassLabels((0..<40).map { Int64($0 % 2) })
    let matrix = ActivationMatrix(
      sampleCount: 40, featureCount: 3, values: [Float](repeating: 1, count: 120))
    let layer = try Self.layer(
      matrix, labels, quantities: LossSettings.standardQuantities)
    #expect(layer.matched == nil)
    #expect(layer.structure == nil)
    #expect(layer.notices.count == 3)
  }

  @Test("On smooth data it takes no pass over the distances but its own")
  func passes() throws {
    var random = RandomActivations(seed: 27)
    let labels = random.labels(300, classes: 3)
    let matrix = random.matrix(labels, features: 4)
    func rounds(_ quantities: Set<LossSettings.Quantity>) throws -> Int {
      let count = Atomic(0)
      let loss = SoftNearestNeighborLoss(
        LossSettings(quantities: quantities),
        hooks: PassHooks(didFinishRound: { count.add(1, ordering: .relaxed) }))
      _ = try loss.entanglement(of: matrix, labels: labels)
      return count.load(ordering: .relaxed)
    }
    let one = try rounds([.curve])
    #expect(
      try rounds([.curve, .minimum, .perplexity]) - rounds([.curve, .minimum]) == one)
  }

  @Test("Scale does not matter, down to clusters a millionth of the layer wide")
  func scales() throws {
    var random = RandomActivations(seed: 26)
    let labels = random.labels(160, classes: 4)
    let noise = random.values(labels, features: 8, separation: 0.5)
    let values = noise.enumerated().map { index, value in
      (index / 8 % 2 == 0 ? 1e3 : 0) + value * 1e-3
    }
    let matrix = ActivationMatrix(sampleCount: 160, featureCount: 8, values: values)
    for target in [PerplexityTarget.count(10), .count(79), .count(120)] {
      let matched = try #require(try Self.layer(matrix, labels, target).matched)
      let naive = NaiveLoss(matrix, labels, temperature: matched.temperature)
      #expect(isClose(naive.perplexity, matched.perplexity, relative: 1e-6))
      #expect(isClose(naive.loss, matched.loss, relative: OracleTests.lossTolerance))
    }
  }
}
