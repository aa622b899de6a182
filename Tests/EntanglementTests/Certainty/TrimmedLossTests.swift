import Activations
import Entanglement
import PairwiseDistances
import TestSupport
import Testing

/// The mean without the samples that carry it, and how sure it is.
@Suite struct TrimmedLossTests {
  private static func measured(
    _ matrix: ActivationMatrix, _ labels: ClassLabels, at target: PerplexityTarget = .standard,
    threads: Int = 1
  ) throws -> Measurement {
    let found = try loss(target, threads: threads)
      .measurements([.perplexity(target)], of: matrix, labels: labels)
    guard case .measured(let value)? = found.outcomes[.perplexity(target)] else {
      throw EntanglementError.noTemperature
    }
    return value
  }

  private static func loss(
    _ target: PerplexityTarget, threads: Int = 1
  ) throws -> SoftNearestNeighborLoss {
    SoftNearestNeighborLoss(
      LossSettings(
        sweep: try .logarithmic(from: 0.02, through: 2, count: 17, scale: .meanDistance),
        quantities: [.curve, .perplexity], perplexityTarget: target),
      machine: Machine(threadCount: threads))
  }

  @Test("Value and influences are those of the weighted trimmed mean by its definition")
  func oracle() throws {
    var random = RandomActivations(seed: 41)
    let labels = random.labels(60, classes: 3)
    let matrix = random.matrix(labels, features: 5, separation: 0.8)
    let target = PerplexityTarget.share(0.15)
    let found = try Self.measured(matrix, labels, at: target)
    let layer = try Self.loss(target).entanglement(of: matrix, labels: labels)
    let temperature = try #require(layer.matched).temperature
    let trimmed = try #require(found.trimmed)
    let influences = try #require(trimmed.influences)
    let weighted = WeightedLoss(matrix, labels)
    let even = Array(repeating: 1.0, count: 60)
    let perplexity = 0.15 * 59
    #expect(
      isClose(
        trimmed.value, weighted.trimmedLoss(even, temperature: temperature, kept: 59),
        relative: 1e-5))
    let step = 1e-4
    let reference = (0..<60).map { j -> Double in
      let values = [1 + step, 1 - step].map { weight -> Double in
        var weights = even
        weights[j] = weight
        return weighted.trimmedLoss(
          weights,
          temperature: weighted.temperature(weights, target: perplexity, near: temperature),
          kept: 59)
      }
      return (values[0] - values[1]) / (2 * step)
    }
    let scale = (reference.reduce(0) { $0 + $1 * $1 } / 60).squareRoot()
    for (influence, reference) in zip(influences, reference) {
      // That of the influences on the mean: a central difference, and float32 in the sums.
      #expect(isClose(influence, reference, relative: 0, absolute: 2e-5 * scale))
    }
    #expect(abs(influences.reduce(0, +)) < 1e-6 * scale * 60)
    #expect(try Self.measured(matrix, labels, at: target, threads: 3) == found)
  }

  /// Samples of classes that lie apart, one in two hundred of them in the midst of another class.
  private static func draw(
    _ seed: UInt64, count: Int, separation: Double, noise: UInt64 = 0
  ) -> (ActivationMatrix, ClassLabels) {
    // All classes are equally far apart.
    let centers = (0..<4 * 5).map { $0 % 5 == $0 / 5 ? separation : 0 }
    var random = RandomActivations(seed: seed)
    var other = RandomActivations(seed: 1_000_000 * noise + seed)
    let classes = (0..<count).map { _ in Int(random.uniform() * 4) }
    let values = classes.flatMap { label -> [Float] in
      let place = random.uniform() < 0.005 ? (label + 1) % 4 : label
      return (0..<5).map {
        Float(centers[place * 5 + $0] + random.normal() + (noise > 0 ? 0.3 * other.normal() : 0))
      }
    }
    return (
      ActivationMatrix(sampleCount: count, featureCount: 5, values: values),
      ClassLabels(classes.map(Int64.init))
    )
  }

  /// A measurement for each seed, on all cores.
  private static func all(
    _ seeds: Range<UInt64>, count: Int, separation: Double, noise: UInt64 = 0
  ) async throws -> [Measurement] {
    let found = try await withThrowingTaskGroup(of: [(UInt64, Measurement)].self) { group in
      for part in 0..<4 as Range<UInt64> {
        group.addTask {
          try seeds.filter { $0 % 4 == part }.map { seed in
            let (matrix, labels) = Self.draw(
              seed, count: count, separation: separation, noise: noise)
            return (seed, try Self.measured(matrix, labels))
          }
        }
      }
      return try await group.reduce(into: [(UInt64, Measurement)]()) { $0 += $1 }
    }
    return found.sorted { $0.0 < $1.0 }.map(\.1)
  }

  @Test(
    "Its interval holds the expected value in 95 of 100 data sets where a handful carries the mean")
  func coverage() async throws {
    let others = try await Self.all(1_000_000..<1_000_400, count: 400, separation: 3.2)
    let truth =
      try others.map { try #require($0.trimmed).value }.reduce(0, +) / Double(others.count)
    let sets = try await Self.all(0..<200, count: 400, separation: 3.2)
    let held = try sets.count { set in
      let trimmed = try #require(set.trimmed)
      let variance = try #require(trimmed.influences).reduce(0) { $0 + $1 * $1 }
      return abs(trimmed.value - truth) <= 1.96 * variance.squareRoot()
    }
    // Four standard deviations of a share of 200 sets.
    #expect((0.89...1).contains(Double(held) / 200), "\(held) of 200")
    // That is what it is for: the top percent holds much of the mean.
    #expect(sets.count(where: { ($0.heldByTopPercent ?? 0) > 0.2 }) > 120)
  }

  @Test("The interval of a paired difference holds 0 where nothing but noise differs")
  func pairedCoverage() async throws {
    let first = try await Self.all(0..<200, count: 300, separation: 5, noise: 1)
    let second = try await Self.all(0..<200, count: 300, separation: 5, noise: 2)
    let held = try zip(first, second).count { first, second in
      let (before, after) = (try #require(first.trimmed), try #require(second.trimmed))
      let variance = zip(try #require(before.influences), try #require(after.influences))
        .reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      return abs(after.value - before.value) <= 1.96 * variance.squareRoot()
    }
    #expect(held >= 182, "\(held) of 200")
    #expect(first.count(where: { ($0.heldByTopPercent ?? 0) > 0.5 }) > 120)
  }

  @Test("Median and share of the top percent are those of the losses by definition")
  func spread() throws {
    let (matrix, labels) = Self.draw(3, count: 257, separation: 3.2)
    let loss = SoftNearestNeighborLoss(LossSettings(quantities: [.curve, .perplexity]))
    let matched = try #require(try loss.entanglement(of: matrix, labels: labels).matched)
    let spread = try #require(matched.spread)
    let losses = WeightedLoss(matrix, labels).losses(
      Array(repeating: 1, count: 257), temperature: matched.temperature
    ).compactMap(\.self)
    let sorted = losses.sorted(by: >)
    #expect(sorted.count == 257)
    #expect(isClose(spread.median, sorted[128], relative: 1e-4))
    // A hundredth part of 257, rounded up.
    let top = sorted.prefix(3).reduce(0, +)
    #expect(isClose(spread.heldByTopPercent, top / sorted.reduce(0, +), relative: 1e-4))
    #expect(spread.topRows == Array(losses.indices.sorted { losses[$0] > losses[$1] }.prefix(3)))
    #expect(
      matched.isCarried
        == (spread.heldByTopPercent > 0.5 && spread.heldByTopPercent * matched.loss > 0.01))
  }
}
