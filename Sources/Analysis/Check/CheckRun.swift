internal import ActivationFiles
internal import Activations
internal import Entanglement
internal import Platform
public import RegressionChecks
internal import Reporting

/// Holds files, or a `report.json`, against a baseline; or several models, each against its own.
///
///     let check = try CheckRun(files: ["activations.h5"], baseline: "baseline.json").check()
///     check.verdict == .regression
public struct CheckRun: Sendable {
  private let models: [CheckedModel]
  private let rules: [RegressionRule]
  private let options: AnalysisOptions
  private let scratch: String
  private let hooks: RunHooks
  /// Opens divided runs, whose units are measured already, where the files are their folders.
  package var openUnits: (@Sendable ([String]) throws(AnalysisError) -> UnitRun)?

  /// Of a single model.
  /// - Parameters:
  ///   - files: Of activations; or a single `report.json`, which holds no single samples.
  ///   - baseline: The path of the document, with its samples beside it.
  ///   - rules: nil for the standard rule.
  ///   - options: What the baseline was made with, but for what is left out on purpose. A layer that
  ///     fails does not end the check.
  ///   - scratch: The folder where layers go that are larger than memory; nil for the system's own.
  public init(
    files: [String], baseline: String, rules: [RegressionRule]? = nil,
    options: AnalysisOptions = AnalysisOptions(), scratch: String? = nil,
    hooks: RunHooks = RunHooks()
  ) {
    self.init(
      models: [CheckedModel(files: files, baseline: baseline)], rules: rules, options: options,
      scratch: scratch, hooks: hooks)
  }

  /// Of several models, whose comparisons share the 5 % of false alarms.
  /// - Parameters:
  ///   - models: With names that differ. What is wrong with one of several does not keep the others
  ///     from being checked.
  ///   - rules: nil for the standard rule.
  ///   - options: What the baselines were made with, but for what is left out on purpose. A layer
  ///     that fails does not end the check.
  ///   - scratch: The folder where layers go that are larger than memory; nil for the system's own.
  public init(
    models: [CheckedModel], rules: [RegressionRule]? = nil,
    options: AnalysisOptions = AnalysisOptions(), scratch: String? = nil,
    hooks: RunHooks = RunHooks()
  ) {
    self.models = models
    self.rules = rules ?? [.standard(at: options.settings.perplexityTarget)]
    self.options = options
    self.scratch = scratch ?? FileManager.default.temporaryDirectory.path
    self.hooks = hooks
  }

  /// Reads, measures what the rules ask for, and judges it.
  public func check() throws(AnalysisError) -> RegressionCheck {
    guard Set(models.map(\.name)).count == models.count else {
      throw AnalysisError(
        "\(models.compactMap(\.name).joined(separator: ", ")): each model of a check needs a name "
          + "of its own.")
    }
    var found: [RegressionCheck.Model] = []
    for model in models {
      do throws(AnalysisError) {
        found.append(try compared(model))
      } catch {
        guard models.count > 1, error != .cancelled else { throw error }
        if let detail = error.detail { hooks.detail(detail) }
        found.append(RegressionCheck.Model(model.name, failure: error.message))
      }
    }
    return RegressionCheck(found)
  }

  private func compared(_ model: CheckedModel) throws(AnalysisError) -> RegressionCheck.Model {
    let reading = options.reading
    // What is left out of the files on purpose is not missed.
    let kept = try BaselineFile(path: model.baseline).read().layers(where: reading.choosesLayer)
    let observed: RunMeasurements
    var head: ReadingHead?
    let assignment: RuleAssignment
    if openUnits == nil, let report = try storedReport(model.files) {
      assignment = RuleAssignment(
        rules, observed: report.catalog.layers(where: reading.choosesLayer),
        baseline: kept.catalog)
      let wanted = assignment.measures
      observed = report.run { wanted[$0]?[$1] ?? [] }
    } else {
      var options = options
      options.keepsGoing = true
      if openUnits == nil, options.reading.fileContent == .run {
        if try GateRuns.fileCount(model.files) == 1 { options.reading.fileContent = nil }
        if let runs = try GateRuns(model.files, title: model.name, options: options) {
          let mean = try runs.averaged { plan, _ throws(AnalysisError) in
            if head == nil { head = plan.readingHead }
            return try measured(plan, against: kept)
          }
          return try judged(mean, of: model, against: kept, reading: head)
        }
      }
      let units = try openUnits?(model.files)
      let plan: AnalysisPlan
      if let units {
        plan = units.plan
      } else {
        plan = try AnalysisPlan(files: model.files, options: options)
      }
      try plan.requireOneLabeling()
      try plan.requireOneRun()
      head = plan.readingHead
      assignment = RuleAssignment(
        rules, observed: LayerCatalog(plan.collection), baseline: kept.catalog)
      let wanted = assignment.measures
      let measures = { (checkpoint: Int, layer: String) in wanted[checkpoint]?[layer] ?? [] }
      if let units {
        observed = try units.measurements(measures)
      } else {
        observed = try MeasurementRun(plan: plan, scratch: scratch, hooks: hooks).run(measures)
      }
    }
    return try judged(
      observed, of: model, against: kept, reading: head, assignment: assignment)
  }

  /// One of several trainings: the checkpoints that rules decide about.
  private func measured(
    _ plan: AnalysisPlan, against kept: RunMeasurements
  ) throws(AnalysisError) -> RunMeasurements {
    let wanted = RuleAssignment(
      rules, observed: LayerCatalog(plan.collection), baseline: kept.catalog
    ).measures
    let all = try MeasurementRun(plan: plan, scratch: scratch, hooks: hooks).run {
      wanted[$0]?[$1] ?? []
    }
    return RunMeasurements(
      settings: all.settings,
      checkpoints: all.checkpoints.enumerated().filter {
        wanted[$0.offset] != nil || $0.offset == all.checkpoints.count - 1
      }.map(\.element))
  }

  private func judged(
    _ observed: RunMeasurements, of model: CheckedModel, against kept: RunMeasurements,
    reading head: ReadingHead?, assignment: RuleAssignment? = nil
  ) throws(AnalysisError) -> RegressionCheck.Model {
    let assignment =
      assignment
      ?? RuleAssignment(rules, observed: observed.catalog, baseline: kept.catalog)
    do throws(ReportError) {
      try observed.requireFinite()
    } catch {
      throw AnalysisError(error.description)
    }
    return RegressionCheck.Model(
      model.name, of: observed, against: kept, rules: rules, assignment: assignment,
      reading: head)
  }

  private func storedReport(_ files: [String]) throws(AnalysisError) -> StoredReport? {
    guard files.contains(where: StoredReport.isNamed) else { return nil }
    guard files.count == 1 else {
      throw AnalysisError(
        "\(files.joined(separator: ", ")): a report.json is checked alone. Give one, or HDF5 files."
      )
    }
    return try StoredReport.read(files[0])
  }
}

extension ReadingOptions {
  /// Whether the patterns leave a layer in.
  fileprivate func choosesLayer(_ name: String) -> Bool {
    (layers.isEmpty || layers.contains { GlobPattern($0).matches(name) })
      && !except.contains { GlobPattern($0).matches(name) }
  }
}
