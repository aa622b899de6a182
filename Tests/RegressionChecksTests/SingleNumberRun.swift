import Entanglement
import RegressionChecks

/// A run of one number, the minimum of one layer at one checkpoint, to hold against another.
struct SingleNumberRun {
  var value: Double? = 0.5
  var position: LossMinimum.Position?
  /// One a sample; nil where they are not known.
  var influences: [Double]? = Array(repeating: 0, count: 4)
  /// Why there is no such number.
  var absent: String?
  var failure: String?
  var activations: String?
  var featureCount = 3
  var skippedRows: [Int] = []
  var layer = "layer1"
  var checkpoint = "last"
  var settings: [String: String] = [:]
  var classes = [ClassSize(name: "a", count: 2), ClassSize(name: "b", count: 2)]
  var ids: String?
  var labels: String? = "labels"
  var isInFileOrder = true

  var run: RunMeasurements {
    let outcome: LayerMeasurements.Outcome =
      absent.map(LayerMeasurements.Outcome.absent)
      ?? .measured(Measurement(value: value, position: position, influences: influences))
    let measured = RunMeasurements.Layer(
      name: layer, activations: activations,
      measurements: LayerMeasurements(
        sampleCount: 4, featureCount: featureCount, skippedRows: skippedRows,
        outcomes: [.minimum: outcome]))
    return RunMeasurements(
      settings: settings,
      checkpoints: [
        RunMeasurements.Checkpoint(
          name: checkpoint, step: nil,
          samples: SampleFingerprint(
            sampleCount: classes.reduce(0) { $0 + $1.count }, classes: classes, ids: ids,
            labels: labels, isInFileOrder: isInFileOrder),
          layers: [failure.map { RunMeasurements.Layer(name: layer, failure: $0) } ?? measured])
      ])
  }

  /// The same with some of it changed.
  func with(_ change: (inout SingleNumberRun) -> Void) -> SingleNumberRun {
    var changed = self
    change(&changed)
    return changed
  }

  static func check(
    _ observed: SingleNumberRun, against baseline: SingleNumberRun, by rule: RegressionRule
  ) -> RegressionCheck {
    let (observed, baseline) = (observed.run, baseline.run)
    return RegressionCheck(of: observed, against: baseline, rules: [rule])
  }
}
