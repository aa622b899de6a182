internal import Entanglement

/// What can be said of one number before the comparisons are corrected for one another.
///
/// One step after another: the number is there, the bounds hold, the baseline has it, both runs were
/// set up alike, their samples pair, the activations are not the baseline's, and what is left is a
/// comparison. A step that cannot go on throws its ruling.
enum RegressionJudgement {
  static func result(
    of item: RuleAssignment.Item, _ rule: RegressionRule, observed: RunMeasurements,
    baseline: RunMeasurements
  ) -> CheckResult {
    let here = item.observed.map { observed.checkpoints[$0] }
    let there = item.baseline.map { baseline.checkpoints[$0] }
    var result = CheckResult(
      rule: rule, checkpoint: here?.name ?? there?.name ?? "", layer: item.layer,
      measure: item.measure)
    do throws(Ruling) {
      let now = try self.observed(item, at: here)
      result.observed = now.measurement.value
      if let beyond = try ruling(on: now.measurement, bounds: rule) { result.apply(beyond) }
      guard let tolerance = rule.tolerance else { return result }
      let then = try counterpart(of: item, at: there)
      try requireSameSettings(observed.settings, as: baseline.settings)
      let pairing = try pairing(of: now, with: then)
      result.baseline = then.measurement.value
      result.limit = then.measurement.value.map(tolerance.limit)
      result.pairing = pairing.rule
      if let digest = now.activations, digest == then.activations {
        result.isIdentical = true
        try requireSameProgram(now.measurement, then.measurement, tolerance)
        return result
      }
      try requireSamples(pairing)
      if then.measurement.isCarried {
        let (observed, baseline) = try trimmed(now.measurement, then.measurement)
        result.estimator = .trimmedMean
        result.observed = observed.value
        result.baseline = baseline.value
        result.limit = tolerance.limit(baseline: baseline.value)
        result.comparison = try comparison(observed, baseline)
        result.add(carried(now.measurement, then.measurement))
      } else {
        result.comparison = try comparison(of: now, with: then, item.measure)
        result.doubt = doubt(now.measurement, then.measurement)
      }
      if result.comparison != nil {
        let (count, others) = (observed.runCount, baseline.runCount)
        result.runCounts = CheckResult.RunCounts(baseline: others, observed: count)
        result.training = TrainingNoise(
          baseline: result.estimator == .trimmedMean
            ? then.measurement.trimmed?.runs : then.measurement.runs, observedRuns: count)
        if count == 1, let digest = now.activations, then.runActivations.contains(digest) {
          result.add("These activations are those of a run of the baseline, and no new training.")
        }
      }
      if result.comparison != nil,
        now.measurements.featureCount != then.measurements.featureCount
      {
        result.add(
          "The layer has \(now.measurements.featureCount) features and "
            + "\(then.measurements.featureCount) in the baseline.")
      }
    } catch {
      // A bound that is passed has decided already.
      if result.verdict != .regression { result.apply(error) }
    }
    return result
  }

  /// A verdict that a step came to, and why: a sentence.
  struct Ruling: Error, Equatable {
    let verdict: Verdict
    let message: String
    /// Whether the number could not be computed.
    var isFailure = false

    init(_ verdict: Verdict, _ message: String, isFailure: Bool = false) {
      self.verdict = verdict
      self.message = message
      self.isFailure = isFailure
    }
  }

  /// A number with what surrounds it in its run.
  struct Side {
    let measurement: Measurement
    let measurements: LayerMeasurements
    /// A digest; nil where they are not known.
    let activations: String?
    let samples: SampleFingerprint
    /// The digests of the trainings it is a mean over.
    let runActivations: [String]
  }

  /// The number of the run that is checked.
  static func observed(
    _ item: RuleAssignment.Item, at checkpoint: RunMeasurements.Checkpoint?
  ) throws(Ruling) -> Side {
    func missing(_ what: String) -> Ruling {
      Ruling(
        .notComparable,
        "The baseline has the \(what) and the file does not. Renew the baseline, or leave it out "
          + "by a rule with level: off.")
    }
    guard let checkpoint else { throw missing("checkpoint") }
    guard let layer = checkpoint.layers.first(where: { $0.name == item.layer }) else {
      throw missing("layer")
    }
    guard let measurements = layer.measurements else {
      throw Ruling(
        .notComparable, layer.failure ?? "It could not be computed.", isFailure: true)
    }
    guard case .measured(let value)? = measurements.outcomes[item.measure] else {
      throw Ruling(.notComparable, reason(measurements.outcomes[item.measure]))
    }
    return Side(
      measurement: value, measurements: measurements, activations: layer.activations,
      samples: checkpoint.samples, runActivations: layer.runActivations ?? [])
  }

  /// A regression where a bound of the rule is passed, whatever the baseline; nil where none is.
  static func ruling(
    on measurement: Measurement, bounds rule: RegressionRule
  ) throws(Ruling) -> Ruling? {
    guard rule.minimum != nil || rule.maximum != nil else { return nil }
    guard let number = measurement.value else {
      throw Ruling(
        .notComparable,
        "There is no number to hold against the bounds: \(place(measurement)).")
    }
    if let minimum = rule.minimum, number < minimum {
      return Ruling(.regression, "It must not be below \(minimum).")
    }
    if let maximum = rule.maximum, number > maximum {
      return Ruling(.regression, "It must not be above \(maximum).")
    }
    return nil
  }

  /// The same number of the baseline.
  static func counterpart(
    of item: RuleAssignment.Item, at checkpoint: RunMeasurements.Checkpoint?
  ) throws(Ruling) -> Side {
    guard let checkpoint,
      let layer = checkpoint.layers.first(where: { $0.name == item.layer }),
      let measurements = layer.measurements
    else {
      throw Ruling(
        .notComparable,
        "The baseline has no such \(checkpoint == nil ? "checkpoint" : "layer"). Add it with "
          + "snn-analyze baseline --update, or leave it out by a rule with level: off.")
    }
    guard case .measured(let value)? = measurements.outcomes[item.measure] else {
      throw Ruling(
        .notComparable,
        measurements.outcomes[item.measure].map { "Of the baseline: " + reason($0) }
          ?? "The baseline has no such quantity of this layer. Renew it with snn-analyze baseline "
          + "--update and the same --rules and --at-perplexity.")
    }
    return Side(
      measurement: value, measurements: measurements, activations: layer.activations,
      samples: checkpoint.samples, runActivations: layer.runActivations ?? [])
  }

  /// What both runs say of their settings must be the same.
  static func requireSameSettings(
    _ settings: [String: String], as baseline: [String: String]
  ) throws(Ruling) {
    for (name, setting) in settings.sorted(by: { $0.key < $1.key }) {
      if let wanted = baseline[name], wanted != setting {
        throw Ruling(
          .notComparable,
          "The baseline has \(name) \(wanted) and this check has \(setting). "
            + (wanted == "default" ? "Leave --\(name) out" : "Give --\(name) \(wanted)")
            + ", or renew the baseline.")
      }
    }
  }

  /// How the samples pair, never `.different`.
  static func pairing(
    of now: Side, with then: Side
  ) throws(Ruling) -> SampleFingerprint.Pairing {
    let pairing = now.samples.pairing(with: then.samples)
    if case .different(let reason) = pairing { throw Ruling(.notComparable, reason) }
    let (skipped, others) = (now.measurements.skippedRows, then.measurements.skippedRows)
    guard skipped == others || pairing == .none else {
      throw Ruling(
        .notComparable,
        "Other rows are zero than in the baseline (\(skipped.count) against \(others.count)), so "
          + "other samples were left out.")
    }
    return pairing
  }

  /// Without other activations there is no noise: what moves a number is the program.
  static func requireSameProgram(
    _ now: Measurement, _ then: Measurement, _ tolerance: Tolerance
  ) throws(Ruling) {
    guard let value = now.value, let before = then.value else { return }
    let difference = value - before
    guard
      abs(difference)
        > max(tolerance.limit(baseline: before), accuracy * max(abs(before), 1))
    else { return }
    throw Ruling(
      tolerance.isWorse(difference) ? .regression : .improvement,
      "The activations are the baseline's, bit for bit, so the program computes another number. "
        + "Check with the version that wrote the baseline, or renew it.")
  }

  /// A comparison needs single samples.
  static func requireSamples(_ pairing: SampleFingerprint.Pairing) throws(Ruling) {
    guard pairing == .none else { return }
    throw Ruling(
      .inconclusive,
      "A report holds no single samples, so noise cannot be told from change. Check the "
        + "activations, or give the rule min or max alone.")
  }

  /// The difference of paired samples; nil where both are the same limit.
  static func comparison(
    of now: Side, with then: Side, _ measure: Measure
  ) throws(Ruling) -> CheckResult.Comparison? {
    let (measured, before) = (now.measurement, then.measurement)
    let places = "It is \(place(measured)) and \(place(before)) in the baseline"
    guard let value = measured.value, let previous = before.value else {
      guard measured.position != before.position || measured.value != before.value else {
        return nil
      }
      throw Ruling(.notComparable, places + ".")
    }
    guard let influences = measured.influences, let others = before.influences,
      influences.count == others.count
    else {
      throw Ruling(
        .inconclusive, places + ", where the influence of single samples is not known.")
    }
    let paired = PairedDifference(from: (previous, others), to: (value, influences))
    let spreadShare = (influences + others).reduce(
      measure.chanceShare(in: now.samples.classes)
    ) { max($0, abs($1)) }
    return CheckResult.Comparison(
      difference: paired.difference, standardError: paired.interval.standardError,
      largestShare: measured.largestShare.map { max($0, spreadShare) }, spreadShare: spreadShare)
  }

  /// What float32 distances and another instruction set leave of a number.
  private static let accuracy = 1e-6

  private static func reason(_ outcome: LayerMeasurements.Outcome?) -> String {
    if case .absent(let reason)? = outcome { reason } else { "It was not computed." }
  }

  private static func place(_ value: Measurement) -> String {
    switch value.position {
    case .zero: "a limit as T → 0"
    case .infinity: "a limit as T → ∞"
    case .interior, nil: "a number"
    }
  }
}

extension SampleFingerprint.Pairing {
  /// nil where single samples are not known.
  fileprivate var rule: SamplePairing.Rule? {
    switch self {
    case .sampleIDs: .sampleIDs
    case .position: .position
    case .none, .different: nil
    }
  }
}

extension CheckResult {
  fileprivate mutating func apply(_ ruling: RegressionJudgement.Ruling) {
    verdict = ruling.verdict
    message = ruling.message
    isFailure = ruling.isFailure
  }
}
