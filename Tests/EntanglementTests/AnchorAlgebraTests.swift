import Activations
import Entanglement
import Foundation
import PairwiseDistances
import TestSupport
import Testing

/// The equation at one anchor against its definition in Double.
@Suite struct AnchorAlgebraTests {
  private let same: [Double]
  private let other: [Double]

  init() {
    var generator = SplitMix64(seed: 91)
    same = (0..<7).map { _ in Double.random(in: 0.2..<2, using: &generator) }
    other = (0..<11).map { _ in Double.random(in: 0.1..<3, using: &generator) }
  }

  /// Σ e^{−βd} relative to a base, with the moments of β(d − base).
  private static func sum(_ distances: [Double], beta: Double, base: Double) -> NeighborSum {
    let exponents = distances.map { beta * ($0 - base) }
    let weights = exponents.map { exp(-$0) }
    let sum = weights.reduce(0, +)
    let mean = zip(weights, exponents).reduce(0) { $0 + $1.0 * $1.1 } / sum
    let variance = zip(weights, exponents).reduce(0) {
      $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean)
    }
    return NeighborSum(base: base, sum: sum, mean: mean, variance: variance / sum)
  }

  private func algebra(beta: Double, bases: (same: Double, other: Double)) throws -> AnchorAlgebra {
    try #require(
      AnchorAlgebra(
        same: Self.sum(same, beta: beta, base: bases.same),
        other: Self.sum(other, beta: beta, base: bases.other), beta: beta))
  }

  private static func logSum(_ distances: [Double], _ beta: Double) -> Double {
    let nearest = distances.min() ?? 0
    return log(distances.reduce(0) { $0 + exp(-beta * ($1 - nearest)) }) - beta * nearest
  }

  private static func loss(_ same: [Double], _ other: [Double], _ beta: Double) -> Double {
    logSum(same + other, beta) - logSum(same, beta)
  }

  private static func entropy(_ distances: [Double], _ beta: Double) -> Double {
    let logAll = logSum(distances, beta)
    return distances.reduce(0) { $0 + exp(-beta * $1 - logAll) * (beta * $1 + logAll) }
  }

  /// The first and second derivative by ln T, by central differences of two steps, whose error of
  /// second order goes.
  private static func derivatives(
    at beta: Double, _ value: (Double) -> Double
  ) -> (first: Double, second: Double) {
    let (wide, narrow) = (differences(at: beta, 2e-3, value), differences(at: beta, 1e-3, value))
    return ((4 * narrow.first - wide.first) / 3, (4 * narrow.second - wide.second) / 3)
  }

  private static func differences(
    at beta: Double, _ step: Double, _ value: (Double) -> Double
  ) -> (first: Double, second: Double) {
    let (cold, hot) = (value(beta * exp(step)), value(beta * exp(-step)))
    return ((hot - cold) / (2 * step), (hot - 2 * value(beta) + cold) / (step * step))
  }

  /// What the fourth power of a step of 1e-3 leaves.
  private static let differenceTolerance = 1e-6
  /// Rounding of a loss of order 1, over the square of the step.
  private static let rounding = 1e-8

  @Test(
    "Loss and entropy are the definition's, their slopes the derivatives, on any bases",
    arguments: [0.01, 0.7, 5, 60])
  func definition(beta: Double) throws {
    let (nearSame, nearOther) = (same.min() ?? 0, other.min() ?? 0)
    let all = same + other
    for bases in [(0, 0), (1.5, 1.5), (nearSame, nearOther), (nearOther, nearSame)] {
      let found = try algebra(beta: beta, bases: bases)
      #expect(found.isAnchor)
      #expect(isClose(found.loss, Self.loss(same, other, beta), relative: 1e-13))
      let entropy = Self.entropy(all, beta)
      // The reference adds terms of order β.
      #expect(isClose(found.entropy, entropy, relative: 1e-12, absolute: 1e-15 * beta))
      #expect(isClose(found.perplexity, exp(entropy), relative: 1e-12))
      #expect(
        isClose(
          found.logAll - beta * found.allBase, Self.logSum(all, beta), relative: 1e-13,
          absolute: 1e-13))
      let loss = Self.derivatives(at: beta) { Self.loss(same, other, $0) }
      let slope = Self.derivatives(at: beta) { Self.entropy(all, $0) }.first
      for (value, reference) in [
        (found.slope, loss.first), (found.curvature, loss.second), (found.entropySlope, slope),
      ] {
        #expect(
          isClose(
            value, reference, relative: Self.differenceTolerance, absolute: Self.rounding))
      }
    }
  }

  @Test("The pull on a neighbor is the loss's derivative by its distance", arguments: [0.3, 8, 90])
  func pull(beta: Double) throws {
    let bases = (same: same.min() ?? 0, other: other.min() ?? 0)
    let found = try algebra(beta: beta, bases: bases)
    for kind in NeighborKind.allCases {
      let (distances, base) = kind == .same ? (same, bases.same) : (other, bases.other)
      func loss(moving index: Int, by step: Double) -> Double {
        var moved = distances
        moved[index] += step / beta
        return kind == .same ? Self.loss(moved, other, beta) : Self.loss(same, moved, beta)
      }
      for index in distances.indices {
        let reference = (loss(moving: index, by: 1e-6) - loss(moving: index, by: -1e-6)) / 2e-6
        let pull = AnchorAlgebra.pull(
          kind, in: Self.sum(distances, beta: beta, base: base), at: distances[index],
          logShare: found.odds.logShare, beta: beta)
        // Rounding of a loss of order 1, over the step.
        #expect(isClose(pull, reference, relative: 1e-6, absolute: 1e-8))
      }
    }
  }

  @Test("A kind without neighbors weighs nothing")
  func missing() throws {
    let sum = Self.sum(same, beta: 3, base: 0.5)
    let entropy = Self.entropy(same, 3)
    let sure = try #require(AnchorAlgebra(same: sum, other: nil, beta: 3))
    #expect(sure.isAnchor)
    #expect(sure.loss == 0 && sure.slope == 0 && sure.curvature == 0)
    #expect(sure.odds.logShare == -.infinity)
    let alone = try #require(AnchorAlgebra(same: nil, other: sum, beta: 3))
    #expect(!alone.isAnchor)
    #expect(alone.loss == .infinity)
    for found in [sure, alone] {
      #expect(isClose(found.entropy, entropy, relative: 1e-13))
      #expect(isClose(found.perplexity, exp(entropy), relative: 1e-13))
      #expect(found.entropySlope == sum.variance)
    }
    #expect(AnchorAlgebra(same: nil, other: nil, beta: 3) == nil)
  }

  @Test(
    "Without end between the kinds, all but an infinite loss is finite, and the nearer kind's",
    arguments: [(1.0, 2e3), (1e6, 1e6), (1e300, 1e100), (.infinity, 1)])
  func farApart(beta: Double, gap: Double) throws {
    // One and three neighbors at the nearest distance of their kind, and none besides.
    let near = NeighborSum(base: 1, sum: 3, mean: 0, variance: 0)
    let far = NeighborSum(base: 1 + gap, sum: 1, mean: 0, variance: 0)
    let sure = try #require(AnchorAlgebra(same: near, other: far, beta: beta))
    #expect(sure.loss == 0 && sure.slope == 0 && sure.curvature == 0)
    let lost = try #require(AnchorAlgebra(same: far, other: near, beta: beta))
    #expect(isClose(lost.loss, beta * gap + log(3), relative: 1e-12) || beta * gap == .infinity)
    for found in [sure, lost] {
      #expect(isClose(found.perplexity, 3, relative: 1e-15))
      #expect(isClose(found.entropy, log(3), relative: 1e-15))
      #expect(found.entropySlope == 0)
      #expect(found.allBase == 1)
    }
    #expect(lost.odds.logShare == 0)
  }
}
