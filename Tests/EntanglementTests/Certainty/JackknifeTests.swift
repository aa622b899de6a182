import Activations
import Entanglement
import PairwiseDistances
import TestSupport
import Testing

/// The influence of each sample, and the intervals made of them.
@Suite struct JackknifeTests {
  /// A central difference over weights 1 ± 1e-4: its error is 1e-8 of the third derivative, and
  /// float32 exponentials leave 1e-7 in the sums.
  private static let influenceTolerance = 2e-5

  private static func layer(
    _ matrix: ActivationMatrix, _ labels: ClassLabels, threads: Int = 1, memory: Int = .max,
    target: PerplexityTarget = .standard
  ) throws -> LayerEntanglement {
    try SoftNearestNeighborLoss(
      LossSettings(perplexityTarget: target, keepsInfluences: true),
      machine: Machine(threadCount: threads, memoryLimit: memory)
    ).entanglement(of: matrix, labels: labels)
  }

  private static func sample(
    _ count: Int, seed: UInt64, classes: Int = 4, separation: Double = 0.7
  ) -> (ActivationMatrix, ClassLabels) {
    var random = RandomActivations(seed: seed)
    let labels = random.labels(count, classes: classes)
    return (random.matrix(labels, features: 6, separation: separation), labels)
  }

  /// ∂f/∂w_j at w = 1 for every j.
  private static func derivatives(_ count: Int, _ value: ([Double]) -> Double) -> [Double] {
    let step = 1e-4
    return (0..<count).map { j in
      var weights = Array(repeating: 1.0, count: count)
      weights[j] = 1 + step
      let above = value(weights)
      weights[j] = 1 - step
      return (above - value(weights)) / (2 * step)
    }
  }

  private static func expectEqual(
    _ values: [Double], _ reference: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let scale = (reference.reduce(0) { $0 + $1 * $1 } / Double(reference.count)).squareRoot()
    for (value, reference) in zip(values, reference) {
      #expect(
        isClose(value, reference, relative: 0, absolute: influenceTolerance * scale),
        sourceLocation: sourceLocation)
    }
  }

  @Test("At the matched perplexity they are the derivatives by weight, the temperature's included")
  func matched() throws {
    let (matrix, labels) = Self.sample(50, seed: 31)
    let layer = try Self.layer(matrix, labels, target: .share(0.1))
    let matched = try #require(layer.matched)
    let weighted = WeightedLoss(matrix, labels)
    let reference = Self.derivatives(50) {
      weighted.loss(
        $0,
        temperature: weighted.temperature(
          $0, target: matched.perplexity, near: matched.temperature))
    }
    let influences = try #require(layer.influences?.matched)
    Self.expectEqual(influences, reference)
    let variance = reference.reduce(0) { $0 + $1 * $1 }
    let interval = try #require(matched.interval)
    #expect(isClose(interval.standardError, variance.squareRoot(), relative: 1e-5))
    #expect(
      isClose(interval.upper, matched.loss + 1.96 * variance.squareRoot(), relative: 1e-4))
  }

  @Test("At an interior minimum they are the derivatives at its temperature")
  func minimum() throws {
    let (matrix, labels) = Self.sample(70, seed: 32)
    let layer = try Self.layer(matrix, labels)
    let temperature = try #require(layer.minimum?.temperature)
    let weighted = WeightedLoss(matrix, labels)
    Self.expectEqual(
      try #require(layer.influences?.minimum),
      Self.derivatives(70) { weighted.loss($0, temperature: temperature) })
  }

  @Test("Classes, singletons included, have the intervals of their own derivatives")
  func classes() throws {
    var random = RandomActivations(seed: 33)
    let labels = ClassLabels((0..<50).map { Int64($0 < 3 ? 10 + $0 : $0 % 3) })
    let matrix = random.matrix(labels, features: 6)
    let layer = try Self.layer(matrix, labels, target: .share(0.1))
    let structure = try #require(layer.structure)
    let weighted = WeightedLoss(matrix, labels)
    #expect(structure.losses.map(\.name) == ["0", "1", "2"])
    for (index, item) in structure.losses.enumerated() {
      let reference = Self.derivatives(50) {
        weighted.loss(
          $0, temperature: weighted.temperature($0, target: 4.9, near: structure.temperature),
          only: Int32(index))
      }
      let variance = reference.reduce(0) { $0 + $1 * $1 }
      #expect(
        isClose(try #require(item.interval).standardError, variance.squareRoot(), relative: 1e-5))
    }
  }

  @Test("They add up to nothing, follow their rows, and do not depend on scale")
  func laws() throws {
    let (matrix, labels) = Self.sample(150, seed: 34)
    let layer = try Self.layer(matrix, labels)
    let influences = try #require(layer.influences?.matched)
    let size = influences.map(abs).reduce(0, +)
    #expect(abs(influences.reduce(0, +)) < 1e-5 * size)
    var random = RandomActivations(seed: 35)
    let order = random.shuffled(150)
    let shuffled = try Self.layer(matrix.rows(order), labels.rows(order))
    let moved = try #require(shuffled.influences?.matched)
    for (position, row) in order.enumerated() {
      #expect(isClose(moved[position], influences[row], relative: 1e-4, absolute: 1e-8))
    }
    let scaled = ActivationMatrix(
      sampleCount: 150, featureCount: 6,
      values: (0..<150).flatMap { row in (0..<6).map { matrix[row, $0] * 1e7 } })
    #expect(
      isClose(
        try #require(try Self.layer(scaled, labels).matched?.interval?.standardError),
        try #require(layer.matched?.interval?.standardError), relative: 1e-6))
  }

  @Test("Threads do not change a bit, and batches under a tight memory change rounding alone")
  func batches() throws {
    var random = RandomActivations(seed: 36)
    let labels = random.labels(1200, classes: 64)
    let matrix = random.matrix(labels, features: 4, separation: 2)
    let whole = try Self.layer(matrix, labels)
    #expect(try Self.layer(matrix, labels, threads: 3) == whole)
    // Less than 1200 × 64 sums of 16 bytes: several batches.
    let tight = try Self.layer(matrix, labels, memory: 1 << 20)
    #expect(tight.structure?.confusion == whole.structure?.confusion)
    #expect(
      tight.structure?.losses.map(\.interval?.standardError)
        == whole.structure?.losses.map(\.interval?.standardError))
  }

  @Test("There is no interval at an end, and that is said")
  func ends() throws {
    var random = RandomActivations(seed: 37)
    let labels = random.labels(80, classes: 2)
    let layer = try Self.layer(random.matrix(labels, features: 6, separation: 50), labels)
    #expect(layer.minimum?.position == .zero)
    #expect(layer.minimum?.interval == nil)
    #expect(layer.notices.contains { $0.contains("as T → 0") })
    #expect(layer.matched?.interval != nil)
  }

  @Test("The interval of a paired difference is that of the difference of the influences")
  func paired() throws {
    let (first, labels) = Self.sample(60, seed: 38)
    let noise = Self.sample(60, seed: 39).0
    let second = ActivationMatrix(
      sampleCount: 60, featureCount: 6,
      values: (0..<60).flatMap { row in
        (0..<6).map { first[row, $0] + 0.2 * noise[row, $0] }
      })
    let layers = try [first, second].map { try Self.layer($0, labels, target: .share(0.1)) }
    let sides = try layers.map {
      (loss: try #require($0.matched?.loss), influences: try #require($0.influences?.matched))
    }
    let difference = PairedDifference(from: sides[0], to: sides[1])
    #expect(difference.difference == sides[1].loss - sides[0].loss)
    let weighted = [first, second].map { WeightedLoss($0, labels) }
    let reference = Self.derivatives(60) { weights in
      let losses = zip(weighted, layers).map { weighted, layer in
        weighted.loss(
          weights,
          temperature: weighted.temperature(
            weights, target: 5.9, near: layer.matched?.temperature ?? 1))
      }
      return losses[1] - losses[0]
    }
    let variance = reference.reduce(0) { $0 + $1 * $1 }
    #expect(
      isClose(difference.interval.standardError, variance.squareRoot(), relative: 1e-4))
    let alone = sides.map { $0.influences.reduce(0) { $0 + $1 * $1 } }.reduce(0, +)
    #expect(difference.interval.standardError < 0.7 * alone.squareRoot())
  }
}
