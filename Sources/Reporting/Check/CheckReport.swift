internal import Entanglement
public import RegressionChecks

/// What a check came to, ready to be written in every form.
public struct CheckReport: Sendable {
  let verdict: Verdict
  let results: [CheckResult]
  let comparisonCount: Int
  /// Why nothing could be checked at all.
  let error: String?
  let version: String
  /// Each with its own verdict; one without a name where nobody named it.
  let models: [(model: CheckedModel, verdict: Verdict)]
  /// How the files of each were read.
  let readings: [NamedReading]

  /// The report of a check that compared.
  public init(_ check: RegressionCheck, version: String, files: [String], baseline: String) {
    self.init(
      check, version: version, models: [CheckedModel(files: files, baseline: baseline)])
  }

  /// The report of a check that compared several models.
  public init(_ check: RegressionCheck, version: String, models: [CheckedModel]) {
    verdict = check.verdict
    results = check.results
    comparisonCount = check.comparisonCount
    error = nil
    self.version = version
    self.models = models.map { ($0, check.verdict(ofModel: $0.name)) }
    readings = check.readings.map { NamedReading($0.name, $0.head) }
  }

  /// Of a check that could not be made: an older report must not stand for it.
  public init(error: String, version: String, files: [String], baseline: String) {
    self.init(
      error: error, version: version, models: [CheckedModel(files: files, baseline: baseline)])
  }

  /// Of a check of several models that could not be made.
  public init(error: String, version: String, models: [CheckedModel]) {
    verdict = .notComparable
    results = []
    comparisonCount = 0
    self.error = error
    self.version = version
    self.models = models.map { ($0, .notComparable) }
    readings = []
  }

  /// Whether the models have names.
  var namesModels: Bool { models.contains { $0.model.name != nil } }

  /// `check.xml`, `check.md`, then `check.json`.
  public var reportFiles: [ReportFile] {
    [
      ReportFile(name: "check.xml", contents: CheckJUnit(self).text),
      ReportFile(name: "check.md", contents: CheckMarkdown(self).text),
      ReportFile(name: "check.json", contents: CheckJSON(self).text),
    ]
  }

  /// The verdict first, then a line a number.
  public var terminalText: String { CheckText(self).text }

  /// Workflow commands of GitHub Actions, one for each kind of verdict.
  public var annotations: String { CheckAnnotations(self).text }

  /// `Regression: 2 of 8 numbers …`, the same in every form.
  var headline: String {
    if error != nil { return "Error: the check could not be made." }
    guard !results.isEmpty else {
      return "Not comparable: the rules leave nothing to check."
    }
    let counts = Verdict.allCases.map { verdict in
      (verdict, results.count { $0.verdict == verdict && $0.rule.level == .error })
    }
    var text = verdict.text.capitalizedFirst + ": "
    let worst = counts.first { $0.0 == verdict }?.1 ?? 0
    // A pass is one of the numbers that could fail: those at the level of warnings are told apart.
    let deciding = results.count { $0.rule.level == .error }
    let total = verdict == .pass && deciding > 0 ? deciding : results.count
    text +=
      verdict == .pass
      ? "\(worst) of \(total) \(total == 1 ? "number" : "numbers") within tolerance"
      : "\(worst) of \(total) \(total == 1 ? "number" : "numbers")"
    if total < results.count { text += ", beside \(results.count - total) at the level warn" }
    if models.count > 1 { text += " of \(models.count) models" }
    let others = counts.filter { $0.0 != verdict && $0.0 != .pass && $0.1 > 0 }
    for (other, count) in others { text += ", \(count) \(other.text)" }
    let warnings = results.count { $0.isWarning }
    if warnings > 0 { text += ", \(warnings) \(warnings == 1 ? "warning" : "warnings")" }
    text += "."
    if models.count > 1, verdict != .pass {
      let names = models.filter { $0.verdict == verdict }.compactMap(\.model.name)
      text += " \(verdict.text.capitalizedFirst): \(Self.list(names))."
    }
    return text
  }

  /// What a reader has to know beside the verdicts.
  var notices: [String] {
    var notices: [String] = []
    let identical = results.filter(\.isIdentical)
    if !identical.isEmpty {
      let all = identical.count == results.count
      let places = identical.map { [$0.model, $0.layer].compactMap(\.self).joined(separator: " ") }
      notices.append(
        (all
          ? "All activations are" : "The activations of \(Self.list(places)) are")
          + " the baseline's, bit for bit: nothing was recomputed. Was the right file checked?")
    }
    for (model, _) in models
    where results.contains(where: { $0.verdict == .improvement && $0.model == model.name }) {
      let counts = results.first { $0.model == model.name && $0.runCounts != nil }?.runCounts
      let areRuns = (counts?.observed ?? 1) > 1
      notices.append(
        "To keep the improvement\(model.name.map { " of " + $0 } ?? ""): snn-analyze baseline "
          + "\(model.files.joined(separator: " "))\(areRuns ? " --each-file run" : "") "
          + "-o \(model.baseline) --update"
          + ((counts?.baseline ?? 1) > (counts?.observed ?? 1)
            ? ", of as many trainings as before, so that what another seed does stays known" : ""))
    }
    if comparisonCount > 0 {
      notices.append(
        "A regression is separated (the paired interval leaves out 0) and material (beyond the "
          + "limit). Holm's correction over \(comparisonCount) "
          + (comparisonCount == 1 ? "comparison" : "comparisons")
          + " keeps the chance of any false alarm at 5 %.")
      notices.append(
        "A true change as large as \"detects\" is found in 4 checks of 5, in whichever samples it "
          + "comes. One that is spread over the samples, none of which changes by more than one "
          + "weighs already, is found from \"if spread\" on.")
    }
    notices += trainingNotices
    if results.contains(where: { $0.pairing == .position }) {
      notices.append(
        "Rows pair by their place, as the labels are the same in the same order and not both sides "
          + "have sample_ids. Record sample_ids to be sure.")
    }
    return notices
  }

  /// Whether another seed's doing is known of any number.
  var knowsTraining: Bool { results.contains { $0.training != nil } }

  /// What is known of trainings that differ in their seed, where several are on a side.
  private var trainingNotices: [String] {
    let counts = results.compactMap(\.runCounts)
    guard counts.contains(where: { $0.baseline > 1 || $0.observed > 1 }) else { return [] }
    var notices: [String] = []
    if knowsTraining {
      notices.append(
        "\"another seed\" is half of the interval in which the mean of as many new trainings lies in "
          + "95 % of cases, by the runs of the baseline, for each number alone. Where it is known, a "
          + "regression is beyond it too, and \"detects\" is found in both noises; \"noise\" names the "
          + "wider.")
    }
    let found = results.compactMap { result -> (result: CheckResult, runs: Int?)? in
      guard let training = result.training, let limit = result.limit, limit > 0 else { return nil }
      return (result, training.runsToFind(limit))
    }
    let most = TrainingNoise.mostRuns + 1
    if let hardest = found.max(by: { ($0.runs ?? most) < ($1.runs ?? most) }) {
      notices.append(
        "To tell a rise of the limit from what another seed does in 4 checks of 5 takes "
          + (hardest.runs.map { "\($0) runs" } ?? "more than \(TrainingNoise.mostRuns) runs")
          + " on either side (\(hardest.result.place), \(hardest.result.quantity))"
          + (found.count > 1 ? "; other numbers need no more." : "."))
    }
    if let unknown = counts.first(where: { $0.baseline < TrainingNoise.fewest }) {
      notices.append(
        "What another seed does is not known: the baseline is of \(unknown.baseline) "
          + (unknown.baseline == 1 ? "training" : "trainings")
          + ", and it takes three. Differences are "
          + "judged by samples alone, so that a model that was trained anew may alarm though nothing "
          + "changed but its seed. Keep a baseline of several: snn-analyze baseline seed*.h5 "
          + "--each-file run.")
    }
    return notices
  }

  /// What is said of single numbers, once for all layers that it holds for.
  static func remarks(on results: [CheckResult]) -> [(place: String, message: String)] {
    struct Remark: Hashable {
      let model: String?
      let checkpoint: String
      let quantity: String
      let message: String
    }
    var remarks: [Remark] = []
    var layers: [Remark: [String]] = [:]
    for result in results where !result.message.isEmpty {
      let remark = Remark(
        model: result.model, checkpoint: result.checkpoint, quantity: result.quantity,
        message: result.message)
      if layers[remark] == nil { remarks.append(remark) }
      layers[remark, default: []].append(result.layer)
    }
    return remarks.map { remark in
      let place = [remark.model, remark.checkpoint, list(layers[remark] ?? [])]
      return (
        place.compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " ")
          + ", \(remark.quantity)", remark.message
      )
    }
  }

  private static func list(_ names: [String]) -> String {
    let unique = names.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return unique.prefix(5).joined(separator: ", ")
      + (unique.count > 5 ? " and \(unique.count - 5) more" : "")
  }
}

extension CheckResult {
  /// Whether it would stop the build at the level of errors, and does not.
  var isWarning: Bool {
    rule.level == .warn && verdict != .pass && verdict != .improvement
  }

  var place: String {
    [model, checkpoint, layer].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// `0.52 → 0.91, +0.39 [0.2, 0.58], limit 0.026`.
  var numbers: String {
    var parts: [String] = []
    switch (baseline, observed) {
    case (let baseline?, let observed?):
      parts.append("\(NumberStyle.loss(baseline)) → \(NumberStyle.loss(observed))")
    case (nil, let observed?): parts.append(NumberStyle.loss(observed))
    case (let baseline?, nil): parts.append("\(NumberStyle.loss(baseline)) in the baseline")
    case (nil, nil): break
    }
    if let comparison {
      parts.append(
        NumberStyle.signed(comparison.difference) + " ["
          + NumberStyle.signed(comparison.lower) + ", " + NumberStyle.signed(comparison.upper) + "]"
      )
    }
    if let training { parts.append("another seed ±\(NumberStyle.loss(training.reach))") }
    if let noise { parts.append("decided by the noise of \(noise.rawValue)") }
    if let limit { parts.append("limit \(NumberStyle.loss(limit))") }
    if let size = comparison?.minimumDetectable {
      parts.append("detects \(NumberStyle.loss(size))")
    }
    return parts.joined(separator: ", ")
  }
}

extension String {
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
