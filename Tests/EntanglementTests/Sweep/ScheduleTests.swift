import Activations
import Entanglement
import Foundation
import PairwiseDistances
import Synchronization
import TestSupport
import Testing

/// The loss at a temperature of the layer's own.
@Suite struct ScheduleTests {
  private static func data() -> (matrix: ActivationMatrix, labels: ClassLabels) {
    var random = RandomActivations(seed: 51)
    let labels = random.labels(200, classes: 3)
    return (random.matrix(labels, features: 5), labels)
  }

  @Test(
    "It is the curve at that temperature, to the last bit, and the definition",
    arguments: [0.02, 0.5, 3, 50, 4000])
  func curve(temperature: Double) throws {
    let (matrix, labels) = Self.data()
    var settings = LossSettings(
      quantities: [.curve, .perplexity], scheduledTemperature: temperature)
    let scheduled = try #require(
      try SoftNearestNeighborLoss(settings).entanglement(of: matrix, labels: labels).scheduled)
    settings.scheduledTemperature = nil
    settings.sweep = try TemperatureSweep([temperature], scale: .absolute)
    let layer = try SoftNearestNeighborLoss(settings).entanglement(of: matrix, labels: labels)
    #expect(layer.scheduled == nil)
    #expect(layer.curve == [scheduled])
    let naive = NaiveLoss(matrix, labels, temperature: temperature)
    #expect(isClose(scheduled.loss, naive.loss, relative: OracleTests.lossTolerance))
    #expect(isClose(scheduled.perplexity, naive.perplexity, relative: 1e-5))
  }

  @Test("Nothing else depends on it, and it takes no pass of its own")
  func independence() throws {
    let (matrix, labels) = Self.data()
    func run(_ temperature: Double?) throws -> (layer: LayerEntanglement, rounds: Int) {
      let count = Atomic(0)
      let loss = SoftNearestNeighborLoss(
        LossSettings(scheduledTemperature: temperature),
        hooks: PassHooks(didFinishRound: { count.add(1, ordering: .relaxed) }))
      let layer = try loss.entanglement(of: matrix, labels: labels)
      return (layer, count.load(ordering: .relaxed))
    }
    let without = try run(nil)
    let onCurve = without.layer.curve[20].temperature
    for temperature in [onCurve, 1.2345, 1e-6, 1e9] {
      var with = try run(temperature)
      #expect(with.rounds == without.rounds)
      #expect(with.layer.scheduled?.temperature == temperature)
      with.layer.scheduled = nil
      #expect(with.layer == without.layer)
    }
  }

  @Test("An annealed temperature is 1/(η + step)^γ")
  func annealed() throws {
    let schedule = try #require(TemperatureSchedule(offset: 1, exponent: 0.55))
    #expect(schedule.temperature(atStep: 0) == 1)
    for step in [1, 2, 30, 1000] {
      #expect(
        isClose(schedule.temperature(atStep: step), pow(1 + Double(step), -0.55), relative: 1e-14))
    }
    #expect(TemperatureSchedule(offset: 0, exponent: 1) == nil)
    #expect(TemperatureSchedule(offset: .nan, exponent: 1) == nil)
    #expect(TemperatureSchedule(offset: 1, exponent: .infinity) == nil)
  }

  @Test("What is no temperature is refused", arguments: [0, -1, .nan, .infinity])
  func refused(value: Double) {
    let (matrix, labels) = Self.data()
    let loss = SoftNearestNeighborLoss(
      LossSettings(quantities: [.curve], scheduledTemperature: value))
    #expect(throws: EntanglementError.self) {
      try loss.entanglement(of: matrix, labels: labels)
    }
  }
}
