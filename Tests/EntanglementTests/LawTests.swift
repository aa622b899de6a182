import Activations
import Entanglement
import PairwiseDistances
import TestSupport
import Testing

/// What must hold for any data.
@Suite struct LawTests {
  private static func curve(
    _ matrix: ActivationMatrix, _ labels: ClassLabels, distance: Distance = .squaredEuclidean,
    sweep: TemperatureSweep = .standard
  ) throws -> LayerEntanglement {
    try SoftNearestNeighborLoss(LossSettings(distance: distance, sweep: sweep))
      .entanglement(of: matrix, labels: labels)
  }

  private static func expectSame(
    _ left: LayerEntanglement, _ right: LayerEntanglement, tolerance: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for (a, b) in zip(left.curve, right.curve) {
      #expect(
        isClose(a.loss, b.loss, relative: tolerance, absolute: 1e-12),
        "\(a) and \(b)", sourceLocation: sourceLocation)
      #expect(
        isClose(a.perplexity, b.perplexity, relative: 10 * tolerance),
        "\(a) and \(b)", sourceLocation: sourceLocation)
    }
    #expect(left.minimum?.position == right.minimum?.position, sourceLocation: sourceLocation)
  }

  private let labels: ClassLabels
  private let matrix: ActivationMatrix
  private var random: RandomActivations

  init() {
    random = RandomActivations(seed: 40)
    labels = random.labels(170, classes: 4)
    matrix = random.matrix(labels, features: 11)
  }

  @Test("The order of the rows changes nothing")
  mutating func permutation() throws {
    let rows = random.shuffled(170)
    Self.expectSame(
      try Self.curve(matrix, labels), try Self.curve(matrix.rows(rows), labels.rows(rows)),
      tolerance: 1e-6)
  }

  @Test("The names of the classes change nothing but the order of the sums")
  func renaming() throws {
    let renamed = ClassLabels(labels.indices.map { "class \(9 - $0)" })
    Self.expectSame(
      try Self.curve(matrix, labels), try Self.curve(matrix, renamed), tolerance: 1e-6)
  }

  private func mapped(_ change: ([Double]) -> [Double]) -> ActivationMatrix {
    let values = (0..<matrix.sampleCount).flatMap { row in
      change((0..<matrix.featureCount).map { matrix[row, $0] })
    }
    return ActivationMatrix(
      sampleCount: matrix.sampleCount, featureCount: matrix.featureCount, values: values)
  }

  @Test("Translation and rotation change nothing")
  func rigidMotion() throws {
    let moved = mapped { row in
      var row = row.map { $0 + 12.5 }
      // A chain of plane rotations.
      for feature in 0..<row.count - 1 {
        let (c, s) = (0.8, 0.6)
        (row[feature], row[feature + 1]) = (
          c * row[feature] - s * row[feature + 1], s * row[feature] + c * row[feature + 1]
        )
      }
      return row
    }
    Self.expectSame(
      try Self.curve(matrix, labels), try Self.curve(moved, labels), tolerance: 3e-6)
  }

  @Test("l(cX, c²T) = l(X, T)")
  func scaling() throws {
    let plain = try Self.curve(
      matrix, labels, sweep: TemperatureSweep([0.5, 5, 50], scale: .absolute))
    let scaled = try Self.curve(
      mapped { $0.map { $0 * 7 } }, labels,
      sweep: TemperatureSweep([0.5 * 49, 5 * 49, 50 * 49], scale: .absolute))
    Self.expectSame(plain, scaled, tolerance: 1e-6)
  }

  @Test("Under the cosine distance the length of a row does not matter")
  func rowScaling() throws {
    var factor = 1.0
    let scaled = mapped { row in
      factor = factor > 1e6 ? 1e-6 : factor * 3
      return row.map { $0 * factor }
    }
    Self.expectSame(
      try Self.curve(matrix, labels, distance: .cosine),
      try Self.curve(scaled, labels, distance: .cosine), tolerance: 1e-6)
  }

  @Test("Cosine is squared Euclidean of the unit rows at twice the temperature")
  func cosineIdentity() throws {
    let unit = mapped { row in
      let norm = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return row.map { $0 / norm }
    }
    Self.expectSame(
      try Self.curve(
        matrix, labels, distance: .cosine,
        sweep: TemperatureSweep([0.01, 0.1, 1], scale: .absolute)),
      try Self.curve(unit, labels, sweep: TemperatureSweep([0.02, 0.2, 2], scale: .absolute)),
      tolerance: 1e-6)
  }

  @Test("T → ∞ gives chance and N − 1 neighbors")
  func hotLimit() throws {
    let layer = try Self.curve(
      matrix, labels, sweep: TemperatureSweep([1e9, 1e200], scale: .meanDistance))
    for point in layer.curve {
      #expect(isClose(point.loss, layer.chance, relative: 1e-8))
      #expect(isClose(point.perplexity, 169, relative: 1e-8))
    }
  }

  @Test("T → 0 gives log(1 + m_other/m_same) where ties decide")
  func coldLimit() throws {
    // Each place holds two samples of class 0 and one of class 1, with a second such place far off.
    let places: [Float] = [0, 0, 0, 5, 5, 5]
    let labels = ClassLabels([0, 0, 1, 0, 0, 1].map(Int64.init))
    let layer = try Self.curve(
      ActivationMatrix(sampleCount: 6, featureCount: 1, values: places), labels,
      sweep: TemperatureSweep([1e-9], scale: .meanDistance))
    // Class 0: one of its own and one other at distance 0. Class 1: its own is far, so l = g/T.
    let gap = 25.0 / layer.curve[0].temperature + 0.6931471805599453 * 2
    let expected = (4 * 0.6931471805599453 + 2 * gap) / 6
    #expect(isClose(layer.curve[0].loss, expected, relative: 1e-6))
  }

  @Test("Random labels on one population are at chance at and above the mean distance")
  mutating func randomLabels() throws {
    let labels = random.labels(400, classes: 4)
    let one = ClassLabels(Array(repeating: Int64(0), count: 400))
    let matrix = random.matrix(one, features: 10)
    let layer = try Self.curve(
      matrix, labels, sweep: TemperatureSweep([1, 3, 10], scale: .meanDistance))
    // Within the spread of 60 permutations, some 4e-3 at this size.
    for point in layer.curve { #expect(abs(point.loss - layer.chance) < 0.02) }
  }

  @Test("A constant layer is at chance at every temperature, and says so")
  func constant() throws {
    let layer = try Self.curve(
      ActivationMatrix(
        sampleCount: 40, featureCount: 3, values: Array(repeating: Float(1.1), count: 120)),
      ClassLabels((0..<40).map { Int64($0 % 2) }))
    #expect(layer.isConstant)
    #expect(layer.minimum?.position == .infinity)
    #expect(layer.localMinima.isEmpty)
    for point in layer.curve {
      #expect(isClose(point.loss, layer.chance, relative: 1e-12))
      #expect(point.slope == 0)
      #expect(point.temperature == point.relativeTemperature)
    }
  }

  @Test("The slope is the derivative of the loss by ln T")
  func derivative() throws {
    let step = 1e-3
    for temperature in [0.05, 0.3, 2.0, 20] {
      let layer = try Self.curve(
        matrix, labels,
        sweep: TemperatureSweep(
          [temperature * (1 - step), temperature, temperature * (1 + step)],
          scale: .meanDistance))
      let difference = (layer.curve[2].loss - layer.curve[0].loss) / (2 * step)
      #expect(isClose(layer.curve[1].slope, difference, relative: 1e-3, absolute: 1e-4))
    }
  }

  @Test("The perplexity grows with T")
  func perplexityGrows() throws {
    let perplexities = try Self.curve(matrix, labels).curve.map(\.perplexity)
    for (colder, hotter) in zip(perplexities, perplexities.dropFirst()) {
      #expect(hotter >= colder * (1 - 1e-7))
    }
  }

  @Test(
    "One thread and many give the same bits",
    arguments: InstructionSet.allCases.filter(\.isAvailable))
  mutating func threads(set: InstructionSet) throws {
    let labels = random.labels(700, classes: 5)
    let matrix = random.matrix(labels, features: 33)
    let results = try [1, 2, 3, 8].map {
      try SoftNearestNeighborLoss(machine: Machine(threadCount: $0, instructionSet: set))
        .entanglement(of: matrix, labels: labels)
    }
    for other in results.dropFirst() { #expect(other == results[0]) }
  }

  @Test("Less memory means more passes and the same numbers")
  func memory() throws {
    let plenty = try SoftNearestNeighborLoss().entanglement(of: matrix, labels: labels)
    let tight = SoftNearestNeighborLoss(machine: Machine(memoryLimit: 720_000))
    Self.expectSame(plenty, try tight.entanglement(of: matrix, labels: labels), tolerance: 1e-6)
    let tightest = SoftNearestNeighborLoss(machine: Machine(memoryLimit: 1000))
    #expect(throws: EntanglementError.self) {
      try tightest.entanglement(of: matrix, labels: labels)
    }
  }
}
