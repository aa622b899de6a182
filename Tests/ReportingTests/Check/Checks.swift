import Entanglement
import RegressionChecks
import Reporting

/// Checks of numbers that tests choose.
enum Checks {
  static let measure = Measure.perplexity(.share(0.05))

  /// A layer of a hundred samples with small influences; without a value it has none.
  static func layer(_ name: String, _ value: Double?, activations: String? = nil)
    -> RunMeasurements.Layer
  {
    let influences = (0..<100).map { Double($0 * $0 % 17 - 8) * 1e-5 }
    let outcome: LayerMeasurements.Outcome =
      value.map { .measured(Measurement(value: $0, influences: influences, largestShare: 0.01)) }
      ?? .absent("No temperature has the perplexity.")
    return RunMeasurements.Layer(
      name: name, activations: activations,
      measurements: LayerMeasurements(
        sampleCount: 100, featureCount: 4, outcomes: [measure: outcome]))
  }

  static func run(_ layers: [RunMeasurements.Layer], checkpoint: String = "epoch_5")
    -> RunMeasurements
  {
    RunMeasurements(
      settings: ["distance": "squared-euclidean"],
      checkpoints: [
        RunMeasurements.Checkpoint(
          name: checkpoint, step: 5,
          samples: SampleFingerprint(
            sampleCount: 100,
            classes: [ClassSize(name: "a", count: 50), ClassSize(name: "b", count: 50)], ids: nil,
            labels: "1234", isInFileOrder: true), layers: layers)
      ])
  }

  static func check(
    _ observed: [RunMeasurements.Layer], against baseline: [RunMeasurements.Layer],
    rules: [RegressionRule] = [.standard()]
  ) -> RegressionCheck {
    let (observed, baseline) = (run(observed), run(baseline))
    return RegressionCheck(
      of: observed, against: baseline, rules: rules,
      assignment: RuleAssignment(rules, observed: observed.catalog, baseline: baseline.catalog))
  }

  static func report(_ check: RegressionCheck) -> CheckReport {
    CheckReport(check, version: "1.2.3", files: ["run.h5"], baseline: "baseline.json")
  }

  /// Of a check with a regression, a pass, an improvement, a warning, a number that is missing and
  /// identical activations; names are such as forms must escape.
  static func mixed() -> CheckReport {
    let rules = [
      RegressionRule.standard(),
      RegressionRule(
        layer: "warned", measure: measure, tolerance: Tolerance(side: .upper), level: .warn),
    ]
    return report(
      check(
        [
          layer("a|b<&\">", 0.5), layer("same", 0.2), layer("better", 0.1), layer("warned", 0.9),
          layer("none", nil), layer("bits", 0.3, activations: "ff"),
        ],
        against: [
          layer("a|b<&\">", 0.2), layer("same", 0.2), layer("better", 0.4), layer("warned", 0.2),
          layer("none", 0.2), layer("bits", 0.3, activations: "ff"),
        ], rules: rules))
  }
}
