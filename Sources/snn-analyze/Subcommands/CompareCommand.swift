import Analysis
import ArgumentParser
import Entanglement
import Platform
import Reporting

/// Two runs or more, or groups of them, side by side by layer and step.
struct CompareCommand: ParsableCommand, Verbosity {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Set runs or groups of runs side by side, by layer and checkpoint.",
    discussion: """
      Layers match by name, checkpoints by step or else by name. Differences are to the first run or group. \
      A run of one file for each checkpoint repeats its name: plain=step_1.h5 plain=step_2.h5.

      Several files of one name that each hold checkpoints of their own are runs of a group, such as \
      trainings of other seeds on the same samples: 'plain=plain_seed*.h5' 'mixed=mixed_seed*.h5'. \
      From three runs on means have a 95 % interval by Student's t; differences between groups are \
      paired by seed where names (seed3) or attribute seed match, and else are Welch's. \
      Losses of single classes are in runs.csv and compare.json. \
      --each-file run or checkpoint says what files are where both could be.
      """)

  @Argument(
    help: ArgumentHelp(
      "A name for each run or group, and its HDF5 file, folder or pattern.", valueName: "name=file"),
    completion: .file(extensions: ["h5", "hdf5", "hdf"]))
  var runs: [NamedFile] = []

  @Option(
    help: ArgumentHelp(
      "In place of files: a table of numbers that were measured elsewhere, with the columns group, "
        + "run or seed, quantity and value (and checkpoint, step, layer), as runs.csv has them.",
      valueName: "table.csv"),
    completion: .file(extensions: ["csv", "tsv"]))
  var values: String?

  @OptionGroup(title: "Input") var selection: SelectionOptions
  @OptionGroup(title: "Computation") var compute: ComputeOptions<ComparedQuantities>
  @OptionGroup(title: "Output") var output: OutputOptions<RunFormats>
  @OptionGroup(title: "Output") var course: RunOptions
  @OptionGroup var units: UnitsOption

  func validate() throws {
    try selection.requireOneLabeling()
    try units.requireNoOther(than: ["output", "formats", "figure-style", "figure-width"])
    guard runs.isEmpty != (values == nil) else {
      throw ValidationError(
        values == nil
          ? "Give two runs or more under names of their own, such as plain=a.h5 entangled=b.h5."
          : "Give either runs or --values, not both.")
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

  /// Where results go if no folder is named.
  var folderPath: String { "Reports/" + grouped.map(\.name).joined(separator: "-").asFileName }

  var verbose: Bool { output.terminal.verbose }

  func run() throws {
    if let values { return try compare(values) }
    if !units.isGiven {
      let groups = try grouped.map { group in
        (
          name: group.name,
          files: try RunFiles(group: group.name, paths: group.files, reading: selection.reading)
        )
      }
      if groups.contains(where: \.files.areRuns) { return try compare(groups) }
    }
    guard grouped.count > 1 else {
      throw CommandError(
        "Give two runs or more under names of their own, such as plain=a.h5 entangled=b.h5; or "
          + "several runs of one name, such as 'plain=plain_seed*.h5', with --each-file run if they "
          + "are not told apart from checkpoints.", exitCode: 64)
    }
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
      path: output.output ?? folderPath, protect: Interruption.protect)
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

extension CompareCommand {
  /// Means over the runs of each group, and the differences between groups.
  private func compare(_ groups: [(name: String, files: RunFiles)]) throws {
    var options = try compute.options(selection, keepsGoing: course.keepGoing)
    // Where nothing is said, the classes too: they are among what papers give over seeds.
    if compute.compute == nil { options.settings.quantities.insert(.classes) }
    let analysis = try GroupAnalysis(groups, options: options)
    let names = groups.map(\.name)
    let folder = try OutputFolder(
      path: output.output ?? folderPath, protect: Interruption.protect)
    defer { folder.finish() }
    for run in analysis.runs where verbose {
      StandardError.write(
        "\(run.group), \(run.run.name)\n" + InspectionText(run.plan.collection).table)
    }
    if !output.terminal.quiet {
      for note in groups.flatMap(\.files.notes) { StandardError.write("Note: \(note)\n") }
      for run in analysis.runs {
        for note in run.plan.collection.notes {
          StandardError.write("Note: \(run.group), \(run.run.name): \(note)\n")
        }
      }
    }
    let cache = course.cacheFolder(in: folder.path)
    let found = try analysis.results(
      cache: cache, scratch: course.space.scratch ?? folder.path,
      hooks: output.terminal.hooks.keepingLayers(in: cache))
    var look = output.reportOptions(title: names.joined(separator: ", "))
    look.settings = analysis.runs[0].plan.provenance
    look.readings = analysis.runs.compactMap { run in
      run.plan.readingHead.map { NamedReading("\(run.group), \(run.run.name)", $0) }
    }
    try write(
      found, sweep: options.settings.sweep,
      labeling: selection.labels.first ?? analysis.runs[0].plan.collection.checkpoints.first?
        .labelsPath ?? "", look: look, to: folder)
  }

  /// Numbers that were measured elsewhere.
  private func compare(_ table: String) throws {
    let groups = try ListedRuns.groups(of: table)
    let folder = try output.makeFolder(for: [table])
    defer { folder.finish() }
    try write(
      groups, sweep: .standard, labeling: "",
      look: output.reportOptions(title: groups.map(\.name).joined(separator: ", ")), to: folder)
  }

  private func write(
    _ groups: [RunGroup], sweep: TemperatureSweep, labeling: String, look: ReportOptions,
    to folder: OutputFolder
  ) throws {
    let comparison: GroupComparison
    let report: GroupReport
    do {
      comparison = try GroupComparison(groups, sweep: sweep)
      report = try GroupReport(comparison, labeling: labeling, options: look)
    } catch {
      throw CommandError("\(error)")
    }
    guard !comparison.isEmpty else {
      throw CommandError(
        "\(groups.map(\.name).joined(separator: ", ")): no layer of one checkpoint is in two runs. "
          + "Layers match by name and checkpoints by step or name; snn-analyze inspect shows both.")
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
