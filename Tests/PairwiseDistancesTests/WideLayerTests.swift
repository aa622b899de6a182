import Activations
import Foundation
import PairwiseDistances
import TestSupport
import Testing

/// The pass over layers of many features: exact, and without an exact distance where none is needed.
@Suite struct WideLayerTests {
  /// A layer with its distances, by differences of the values as read.
  private struct Layer {
    let samples: DistanceSamples
    let distances: [[Double]]

    init(_ kind: WideLayer, count: Int, features: Int) {
      let labels = WideLayer.labels(count)
      let samples = DistanceSamples(
        kind.matrix(labels, features: features), order: ClassOrder(labels),
        distance: .squaredEuclidean)
      distances = (0..<count).map {
        samples.exactDistances(from: $0, instructionSet: .best)
      }
      self.samples = samples
    }

    /// 1/T where the mean perplexity is some number.
    func beta(perplexity: Double) -> Double {
      var (low, high) = (-60.0, 60.0)
      let scale = samples.inner(samples.meanDistance)
      func found(_ beta: Double) -> Double {
        distances.indices.map { i -> Double in
          let others = distances[i].enumerated().filter { $0.offset != i }.map(\.element)
          let nearest = others.min() ?? 0
          let weights = others.map { exp(-beta * ($0 - nearest)) }
          let sum = weights.reduce(0, +)
          let mean = zip(weights, others).reduce(0) { $0 + $1.0 * beta * ($1.1 - nearest) } / sum
          return exp(log(sum) + mean)
        }.reduce(0, +) / Double(distances.count)
      }
      for _ in 0..<40 {
        let middle = (low + high) / 2
        if found(exp2(middle) / scale) > perplexity { low = middle } else { high = middle }
      }
      return exp2(low) / scale
    }

    func expected(beta: Double) -> NaiveClassSums {
      let order = samples.order
      return NaiveClassSums(
        distances, classes: order.classes.map(Int.init), classCount: order.runs.count, beta: beta,
        shift: distances.indices.map { i in
          order.runs.map { run in run.filter { $0 != i }.map { distances[i][$0] }.min() ?? 0 }
        })
    }

    func pass(
      _ expected: NaiveClassSums, beta: Double, set: InstructionSet = .best, threads: Int = 2,
      keeping kept: KeptDistances? = nil
    ) throws -> ClassPass {
      let pass = ClassPass(
        samples, beta: beta, anchors: 0..<samples.count,
        quantities: ClassPass.Quantities(
          classSums: true, lossChanges: true, byClass: true, perplexityChanges: true),
        normalisers: expected.normalisers)
      try PairwisePass(Machine(threadCount: threads, instructionSet: set))
        .reduce(samples, with: pass, keeping: kept)
      return pass
    }

    func expectAgreement(
      _ pass: ClassPass, _ expected: NaiveClassSums, beta: Double, _ context: String
    ) {
      let (order, tolerance) = (samples.order, WideLayerTests.tolerance)
      let largest = expected.perplexityChanges.map(abs).max() ?? 1
      for i in distances.indices {
        let nearest = order.runs.map { run in
          run.filter { $0 != i }.map { distances[i][$0] }.min() ?? 0
        }
        for c in order.runs.indices {
          // What is nothing beside the sum of the own class need not be exact.
          if beta * (nearest[c] - nearest[Int(order.classes[i])]) < 70 {
            let found = pass.sum(at: i, class: c)
            #expect(
              isClose(
                (found?.sum ?? 0) * exp(-beta * ((found?.base ?? 0) - nearest[c])),
                expected.sums[i][c], relative: tolerance), "\(context), sample \(i), class \(c)")
          }
          #expect(
            isClose(
              pass.lossChange(at: i, class: c), expected.lossChanges[i][c], relative: tolerance,
              absolute: 4 * tolerance), "\(context), sample \(i), class \(c)")
        }
        #expect(
          isClose(
            pass.perplexityChange(at: i), expected.perplexityChanges[i], relative: 0,
            absolute: 10 * tolerance * largest), "\(context), sample \(i)")
      }
    }
  }

  /// Exponents are off by some 3e-6, those of single pairs by some times that.
  fileprivate static let tolerance = 2e-5

  @Test(
    "Small wide layers need no exact distance where thirty neighbors count",
    arguments: [WideLayer.noise, .clusters, .rectifiedLowRank, .dominantFeature, .offset],
    [2_048, 8_192])
  func shape(kind: WideLayer, features: Int) throws {
    let layer = Layer(kind, count: 300, features: features)
    let beta = layer.beta(perplexity: 30)
    let ways = try layer.pass(layer.expected(beta: beta), beta: beta).tileWays
    #expect(ways.tileCount == 6)
    #expect(ways.exactCount == 0, "\(ways)")
  }

  @Test("A tile whose shares and odds are all 0 is gone through without exponentials")
  func outOfReach() throws {
    let layer = Layer(.collapsedClasses, count: 640, features: 64)
    let beta = layer.beta(perplexity: 30)
    let expected = layer.expected(beta: beta)
    let pass = try layer.pass(expected, beta: beta)
    // Five classes of a block each.
    #expect(pass.tileWays.tileCount == 15)
    #expect(pass.tileWays.aloneCount == 0 && pass.tileWays.exactCount <= 5)
    layer.expectAgreement(pass, expected, beta: beta, "classes far apart")
    let classCount = layer.samples.order.runs.count
    for i in 0..<640 {
      let own = Int(layer.samples.order.classes[i])
      let (shares, odds) = (
        UnsafeMutableBufferPointer<Double>.allocate(capacity: classCount),
        UnsafeMutableBufferPointer<Double>.allocate(capacity: classCount)
      )
      defer {
        shares.deallocate()
        odds.deallocate()
      }
      pass.shares(at: i, into: shares, oddsAgainst: own, into: odds)
      #expect(abs(shares[own] - 1) < 1e-15)
      #expect(shares.indices.allSatisfy { odds[$0] == 0 && ($0 == own || shares[$0] == 0) })
      #expect(shares.indices.allSatisfy { pass.sum(at: i, class: $0) != nil })
    }
  }

  @Test(
    "Sums and changes over 50,176 features are those of differences in Double",
    arguments: WideLayer.allCases)
  func exactness(kind: WideLayer) throws {
    let layer = Layer(kind, count: 140, features: 50_176)
    for perplexity in [1.5, 10, 60] {
      let beta = layer.beta(perplexity: perplexity)
      let expected = layer.expected(beta: beta)
      for set in InstructionSet.allCases where set.isAvailable {
        let pass = try layer.pass(expected, beta: beta, set: set)
        layer.expectAgreement(
          pass, expected, beta: beta, "\(set.rawValue), perplexity \(perplexity)")
      }
    }
  }

  @Test(
    "The bits do not depend on threads, nor on distances that were kept or put in order",
    arguments: [WideLayer.clusters, .dominantFeature])
  func threads(kind: WideLayer) throws {
    let layer = Layer(kind, count: 300, features: 700)
    let beta = layer.beta(perplexity: 3)
    let expected = layer.expected(beta: beta)
    let kept = KeptDistances(sampleCount: 300, featureCount: 700)
    let runs: [(Int, KeptDistances?)] = [(1, nil), (2, kept), (3, kept)]
    let results = try runs.map { threads, kept in
      let pass = try layer.pass(expected, beta: beta, threads: threads, keeping: kept)
      return (0..<300).flatMap { i in (0..<5).map { pass.sum(at: i, class: $0)?.sum } }
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
    let other = ClassOrder(WideLayer.labels(300, classes: 7))
    let back = kept.reordered(from: layer.samples.order, to: other, threadCount: 2)
      .reordered(from: other, to: layer.samples.order, threadCount: 2)
    let again = try layer.pass(expected, beta: beta, keeping: back)
    #expect(
      results[0] == (0..<300).flatMap { i in (0..<5).map { again.sum(at: i, class: $0)?.sum } })
  }
}
