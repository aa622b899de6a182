import Analysis
import ArgumentParser
import Entanglement
import Foundation
import Reporting

/// Two runs or more, side by side by layer and step.
struct CompareCommand: ParsableCommand, Verbosity {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Set two runs or more side by side, by layer and checkpoint.",
    discussion: """
      Layers match by name, checkpoints by step or else by name. Differences are to the first run. \
      A run of one file for each checkpoint repeats its name: plain=step_1.h5 plain=step_2.h5.
      """)

  @Argument(
    help: ArgumentHelp(
      "A name for each run, and its HDF5 file.", valueName: "name=file"),
    completion: .file(extensions: ["h5", "hdf5", "hdf"]))
  var runs: [NamedFile]

  @OptionGroup(title: "Input") var selection: SelectionOptions
  @OptionGroup(title: "Computation") var compute: ComputeOptions<ComparedQuantities>
  @OptionGroup(title: "Output") var output: OutputOptions<RunFormats>
  @OptionGroup(title: "Output") var course: RunOptions
  @OptionGroup var units: UnitsOption

  func validate() throws {
    try selection.requireOneLabeling()
    try units.requireNoOther(than: ["output", "formats", "figure-style", "figure-width"])
    guard grouped.count > 1 else {
      throw ValidationError(
        "Give two runs or more under names of their own, such as plain=a.h5 entangled=b.h5.")
    }
  }

  /// The files of each name, in the order of the names' first use.
  private var grouped: [(name: String, files: [String])] {
    runs.reduce(into: []) { groups, run in
      if let index = groups.firstIndex(where: { $0.name == run.name }) {
        groups[index].files.append(run.file)
      } else {
        groups.append((run.name, [run.file]))
      }
    }
  }

  var verbose: Bool { output.terminal.verbose }

  func run() throws {
    let options = try compute.options(selection, keepsGoing: course.keepGoing)
    let plans = try grouped.map { run in
      let divided = try units.isGiven ? UnitRun(here: run.files, hooks: output.terminal.hooks) : nil
      try divided?.plan.requireOneLabeling()
      return (
        name: run.name, plan: try divided?.plan ?? AnalysisPlan(files: run.files, options: options),
        results: try divided?.results()
      )
    }
    let names = plans.map(\.name)
    let folder = try OutputFolder(
      path: output.output ?? "Reports/" + names.joined(separator: "-").asFileName,
      protect: Interruption.protect)
    defer { folder.finish() }
    if verbose {
      for run in plans {
        StandardError.write("\(run.name)\n" + InspectionText(run.plan.collection).table)
      }
    }
    for run in plans where !output.terminal.quiet {
      for note in run.plan.collection.notes { StandardError.write("Note: \(run.name): \(note)\n") }
    }
    let cache = course.cacheFolder(in: folder.path)
    let comparison = RunComparison(
      try plans.flatMap { run in
        try
          (run.results
          ?? AnalysisRun(
            run.plan, cache: cache, scratch: course.space.scratch ?? folder.path,
            hooks: output.terminal.hooks.keepingLayers(in: cache)
          ).results()).histories.map { NamedRun(name: run.name, history: $0) }
      })
    guard !comparison.isEmpty else {
      throw CommandError(
        "\(names.joined(separator: ", ")): no layer of one checkpoint is in two runs. Layers match "
          + "by name and checkpoints by step or name; snn-analyze inspect shows both, and "
          + "--checkpoint-pattern says where a step is.")
    }
    var look = output.reportOptions(title: names.joined(separator: ", "))
    look.settings = plans[0].plan.provenance
    look.readings = plans.compactMap { run in
      run.plan.readingHead.map { NamedReading(run.name, $0) }
    }
    let report: ComparisonReport
    do {
      report = try ComparisonReport(comparison, options: look)
    } catch {
      throw CommandError("\(error)")
    }
    try output.write(report.files, text: report.terminalText, to: folder)
    try endIfFailed(comparison.failures)
  }
}

/// `plain=runs/a.h5`: a name and a file.
struct NamedFile: ExpressibleByArgument {
  let name: String
  let file: String

  init?(argument: String) {
    guard let sign = argument.firstIndex(of: "="), sign != argument.startIndex else { return nil }
    name = String(argument[..<sign])
    file = String(argument[argument.index(after: sign)...])
    guard !file.isEmpty else { return nil }
  }
}

extension String {
  /// The text without what a file name must not have.
  fileprivate var asFileName: String {
    String(map { $0 == "/" || $0 == "\0" ? "-" : $0 })
  }
}
