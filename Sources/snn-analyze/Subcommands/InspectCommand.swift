import ActivationFiles
import ArgumentParser
import Entanglement
import PairwiseDistances

/// What would be read, without reading it.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what was found in the files: checkpoints, layers, shapes, types and labels.")

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Computation, for the forecast") var compute: ComputeOptions

  @Flag(help: "Print the table as JSON.")
  var json = false

  @Flag(help: "Print the library's own words on errors.")
  var verbose = false

  func validate() throws { try input.selection.requireOneLabeling() }

  func run() throws {
    let collection: ActivationCollection
    var reading = input.reading
    reading.allowsSeveralSplits = true
    reading.threadCount = compute.machine.machine.threadCount
    reading.memoryLimit = compute.machine.machine.memoryLimit
    do {
      collection = try ActivationCollection(paths: input.files, options: reading)
    } catch {
      throw CommandError(error, verbose: verbose)
    }
    let loss = SoftNearestNeighborLoss(try compute.settings, machine: compute.machine.machine)
    let forecast = RunForecast(
      collection, loss: loss, sampleLimit: compute.samples ?? .max)
    let text = InspectionText(collection, forecast: forecast)
    try StandardOutput.write(json ? text.json : text.table + text.summary)
    for problem in text.problems { StandardError.write("Error: \(problem)\n") }
    if !text.problems.isEmpty { throw ExitCode(2) }
  }
}
