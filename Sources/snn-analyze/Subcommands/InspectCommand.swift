import ActivationFiles
import Analysis
import ArgumentParser
import Entanglement

/// What would be read, without reading it.
struct InspectCommand: ParsableCommand, Verbosity {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what was found in the files: checkpoints, layers, shapes, types and labels.",
    discussion: "Example: snn-analyze inspect activations.h5")

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Computation, for the forecast")
  var compute: ComputeOptions<ReportedQuantities>

  @Flag(help: "Print the table as JSON.")
  var json = false

  @Flag(help: "List every layer of every checkpoint, and the library's own words on errors.")
  var verbose = false

  func validate() throws { try input.selection.requireOneLabeling() }

  func run() throws {
    var options = try compute.options(input.selection, keepsGoing: true)
    options.reading.allowsSeveralSplits = true
    let plan = try AnalysisPlan(files: input.files, options: options)
    let text = InspectionText(plan.collection, forecast: RunForecast(plan))
    try StandardOutput.write(
      json ? text.json : text.overview + (verbose ? "\n" + text.table : ""))
    for problem in text.problems { StandardError.write("Error: \(problem)\n") }
    if !text.problems.isEmpty { throw ExitCode(text.areQuestions ? 64 : 2) }
  }
}
