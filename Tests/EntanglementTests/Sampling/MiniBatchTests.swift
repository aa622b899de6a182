import Activations
import Entanglement
import PairwiseDistances
import TestSupport
import Testing

/// The loss within batches, as a training sees it.
@Suite struct MiniBatchTests {
  private static func loss(
    size: Int, count: Int, seed: UInt64 = 5, distance: Distance = .squaredEuclidean,
    sweep: TemperatureSweep = .standard
  ) -> SoftNearestNeighborLoss {
    SoftNearestNeighborLoss(
      LossSettings(
        distance: distance, sweep: sweep, quantities: [.curve, .minimum],
        miniBatches: MiniBatches(size: size, count: count, seed: seed)))
  }

  private static func data(_ count: Int) -> (matrix: ActivationMatrix, labels: ClassLabels) {
    var random = RandomActivations(seed: 41)
    let labels = random.labels(count, classes: 4)
    return (random.matrix(labels, features: 6), labels)
  }

  @Test(
    "A batch of all samples is the layer, to the last bit",
    arguments: [Distance.squaredEuclidean, .cosine])
  func whole(distance: Distance) throws {
    let (matrix, labels) = Self.data(130)
    let layer = try Self.loss(size: 130, count: 2, distance: distance)
      .entanglement(of: matrix, labels: labels)
    let batches = try #require(layer.batches)
    #expect(batches.curve.map(\.mean.loss) == layer.curve.map(\.loss))
    #expect(batches.curve.allSatisfy { $0.mean.standardError == 0 })
    #expect(batches.curve.map(\.temperature) == layer.curve.map(\.temperature))
    #expect(batches.curve.map(\.relativeTemperature) == layer.curve.map(\.relativeTemperature))
    #expect(batches.minimum?.loss == layer.minimum?.loss)
    #expect(batches.leftOutCount == 0)
  }

  @Test("At every temperature it is the mean over batches of the definition, with its error")
  func definition() throws {
    // Some samples are alone in their class within a batch, some in the layer.
    var random = RandomActivations(seed: 42)
    let labels = ClassLabels((0..<140).map { Int64($0 < 3 ? 90 + $0 : $0 % 11) })
    let matrix = random.matrix(labels, features: 5)
    let sweep = try TemperatureSweep([0.03, 0.3, 1, 30], scale: .meanDistance)
    let loss = Self.loss(size: 20, count: 7, sweep: sweep)
    let layer = try loss.entanglement(of: matrix, labels: labels)
    let batches = try #require(layer.batches)
    #expect(batches.count == 7)
    #expect(batches.curve.count == 4)
    for point in batches.curve {
      let losses = (0..<7).map { batch in
        let rows = MiniBatches(size: 20, count: 7, seed: 5).rows(batch: batch, of: 140)
        return NaiveLoss(matrix.rows(rows), labels.rows(rows), temperature: point.temperature).loss
      }
      let mean = losses.reduce(0, +) / 7
      let squares = losses.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
      #expect(isClose(point.mean.loss, mean, relative: OracleTests.lossTolerance))
      #expect(
        isClose(
          try #require(point.mean.standardError), (squares / 6 / 7).squareRoot(), relative: 1e-4))
    }
    let minima = try (0..<7).map { batch in
      let rows = MiniBatches(size: 20, count: 7, seed: 5).rows(batch: batch, of: 140)
      return try #require(
        try SoftNearestNeighborLoss(LossSettings(quantities: [.curve, .minimum]))
          .entanglement(of: matrix.rows(rows), labels: labels.rows(rows)).minimum
      ).loss
    }
    #expect(
      isClose(try #require(batches.minimum).loss, minima.reduce(0, +) / 7, relative: 1e-5))
  }

  @Test("Batches without two of a class are left out and counted; of one class the loss is 0")
  func leftOut() throws {
    var random = RandomActivations(seed: 43)
    let labels = random.labels(60, classes: 3)
    let matrix = random.matrix(labels, features: 4)
    let layer = try Self.loss(size: 2, count: 40).entanglement(of: matrix, labels: labels)
    let batches = try #require(layer.batches)
    let pairs = (0..<40).count { batch in
      let rows = MiniBatches(size: 2, count: 40, seed: 5).rows(batch: batch, of: 60)
      return labels.indices[rows[0]] == labels.indices[rows[1]]
    }
    #expect(pairs > 0 && pairs < 40)
    #expect(batches.count == pairs)
    #expect(batches.leftOutCount == 40 - pairs)
    #expect(batches.curve.allSatisfy { $0.mean.loss == 0 })
    #expect(batches.minimum?.loss == 0)
  }

  @Test("Without any batch that has a loss there is a notice, not a value")
  func none() throws {
    var random = RandomActivations(seed: 44)
    let labels = ClassLabels((0..<60).map { Int64($0 / 2) })
    let matrix = random.matrix(labels, features: 4)
    let rare = try Self.loss(size: 2, count: 3).entanglement(of: matrix, labels: labels)
    #expect(rare.batches == nil)
    #expect(rare.notices.contains { $0.contains("none of 3 has two samples of one class") })
    let large = try Self.loss(size: 61, count: 3).entanglement(of: matrix, labels: labels)
    #expect(large.batches == nil)
    #expect(large.notices.contains { $0.contains("there are 60 samples") })
  }

  @Test("At cold temperatures a batch reads higher than the layer, at hot ones like it")
  func fewerNeighbors() throws {
    let (matrix, labels) = Self.data(600)
    let layer = try Self.loss(size: 50, count: 30).entanglement(of: matrix, labels: labels)
    let batches = try #require(layer.batches)
    for (batch, point) in zip(batches.curve, layer.curve) {
      if point.relativeTemperature < 0.1 { #expect(batch.mean.loss > point.loss) }
      if point.relativeTemperature > 100 {
        #expect(isClose(batch.mean.loss, point.loss, relative: 0.05))
      }
    }
    #expect(try #require(batches.minimum).loss > (try #require(layer.minimum)).loss)
  }

  @Test("Rows of a batch are some of the samples, none twice, and each as often as others")
  func rows() {
    let batches = MiniBatches(size: 10, count: 400, seed: 1)
    var counts = Array(repeating: 0, count: 40)
    for batch in 0..<400 {
      let rows = batches.rows(batch: batch, of: 40)
      #expect(rows.count == 10)
      #expect(zip(rows, rows.dropFirst()).allSatisfy { $0 < $1 })
      for row in rows { counts[row] += 1 }
    }
    // 100 each, give or take five standard deviations of √75.
    #expect(counts.allSatisfy { abs($0 - 100) < 44 })
  }
}
