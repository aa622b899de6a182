import ActivationFiles
import Analysis
import ArgumentParser
import Neighbors
import Platform
import Reporting

/// The nearest samples of a bank to every query, and what they say about it.
struct NeighborsCommand: ParsableCommand, Verbosity {
  static let configuration = CommandConfiguration(
    commandName: "neighbors",
    abstract: "Find the nearest samples in every layer and what they say of each query.",
    discussion: """
      Each FILE holds queries; --bank the samples they are looked up in, such as the training set. \
      Without --bank every sample is looked up among the others. A part of a file is given as \
      FILE.h5:PART: a group of it, or an entry of its dataset split. Of several checkpoints the \
      last is taken.

      Example: snn-analyze neighbors test.h5 --bank train.h5 -k 10
      """)

  @OptionGroup(title: "Input") var input: InputOptions

  @Option(
    help: ArgumentHelp(
      "The samples to look up in; without it, the others of the file.",
      valueName: "file"))
  var bank: String?

  @OptionGroup(title: "Search") var search: SearchOptions

  @Option(
    help: ArgumentHelp(
      "The posterior's temperature, in units of a layer's mean neighbor distance.",
      valueName: "t"))
  var relativeTemperature: Double = 1

  @Option(
    help: ArgumentHelp(
      "Confidences of the model below which the neighbors decide, as a list.", valueName: "list"))
  var thresholds: ThresholdList = ThresholdList(values: BackOff.usualThresholds)

  @Option(
    help: ArgumentHelp(
      "Print the neighbors of these queries in the text, as a list of row ids.", valueName: "ids"))
  var show: String?

  @OptionGroup(title: "Output") var output: OutputOptions<SideFormats>

  func validate() throws {
    guard relativeTemperature > 0, relativeTemperature.isFinite else {
      throw ValidationError("--relative-temperature must be positive, not \(relativeTemperature).")
    }
    try input.selection.requireOneLabeling()
    if show != nil, !output.formats.words.contains(.report(.text)) {
      throw ValidationError("--show is in the text: add text to --formats.")
    }
  }

  var verbose: Bool { output.terminal.verbose }

  func run() throws {
    let first = SampleAddress(input.files[0]).file
    let folder = try output.makeFolder(for: input.files.map { SampleAddress($0).file })
    defer { folder.finish() }
    var run = NeighborRun(
      files: input.files, bank: bank, reading: input.selection.reading,
      search: search.search(defaultCount: 10), hooks: output.terminal.hooks)
    run.relativeTemperature = relativeTemperature
    run.thresholds = thresholds.values
    let analysis = try run.analysis()
    let report = try NeighborReport(
      analysis, options: output.reportOptions(title: first.fileStem),
      shown: shownQueries(of: analysis))
    try output.write(
      report.files, text: { width, _ in report.terminalText(width: width) }, made: report.made,
      to: folder)
  }

  private func shownQueries(of analysis: NeighborAnalysis) throws(CommandError) -> [Int] {
    guard let show else { return [] }
    var rows: [Int] = []
    for id in show.split(separator: ",").map(String.init) {
      guard let row = analysis.queries.ids.firstIndex(of: id) else {
        throw CommandError(
          "--show \(id): no query has this row id. They run from \(analysis.queries.ids.first ?? "")"
            + " to \(analysis.queries.ids.last ?? "").")
      }
      rows.append(row)
    }
    return rows
  }
}

/// Confidences, separated by commas.
struct ThresholdList: ExpressibleByArgument {
  let values: [Double]

  init(values: [Double]) {
    self.values = values
  }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Double($0.trimmed) }
    guard numbers.count == parts.count, numbers.allSatisfy({ (0...2).contains($0) }) else {
      return nil
    }
    values = Set(numbers).sorted()
  }

  var defaultValueDescription: String { "0 to 1" }
}
