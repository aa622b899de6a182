internal import ActivationFiles
internal import Entanglement
internal import Platform
public import RegressionChecks
internal import Reporting

/// Measures what later runs are held against: of the last checkpoint the minimum, its temperature,
/// the loss and the soft-neighbor accuracy at the matched perplexity, and what rules name beyond.
///
///     let run = try BaselineRun(files: ["activations.h5"]).measurements()
///     try BaselineFile(path: "baseline.json").write(run)
public struct BaselineRun: Sendable {
  private let files: [String]
  private let rules: [RegressionRule]
  private let rulesName: String
  private let options: AnalysisOptions
  private let units: UnitRun?
  private let scratch: String
  private let hooks: RunHooks
  /// What messages call the files together.
  package var name: String?

  /// Of a divided run, whose units are measured already.
  /// - Parameters:
  ///   - rules: For what they name, which the plan has to have.
  ///   - rulesName: What messages call the rules: the file they are from.
  package init(
    _ units: UnitRun, rules: [RegressionRule] = [], rulesName: String = "The rules",
    hooks: RunHooks = RunHooks()
  ) {
    files = units.plan.files
    self.rules = rules
    self.rulesName = rulesName
    options = units.plan.options
    self.units = units
    scratch = ""
    self.hooks = hooks
  }

  /// - Parameters:
  ///   - rules: For what they name.
  ///   - rulesName: What messages call the rules: the file they are from.
  ///   - options: Several labelings are refused, as a baseline is of one.
  ///   - scratch: The folder where layers go that are larger than memory; nil for the system's own.
  public init(
    files: [String], rules: [RegressionRule] = [], rulesName: String = "The rules",
    options: AnalysisOptions = AnalysisOptions(), scratch: String? = nil,
    hooks: RunHooks = RunHooks()
  ) {
    self.files = files
    self.rules = rules
    self.rulesName = rulesName
    self.options = options
    units = nil
    self.scratch = scratch ?? FileManager.default.temporaryDirectory.path
    self.hooks = hooks
  }

  /// Reads and measures; where the options say that each file is a run, the mean over these with the
  /// number in each.
  /// - Throws: What is wrong with a layer, or a rule that matches none.
  public func measurements() throws(AnalysisError) -> RunMeasurements {
    if units == nil, options.reading.fileContent == .run {
      guard try GateRuns.fileCount(files) > 1 else {
        throw AnalysisError(
          "\(files.joined(separator: ", ")): --each-file run, and there is one file. How far trainings "
            + "differ is known from three on: give all of them, such as baseline seed*.h5 "
            + "--each-file run.", asks: true)
      }
      if let runs = try GateRuns(files, title: name, options: options) {
        return try runs.averaged { plan, _ throws(AnalysisError) in try measurements(plan) }
      }
    }
    let plan: AnalysisPlan
    if let units {
      plan = units.plan
    } else {
      plan = try AnalysisPlan(files: files, options: options)
    }
    return try measurements(plan)
  }

  private func measurements(_ plan: AnalysisPlan) throws(AnalysisError) -> RunMeasurements {
    try plan.requireOneLabeling()
    try plan.requireOneRun()
    plan.collection.notesOnReading.prefix(1).forEach(hooks.note)
    let wanted = try plan.gateMeasures(rules, called: rulesName)
    let measures = { (checkpoint: Int, layer: String) in wanted[checkpoint]?[layer] ?? [] }
    let measured: RunMeasurements
    if let units {
      measured = try units.measurements(measures)
    } else {
      measured = try MeasurementRun(plan: plan, scratch: scratch, hooks: hooks).run(measures)
    }
    let checkpoints = measured.checkpoints.enumerated().filter { wanted[$0.offset] != nil }
      .map(\.element)
    for failure in checkpoints.flatMap(\.layers).compactMap(\.failure) {
      throw AnalysisError(failure)
    }
    return RunMeasurements(settings: measured.settings, checkpoints: checkpoints)
  }
}

extension AnalysisPlan {
  /// What a baseline has of each layer, by the place of its checkpoint and its name.
  /// - Throws: Where a rule matches no layer.
  package func gateMeasures(
    _ rules: [RegressionRule], called rulesName: String
  ) throws(AnalysisError) -> [Int: [String: [Measure]]] {
    let catalog = LayerCatalog(collection)
    let assignment = RuleAssignment(rules, observed: catalog, baseline: LayerCatalog([]))
    for index in assignment.unmatched where rules[index].level != .off {
      throw AnalysisError(
        "\(rulesName): the rule \"\(rules[index].text)\" matches no layer of "
          + "\(files.joined(separator: ", ")).")
    }
    var named = assignment.measures
    if let last = catalog.checkpoints.indices.last, named[last] == nil { named[last] = [:] }
    let target = options.settings.perplexityTarget
    let standard: [Measure] = [.minimum, .perplexity(target), .temperature, .accuracy(target)]
    var wanted: [Int: [String: [Measure]]] = [:]
    for (checkpoint, layers) in named {
      for layer in catalog.checkpoints[checkpoint].layers {
        wanted[checkpoint, default: [:]][layer] =
          standard + (layers[layer] ?? []).filter { !standard.contains($0) }
      }
    }
    return wanted
  }

  /// For what compares by one labeling.
  package func requireOneLabeling() throws(AnalysisError) {
    guard labelings.count > 1 else { return }
    throw AnalysisError(
      "Numbers are held against others of one labeling; here give one of "
        + "\(options.reading.labels.joined(separator: ", ")).")
  }
}

extension AnalysisPlan {
  /// Of several files the last alone would be held against a baseline, so that they are checkpoints
  /// of one run must show.
  func requireOneRun() throws(AnalysisError) {
    guard collection.areUnsaidCheckpoints else { return }
    throw AnalysisError(
      "\(files.joined(separator: ", ")): nothing says that these are checkpoints of one run, of "
        + "which the last counts. Name several models, NAME=FILE NAME=FILE with --baseline FOLDER, "
        + "or say --each-file checkpoint, or --each-file run of trainings of other seeds.",
      asks: true)
  }
}

extension LayerCatalog {
  init(_ collection: ActivationCollection) {
    self.init(
      collection.checkpoints.map {
        .init(name: $0.name, step: $0.step, layers: $0.layers.map(\.name))
      })
  }
}

extension RuleAssignment {
  /// What is to be measured: by the place of the checkpoint among the file's, then by layer.
  var measures: [Int: [String: [Measure]]] {
    var wanted: [Int: [String: [Measure]]] = [:]
    for item in items {
      guard let checkpoint = item.observed else { continue }
      wanted[checkpoint, default: [:]][item.layer, default: []].append(item.measure)
    }
    return wanted
  }
}
