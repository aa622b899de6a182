internal import ActivationFiles
internal import Entanglement
internal import Foundation
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
  private let scratch: String
  private let hooks: RunHooks

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
    self.scratch = scratch ?? NSTemporaryDirectory()
    self.hooks = hooks
  }

  /// Reads and measures.
  /// - Throws: What is wrong with a layer, or a rule that matches none.
  public func measurements() throws(AnalysisError) -> RunMeasurements {
    let plan = try AnalysisPlan(files: files, options: options)
    try plan.requireOneLabeling()
    try plan.requireOneRun()
    let catalog = LayerCatalog(plan.collection)
    let assignment = RuleAssignment(rules, observed: catalog, baseline: LayerCatalog([]))
    for index in assignment.unmatched where rules[index].level != .off {
      throw AnalysisError(
        "\(rulesName): the rule \"\(rules[index].text)\" matches no layer of "
          + "\(files.joined(separator: ", ")).")
    }
    plan.collection.notesOnReading.prefix(1).forEach(hooks.note)
    var wanted = assignment.measures
    if let last = catalog.checkpoints.indices.last, wanted[last] == nil { wanted[last] = [:] }
    let target = options.settings.perplexityTarget
    let standard: [Measure] = [.minimum, .perplexity(target), .temperature, .accuracy(target)]
    let measured = try MeasurementRun(plan: plan, scratch: scratch, hooks: hooks)
      .run { checkpoint, layer in
        guard let layers = wanted[checkpoint] else { return [] }
        return standard + (layers[layer] ?? []).filter { !standard.contains($0) }
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
  /// For what compares by one labeling.
  func requireOneLabeling() throws(AnalysisError) {
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
        + "or say --each-file checkpoint.", asks: true)
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
