import Activations
import Entanglement
import TestSupport
import Testing

/// Two things that must hold of any layer.
@Suite struct IdentityCheckTests {
  private static func checks(
    _ matrix: ActivationMatrix, _ labels: ClassLabels, seed: UInt64 = 0
  ) throws -> IdentityChecks {
    let loss = SoftNearestNeighborLoss(
      LossSettings(
        sweep: try TemperatureSweep([1], scale: .meanDistance), quantities: [.curve, .perplexity],
        identitySeed: seed))
    return try #require(try loss.entanglement(of: matrix, labels: labels).identityChecks)
  }

  @Test("Shuffled labels are at chance, for classes of all sizes", arguments: [2, 3, 10, 60])
  func permutation(classCount: Int) throws {
    for seed in 0..<12 as Range<UInt64> {
      var random = RandomActivations(seed: 60 + seed)
      let labels = random.labels(120, classes: classCount)
      let matrix = random.matrix(labels, features: 4, separation: 2)
      let check = try #require(try Self.checks(matrix, labels, seed: seed).permutation)
      #expect(check.agrees, "\(check)")
      #expect(check.chance == (try Self.chance(matrix, labels)))
    }
  }

  @Test("They are for rare classes, duplicates and an outlier that sets the mean distance")
  func hard() throws {
    var random = RandomActivations(seed: 61)
    let rare = ClassLabels((0..<200).map { Int64($0 % 50 == 0 ? 1 : $0 == 7 ? 2 : 0) })
    let plain = random.matrix(rare, features: 5)
    let labels = random.labels(200, classes: 100)
    let copies = random.matrix(labels, features: 5).rows((0..<200).map { $0 % 60 })
    var values = random.values(labels, features: 5, separation: 1)
    for feature in 0..<5 { values[feature] *= 1e4 }
    let outlier = ActivationMatrix(sampleCount: 200, featureCount: 5, values: values)
    for (matrix, labels) in [(plain, rare), (copies, labels), (outlier, labels)] {
      let check = try #require(try Self.checks(matrix, labels).permutation)
      #expect(check.agrees, "\(check)")
    }
  }

  @Test("The true labels of separate classes would not pass for shuffled ones")
  func power() throws {
    var random = RandomActivations(seed: 62)
    let labels = random.labels(200, classes: 5)
    let matrix = random.matrix(labels, features: 5, separation: 1)
    let check = try #require(try Self.checks(matrix, labels).permutation)
    let layer = try SoftNearestNeighborLoss(
      LossSettings(sweep: try TemperatureSweep([1], scale: .meanDistance), quantities: [.curve])
    ).entanglement(of: matrix, labels: labels)
    #expect(!check.allowed.contains(layer.curve[0].loss))
    #expect(check.allowed.upperBound - check.allowed.lowerBound < 0.05 * check.chance)
  }

  @Test("Halves are disjoint, stratified and of one loss")
  func halves() throws {
    for seed in 0..<10 as Range<UInt64> {
      var random = RandomActivations(seed: 70 + seed)
      let labels = random.labels(301, classes: 4)
      let matrix = random.matrix(labels, features: 5)
      let check = try #require(try Self.checks(matrix, labels, seed: seed).halves)
      #expect(check.agrees, "\(check)")
      let rows = SplitHalfCheck.halves(of: labels, seed: seed)
      #expect(Set(rows[0]).isDisjoint(with: rows[1]))
      #expect(Set(rows[0] + rows[1]).count == 301)
      #expect(check.first.sampleCount == 151 && check.second.sampleCount == 150)
      for (first, second) in zip(labels.rows(rows[0]).counts, labels.rows(rows[1]).counts) {
        #expect(abs(first - second) <= 1)
      }
      let half = try SoftNearestNeighborLoss(LossSettings(quantities: [.curve, .perplexity]))
        .entanglement(of: matrix.rows(rows[1]), labels: labels.rows(rows[1]))
      #expect(check.second.loss == half.matched?.loss)
      #expect(check.standardError > 0)
    }
  }

  @Test("The difference of halves is a few standard errors at most, and often half of one or more")
  func calibration() throws {
    var ratios: [Double] = []
    for seed in 0..<40 as Range<UInt64> {
      var random = RandomActivations(seed: 200 + seed)
      let labels = random.labels(160, classes: 3)
      let check = try #require(
        try Self.checks(random.matrix(labels, features: 4), labels, seed: seed).halves)
      ratios.append(abs(check.difference) / check.standardError)
    }
    // Of 40 normal deviates about 27 are below 1 and 38 below 2.
    #expect((17...36).contains(ratios.count { $0 < 1 }), "\(ratios)")
    #expect(ratios.count { $0 < 2 } >= 33, "\(ratios)")
  }

  @Test("What cannot be checked is left out: equal samples, halves without neighbors")
  func absent() throws {
    let labels = ClassLabels((0..<40).map { Int64($0 % 2) })
    let constant = ActivationMatrix(
      sampleCount: 40, featureCount: 3, values: [Float](repeating: 1, count: 120))
    let checks = try Self.checks(constant, labels)
    #expect(checks.permutation == nil)
    #expect(checks.halves == nil)
    var random = RandomActivations(seed: 64)
    let pairs = ClassLabels((0..<40).map { Int64($0 / 2) })
    #expect(try Self.checks(random.matrix(pairs, features: 3), pairs).halves == nil)
  }

  private static func chance(
    _ matrix: ActivationMatrix, _ labels: ClassLabels
  ) throws -> Double {
    try SoftNearestNeighborLoss(LossSettings(quantities: [.curve])).entanglement(
      of: matrix, labels: labels
    )
    .chance
  }
}
