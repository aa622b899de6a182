import ActivationFiles
import ArgumentParser
import Entanglement
import Foundation
import RegressionChecks
import Reporting

/// Holds a run against a baseline and ends with what came of it.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Hold a run against a baseline: a gate for continuous integration.",
    discussion: """
      Without rules, every layer of the last checkpoint is held against the baseline's last: the loss \
      at the matched perplexity must not rise by more than 0.01 and 5 %.

      Exit status: 0 pass or improvement, 1 regression, 2 could not read or compute, 3 inconclusive \
      (with --fail-on-inconclusive), 4 not comparable, 64 wrong usage.
      """)

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Computation") var compute: ComputeOptions

  @Option(help: ArgumentHelp("The baseline.", valueName: "file"))
  var baseline = "baseline.json"

  @Option(help: ArgumentHelp("Rules in YAML (default: the standard rule).", valueName: "file"))
  var rules: String?

  @Option(
    name: [.customLong("output"), .customShort("o")],
    help: ArgumentHelp(
      "The folder for check.json, check.xml and check.md (default: Reports/<name of the file>).",
      valueName: "folder"))
  var output: String?

  @Flag(help: "End with 3 where a number is inconclusive.")
  var failOnInconclusive = false

  @Option(
    help: ArgumentHelp(
      "Where layers are put aside that are larger than --memory (default: beside what is written).",
      valueName: "folder"))
  var cache: String?

  @Flag(help: "Print nothing but errors.")
  var quiet = false

  @Flag(help: "Print the library's own words on errors.")
  var verbose = false

  func validate() throws {
    try input.selection.requireOneLabeling()
  }

  func run() throws {
    let folder = try OutputFolder(path: output ?? "Reports/" + input.files[0].fileStem)
    defer { folder.finish() }
    let check: RegressionCheck
    do {
      check = try self.check(scratch: cache ?? folder.path)
    } catch let error as CommandError {
      // An older report must not stand for a check that was not made.
      try write(
        CheckReport(
          error: error.message, version: SNNAnalyze.version, files: input.files,
          baseline: baseline), to: folder, isQuiet: true)
      throw error
    }
    try write(
      CheckReport(
        check, version: SNNAnalyze.version, files: input.files, baseline: baseline),
      to: folder, isQuiet: quiet)
    for result in check.results where result.isFailure {
      StandardError.write("Error: \(result.message)\n")
    }
    let status = exitStatus(check)
    if status != 0 { throw ExitCode(status) }
  }

  private func check(scratch: String) throws -> RegressionCheck {
    let rules =
      try rules.map { try RulesFile(path: $0, target: compute.atPerplexity).rules }
      ?? [.standard(at: compute.atPerplexity)]
    // What is left out of the files on purpose is not missed.
    let kept = try BaselineFile(path: baseline).read().layers(where: input.selection.choosesLayer)
    let report = try storedReport()
    let plan =
      report == nil
      ? try AnalysisPlan(
        files: input.files, reading: input.reading, compute: compute, keepGoing: true,
        verbose: verbose) : nil
    let catalog =
      report?.catalog.layers(where: input.selection.choosesLayer)
      ?? plan.map { LayerCatalog($0.collection) } ?? LayerCatalog([])
    let assignment = RuleAssignment(rules, observed: catalog, baseline: kept.catalog)
    var wanted: [Int: [String: [Measure]]] = [:]
    for item in assignment.items {
      guard let checkpoint = item.observed else { continue }
      wanted[checkpoint, default: [:]][item.layer, default: []].append(item.measure)
    }
    let measures = { wanted[$0]?[$1] ?? [] }
    let observed: RunMeasurements
    if let plan {
      observed = try MeasurementRun(
        plan: plan, settings: compute.baselineSettings(input.selection),
        progress: Progress(isVisible: StandardError.isTerminal && !quiet),
        scratch: scratch
      ).run(measures)
    } else {
      observed = report?.run(measures) ?? RunMeasurements(settings: [:], checkpoints: [])
    }
    do {
      try observed.requireFinite()
    } catch {
      throw CommandError("\(error)")
    }
    return RegressionCheck(
      of: observed, against: kept, rules: rules, assignment: assignment)
  }

  private func storedReport() throws -> StoredReport? {
    guard input.files.contains(where: StoredReport.isNamed) else { return nil }
    guard input.files.count == 1 else {
      throw CommandError(
        "\(input.files.joined(separator: ", ")): a report.json is checked alone. Give one, or HDF5 "
          + "files.")
    }
    return try StoredReport.read(input.files[0])
  }

  private func write(
    _ report: CheckReport, to folder: OutputFolder, isQuiet: Bool
  ) throws(CommandError) {
    try folder.write(report.reportFiles.map { ($0.name, $0.contents) })
    if !isQuiet { try StandardOutput.write(report.terminalText) }
    if ProcessInfo.processInfo.environment["GITHUB_ACTIONS"] == "true" {
      try StandardOutput.write(report.annotations)
    }
    if !isQuiet { StandardError.write("Written to \(folder.path)\n") }
  }

  private func exitStatus(_ check: RegressionCheck) -> Int32 {
    if check.hasFailures { return 2 }
    return switch check.verdict {
    case .regression: 1
    case .notComparable: 4
    case .inconclusive: failOnInconclusive ? 3 : 0
    case .pass, .improvement: 0
    }
  }
}
