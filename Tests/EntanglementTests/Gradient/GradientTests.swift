import Activations
import Entanglement
import PairwiseDistances
import TestSupport
import Testing

/// The gradient against autograd's, against central differences of the definition in Double, and
/// against the laws it has to obey.
@Suite struct GradientTests {
  /// Of the largest component: float32 weights and products, exact differences for close pairs.
  static let tolerance = 2e-5

  static func expectClose(
    _ gradient: ActivationMatrix, _ expected: [Double], tolerance: Double = tolerance,
    _ context: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let scale = expected.map(abs).max() ?? 0
    var worst = 0.0
    for row in 0..<gradient.sampleCount {
      for feature in 0..<gradient.featureCount {
        let difference = abs(
          gradient[row, feature] - expected[row * gradient.featureCount + feature])
        worst = difference.isNaN ? .infinity : max(worst, difference)
      }
    }
    #expect(
      worst <= tolerance * scale, "\(context): off by \(worst) of \(scale)",
      sourceLocation: sourceLocation)
  }

  @Test("Loss and gradients are those of autograd", arguments: AutogradTests.cases)
  func autograd(sample: AutogradTests.Case) throws {
    let labels = ClassLabels(sample.labels)
    for point in sample.at {
      let found = try SoftNearestNeighborLoss()
        .gradient(of: sample.matrix, labels: labels, temperature: point.temperature)
      #expect(
        isClose(found.loss, point.loss, relative: OracleTests.lossTolerance, absolute: 1e-12))
      let slope = try #require(point.dT)
      #expect(
        isClose(
          found.byTemperature, slope, relative: OracleTests.slopeTolerance,
          absolute: 1e-7 * max(1, point.loss) / point.temperature))
      #expect(
        isClose(
          found.byInverseTemperature, -slope * point.temperature * point.temperature,
          relative: OracleTests.slopeTolerance,
          absolute: 1e-7 * max(1, point.loss) * point.temperature))
      Self.expectClose(found.activations, point.dx, "T = \(point.temperature)")
    }
  }

  @Test(
    "The gradient of the minimum is that of autograd",
    arguments: AutogradTests.cases.filter { $0.minimum != nil })
  func minimum(sample: AutogradTests.Case) throws {
    let expected = try #require(sample.minimum)
    let found = try SoftNearestNeighborLoss()
      .gradientOfMinimum(of: sample.matrix, labels: ClassLabels(sample.labels))
    #expect(isClose(found.loss, expected.loss, relative: OracleTests.lossTolerance))
    // T* is known to 1e-3 where the loss is flat, and the gradient at fixed T moves with it.
    Self.expectClose(found.activations, expected.dx, tolerance: 4e-3, "minimum")
  }

  /// dl/dx by central differences of the definition, for some components.
  static func expectCentralDifferences(
    _ matrix: ActivationMatrix, _ labels: ClassLabels, distance: Distance,
    relativeTemperature: Double, instructionSet: InstructionSet = .best, step: Double = 1e-4
  ) throws {
    let cosine = distance == .cosine
    let distances =
      cosine ? NaiveLoss.cosineDistances(matrix) : NaiveLoss.squaredDistances(matrix)
    let temperature = relativeTemperature * NaiveLoss.meanDistance(distances)
    let found = try SoftNearestNeighborLoss(
      LossSettings(distance: distance), machine: Machine(instructionSet: instructionSet)
    )
    .gradient(of: matrix, labels: labels, temperature: temperature)
    let scale =
      (0..<matrix.sampleCount).flatMap { row in
        (0..<matrix.featureCount).map { abs(found.activations[row, $0]) }
      }.max() ?? 0
    let values = (0..<matrix.sampleCount).flatMap { row in
      (0..<matrix.featureCount).map { matrix[row, $0] }
    }
    for place in stride(from: 0, to: values.count, by: max(values.count / 12, 1)) {
      func loss(_ shift: Double) -> Double {
        var moved = values
        moved[place] += shift
        return NaiveLoss(
          ActivationMatrix(
            sampleCount: matrix.sampleCount, featureCount: matrix.featureCount, values: moved),
          labels, temperature: temperature, cosine: cosine
        ).loss
      }
      let expected =
        (8 * (loss(step) - loss(-step)) - (loss(2 * step) - loss(-2 * step))) / (12 * step)
      let value = found.activations[place / matrix.featureCount, place % matrix.featureCount]
      #expect(
        abs(value - expected) <= tolerance * scale,
        "\(distance), T/mean d = \(relativeTemperature), \(place): \(value) against \(expected)")
    }
  }

  @Test(
    "It is the slope of the definition for every size of tile and tail",
    arguments: [3, 16, 33, 127, 128, 129, 260], [1, 5, 17])
  func sizes(count: Int, features: Int) throws {
    var random = RandomActivations(seed: UInt64(count * 100 + features))
    let labels = random.labels(count, classes: min(3, count - 1))
    let matrix = random.matrix(labels, features: features)
    try Self.expectCentralDifferences(
      matrix, labels, distance: .squaredEuclidean, relativeTemperature: 0.3)
  }

  @Test(
    "Every instruction set gives it, for both distances and hot to cold",
    arguments: InstructionSet.allCases.filter(\.isAvailable), [0.02, 0.2, 1.0, 20.0])
  func instructionSets(set: InstructionSet, relativeTemperature: Double) throws {
    var random = RandomActivations(seed: 8)
    let labels = random.labels(150, classes: 4)
    let matrix = random.matrix(labels, features: 12)
    for distance in Distance.allCases {
      try Self.expectCentralDifferences(
        matrix, labels, distance: distance, relativeTemperature: relativeTemperature,
        instructionSet: set)
    }
  }

  @Test(
    "Wide layers have it too, hot to cold",
    arguments: [
      (WideLayer.noise, 3e-3), (.noise, 0.02), (.noise, 0.2), (.clusters, 0.03), (.clusters, 0.2),
      (.dominantFeature, 3e-3), (.dominantFeature, 0.2),
    ])
  func wide(kind: WideLayer, relativeTemperature: Double) throws {
    let labels = WideLayer.labels(40)
    try Self.expectCentralDifferences(
      kind.matrix(labels, features: 1_500), labels, distance: .squaredEuclidean,
      relativeTemperature: relativeTemperature, step: 3e-2)
  }

  @Test("Tight clusters far apart keep the digits of their differences")
  func clusters() throws {
    var random = RandomActivations(seed: 9)
    let labels = random.labels(140, classes: 2)
    // Two clusters of spread 1e-3 at distance 1e3, each of both classes.
    let values = (0..<140).flatMap { row in
      (0..<6).map { _ in Double(row % 2) * 1e3 + random.normal() * 1e-3 }
    }
    let matrix = ActivationMatrix(sampleCount: 140, featureCount: 6, values: values)
    try Self.expectCentralDifferences(
      matrix, labels, distance: .squaredEuclidean, relativeTemperature: 1e-11, step: 1e-7)
  }

  @Test("A translation of all samples changes nothing, so the gradient sums to 0")
  func translation() throws {
    var random = RandomActivations(seed: 10)
    let labels = random.labels(300, classes: 5)
    let matrix = random.matrix(labels, features: 9, offset: 30)
    let found = try SoftNearestNeighborLoss()
      .gradient(of: matrix, labels: labels, temperature: 5).activations
    for feature in 0..<9 {
      let column = (0..<300).map { found[$0, feature] }
      #expect(abs(column.reduce(0, +)) < 1e-5 * column.map(abs).reduce(0, +))
    }
  }

  @Test("Scaling x by c and T by c² changes nothing: Σ x·∂l/∂x = −2 ∂l/∂ln T")
  func scaling() throws {
    var random = RandomActivations(seed: 11)
    let labels = random.labels(200, classes: 3)
    let matrix = random.matrix(labels, features: 7)
    for temperature in [0.5, 5, 50] {
      let found = try SoftNearestNeighborLoss()
        .gradient(of: matrix, labels: labels, temperature: temperature)
      var sum = 0.0
      for row in 0..<200 {
        for feature in 0..<7 { sum += matrix[row, feature] * found.activations[row, feature] }
      }
      #expect(isClose(sum, -2 * found.logTemperature, relative: 1e-5, absolute: 1e-7))
    }
  }

  @Test("The same bits on one thread and on three, with and without kept distances")
  func threads() throws {
    var random = RandomActivations(seed: 12)
    let labels = random.labels(700, classes: 4)
    let matrix = random.matrix(labels, features: 21)
    // The lower limits leave no room for 21 tiles of distances.
    let results = try [(1, Int.max), (1, 1_400_000), (3, Int.max), (3, 2_900_000)].map {
      try SoftNearestNeighborLoss(machine: Machine(threadCount: $0.0, memoryLimit: $0.1))
        .gradient(of: matrix, labels: labels, temperature: 4).activations.values
    }
    guard case .float32(let first) = results[0] else {
      Issue.record("float32 activations have a float32 gradient")
      return
    }
    for result in results.dropFirst() {
      guard case .float32(let values) = result else { continue }
      #expect(values == first)
    }
  }

  @Test(
    "A layer without structure has a gradient of 0 at its minimum, and equal rows have one of 0")
  func ends() throws {
    let labels = ClassLabels([0, 1, 0, 1, 0, 1])
    let constant = ActivationMatrix(
      sampleCount: 6, featureCount: 2, values: Array(repeating: Float(3), count: 12))
    let found = try SoftNearestNeighborLoss().gradientOfMinimum(of: constant, labels: labels)
    #expect(found.temperature == nil)
    let fixed = try SoftNearestNeighborLoss()
      .gradient(of: constant, labels: labels, temperature: 1)
    for gradient in [found.activations, fixed.activations] {
      for row in 0..<6 { for feature in 0..<2 { #expect(gradient[row, feature] == 0) } }
    }
    let separate = ActivationMatrix(
      sampleCount: 6, featureCount: 1, values: [0, 9, 1, 10, 2, 11] as [Float])
    let end = try SoftNearestNeighborLoss().gradientOfMinimum(of: separate, labels: labels)
    #expect(end.loss == 0 && end.temperature == nil)
  }

  @Test("Rows of zeros that are skipped have no gradient under cosine, the others theirs")
  func skippedRows() throws {
    var random = RandomActivations(seed: 13)
    let labels = random.labels(40, classes: 2)
    let values = random.values(labels, features: 3, separation: 1)
    var withZero = values
    for feature in 0..<3 { withZero[5 * 3 + feature] = 0 }
    let kept = (0..<40).filter { $0 != 5 }
    let matrix = ActivationMatrix(sampleCount: 40, featureCount: 3, values: withZero)
    let loss = SoftNearestNeighborLoss(LossSettings(distance: .cosine, zeroRows: .skip))
    let all = try loss.gradient(of: matrix, labels: labels, temperature: 0.5).activations
    let rest = try loss.gradient(
      of: matrix.rows(kept), labels: labels.rows(kept), temperature: 0.5
    ).activations
    for feature in 0..<3 { #expect(all[5, feature] == 0) }
    for (place, row) in kept.enumerated() {
      for feature in 0..<3 { #expect(all[row, feature] == rest[place, feature]) }
    }
  }

  @Test("What has no gradient is refused")
  func refusals() throws {
    let labels = ClassLabels([0, 1, 0, 1])
    let matrix = ActivationMatrix(sampleCount: 4, featureCount: 1, values: [0, 1, 2, 4] as [Float])
    for temperature in [0, -1, .nan, .infinity] as [Double] {
      #expect(throws: EntanglementError.self) {
        try SoftNearestNeighborLoss()
          .gradient(of: matrix, labels: labels, temperature: temperature)
      }
    }
    #expect(throws: EntanglementError.self) {
      try SoftNearestNeighborLoss(machine: Machine(memoryLimit: 1000))
        .gradient(of: matrix, labels: labels, temperature: 1)
    }
    // x of 1e-45 and T of 1e-89: the gradient, of their ratio, is beyond float32.
    let tiny = ActivationMatrix(
      sampleCount: 4, featureCount: 1,
      values: [0, 1, 2, 4].map { (value: Float) in value * .leastNonzeroMagnitude })
    #expect(throws: EntanglementError.beyondRange) {
      try SoftNearestNeighborLoss().gradient(of: tiny, labels: labels, temperature: 1e-89)
    }
  }
}
