import Analysis
import ArgumentParser
import Entanglement
import Reporting

/// From activations to a report: text to standard output, figures and data into a folder.
struct ReportCommand: ParsableCommand, Verbosity {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Compute the loss of every layer and write text, figures and data (the default).",
    discussion: "Example: snn-analyze activations.h5 --layers 'conv*' --figure-style icml")

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Computation") var compute: ComputeOptions<ReportedQuantities>
  @OptionGroup(title: "Studies") var studies: StudyOptions
  @OptionGroup(title: "Output") var output: OutputOptions<ReportedFormats>
  @OptionGroup(title: "Output") var figures: FigureOptions
  @OptionGroup(title: "Output") var course: RunOptions

  @Flag(help: "Print a sentence for each layer that is ready to be quoted, and BibTeX.")
  var cite = false

  func validate() throws {
    try input.selection.requireDistinctLabelings()
    try compute.requireEstimable(studies)
  }

  var verbose: Bool { output.terminal.verbose }

  func run() throws {
    let look = try figures.look
    let plan = try AnalysisPlan(files: input.files, options: try options)
    let folder = try output.makeFolder(for: input.files)
    defer { folder.finish() }
    if verbose {
      StandardError.write(
        InspectionText(plan.collection).table
          + "instruction set: \(plan.options.machine.instructionSet)\n")
    }
    if !output.terminal.quiet { for note in plan.notes { StandardError.write("Note: \(note)\n") } }
    let cache = course.cacheFolder(in: folder.path)
    let results = try AnalysisRun(
      plan, cache: cache, scratch: course.space.scratch ?? folder.path,
      hooks: output.terminal.hooks.keepingLayers(in: cache)
    ).results()
    let report = try results.report(
      figureStyle: output.figureStyle, figureWidth: output.figureWidth, look: look)
    try output.write(report, to: folder)
    if !output.terminal.quiet {
      for note in figureNotes(report, look) { StandardError.write("Note: \(note)\n") }
    }
    if cite { try StandardOutput.write("\n" + report.citation) }
    if verbose {
      for history in results.histories { StandardError.write(IdentityText(history).text) }
    }
    try endIfFailed(results.failures)
  }

  private var options: AnalysisOptions {
    get throws {
      var options = try compute.options(
        input.selection, studies: studies, keepsGoing: course.keepGoing)
      options.settings.identitySeed = verbose ? compute.loss.seed : nil
      return options
    }
  }
}

/// Says which layers failed, and ends with status 2 where some did.
func endIfFailed(_ failures: [LayerFailure]) throws {
  for failure in failures { StandardError.write("Error: \(failure.reason)\n") }
  if !failures.isEmpty { throw ExitCode(2) }
}
