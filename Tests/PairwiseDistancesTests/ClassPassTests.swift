import Activations
import Foundation
import PairwiseDistances
import TestSupport
import Testing

/// The pass that tells classes apart, against sums in Double over all pairs.
@Suite struct ClassPassTests {
  /// Float32 exponentials and sums of up to 128 of them.
  private static let tolerance = 3e-6

  struct Case: Sendable, CustomTestStringConvertible {
    let set: InstructionSet
    let count: Int
    let classes: Int
    var testDescription: String { "\(set.rawValue), \(count) samples, \(classes) classes" }
  }

  static let cases = InstructionSet.allCases.filter(\.isAvailable).flatMap { set in
    [(2, 1), (9, 2), (33, 5), (128, 3), (129, 40), (300, 7), (300, 290)].map {
      Case(set: set, count: $0.0, classes: $0.1)
    }
  }

  @Test("Sums and changes are those of all pairs, hot and cold", arguments: cases)
  func oracle(_ example: Case) throws {
    var random = RandomActivations(seed: UInt64(example.count + example.classes))
    let labels = random.labels(example.count, classes: example.classes)
    let matrix = random.matrix(labels, features: 5, separation: 2)
    let order = ClassOrder(labels)
    let samples = DistanceSamples(matrix, order: order, distance: .squaredEuclidean)
    let naive = NaiveLoss.squaredDistances(matrix)
    let d = order.rows.map { i in order.rows.map { samples.inner(naive[i][$0]) } }
    let classes = order.classes.map(Int.init)
    let classCount = order.runs.count
    // The nearest of each class, which makes sums of any size comparable.
    let shift = d.indices.map { i in
      order.runs.map { run in run.filter { $0 != i }.map { d[i][$0] }.min() ?? 0 }
    }
    let mean = samples.inner(samples.meanDistance)
    for relative in [1e-4, 3e-3, 0.05, 1, 300] {
      let beta = 1 / (relative * mean)
      let expected = NaiveClassSums(
        d, classes: classes, classCount: classCount, beta: beta, shift: shift)
      for batch in [0..<example.count, example.count / 3..<example.count] {
        let pass = ClassPass(
          samples, beta: beta, anchors: batch,
          quantities: ClassPass.Quantities(
            classSums: true, lossChanges: true, byClass: true, perplexityChanges: true),
          normalisers: expected.normalisers)
        try PairwisePass(Machine(threadCount: 2, instructionSet: example.set)).reduce(
          samples, with: pass)
        let largest = expected.perplexityChanges.map(abs).max() ?? 1
        // What rounding of a distance, 6e-7 of |a|² + |b|² and so 2e-6 of the mean, does to its
        // exponent; where that is above 4e-4, distances are exact.
        let tolerance = Self.tolerance + min(2e-6 / relative, 4e-4)
        for i in batch {
          for c in 0..<classCount {
            let sum = pass.sum(at: i, class: c)
            #expect((sum == nil) == (expected.sums[i][c] == 0))
            if let sum {
              let value = sum.sum * exp(-beta * (sum.base - shift[i][c]))
              #expect(isClose(value, expected.sums[i][c], relative: tolerance))
            }
            #expect(
              isClose(
                pass.lossChange(at: i, class: c), expected.lossChanges[i][c], relative: tolerance,
                absolute: 4 * tolerance))
          }
          #expect(
            isClose(
              pass.perplexityChange(at: i), expected.perplexityChanges[i], relative: 0,
              absolute: 10 * tolerance * largest))
        }
      }
    }
  }

  @Test(
    "The changes of losses far below the digits of float32 keep theirs",
    arguments: InstructionSet.allCases.filter(\.isAvailable))
  func smallLosses(set: InstructionSet) throws {
    var random = RandomActivations(seed: 3)
    let labels = random.labels(200, classes: 3)
    let matrix = random.matrix(labels, features: 5, separation: 6)
    let order = ClassOrder(labels)
    let samples = DistanceSamples(matrix, order: order, distance: .squaredEuclidean)
    let naive = NaiveLoss.squaredDistances(matrix)
    let d = order.rows.map { i in order.rows.map { samples.inner(naive[i][$0]) } }
    var found = 0
    for relative in [0.3, 0.2, 0.1, 0.05, 0.02] {
      let beta = 1 / (relative * samples.inner(samples.meanDistance))
      let expected = NaiveClassSums(
        d, classes: order.classes.map(Int.init), classCount: 3, beta: beta,
        shift: d.map { _ in [0, 0, 0] })
      let largest = expected.lossChanges.flatMap(\.self).map(abs).max() ?? 0
      guard (1e-12..<1e-7).contains(largest) else { continue }
      found += 1
      let pass = ClassPass(
        samples, beta: beta, anchors: 0..<200,
        quantities: ClassPass.Quantities(classSums: false, lossChanges: true, byClass: true),
        normalisers: expected.normalisers)
      try PairwisePass(Machine(threadCount: 2, instructionSet: set)).reduce(samples, with: pass)
      for i in 0..<200 {
        for c in 0..<3 {
          // Exponents are right to 4e-4; what p − q loses in Double is 1e-16.
          #expect(
            isClose(
              pass.lossChange(at: i, class: c), expected.lossChanges[i][c], relative: 1e-3,
              absolute: 1e-15))
        }
      }
    }
    #expect(found > 0)
  }

  @Test("The bits do not depend on the number of threads, nor on distances that were kept")
  func threads() throws {
    var random = RandomActivations(seed: 5)
    let labels = random.labels(700, classes: 6)
    let samples = DistanceSamples(
      random.matrix(labels, features: 9), order: ClassOrder(labels), distance: .squaredEuclidean)
    let kept = KeptDistances(sampleCount: 700, featureCount: 9)
    let beta = 20 / samples.inner(samples.meanDistance)
    let results = try [1, 2, 3].map { threads in
      let pass = ClassPass(
        samples, beta: beta, anchors: 0..<700,
        quantities: ClassPass.Quantities(classSums: true, lossChanges: false))
      try PairwisePass(Machine(threadCount: threads, instructionSet: .best))
        .reduce(samples, with: pass, keeping: threads > 1 ? kept : nil)
      return (0..<700).flatMap { i in (0..<6).map { pass.sum(at: i, class: $0)?.sum } }
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }
}
