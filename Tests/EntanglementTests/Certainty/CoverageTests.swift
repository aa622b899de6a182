import Activations
import Entanglement
import Foundation
import TestSupport
import Testing

/// How often the 95 % intervals hold what they are for: the expected value of the same statistic at
/// the same number of samples.
///
/// `SNN_COVERAGE=long swift test -c release --filter Coverage` takes 1,000 data sets, and 10,000
/// others for the truth, and prints what it finds.
@Suite struct CoverageTests {
  private static let isLong = ProcessInfo.processInfo.environment["SNN_COVERAGE"] == "long"

  struct Population: Sendable, CustomTestStringConvertible {
    let sampleCount, classCount, featureCount: Int
    let separation: Double

    var testDescription: String {
      "\(sampleCount) samples, \(classCount) classes, \(featureCount) features, "
        + "separation \(separation)"
    }

    /// One set of samples around class means that all sets share.
    func draw(_ seed: UInt64) -> (ActivationMatrix, ClassLabels) {
      var shared = RandomActivations(seed: 99)
      let centers = (0..<classCount * featureCount).map { _ in shared.normal() * separation }
      var random = RandomActivations(seed: seed)
      // The class of a sample is drawn as the sample is.
      var generator = SplitMix64(seed: seed &+ 1 << 32)
      let classes = (0..<sampleCount).map { _ in Int.random(in: 0..<classCount, using: &generator) }
      let values = classes.flatMap { label in
        (0..<featureCount).map { Float(centers[label * featureCount + $0] + random.normal()) }
      }
      return (
        ActivationMatrix(sampleCount: sampleCount, featureCount: featureCount, values: values),
        ClassLabels(classes.map(Int64.init))
      )
    }
  }

  private static func layers(
    _ population: Population, _ seeds: Range<UInt64>, intervals: Bool
  ) async throws -> [LayerEntanglement] {
    let loss = SoftNearestNeighborLoss(
      LossSettings(
        sweep: try .logarithmic(from: 0.02, through: 2, count: 17, scale: .meanDistance),
        quantities: intervals ? [.curve, .perplexity, .intervals] : [.curve, .perplexity]))
    return try await withThrowingTaskGroup(of: [LayerEntanglement].self) { group in
      for part in 0..<4 as Range<UInt64> {
        group.addTask {
          try seeds.filter { $0 % 4 == part }.map { seed in
            let (matrix, labels) = population.draw(seed)
            return try loss.entanglement(of: matrix, labels: labels)
          }
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
  }

  @Test(
    "The interval at the matched perplexity holds the expected value in 95 of 100 data sets",
    arguments: [
      Population(sampleCount: 200, classCount: 4, featureCount: 5, separation: 0.7),
      Population(sampleCount: 200, classCount: 10, featureCount: 20, separation: 0.8),
      Population(sampleCount: 300, classCount: 5, featureCount: 3, separation: 1.5),
    ])
  func coverage(population: Population) async throws {
    let (setCount, truthCount): (UInt64, UInt64) = Self.isLong ? (1000, 10_000) : (200, 400)
    let others = try await Self.layers(
      population, 1_000_000..<1_000_000 + truthCount, intervals: false)
    let truth = try others.map { try #require($0.matched).loss }.reduce(0, +) / Double(others.count)
    let sets = try await Self.layers(population, 0..<setCount, intervals: true)
    let intervals = try sets.map { try #require($0.matched?.interval) }
    let held = intervals.count { $0.lower <= truth && truth <= $0.upper }
    let coverage = Double(held) / Double(intervals.count)
    let losses = try sets.map { try #require($0.matched).loss }
    let mean = losses.reduce(0, +) / Double(losses.count)
    let spread = (losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(losses.count - 1))
      .squareRoot()
    let error = intervals.map(\.standardError).reduce(0, +) / Double(intervals.count)
    if Self.isLong {
      print(
        "coverage \(coverage) of \(population.testDescription): truth \(truth), "
          + "standard deviation \(spread), mean standard error \(error)")
    }
    // Four standard deviations of a share of 200 sets; a naive standard error holds it in 82.
    let range = Self.isLong ? 0.93...0.97 : 0.89...1
    #expect(range.contains(coverage), "\(coverage)")
  }

  @Test("Standard errors are those of exponential weights on the samples")
  func exponentialWeights() throws {
    let population = Population(sampleCount: 60, classCount: 3, featureCount: 4, separation: 0.7)
    var ratios: [Double] = []
    for seed in 0..<(Self.isLong ? 10 : 3) as Range<UInt64> {
      let (matrix, labels) = population.draw(seed)
      let loss = SoftNearestNeighborLoss(
        LossSettings(quantities: [.curve, .perplexity, .intervals], perplexityTarget: .share(0.1)))
      let matched = try #require(try loss.entanglement(of: matrix, labels: labels).matched)
      let weighted = WeightedLoss(matrix, labels)
      var generator = SplitMix64(seed: seed)
      let losses = (0..<(Self.isLong ? 400 : 100)).map { _ in
        let weights = (0..<60).map { _ in
          -log(Double.random(in: .leastNonzeroMagnitude..<1, using: &generator))
        }
        let scale = 60 / weights.reduce(0, +)
        let scaled = weights.map { $0 * scale }
        return weighted.loss(
          scaled,
          temperature: weighted.temperature(
            scaled, target: matched.perplexity, near: matched.temperature, reach: 0.7))
      }
      let mean = losses.reduce(0, +) / Double(losses.count)
      let variance =
        losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(losses.count - 1)
      ratios.append(try #require(matched.interval).standardError / variance.squareRoot())
    }
    let ratio = ratios.reduce(0, +) / Double(ratios.count)
    if Self.isLong { print("standard error over that of exponential weights: \(ratios)") }
    #expect(abs(ratio - 1) < 0.15, "\(ratios)")
  }
}
