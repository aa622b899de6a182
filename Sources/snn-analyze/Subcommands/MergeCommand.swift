import Analysis
import ArgumentParser
import Reporting

/// From the units of a divided run to its report.
struct MergeCommand: ParsableCommand, Verbosity {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Write the report of a divided run from its units, to the byte that of one machine.",
    discussion: """
      Reads labels and ids, and no activations.

      Exit status: 0 fine; 2 a layer could not be computed (the others are reported); 4 options or \
      files are not those of the plan; 65 a unit is damaged; 75 units are missing, with the line that \
      computes just those; 64 wrong usage.
      """)

  @Argument(help: ArgumentHelp("The folder of the plan.", valueName: "run"))
  var units: String

  @OptionGroup(title: "Output") var output: OutputOptions<ReportedFormats>

  @Flag(help: "Print a sentence for each layer that is ready to be quoted, and BibTeX.")
  var cite = false

  var verbose: Bool { output.terminal.verbose }

  func run() throws {
    // Paths of this command line start here, those of the plan where it was made.
    var output = output
    output.output = output.output?.fromRoot
    let parent = "Reports".fromRoot
    let run = try UnitRun(at: units.fromRoot, threads: nil, hooks: output.terminal.hooks)
    let results = try run.results()
    let folder = try OutputFolder(
      path: output.output, orFor: run.plan.files, in: parent, protect: Interruption.protect)
    defer { folder.finish() }
    let report = try results.report(
      figureStyle: output.figureStyle, figureWidth: output.figureWidth)
    try output.write(report, to: folder)
    if cite { try StandardOutput.write("\n" + report.citation) }
    try endIfFailed(results.failures)
  }
}
