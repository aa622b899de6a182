import Activations
import Entanglement
import Foundation
import PairwiseDistances
import TestSupport
import Testing

/// A layer whose rows go over the disk.
@Suite struct StreamingTests {
  private let folder: String

  init() throws {
    folder =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("snn-streaming-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private static func layer(
    _ count: Int, features: Int, isDouble: Bool, zeros: Bool = false
  ) -> (ActivationMatrix, ClassLabels) {
    var random = RandomActivations(seed: UInt64(count))
    let labels = random.labels(count, classes: 5)
    var values = random.values(labels, features: features, separation: 0.4)
    // Duplicates and near-duplicates: distances from the values as read.
    for feature in 0..<features {
      values[9 * features + feature] = values[features + feature]
      values[10 * features + feature] = values[2 * features + feature] * (1 + 1e-6)
      if zeros {
        for row in [0, 40, count - 1] { values[row * features + feature] = 0 }
      }
    }
    let matrix =
      isDouble
      ? ActivationMatrix(sampleCount: count, featureCount: features, values: values)
      : ActivationMatrix(
        sampleCount: count, featureCount: features, values: values.map(Float.init))
    return (matrix, labels)
  }

  @Test(
    "The result is that of the layer in memory, to the bit",
    arguments: [(40, 3), (129, 17), (700, 260), (1300, 65)], [true, false])
  func sameBits(shape: (count: Int, features: Int), isDouble: Bool) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for distance in [Distance.squaredEuclidean, .cosine] {
      let (matrix, labels) = Self.layer(
        shape.count + 1, features: shape.features, isDouble: isDouble, zeros: true)
      let settings = LossSettings(
        distance: distance, quantities: Set(LossSettings.Quantity.allCases),
        keepsInfluences: true, zeroRows: .skip, scheduledTemperature: 0.7,
        sampleSizes: SampleSizes([30, 600], seed: 1),
        miniBatches: MiniBatches(size: 25, count: 3, seed: 1), identitySeed: 1)
      let whole = try SoftNearestNeighborLoss(settings, machine: Machine(threadCount: 2))
        .entanglement(of: matrix, labels: labels)
      for limit in [12 << 20, 1 << 30] {
        let loss = SoftNearestNeighborLoss(
          settings, machine: Machine(threadCount: 2, memoryLimit: limit))
        let streamed = try loss.entanglement(of: matrix, labels: labels, spillingInto: folder)
        #expect(streamed == whole)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
      }
    }
  }

  @Test(
    "So is an estimate from anchors, and what takes all of them",
    arguments: [AnchorSampling.count(150), .share(0.5), .within(0.2), .within(1e-6)],
    [Distance.squaredEuclidean, .cosine])
  func anchors(sampling: AnchorSampling, distance: Distance) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (matrix, labels) = Self.layer(1400, features: 65, isDouble: false, zeros: true)
    var settings = LossSettings(distance: distance, zeroRows: .skip)
    settings.anchors = sampling
    let whole = try SoftNearestNeighborLoss(settings, machine: Machine(threadCount: 2))
      .entanglement(of: matrix, labels: labels)
    #expect((whole.estimatedFrom == nil) == (sampling == .within(1e-6)))
    for limit in [3 << 20, 1 << 30] {
      let loss = SoftNearestNeighborLoss(
        settings, machine: Machine(threadCount: 1, memoryLimit: limit))
      let streamed = try loss.entanglement(of: matrix, labels: labels, spillingInto: folder)
      #expect(streamed == whole)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test("Refusals are those of a layer in memory")
  func refusals() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (matrix, labels) = Self.layer(200, features: 6, isDouble: false, zeros: true)
    let machine = Machine(memoryLimit: 8 << 20)
    var loss = SoftNearestNeighborLoss(LossSettings(distance: .cosine), machine: machine)
    #expect(throws: EntanglementError.zeroRows([0, 40, 199])) {
      try loss.entanglement(of: matrix, labels: labels, spillingInto: folder)
    }
    var values = (0..<1200).map(Float.init)
    values[77 * 6] = .nan
    values[130 * 6 + 5] = .infinity
    let damaged = ActivationMatrix(sampleCount: 200, featureCount: 6, values: values)
    #expect(throws: EntanglementError.nonFinite(rows: [77, 130])) {
      try loss.entanglement(of: damaged, labels: labels, spillingInto: folder)
    }
    loss = SoftNearestNeighborLoss(machine: machine)
    let error = #expect(throws: SpillError.self) {
      try loss.entanglement(of: matrix, labels: labels, spillingInto: folder + "/none")
    }
    #expect(error?.description.contains("--scratch") == true)
    loss = SoftNearestNeighborLoss(LossSettings(precision: .double), machine: machine)
    #expect(throws: EntanglementError.self) {
      try loss.entanglement(of: matrix, labels: labels, spillingInto: folder)
    }
    loss = SoftNearestNeighborLoss(machine: Machine(memoryLimit: 10_000))
    #expect(throws: EntanglementError.self) {
      try loss.entanglement(of: matrix, labels: labels, spillingInto: folder)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }
}
