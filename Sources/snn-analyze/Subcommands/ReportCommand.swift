import ActivationFiles
import ArgumentParser
import Entanglement
import Foundation
import PairwiseDistances
import Reporting

/// From activations to a report: text to standard output, figures and data into a folder.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Compute the loss of every layer and write text, figures and data (the default).")

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Computation") var compute: ComputeOptions
  @OptionGroup(title: "Studies") var studies: StudyOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws { try input.selection.requireDistinctLabelings() }

  func run() throws {
    let plans = try AnalysisPlan.plans(
      input: input, compute: compute, studies: studies, keepGoing: output.keepGoing,
      verbose: output.verbose)
    let plan = plans[0]
    let folder = try OutputFolder(path: output.folder(forFirst: input.files[0]))
    defer { folder.finish() }
    if output.verbose {
      StandardError.write(
        InspectionText(plan.collection).table
          + "instruction set: \(plan.loss.machine.instructionSet)\n")
    }
    if !output.quiet { writeNotes(on: plan.collection) }
    let progress = Progress(isVisible: StandardError.isTerminal && !output.quiet)
    let cache = ResultCache(folder: output.cacheFolder(in: folder.path))
    let histories = try AnalysisRun(
      plans, progress: progress, cache: cache, scratch: output.scratchFolder(in: folder.path)
    ).histories()
    let report: Report
    do {
      report = try Report(
        histories,
        options: ReportOptions(
          figureStyle: output.figureStyle, figureWidth: output.figureWidth,
          version: SNNAnalyze.version, title: input.files[0].fileStem,
          settings: Provenance.settings(selection: input.selection, compute: compute)
            + Provenance.settings(studies: studies, seed: compute.seed),
          labels: Provenance.labels(plan.collection)))
    } catch {
      throw CommandError("\(error)")
    }
    try output.write(report.files, text: report.terminalText, to: folder)
    if output.verbose {
      for history in histories { StandardError.write(IdentityText(history).text) }
    }
    let failures = histories.flatMap(\.failures)
    if failures.isEmpty { return }
    for failure in failures {
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
}
