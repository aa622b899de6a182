package import Activations

/// A run held against a baseline.
///
/// A number is a regression where its difference from the baseline's is both material, larger than
/// max(atol, rtol · |baseline|), and separated: the paired interval leaves out 0. The variance of
/// the difference is Σ_j (U_j − V_j)² with the influences U, V of the samples on either number
/// (`Jackknife`). Over the m comparisons of a check, Holm's procedure keeps the probability that
/// any number without a change is called separated at 5 %: the k-th smallest probability is tested
/// at 5 % / (m − k + 1), and the interval of each comparison has the coverage it was tested at.
///
/// Where the baseline is the mean of three trainings or more, a difference is separated only where it
/// is so from the noise of training too (`TrainingNoise`), which samples know nothing of.
public struct RegressionCheck: Sendable {
  /// In the order of `RuleAssignment`, rules without a layer last.
  public private(set) var results: [CheckResult]
  /// How many comparisons share the 5 %.
  package let comparisonCount: Int

  /// How the files of each model were read, as far as they could be.
  package let readings: [(name: String, head: ReadingHead)]

  /// That no unchanged number of a check is called separated.
  package static let confidence = 0.95

  /// - Parameters:
  ///   - observed: The run that is judged.
  ///   - rules: Of several for one number the last decides.
  public init(
    of observed: RunMeasurements, against baseline: RunMeasurements, rules: [RegressionRule]
  ) {
    self.init(
      of: observed, against: baseline, rules: rules,
      assignment: RuleAssignment(rules, observed: observed.catalog, baseline: baseline.catalog))
  }

  /// - Parameter assignment: Made of the same rules and names.
  package init(
    of observed: RunMeasurements, against baseline: RunMeasurements, rules: [RegressionRule],
    assignment: RuleAssignment
  ) {
    self.init([
      Model(of: observed, against: baseline, rules: rules, assignment: assignment)
    ])
  }

  /// Of several models at once: the comparisons of all share the 5 %.
  package init(_ models: [Model]) {
    results = models.flatMap(\.results)
    readings = models.compactMap { model in
      model.reading.map { (name: model.name ?? "", head: $0) }
    }
    comparisonCount = results.count { $0.comparison != nil }
    correct()
    for index in results.indices { results[index].judge() }
  }

  /// What was found of one model, before the comparisons of all are corrected for one another.
  package struct Model {
    fileprivate let results: [CheckResult]
    fileprivate let name: String?
    fileprivate let reading: ReadingHead?

    /// A model that could not be checked at all.
    /// - Parameter failure: Why, and how to mend it: a sentence.
    package init(_ name: String?, failure: String) {
      var result = CheckResult.unchecked(failure)
      result.isFailure = true
      result.model = name
      results = [result]
      self.name = name
      reading = nil
    }

    /// - Parameters:
    ///   - assignment: Made of the same rules and names.
    ///   - reading: How the observed files were read; nil where that is not known.
    package init(
      _ name: String? = nil, of observed: RunMeasurements, against baseline: RunMeasurements,
      rules: [RegressionRule], assignment: RuleAssignment, reading: ReadingHead? = nil
    ) {
      self.name = name
      self.reading = reading
      var results = Self.compared(observed, baseline, rules, assignment)
      if name != nil, results.isEmpty {
        // Beside the others of the check it would go unseen.
        results = [.unchecked("The rules leave nothing to check.")]
      }
      for index in results.indices { results[index].model = name }
      self.results = results
    }
  }

  /// Of the results whose rules are at the level of errors; not comparable where nothing was checked.
  public var verdict: Verdict { verdict(of: results) }

  /// Of one of the models.
  package func verdict(ofModel name: String?) -> Verdict {
    verdict(of: results.filter { $0.model == name })
  }

  private func verdict(of results: [CheckResult]) -> Verdict {
    guard !results.isEmpty else { return .notComparable }
    let order: [Verdict] = [.regression, .notComparable, .inconclusive, .improvement]
    let found = Set(results.filter { $0.rule.level == .error }.map(\.verdict))
    return order.first(where: found.contains) ?? .pass
  }

  /// Whether a number could not be computed.
  public var hasFailures: Bool { results.contains(where: \.isFailure) }

  /// Holm (1979), with intervals and minimum detectable differences.
  private mutating func correct() {
    let alpha = 1 - Self.confidence
    let order = results.indices.filter { results[$0].comparison != nil }.sorted {
      let (left, right) = (results[$0].probability, results[$1].probability)
      return left == right ? $0 < $1 : left < right
    }
    let hardest = NormalDistribution.twoSidedQuantile(alpha / Double(max(order.count, 1)))
    var adjusted = 0.0
    var isRejecting = true
    var level = alpha
    for (rank, index) in order.enumerated() {
      guard var comparison = results[index].comparison else { continue }
      let remaining = Double(order.count - rank)
      adjusted = max(adjusted, min(1, comparison.probability * remaining))
      // Once one is not separated, none that is less so is tested at an easier level.
      if isRejecting { level = alpha / remaining }
      if adjusted > alpha { isRejecting = false }
      let quantile = NormalDistribution.twoSidedQuantile(level)
      comparison.adjustedProbability = adjusted
      comparison.confidence = 1 - level
      comparison.isSeparated = isRejecting
      comparison.lower = comparison.difference - quantile * comparison.standardError
      comparison.upper = comparison.difference + quantile * comparison.standardError
      func detectable(_ share: Double) -> Double {
        DetectableChange(
          standardError: comparison.standardError, largestShare: share,
          limit: results[index].limit ?? 0, quantile: hardest
        ).size
      }
      // A change has to be found in both noises.
      let ofRuns = results[index].training?.detectable(beyond: results[index].limit ?? 0) ?? 0
      comparison.minimumDetectable = comparison.largestShare.map { max(detectable($0), ofRuns) }
      comparison.minimumDetectableSpread = max(detectable(comparison.spreadShare), ofRuns)
      results[index].comparison = comparison
      results[index].noise = results[index].training.map { training in
        let isSamples = quantile * comparison.standardError >= training.reach
        return isSamples || !isRejecting && training.separates(comparison.difference)
          ? .samples : .runs
      }
    }
  }
}

extension RegressionCheck.Model {
  /// A result for each number that a rule decides about, and for each rule that matches none.
  private static func compared(
    _ observed: RunMeasurements, _ baseline: RunMeasurements, _ rules: [RegressionRule],
    _ assignment: RuleAssignment
  ) -> [CheckResult] {
    let compared = assignment.items.map {
      RegressionJudgement.result(
        of: $0, rules[$0.rule], observed: observed, baseline: baseline)
    }
    let checkpoints = observed.checkpoints + baseline.checkpoints
    let layers = checkpoints.flatMap { $0.layers.map(\.name) }
    let unmatched = assignment.unmatched.map { rules[$0] }.filter { $0.level != .off }
    return compared
      + unmatched.map { rule in
        let (what, names) =
          rule.checkpoint != nil && layers.isEmpty
          ? ("checkpoint", checkpoints.map(\.name)) : ("layer", layers)
        return CheckResult(
          rule: rule, checkpoint: rule.checkpoint ?? "the last", layer: rule.layer,
          measure: rule.measure, verdict: .notComparable,
          message: "The rule matches no \(what). There are "
            + names.unique.prefix(12).joined(separator: ", ") + ".")
      }
  }
}

extension CheckResult {
  fileprivate var probability: Double { comparison?.probability ?? 1 }

  /// Turns a comparison into a verdict; a bound that is passed has one already.
  fileprivate mutating func judge() {
    compare()
    guard let doubt else { return }
    if verdict == .pass || verdict == .improvement { verdict = .inconclusive }
    add(doubt)
  }

  private mutating func compare() {
    guard verdict == .pass, let comparison, let limit, let tolerance = rule.tolerance else {
      return
    }
    let isMaterial = abs(comparison.difference) > limit
    let isWorse = tolerance.isWorse(comparison.difference)
    guard isMaterial else { return }
    let isOfTraining = training?.separates(comparison.difference) ?? true
    if comparison.isSeparated && isOfTraining {
      verdict = isWorse ? .regression : .improvement
      if !isWorse, doubt == nil {
        add("Renew the baseline with snn-analyze baseline --update to keep it.")
      }
    } else if isWorse && limit > 0 {
      verdict = .inconclusive
      switch (comparison.isSeparated, isOfTraining) {
      case (true, _):
        add(
          "Beyond the tolerance, and within what another seed does. Check the mean of several runs to "
            + "tell, or keep a baseline of more.")
      case (false, false):
        add(
          "Beyond the tolerance, and separated neither from what another seed does nor from the noise "
            + "of samples. Check more runs and record more samples to tell.")
      case (false, true):
        add("Beyond the tolerance, and not separated from noise. Record more samples to tell.")
      }
    }
  }
}

extension [String] {
  fileprivate var unique: [String] {
    reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
