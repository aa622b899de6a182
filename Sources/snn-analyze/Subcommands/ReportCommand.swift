import ActivationFiles
import ArgumentParser
import Entanglement
import Foundation
import Reporting

/// From activations to a report: text to standard output, figures and data into a folder.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Compute the loss of every layer and write text, figures and data (the default).")

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Computation") var compute: ComputeOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func run() throws {
    let plan = try AnalysisPlan(
      input: input, compute: compute, keepGoing: output.keepGoing, verbose: output.verbose)
    let folder = try OutputFolder(path: output.folder(forFirst: input.files[0]))
    defer { folder.finish() }
    if output.verbose {
      StandardError.write(
        InspectionText(plan.collection).table + "instruction set: \(plan.loss.instructionSet)\n")
    }
    if !output.quiet { writeNotes(on: plan.collection) }
    let progress = Progress(isVisible: StandardError.isTerminal && !output.quiet)
    let history = try AnalysisRun(
      plan, progress: progress, cache: ResultCache(folder: output.cacheFolder(in: folder.path))
    ).history()
    let report: Report
    do {
      report = try Report(
        history,
        options: ReportOptions(
          figureStyle: output.figureStyle, figureWidth: output.figureWidth,
          version: SNNAnalyze.version, title: FileStem.of(input.files[0])))
    } catch {
      throw CommandError("\(error)")
    }
    try write(report, to: folder)
    if history.failures.isEmpty { return }
    for failure in history.failures {
      StandardError.write("Error: \(failure.reason)\n")
    }
    throw ExitCode(2)
  }

  /// What reading decided, and rows that look like padding nothing in the files tells of.
  private func writeNotes(on collection: ActivationCollection) {
    for note in collection.notes { StandardError.write("Note: \(note)\n") }
    for checkpoint in collection.checkpoints {
      for layer in checkpoint.layers where layer.problem == nil {
        // What cannot be read is said when it is computed.
        guard let zeros = try? collection.trailingZeroRows(of: layer), zeros > 1 else { continue }
        let used = layer.sampleCount - zeros
        StandardError.write(
          "Note: \(layer.file): the last \(zeros) rows of \(layer.path) are all zero. If they are "
            + "padding, say --count \(used).\n")
      }
    }
  }

  private func write(_ report: Report, to folder: OutputFolder) throws(CommandError) {
    // `report.json` goes last: who finds it finds the rest.
    let formats =
      output.formats.formats.filter { $0 != .json }
      + output.formats.formats.filter { $0 == .json }
    try folder.write(formats.flatMap(report.files).map { ($0.name, $0.contents) })
    guard !output.quiet else { return }
    if output.formats.formats.contains(.text) {
      let isPlain = ProcessInfo.processInfo.environment["NO_COLOR"].map { !$0.isEmpty } ?? false
      try StandardOutput.write(
        report.terminalText(
          width: StandardOutput.width, color: StandardOutput.isTerminal && !isPlain))
    }
    StandardError.write("Written to \(folder.path)\n")
  }
}
