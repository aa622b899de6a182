import Activations
import Entanglement
import PairwiseDistances
import TestSupport
import Testing

/// The loss under shuffled labels, and superclasses under other weights.
@Suite struct PermutationTests {
  private static func layer(
    _ matrix: ActivationMatrix, _ labels: ClassLabels, seed: UInt64 = 7, threads: Int = 1,
    target: PerplexityTarget = .standard
  ) throws -> LayerEntanglement {
    try SoftNearestNeighborLoss(
      LossSettings(
        quantities: [.curve, .perplexity, .classes, .permutations, .resamples],
        perplexityTarget: target, seed: seed), machine: Machine(threadCount: threads)
    ).entanglement(of: matrix, labels: labels)
  }

  @Test("The null is that of the same shuffles by definition", arguments: [0.05, 0.3])
  func oracle(share: Double) throws {
    var random = RandomActivations(seed: 91)
    // A class of one sample is no anchor, wherever its label goes.
    let labels = ClassLabels((0..<60).map { Int64($0 == 0 ? 9 : $0 % 4) })
    let matrix = random.matrix(labels, features: 4)
    let layer = try Self.layer(matrix, labels, target: .share(share))
    let matched = try #require(layer.matched)
    let null = try #require(layer.permutationNull)
    let order = ClassOrder(labels)
    let distances = NaiveLoss.squaredDistances(matrix.rows(order.rows))
    var generator = SplitMix64(seed: 7)
    let losses = (0..<199).map { _ in
      NaiveLoss(
        distances, classes: order.classes.shuffled(using: &generator),
        temperature: matched.temperature
      ).loss
    }
    let sorted = losses.sorted()
    // That of the loss at one temperature.
    #expect(isClose(null.mean, losses.reduce(0, +) / 199, relative: 1e-5))
    #expect(isClose(null.lower, sorted[4], relative: 1e-5))
    #expect(isClose(null.upper, sorted[194], relative: 1e-5))
    let below = losses.count { $0 <= matched.loss }
    #expect(null.p == Double(below + 1) / 200)
    #expect(null.labelingCount == 199 && null.seed == 7)
  }

  @Test("Where the classes are no structure, p is spread evenly")
  func uniform() throws {
    var random = RandomActivations(seed: 92)
    var values: [Double] = []
    for _ in 0..<40 {
      let labels = random.labels(60, classes: 3)
      let matrix = random.matrix(labels, features: 3, separation: 0)
      values.append(try #require(try Self.layer(matrix, labels).permutationNull).p)
    }
    // The mean of 40 uniform numbers is within 0.18 of a half with probability 0.9999.
    #expect(abs(values.reduce(0, +) / 40 - 0.5) < 0.18)
    #expect(values.contains { $0 < 0.25 } && values.contains { $0 > 0.75 })
  }

  @Test("Outliers, far behind all exponentials of a tile, have their exact loss")
  func far() throws {
    var random = RandomActivations(seed: 93)
    let labels = random.labels(40, classes: 2)
    var values = random.values(labels, features: 2, separation: 1)
    // Two pairs of neighbors, far from all else.
    for (row, place) in [(0, 900.0), (1, 900.1), (2, -700.0), (3, -700.2)] {
      values[2 * row] = place
      values[2 * row + 1] = place
    }
    let matrix = ActivationMatrix(sampleCount: 40, featureCount: 2, values: values)
    let layer = try Self.layer(matrix, labels, target: .count(3))
    let matched = try #require(layer.matched)
    let null = try #require(layer.permutationNull)
    let order = ClassOrder(labels)
    let distances = NaiveLoss.squaredDistances(matrix.rows(order.rows))
    var generator = SplitMix64(seed: 7)
    let losses = (0..<199).map { _ in
      NaiveLoss(
        distances, classes: order.classes.shuffled(using: &generator),
        temperature: matched.temperature
      ).loss
    }
    #expect(losses.reduce(0, +) / 199 > 100)
    #expect(isClose(null.mean, losses.reduce(0, +) / 199, relative: 1e-5))
  }

  @Test("The same seed gives the same bits on any number of threads, another seed others")
  func threads() throws {
    var random = RandomActivations(seed: 94)
    let labels = random.labels(300, classes: 5)
    let matrix = random.matrix(labels, features: 6)
    let one = try Self.layer(matrix, labels)
    let two = try Self.layer(matrix, labels, threads: 2)
    #expect(one.permutationNull == two.permutationNull)
    #expect(one.resamples == two.resamples)
    #expect(try Self.layer(matrix, labels, seed: 8).permutationNull != one.permutationNull)
  }

  @Test("With little memory labelings go in several passes, and the bits are the same")
  func memory() throws {
    var random = RandomActivations(seed: 96)
    let labels = random.labels(600, classes: 4)
    let matrix = random.matrix(labels, features: 8)
    let settings = LossSettings(quantities: [.curve, .perplexity, .permutations])
    let layers = try [Int.max, 3 << 20].map {
      try SoftNearestNeighborLoss(settings, machine: Machine(threadCount: 2, memoryLimit: $0))
        .entanglement(of: matrix, labels: labels)
    }
    #expect(layers[0] == layers[1])
  }

  @Test("Superclasses that are there stay under any weights, those of three equal classes do not")
  func superclasses() throws {
    var random = RandomActivations(seed: 95)
    // Classes 0, 1 in one place and 2, 3 in another; 4, 5, 6 in a third, alike.
    let centers = [0.0, 0.3, 10, 10.3, 30, 30, 30]
    let labels = random.labels(350, classes: 7)
    let values = labels.indices.flatMap { label in
      (0..<4).map { _ in centers[Int(labels.names[Int(label)]) ?? 0] + random.normal() }
    }
    let matrix = ActivationMatrix(sampleCount: 350, featureCount: 4, values: values)
    let layer = try Self.layer(matrix, labels, target: .share(0.1))
    let structure = try #require(layer.structure)
    let tree = try #require(structure.tree)
    let shares = try #require(layer.resamples).shares
    var byName: [[String]: Double] = [:]
    for (merge, share) in zip(tree.merges, shares) {
      byName[merge.classes.map { structure.classes[$0] }] = share
    }
    #expect(byName[["0", "1"]] == 1)
    #expect(byName[["2", "3"]] == 1)
    #expect(byName[["4", "5", "6"]] == 1)
    let pair = byName.first { $0.key.count == 2 && $0.key[0] >= "4" }
    #expect(try #require(pair).value < 0.95)
    #expect(shares.last == 1)
  }
}
