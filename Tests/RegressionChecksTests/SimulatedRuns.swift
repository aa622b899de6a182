import ActivationFiles
import Activations
import Entanglement
import Foundation
import RegressionChecks
import TestSupport
import Testing

/// Runs of the layers of the shipped digits with noise drawn anew, for rates over many pairs.
///
/// `SNN_SIMULATED_PAIRS=1000` is the long form, on all rows; the short one takes a quarter of them.
struct SimulatedRuns {
  let layers: [(name: String, matrix: ActivationMatrix)]
  let labels: ClassLabels
  /// How many pairs of runs.
  let count: Int
  let isLong: Bool

  init() throws {
    let asked = ProcessInfo.processInfo.environment["SNN_SIMULATED_PAIRS"].flatMap(Int.init)
    isLong = asked != nil
    count = asked ?? 40
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let collection = try ActivationCollection(paths: [
      root.appendingPathComponent("notebooks-data/digits-mlp.h5").path
    ])
    let checkpoint = try #require(collection.checkpoints.first { $0.step == 5 })
    let all = try collection.labels(of: checkpoint)
    var generator = SplitMix64(seed: 5)
    let rows = StratifiedSample(
      count: isLong ? all.sampleCount : 225, of: all, using: &generator
    ).rows
    labels = all.rows(rows)
    layers = try checkpoint.layers.map {
      ($0.name, try collection.activations(of: $0).rows(rows))
    }
  }

  static let measures: [Measure] = [
    .minimum, .perplexity(.standard), .accuracy(.standard),
  ]

  /// A layer with noise of a share of each feature's spread.
  static func noisy(
    _ matrix: ActivationMatrix, _ noise: Double, _ random: inout RandomActivations
  ) -> ActivationMatrix {
    let (rows, features) = (matrix.sampleCount, matrix.featureCount)
    let spreads = (0..<features).map { feature in
      let values = (0..<rows).map { matrix[$0, feature] }
      let mean = values.reduce(0, +) / Double(rows)
      return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)).squareRoot()
    }
    return ActivationMatrix(
      sampleCount: rows, featureCount: features,
      values: (0..<rows).flatMap { row in
        (0..<features).map { Float(matrix[row, $0] + noise * spreads[$0] * random.normal()) }
      })
  }

  static func measured(
    _ name: String, _ matrix: ActivationMatrix, _ labels: ClassLabels,
    _ measures: [Measure] = measures
  ) throws -> RunMeasurements.Layer {
    let found = try SoftNearestNeighborLoss().measurements(measures, of: matrix, labels: labels)
    // As they come back from a baseline's samples.
    let kept = found.outcomes.mapValues { outcome -> LayerMeasurements.Outcome in
      guard case .measured(let value) = outcome else { return outcome }
      return .measured(
        Measurement(
          value: value.value, position: value.position,
          influences: value.influences.map { QuantisedInfluences($0).influences },
          largestShare: value.largestShare, heldByTopPercent: value.heldByTopPercent,
          trimmed: value.trimmed))
    }
    return RunMeasurements.Layer(
      name: name, activations: nil,
      measurements: LayerMeasurements(
        sampleCount: found.sampleCount, featureCount: found.featureCount, outcomes: kept))
  }

  static func run(_ layers: [RunMeasurements.Layer], _ labels: ClassLabels) -> RunMeasurements {
    RunMeasurements(
      settings: [:],
      checkpoints: [
        RunMeasurements.Checkpoint(
          name: "last", step: nil,
          samples: SampleFingerprint(
            sampleCount: labels.sampleCount,
            classes: zip(labels.names, labels.counts).map { ClassSize(name: $0, count: $1) },
            ids: nil, labels: "same", isInFileOrder: true), layers: layers)
      ])
  }

  static func check(
    _ observed: RunMeasurements, _ baseline: RunMeasurements, _ rules: [RegressionRule]
  ) -> RegressionCheck {
    RegressionCheck(of: observed, against: baseline, rules: rules)
  }
}
