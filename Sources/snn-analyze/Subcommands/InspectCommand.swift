import ActivationFiles
import ArgumentParser

/// What would be read, without reading it.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what was found in the files: checkpoints, layers, shapes, types and labels.")

  @OptionGroup(title: "Input") var input: InputOptions

  @Flag(help: "Print the table as JSON.")
  var json = false

  @Flag(help: "Print the library's own words on errors.")
  var verbose = false

  func run() throws {
    let collection: ActivationCollection
    var reading = input.reading
    reading.allowsSeveralSplits = true
    do {
      collection = try ActivationCollection(paths: input.files, options: reading)
    } catch {
      throw CommandError(error, verbose: verbose)
    }
    let text = InspectionText(collection)
    try StandardOutput.write(json ? text.json : text.table + text.summary)
    for problem in text.problems { StandardError.write("Error: \(problem)\n") }
    if !text.problems.isEmpty { throw ExitCode(2) }
  }
}
