import Activations
import Entanglement
import PairwiseDistances
import TestSupport
import Testing

/// The numbers that a check compares, and the influence of each sample on them.
@Suite struct MeasureTests {
  /// A central difference over weights 1 ± 1e-4, and float32 exponentials in the sums.
  private static let tolerance = 3e-5
  /// T* moves by a central difference in ln T besides, which leaves its square.
  private static let optimumTolerance = 2e-2

  private let matrix: ActivationMatrix
  private let labels: ClassLabels
  private let weighted: WeightedLoss

  init() {
    var random = RandomActivations(seed: 71)
    // Three samples alone in their class.
    labels = ClassLabels((0..<50).map { Int64($0 < 3 ? 10 + $0 : $0 % 3) })
    matrix = random.matrix(labels, features: 6)
    weighted = WeightedLoss(matrix, labels)
  }

  private func measured(_ measure: Measure) throws -> (value: Double, influences: [Double]) {
    let found = try SoftNearestNeighborLoss().measurements(
      [measure], of: matrix, labels: labels)
    guard case .measured(let value)? = found.outcomes[measure] else {
      throw Failure(measure: measure)
    }
    return (try #require(value.value), try #require(value.influences))
  }

  private struct Failure: Error { let measure: Measure }

  /// ∂f/∂w_j less its mean.
  private func derivatives(step: Double = 1e-4, _ value: ([Double]) -> Double) -> [Double] {
    let all = (0..<50).map { j in
      var weights = Array(repeating: 1.0, count: 50)
      weights[j] = 1 + step
      let above = value(weights)
      weights[j] = 1 - step
      return (above - value(weights)) / (2 * step)
    }
    let mean = all.reduce(0, +) / 50
    return all.map { $0 - mean }
  }

  private func expectEqual(
    _ values: [Double], _ reference: [Double], relative: Double = tolerance,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let scale = (reference.reduce(0) { $0 + $1 * $1 } / Double(reference.count)).squareRoot()
    #expect(values.count == reference.count, sourceLocation: sourceLocation)
    for (value, reference) in zip(values, reference) {
      #expect(
        isClose(value, reference, relative: 0, absolute: relative * scale),
        sourceLocation: sourceLocation)
    }
  }

  private func matched() throws -> MatchedLoss {
    let loss = SoftNearestNeighborLoss(LossSettings(perplexityTarget: .share(0.1)))
    return try #require(try loss.entanglement(of: matrix, labels: labels).matched)
  }

  private func temperature(_ weights: [Double], _ matched: MatchedLoss) -> Double {
    weighted.temperature(weights, target: matched.perplexity, near: matched.temperature)
  }

  @Test("The loss at a temperature")
  func loss() throws {
    let found = try measured(.loss(temperature: 4))
    let ones = Array(repeating: 1.0, count: 50)
    #expect(isClose(found.value, weighted.loss(ones, temperature: 4), relative: 1e-6))
    expectEqual(found.influences, derivatives { weighted.loss($0, temperature: 4) })
  }

  @Test("The soft-neighbor accuracy, its temperature following the perplexity")
  func accuracy() throws {
    let found = try measured(.accuracy(.share(0.1)))
    let matched = try matched()
    let ones = Array(repeating: 1.0, count: 50)
    #expect(
      isClose(
        found.value, weighted.accuracy(ones, temperature: matched.temperature), relative: 1e-6))
    expectEqual(
      found.influences,
      derivatives { weighted.accuracy($0, temperature: temperature($0, matched)) })
  }

  @Test("A pair of classes, at the temperature of the whole layer")
  func pair() throws {
    let found = try measured(.pair("0", "2", .share(0.1)))
    let matched = try matched()
    let rows = (0..<50).filter {
      labels.names[Int(labels.indices[$0])] == "0" || labels.names[Int(labels.indices[$0])] == "2"
    }
    let subset = WeightedLoss(matrix.rows(rows), labels.rows(rows))
    let reference = derivatives { weights in
      subset.loss(
        rows.map { weights[$0] }, temperature: temperature(weights, matched))
    }
    expectEqual(found.influences, reference, relative: 1e-4)
  }

  @Test("The temperature of the minimum")
  func optimum() throws {
    let found = try measured(.temperature)
    // Where dl/d ln T changes its sign, by halving.
    let reference = derivatives(step: 1e-3) { weights in
      var (low, high) = (found.value * 0.9, found.value * 1.1)
      for _ in 0..<40 {
        let middle = (low + high) / 2
        let slope =
          weighted.loss(weights, temperature: middle * 1.001)
          - weighted.loss(weights, temperature: middle / 1.001)
        if slope < 0 { low = middle } else { high = middle }
      }
      return (low + high) / 2
    }
    expectEqual(found.influences, reference, relative: Self.optimumTolerance)
  }

  @Test("A number does not depend on what else is measured, nor on the threads")
  func independence() throws {
    let measures: [Measure] = [
      .minimum, .temperature, .perplexity(.standard), .accuracy(.share(0.1)),
      .pair("0", "1", .share(0.1)), .loss(temperature: 2),
    ]
    let all = try SoftNearestNeighborLoss(machine: Machine(threadCount: 3)).measurements(
      measures, of: matrix, labels: labels)
    for measure in measures {
      let alone = try SoftNearestNeighborLoss().measurements(
        [measure], of: matrix, labels: labels)
      #expect(alone.outcomes[measure] == all.outcomes[measure], "\(measure)")
    }
  }

  @Test("What is not there is said in words")
  func absent() throws {
    let measures: [Measure] = [
      .pair("0", "9", .standard), .pair("10", "11", .standard), .perplexity(.count(60)),
    ]
    let found = try SoftNearestNeighborLoss().measurements(measures, of: matrix, labels: labels)
    #expect(found.outcomes[measures[0]] == .absent("There is no class 9."))
    #expect(found.outcomes[measures[1]] == .absent("Neither 10 nor 11 has two samples."))
    guard case .absent(let reason)? = found.outcomes[measures[2]] else {
      Issue.record("60 neighbors of 49")
      return
    }
    #expect(reason.contains("there are 49 neighbors"))
  }
}
