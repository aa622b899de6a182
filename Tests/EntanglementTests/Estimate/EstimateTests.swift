import Activations
import Entanglement
import PairwiseDistances
import TestSupport
import Testing

/// The loss estimated from anchors, against the loss of all samples.
@Suite struct EstimateTests {
  private static func loss(
    _ anchors: AnchorSampling?, seed: UInt64 = 0, threads: Int = 1,
    quantities: Set<LossSettings.Quantity> = [.curve, .perplexity, .intervals]
  ) throws -> SoftNearestNeighborLoss {
    // At few neighbors losses are so skewed that 1.96 standard errors hold less.
    SoftNearestNeighborLoss(
      LossSettings(
        sweep: try TemperatureSweep.logarithmic(
          from: 0.003, through: 3, count: 13, scale: .meanDistance),
        quantities: quantities, perplexityTarget: .share(0.2), seed: seed, anchors: anchors),
      machine: Machine(threadCount: threads))
  }

  /// Independent samples of one population, in classes of several sizes.
  private static func layer(
    _ count: Int, seed: UInt64
  ) -> (matrix: ActivationMatrix, labels: ClassLabels) {
    let centers: [[Double]] = [[0, 0, 0], [1, 0.5, 0], [0, 1.2, -0.4], [-0.8, 0.3, 0.9]]
    var random = RandomActivations(seed: seed)
    var (labels, values): ([Int64], [Float]) = ([], [])
    for _ in 0..<count {
      let label = Int(4 * random.uniform() * random.uniform())
      labels.append(Int64(label))
      for center in centers[label] { values.append(Float(center + random.normal())) }
    }
    return (
      ActivationMatrix(sampleCount: count, featureCount: 3, values: values), ClassLabels(labels)
    )
  }

  @Test("From all samples it is the loss itself, to the bit")
  func all() throws {
    let (matrix, labels) = Self.layer(150, seed: 1)
    let exact = try SoftNearestNeighborLoss().entanglement(of: matrix, labels: labels)
    for anchors in [AnchorSampling.count(150), .share(1), .count(1000), .within(1e-12)] {
      let found = try SoftNearestNeighborLoss(LossSettings(anchors: anchors))
        .entanglement(of: matrix, labels: labels)
      #expect(found == exact)
    }
  }

  @Test("The same samples and seed give the same anchors and bits, on any threads")
  func threads() throws {
    let (matrix, labels) = Self.layer(700, seed: 2)
    let results = try [1, 2, 3].map {
      try Self.loss(
        .count(90), threads: $0, quantities: [.curve, .minimum, .perplexity, .intervals]
      ).entanglement(of: matrix, labels: labels)
    }
    #expect(results[0] == results[1] && results[0] == results[2])
    let other = try Self.loss(.count(90), seed: 1).entanglement(of: matrix, labels: labels)
    #expect(other.matched?.loss != results[0].matched?.loss)
    #expect(results[0].estimatedFrom.map { (90...94).contains($0) } == true)
    let matched = try #require(results[0].matched)
    #expect((matched.totalInterval?.standardError ?? 0) > (matched.interval?.standardError ?? 1))
    // The least loss of some anchors is not that of all.
    let minimum = try #require(results[0].minimum)
    #expect(!minimum.refined && minimum.interval == nil && minimum.totalInterval == nil)
    #expect(minimum.loss == results[0].curve.map(\.loss).min())
  }

  @Test("Over draws it is right on average, and the drawing's interval holds the loss of all")
  func drawing() throws {
    let (matrix, labels) = Self.layer(400, seed: 3)
    let exact = try Self.loss(nil).entanglement(of: matrix, labels: labels)
    let loss = try #require(exact.matched).loss
    let slope = try #require(exact.curve.first)
    let draws = 1000
    var (held, sum, squares, curve) = (0, 0.0, 0.0, 0.0)
    for seed in 0..<draws {
      let found = try Self.loss(.count(200), seed: UInt64(seed))
        .entanglement(of: matrix, labels: labels)
      let matched = try #require(found.matched)
      let interval = try #require(matched.interval)
      if interval.lower <= loss, loss <= interval.upper { held += 1 }
      sum += matched.loss - loss
      squares += (matched.loss - loss) * (matched.loss - loss)
      curve += try #require(found.curve.first).loss - slope.loss
    }
    let coverage = Double(held) / Double(draws)
    #expect((0.93...0.97).contains(coverage), "\(coverage)")
    let error = (squares / Double(draws)).squareRoot()
    // Of second order, a share of a draw's error.
    #expect(abs(sum / Double(draws)) < 0.2 * error)
    #expect(abs(curve / Double(draws)) < 0.02 * slope.loss)
  }

  @Test("Over fresh samples the total interval holds the mean loss at their number")
  func total() throws {
    let sets = 1000
    var intervals: [Interval] = []
    var sum = 0.0
    for seed in 0..<sets {
      let (matrix, labels) = Self.layer(300, seed: UInt64(1000 + seed))
      sum +=
        try #require(
          Self.loss(nil).entanglement(of: matrix, labels: labels).matched
        ).loss
      let found = try Self.loss(.count(120), seed: UInt64(seed))
        .entanglement(of: matrix, labels: labels)
      intervals.append(try #require(found.matched?.totalInterval))
    }
    let mean = sum / Double(sets)
    let coverage =
      Double(intervals.count { $0.lower <= mean && mean <= $0.upper }) / Double(sets)
    #expect((0.93...0.97).contains(coverage), "\(coverage)")
  }

  @Test("It draws until the interval is as narrow as was asked")
  func within() throws {
    let (matrix, labels) = Self.layer(3000, seed: 4)
    let found = try Self.loss(.within(0.03), threads: 2).entanglement(of: matrix, labels: labels)
    let matched = try #require(found.matched)
    let interval = try #require(matched.interval)
    let anchors = try #require(found.estimatedFrom)
    #expect(anchors < 3000)
    #expect(interval.upper - matched.loss <= 0.03 * matched.loss)
    let exact = try Self.loss(nil, threads: 2).entanglement(of: matrix, labels: labels)
    #expect(abs(matched.loss - (exact.matched?.loss ?? 0)) < 4 * interval.standardError)
  }

  @Test("Classes of one and two samples are drawn whole")
  func small() throws {
    let labels = ClassLabels((0..<300).map { Int64($0 < 1 ? 7 : $0 < 3 ? 8 : $0 % 2) })
    var random = RandomActivations(seed: 5)
    let matrix = random.matrix(labels, features: 3)
    let found = try Self.loss(.count(30)).entanglement(of: matrix, labels: labels)
    #expect(found.estimatedFrom.map { (33...36).contains($0) } == true)
    #expect(found.singletonCount == 1 && found.anchorCount == 299)
    #expect(found.notices.first?.hasPrefix("An estimate from") == true)
    #expect(found.structure == nil && found.influences == nil)
  }
}
