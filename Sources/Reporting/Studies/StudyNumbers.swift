internal import Entanglement

extension LayerEntanglement {
  /// Every number that a report shows of sub-samples, batches and schedules, by name.
  var studyNumbers: [(String, Double)] {
    var numbers: [(String, Double)] = []
    for estimate in sampleSizes {
      for drawn in [estimate.minimum, estimate.matched].compactMap(\.self) {
        numbers += [drawn.loss, drawn.standardDeviation, drawn.relativeTemperature]
          .compactMap { $0.map { ("a loss of \(estimate.sampleCount) samples", $0) } }
      }
    }
    if let batches {
      let means = batches.curve.map(\.mean) + [batches.minimum].compactMap(\.self)
      numbers += means.flatMap { [$0.loss, $0.standardError].compactMap(\.self) }
        .map { ("a loss of batches", $0) }
    }
    if let scheduled {
      numbers += [
        ("the temperature of the schedule", scheduled.temperature),
        ("the relative temperature of the schedule", scheduled.relativeTemperature),
        ("the loss at the temperature of the schedule", scheduled.loss),
        ("the slope at the temperature of the schedule", scheduled.slope),
        ("the perplexity at the temperature of the schedule", scheduled.perplexity),
      ]
    }
    return numbers
  }
}

extension EntanglementHistory {
  /// Whether any layer has a temperature of a schedule.
  var isScheduled: Bool {
    profiles.contains { $0.layers.contains { $0.entanglement.scheduled != nil } }
  }
}
