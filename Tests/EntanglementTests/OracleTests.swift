import Activations
import Entanglement
import PairwiseDistances
import TestSupport
import Testing

/// The library against the definition in Double.
@Suite struct OracleTests {
  /// Float32 sums of at most 128 terms, exact nearest distances: measured errors are below 3e-7.
  static let lossTolerance = 2e-6
  /// The slope is a difference of two means of distances.
  static let slopeTolerance = 2e-5

  static func expectAgreement(
    _ matrix: ActivationMatrix, _ labels: ClassLabels, distance: Distance = .squaredEuclidean,
    relative: [Double] = [0.003, 0.02, 0.1, 0.3, 1, 3, 10, 1000],
    instructionSet: InstructionSet = .best, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let loss = SoftNearestNeighborLoss(
      LossSettings(
        distance: distance, sweep: try TemperatureSweep(relative, scale: .meanDistance),
        quantities: [.curve, .perplexity]), machine: Machine(instructionSet: instructionSet))
    let layer = try loss.entanglement(of: matrix, labels: labels)
    let distances =
      distance == .cosine
      ? NaiveLoss.cosineDistances(matrix) : NaiveLoss.squaredDistances(matrix)
    #expect(
      isClose(layer.meanDistance, NaiveLoss.meanDistance(distances), relative: 1e-9),
      sourceLocation: sourceLocation)
    for point in layer.curve {
      let naive = NaiveLoss(distances, classes: labels.indices, temperature: point.temperature)
      let context = "T/mean d = \(point.relativeTemperature): \(point) against \(naive)"
      #expect(
        isClose(point.loss, naive.loss, relative: lossTolerance, absolute: 1e-12),
        "\(context)", sourceLocation: sourceLocation)
      #expect(
        isClose(
          point.slope, naive.slope, relative: slopeTolerance, absolute: 1e-7 * max(1, naive.loss)),
        "\(context)", sourceLocation: sourceLocation)
      #expect(
        isClose(point.perplexity, naive.perplexity, relative: 1e-5),
        "\(context)", sourceLocation: sourceLocation)
    }
  }

  @Test(
    "Loss, slope and perplexity agree at every size of tile and tail",
    arguments: [3, 4, 15, 16, 17, 31, 33, 63, 64, 65, 127, 128, 129, 257])
  func sizes(count: Int) throws {
    var random = RandomActivations(seed: UInt64(count))
    let labels = random.labels(count, classes: min(3, count - 1))
    try Self.expectAgreement(random.matrix(labels, features: 5), labels)
  }

  @Test("Double precision agrees to thirteen digits, also where float32 has the hardest time")
  func precise() throws {
    var random = RandomActivations(seed: 12)
    let labels = random.labels(150, classes: 4)
    for (scale, offset) in [(1.0, 0.0), (1e-3, 1e3), (1e150, 0)] {
      let values = random.values(labels, features: 7, separation: 0.7, scale: scale, offset: offset)
      let matrix = ActivationMatrix(sampleCount: 150, featureCount: 7, values: values)
      let loss = SoftNearestNeighborLoss(
        LossSettings(
          precision: .double,
          sweep: try TemperatureSweep([0.003, 0.1, 1, 1000], scale: .meanDistance)),
        machine: Machine(threadCount: 2))
      let layer = try loss.entanglement(of: matrix, labels: labels)
      let distances = NaiveLoss.squaredDistances(matrix)
      for point in layer.curve {
        let naive = NaiveLoss(distances, classes: labels.indices, temperature: point.temperature)
        #expect(isClose(point.loss, naive.loss, relative: 1e-13, absolute: 1e-15))
        #expect(isClose(point.perplexity, naive.perplexity, relative: 1e-12))
        #expect(isClose(point.slope, naive.slope, relative: 1e-9, absolute: 1e-12))
      }
      let single = try SoftNearestNeighborLoss().entanglement(of: matrix, labels: labels)
      let (quick, exact) = (try #require(single.minimum), try #require(layer.minimum))
      #expect(quick.position == exact.position)
      #expect(isClose(quick.loss, exact.loss, relative: 2e-6, absolute: 1e-9))
    }
  }

  @Test(
    "They agree for every number of features",
    arguments: [1, 2, 7, 8, 9, 15, 16, 17, 33, 127, 128, 129, 300])
  func features(count: Int) throws {
    var random = RandomActivations(seed: UInt64(count))
    let labels = random.labels(90, classes: 4)
    try Self.expectAgreement(random.matrix(labels, features: count), labels)
  }

  @Test(
    "Every instruction set of this machine agrees",
    arguments: InstructionSet.allCases.filter(\.isAvailable), [1, 9, 40, 130])
  func instructionSets(set: InstructionSet, features: Int) throws {
    var random = RandomActivations(seed: 5)
    let labels = random.labels(261, classes: 5)
    try Self.expectAgreement(
      random.matrix(labels, features: features), labels, instructionSet: set)
    try Self.expectAgreement(
      random.matrix(labels, features: features), labels, distance: .cosine, instructionSet: set)
  }

  @Test("They agree for many small classes and for a class of one percent")
  func classSizes() throws {
    var random = RandomActivations(seed: 6)
    let many = ClassLabels((0..<300).map { Int64($0 / 3) })
    try Self.expectAgreement(random.matrix(many, features: 12, separation: 2), many)
    let rare = ClassLabels((0..<300).map { Int64($0 % 100 == 0 ? 1 : 0) })
    try Self.expectAgreement(random.matrix(rare, features: 12), rare)
    let alone = ClassLabels((0..<80).map { Int64($0 < 5 ? 10 + $0 : $0 % 2) })
    try Self.expectAgreement(random.matrix(alone, features: 12), alone)
  }

  @Test(
    "They agree within clusters a hundredth as wide as they are apart, at temperatures of that width",
    arguments: InstructionSet.allCases.filter(\.isAvailable), [8, 64, 700])
  func collapsed(set: InstructionSet, features: Int) throws {
    let clusters = WideLayer.labels(261)
    // Two classes share each of the five clusters.
    let labels = ClassLabels(
      (0..<261).map { row -> Int64 in
        let (round, cluster) = row.quotientAndRemainder(dividingBy: 5)
        return Int64(cluster + 5 * (round % 2))
      })
    try Self.expectAgreement(
      WideLayer.collapsedClasses.matrix(clusters, features: features), labels,
      relative: [1e-7, 3e-7, 1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 1e-3], instructionSet: set)
  }

  @Test("An offset of 100,000 costs nothing but the digits of the values themselves")
  func offset() throws {
    var random = RandomActivations(seed: 7)
    let labels = random.labels(150, classes: 3)
    try Self.expectAgreement(random.matrix(labels, features: 20, offset: 1e5), labels)
  }

  @Test("Scales from 1e-12 to 1e18 in float32 and from 1e-140 to 1e150 in float64 are all one")
  func scales() throws {
    for scale in [1e-12, 1e-3, 1e6, 1e18] {
      var random = RandomActivations(seed: 8)
      let labels = random.labels(100, classes: 3)
      try Self.expectAgreement(random.matrix(labels, features: 9, scale: scale), labels)
    }
    for scale in [1e-140, 1e-12, 1e150] {
      var random = RandomActivations(seed: 8)
      let labels = random.labels(100, classes: 3)
      let values = random.values(labels, features: 9, separation: 0.7, scale: scale)
      try Self.expectAgreement(
        ActivationMatrix(sampleCount: 100, featureCount: 9, values: values), labels)
    }
  }

  @Test("Two tight clusters far apart, with the classes mixed inside each, keep their distances")
  func tightClusters() throws {
    var random = RandomActivations(seed: 9)
    let labels = random.labels(200, classes: 4)
    let noise = random.values(labels, features: 8, separation: 0.5)
    let values = noise.enumerated().map { index, value in
      (index / 8 % 2 == 0 ? 1e3 : 0) + value * 1e-3
    }
    let relative = [1e-13, 1e-12, 1e-11, 1e-3, 1]
    try Self.expectAgreement(
      ActivationMatrix(sampleCount: 200, featureCount: 8, values: values), labels,
      relative: relative)
    try Self.expectAgreement(
      ActivationMatrix(sampleCount: 200, featureCount: 8, values: values.map(Float.init)), labels,
      relative: relative)
  }

  @Test("One feature 3,000 times the others does not drown them")
  func dominantFeature() throws {
    var random = RandomActivations(seed: 10)
    let labels = random.labels(250, classes: 3)
    let values = random.values(labels, features: 30, separation: 1)
    let scaled = values.enumerated().map { $0 % 30 == 0 ? Float($1 * 3000) : Float($1) }
    try Self.expectAgreement(
      ActivationMatrix(sampleCount: 250, featureCount: 30, values: scaled), labels,
      relative: [1e-6, 1e-5, 1e-4, 1e-2, 1])
  }

  @Test("An outlier a million times as far leaves the others' neighborhoods right")
  func outlier() throws {
    var random = RandomActivations(seed: 11)
    let labels = random.labels(120, classes: 3)
    var values = random.values(labels, features: 6, separation: 1)
    for feature in 0..<6 { values[feature] *= 1e6 }
    try Self.expectAgreement(
      ActivationMatrix(sampleCount: 120, featureCount: 6, values: values), labels,
      relative: [1e-11, 1e-10, 1e-9, 1e-4, 1])
  }

  @Test("They agree over 50,176 features, whatever they hold", arguments: WideLayer.allCases)
  func wide(kind: WideLayer) throws {
    let labels = WideLayer.labels(50)
    try Self.expectAgreement(
      kind.matrix(labels, features: 50_176), labels,
      relative: [1e-5, 1e-4, 1e-3, 0.003, 0.02, 0.1, 1, 1000])
  }

  @Test("Duplicates within and across classes are neighbors at distance 0")
  func duplicates() throws {
    var random = RandomActivations(seed: 12)
    let labels = random.labels(96, classes: 3)
    let matrix = random.matrix(labels, features: 7).rows((0..<96).map { $0 % 40 })
    try Self.expectAgreement(matrix, labels)
    try Self.expectAgreement(matrix, labels, distance: .cosine)
  }
}
