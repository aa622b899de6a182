import ActivationFiles
import Activations
import Analysis
import ArgumentParser
import Entanglement
import Platform
import RegressionChecks
import Reporting

/// Holds a run against a baseline and ends with what came of it.
struct CheckCommand: ParsableCommand, Verbosity {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Hold a run against a baseline: a gate for continuous integration.",
    discussion: """
      Without rules, every layer of the last checkpoint is held against the baseline's last: the loss \
      at the matched perplexity must not rise by more than 0.01 and 5 %.

      Against a baseline of three trainings or more (baseline seed*.h5 --each-file run) a number is a \
      regression only where it is beyond the prediction interval of a new training too. Several new \
      trainings, check new*.h5 --each-file run, are judged by their mean.

      Several models are checked together, each against a baseline of its own: vision=a.h5 text=b.h5 \
      --baseline FOLDER, where the folder holds vision.json and text.json. A model of one file for \
      each checkpoint repeats its name.

      Finished layers are not kept, so there is no --cache: the space for layers larger than --memory \
      is --scratch.

      Exit status: 0 pass or improvement, 1 regression, 2 could not read or compute, 3 inconclusive \
      (with --fail-on-inconclusive), 4 not comparable, 64 wrong usage.
      """)

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Computation") var compute: LossOptions

  @Option(
    help: ArgumentHelp(
      "The baseline (default: baseline.json); of several models a folder that holds NAME.json of "
        + "each (default: baselines), or these files, the option repeated.",
      valueName: "file or folder"))
  var baseline: [String] = []

  @Option(help: ArgumentHelp("Rules in YAML (default: the standard rule).", valueName: "file"))
  var rules: String?

  @Option(
    name: [.customLong("output"), .customShort("o")],
    help: ArgumentHelp(
      "The folder for check.json, check.xml and check.md (default: Reports/<name of the file, or of the "
        + "models>).",
      valueName: "folder"))
  var output: String?

  @Flag(help: "End with 3 where a number is inconclusive.")
  var failOnInconclusive = false

  @OptionGroup var units: UnitsOption
  @OptionGroup var space: ScratchOptions
  @OptionGroup var terminal: TerminalOptions

  var verbose: Bool { terminal.verbose }

  func validate() throws {
    try input.selection.requireOneLabeling()
    try units.requireNoOther(
      than: ["baseline", "rules", "output", "fail-on-inconclusive"])
    try output?.requireName()
  }

  /// Where results go; nil for the default of the files.
  var folderPath: String? {
    get throws {
      let arguments = try ModelArguments(input.files)
      return output ?? (arguments.isNamed ? "Reports/" + arguments.title : nil)
    }
  }

  var models: [CheckedModel] {
    get throws { try ModelArguments(input.files).checked(against: baseline) }
  }

  func run() throws {
    let models = try models
    let folder = try OutputFolder(
      path: try folderPath, orFor: input.files, protect: Interruption.protect)
    defer { folder.finish() }
    let check: RegressionCheck
    do throws(CommandError) {
      check = try self.check(models, scratch: space.scratch ?? folder.path)
    } catch {
      // An older report must not stand for a check that was not made.
      try write(
        CheckReport(error: error.message, version: Version.current, models: named(models)),
        to: folder, isQuiet: true)
      throw error
    }
    try write(
      CheckReport(check, version: Version.current, models: named(models)),
      to: folder, isQuiet: terminal.quiet)
    for result in check.results where result.isFailure {
      let model = result.model.map { $0 + ": " } ?? ""
      StandardError.write("Error: \((model + result.message).visible)\n")
    }
    let status = exitStatus(check)
    if status != 0 { throw ExitCode(status) }
  }

  /// The models by their files, where folders of plans are given: the report is that of these.
  private func named(_ models: [CheckedModel]) -> [CheckedModel] {
    guard units.isGiven else { return models }
    return models.map { model in
      let files = (try? UnitRun(here: model.files, hooks: RunHooks()))?.plan.files
      return CheckedModel(
        name: model.name, files: files ?? model.files, baseline: model.baseline)
    }
  }

  private func check(
    _ models: [CheckedModel], scratch: String
  ) throws(CommandError) -> RegressionCheck {
    let rules = try rules.map { path throws(CommandError) in
      try RulesFile(path: path, target: compute.atPerplexity).rules
    }
    let options = try compute.options(input.selection)
    do {
      var check = CheckRun(
        models: models, rules: rules, options: options, scratch: scratch, hooks: terminal.hooks)
      if units.isGiven {
        let hooks = terminal.hooks
        check.openUnits = { files throws(AnalysisError) in try UnitRun(here: files, hooks: hooks) }
      }
      return try check.check()
    } catch {
      throw CommandError(error, isVerbose: verbose)
    }
  }

  private func write(
    _ report: CheckReport, to folder: OutputFolder, isQuiet: Bool
  ) throws {
    try folder.write(report.reportFiles)
    if !isQuiet { try StandardOutput.write(report.terminalText) }
    if ProcessInfo.processInfo.environment["GITHUB_ACTIONS"] == "true" {
      try StandardOutput.write(report.annotations)
    }
    if !isQuiet { StandardError.write("Written to \(folder.path.visible)\n") }
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
