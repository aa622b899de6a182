/// What can be said of one number before the comparisons are corrected for one another.
enum RegressionJudgement {
  static func result(
    of item: RuleAssignment.Item, _ rule: RegressionRule, observed: MeasuredRun,
    baseline: MeasuredRun
  ) -> CheckResult {
    let here = item.observed.map { observed.checkpoints[$0] }
    let there = item.baseline.map { baseline.checkpoints[$0] }
    var result = CheckResult(
      rule: rule, checkpoint: here?.name ?? there?.name ?? "", layer: item.layer,
      measure: item.measure)
    func stop(_ message: String) -> CheckResult {
      result.verdict = .notComparable
      result.message = message
      return result
    }
    guard let here else {
      return stop(
        "The baseline has the checkpoint and the file does not. Renew the baseline, or leave it "
          + "out by a rule with level: off.")
    }
    guard let layer = here.layers.first(where: { $0.name == item.layer }) else {
      return stop(
        "The baseline has the layer and the file does not. Renew the baseline, or leave it out by "
          + "a rule with level: off.")
    }
    guard let measurements = layer.measurements else {
      result.isFailure = true
      return stop(layer.failure ?? "It could not be computed.")
    }
    guard case .measured(let value)? = measurements.outcomes[item.measure] else {
      return stop(Self.reason(measurements.outcomes[item.measure]))
    }
    result.observed = value.value
    if rule.minimum != nil || rule.maximum != nil {
      guard let number = value.value else {
        return stop("There is no number to hold against the bounds: \(Self.place(value)).")
      }
      if let minimum = rule.minimum, number < minimum {
        result.verdict = .regression
        result.message = "It must not be below \(minimum)."
      } else if let maximum = rule.maximum, number > maximum {
        result.verdict = .regression
        result.message = "It must not be above \(maximum)."
      }
    }
    guard let tolerance = rule.tolerance else { return result }
    let isBeyondBounds = result.verdict == .regression
    func hold(_ verdict: Verdict, _ message: String) -> CheckResult {
      guard !isBeyondBounds else { return result }
      result.verdict = verdict
      result.message = message
      return result
    }
    guard let there, let other = there.layers.first(where: { $0.name == item.layer }),
      let others = other.measurements
    else {
      return hold(
        .notComparable,
        "The baseline has no such \(there == nil ? "checkpoint" : "layer"). Add it with snn-analyze "
          + "baseline --update, or leave it out by a rule with level: off.")
    }
    guard case .measured(let before)? = others.outcomes[item.measure] else {
      return hold(
        .notComparable,
        others.outcomes[item.measure].map { "Of the baseline: " + Self.reason($0) }
          ?? "The baseline has no such quantity of this layer. Renew it with snn-analyze baseline "
          + "--update and the same --rules and --at-perplexity.")
    }
    for (name, setting) in observed.settings.sorted(by: { $0.key < $1.key }) {
      if let wanted = baseline.settings[name], wanted != setting {
        return hold(
          .notComparable,
          "The baseline has \(name) \(wanted) and this check has \(setting). "
            + (wanted == "default" ? "Leave --\(name) out" : "Give --\(name) \(wanted)")
            + ", or renew the baseline.")
      }
    }
    let pairing = here.samples.pairing(with: there.samples)
    if case .different(let reason) = pairing { return hold(.notComparable, reason) }
    guard measurements.skippedRows == others.skippedRows || pairing == .none else {
      return hold(
        .notComparable,
        "Other rows are zero than in the baseline (\(measurements.skippedRows.count) against "
          + "\(others.skippedRows.count)), so other samples were left out.")
    }
    result.baseline = before.value
    result.limit = before.value.map(tolerance.limit)
    result.pairing =
      switch pairing {
      case .sampleIDs: .sampleIDs
      case .position: .position
      case .none, .different: nil
      }
    if let digest = layer.activations, digest == other.activations {
      result.isIdentical = true
      // Without other activations there is no noise: what moves a number is the program.
      if let difference = result.difference, let limit = result.limit,
        abs(difference) > max(limit, accuracy * max(abs(difference - (value.value ?? 0)), 1))
      {
        return hold(
          tolerance.isWorse(difference) ? .regression : .improvement,
          "The activations are the baseline's, bit for bit, so the program computes another number. "
            + "Check with the version that wrote the baseline, or renew it.")
      }
      return result
    }
    guard pairing != .none else {
      return hold(
        .inconclusive,
        "A report holds no single samples, so noise cannot be told from change. Check the "
          + "activations, or give the rule min or max alone.")
    }
    guard let now = value.value, let then = before.value else {
      guard value.position != before.position || value.value != before.value else { return result }
      return hold(
        .notComparable,
        "It is \(Self.place(value)) and \(Self.place(before)) in the baseline.")
    }
    guard let influences = value.influences, let previous = before.influences,
      influences.count == previous.count
    else {
      return hold(
        .inconclusive,
        "It is \(Self.place(value)) and \(Self.place(before)) in the baseline, where the "
          + "influence of single samples is not known.")
    }
    if measurements.featureCount != others.featureCount {
      result.message =
        "The layer has \(measurements.featureCount) features and \(others.featureCount) in the "
        + "baseline."
    }
    let paired = PairedDifference(from: (then, previous), to: (now, influences))
    let spreadShare = (influences + previous).reduce(
      item.measure.chanceShare(in: here.samples.classes)
    ) { max($0, abs($1)) }
    result.comparison = CheckResult.Comparison(
      difference: paired.difference, standardError: paired.interval.standardError,
      largestShare: value.largestShare.map { max($0, spreadShare) }, spreadShare: spreadShare)
    return result
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
