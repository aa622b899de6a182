import ActivationFiles
import Analysis
import ArgumentParser
import Entanglement
import Foundation
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

      Finished layers are not kept, so there is no --cache: the space for layers larger than --memory \
      is --scratch.

      Exit status: 0 pass or improvement, 1 regression, 2 could not read or compute, 3 inconclusive \
      (with --fail-on-inconclusive), 4 not comparable, 64 wrong usage.
      """)

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Computation") var compute: LossOptions

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

  @OptionGroup var space: ScratchOptions
  @OptionGroup var terminal: TerminalOptions

  var verbose: Bool { terminal.verbose }

  func validate() throws {
    try input.selection.requireOneLabeling()
  }

  func run() throws {
    let folder = try OutputFolder(
      path: output ?? "Reports/" + input.files[0].fileStem, protect: Interruption.protect)
    defer { folder.finish() }
    let check: RegressionCheck
    do throws(CommandError) {
      check = try self.check(scratch: space.scratch ?? folder.path)
    } catch {
      // An older report must not stand for a check that was not made.
      try write(
        CheckReport(
          error: error.message, version: Version.current, files: input.files,
          baseline: baseline), to: folder, isQuiet: true)
      throw error
    }
    try write(
      CheckReport(
        check, version: Version.current, files: input.files, baseline: baseline),
      to: folder, isQuiet: terminal.quiet)
    for result in check.results where result.isFailure {
      StandardError.write("Error: \(result.message)\n")
    }
    let status = exitStatus(check)
    if status != 0 { throw ExitCode(status) }
  }

  private func check(scratch: String) throws(CommandError) -> RegressionCheck {
    let rules = try rules.map { path throws(CommandError) in
      try RulesFile(path: path, target: compute.atPerplexity).rules
    }
    let options = try compute.options(input.selection)
    do {
      return try CheckRun(
        files: input.files, baseline: baseline, rules: rules, options: options, scratch: scratch,
        hooks: terminal.hooks
      ).check()
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
