import Activations
import Entanglement
import PairwiseDistances
import Synchronization
import TestSupport
import Testing

/// Several labelings of one matrix.
@Suite struct LayerLabelingsTests {
  private let labelings: [ClassLabels]

  init() {
    var random = RandomActivations(seed: 12)
    labelings = [6, 2, 3].map { random.labels(300, classes: $0) }
  }

  private func matrix(features: Int, zeroRows: [Int] = []) -> ActivationMatrix {
    var random = RandomActivations(seed: UInt64(features))
    var values = random.values(labelings[0], features: features, separation: 0.2, offset: 1)
    for feature in 0..<features {
      values[9 * features + feature] = values[features + feature]
      values[10 * features + feature] = values[2 * features + feature] * (1 + 1e-6)
      for row in zeroRows { values[row * features + feature] = 0 }
    }
    return ActivationMatrix(
      sampleCount: 300, featureCount: features, values: values.map(Float.init))
  }

  /// Holds all labelings to what each has alone.
  /// - Returns: How many of them read the distances of one before.
  private func servedCount(
    _ matrix: ActivationMatrix, _ loss: SoftNearestNeighborLoss, count: Int = 3
  ) throws -> Int {
    var labelings = LayerLabelings(of: matrix, count: count, for: loss)
    for labels in self.labelings {
      let alone = try loss.entanglement(of: matrix, labels: labels)
      #expect(try labelings.entanglement(by: labels) == alone)
    }
    return labelings.servedCount
  }

  @Test("One pass serves all, and each has its own result to the bit", arguments: [1, 2])
  func sameBits(threads: Int) throws {
    let machine = Machine(threadCount: threads)
    var settings = LossSettings(
      quantities: Set(LossSettings.Quantity.allCases), keepsInfluences: true)
    let plain = SoftNearestNeighborLoss(settings, machine: machine)
    #expect(try servedCount(matrix(features: 200), plain) == 2)
    settings.distance = .cosine
    settings.zeroRows = .skip
    settings.scheduledTemperature = 0.3
    settings.sampleSizes = SampleSizes([30, 200], seed: 1)
    settings.identitySeed = 1
    let loss = SoftNearestNeighborLoss(settings, machine: machine)
    #expect(try servedCount(matrix(features: 200, zeroRows: [0, 44, 299]), loss) == 2)
    let all = try loss.entanglements(of: matrix(features: 200), labels: labelings)
    #expect(
      try all == labelings.map { try loss.entanglement(of: matrix(features: 200), labels: $0) })
  }

  @Test("The curve alone, which keeps no distances for itself, keeps them for other labelings")
  func curves() throws {
    let loss = SoftNearestNeighborLoss(
      LossSettings(quantities: [.curve]), machine: Machine(threadCount: 2))
    #expect(try servedCount(matrix(features: 520), loss) == 2)
    #expect(try servedCount(matrix(features: 200), loss) == 0)
    #expect(try servedCount(matrix(features: 520), loss, count: 2) == 1)
    #expect(try servedCount(matrix(features: 520), loss, count: 1) == 0)
  }

  @Test("Where it does not pay or does not fit each labeling has a pass of its own")
  func fallbacks() throws {
    let settings = LossSettings(quantities: [.curve, .minimum])
    var loss = SoftNearestNeighborLoss(settings, machine: Machine(threadCount: 2))
    #expect(try servedCount(matrix(features: 100), loss) == 0)
    let wide = matrix(features: 600)
    #expect(try servedCount(wide, loss) == 2)
    let limit =
      4 * 300 * 600 + loss.workingMemory(sampleCount: 300, featureCount: 600, labelingCount: 1)
    loss = SoftNearestNeighborLoss(
      settings, machine: Machine(threadCount: 2, memoryLimit: limit))
    #expect(try servedCount(wide, loss) == 0)
    let machine = Machine(threadCount: 2, memoryLimit: 1 << 30)
    loss = SoftNearestNeighborLoss(settings, machine: machine)
    #expect(try servedCount(wide, loss) == 2)
    #expect(
      loss.workingMemory(sampleCount: 300, featureCount: 600, labelingCount: 2)
        - loss.workingMemory(sampleCount: 300, featureCount: 600)
        == KeptDistances.bytes(sampleCount: 300, featureCount: 600))
    loss = SoftNearestNeighborLoss(
      LossSettings(precision: .double, quantities: [.curve, .minimum]), machine: machine)
    #expect(try servedCount(matrix(features: 200), loss) == 0)
  }

  @Test("A labeling that is refused leaves the others as they are")
  func refusals() throws {
    let matrix = matrix(features: 200)
    let loss = SoftNearestNeighborLoss(LossSettings(quantities: [.curve, .minimum]))
    let constant = ClassLabels(Array(repeating: Int64(4), count: 300))
    let short = ClassLabels(Array(repeating: Int64(4), count: 299))
    var layer = LayerLabelings(of: matrix, count: 4, for: loss)
    #expect(throws: EntanglementError.singleClass(name: "4")) {
      try layer.entanglement(by: constant)
    }
    _ = try layer.entanglement(by: labelings[0])
    #expect(throws: EntanglementError.labelCount(labels: 299, samples: 300)) {
      try layer.entanglement(by: short)
    }
    let alone = try loss.entanglement(of: matrix, labels: labelings[1])
    #expect(try layer.entanglement(by: labelings[1]) == alone)
    #expect(layer.servedCount == 1)
  }

  @Test("Distances that a labeling did not finish are not read")
  func cancelled() throws {
    let isStopped = Atomic(true)
    let loss = SoftNearestNeighborLoss(
      LossSettings(quantities: [.curve, .minimum]),
      hooks: PassHooks(isCancelled: { isStopped.load(ordering: .relaxed) }))
    let matrix = matrix(features: 200)
    var layer = LayerLabelings(of: matrix, count: 3, for: loss)
    #expect(throws: EntanglementError.cancelled) { try layer.entanglement(by: labelings[0]) }
    isStopped.store(false, ordering: .relaxed)
    let alone = try loss.entanglement(of: matrix, labels: labelings[1])
    #expect(try layer.entanglement(by: labelings[1]) == alone)
    #expect(layer.servedCount == 0)
    _ = try layer.entanglement(by: labelings[2])
    #expect(layer.servedCount == 1)
  }
}
