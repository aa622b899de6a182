import ActivationFiles
import Activations
import ArgumentParser
import Foundation
import Neighbors
import Reporting

/// The nearest samples of a bank to every query, and what they say about it.
struct NeighborsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "neighbors",
    abstract: "Find the nearest samples in every layer and what they say of each query.",
    discussion: """
      Each FILE holds queries; --bank the samples they are looked up in, such as the training set. \
      Without --bank every sample is looked up among the others. A part of a file is given as \
      FILE.h5:PART: a group of it, or an entry of its dataset split. Of several checkpoints the \
      last is taken.
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
      "Print the neighbors of these queries, as a list of row ids.", valueName: "ids"))
  var show: String?

  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    guard relativeTemperature > 0, relativeTemperature.isFinite else {
      throw ValidationError("--relative-temperature must be positive, not \(relativeTemperature).")
    }
    if output.keepGoing { throw ValidationError("--keep-going belongs to report.") }
    if output.cache != nil { throw ValidationError("--cache belongs to report.") }
  }

  func run() throws {
    let folder = try OutputFolder(path: output.folder(forFirst: SampleAddress(input.files[0]).file))
    defer { folder.finish() }
    let analysis = try analysis()
    let report = try NeighborReport(
      analysis,
      options: output.reportOptions(title: SampleAddress(input.files[0]).file.fileStem),
      shown: shownQueries(of: analysis))
    try output.write(
      report.files, text: { width, _ in report.terminalText(width: width) }, made: report.made,
      to: folder)
  }

  private func analysis() throws(CommandError) -> NeighborAnalysis {
    let verbose = output.verbose
    var sides: [SampleSource] = []
    for file in input.files {
      sides.append(
        try SampleSource(SampleAddress(file), role: file, input: input, verbose: verbose))
    }
    let bankSource: SampleSource
    if let bank {
      bankSource = try SampleSource(
        SampleAddress(bank), role: "--bank", input: input, verbose: verbose)
    } else {
      guard sides.count == 1 else {
        throw CommandError(
          "\(sides.count) files are given without --bank. Each sample of one file can be looked up "
            + "among the others; queries of several files need a --bank.")
      }
      bankSource = sides[0]
    }
    let isLeaveOneOut = bank == nil
    let labels = try bankSource.requiredLabels()
    let queries = SampleSet.joining(sides.map(\.samples))
    let progress = Progress(isVisible: StandardError.isTerminal && !output.quiet)
    let pass = LayerSearch(
      search: search.search(defaultCount: 10), bank: bankSource, bankRows: nil, progress: progress,
      verbose: verbose)
    let names = try pass.layerNames(sharedWith: isLeaveOneOut ? [] : sides)
    noteUnknownClasses(of: queries, bank: labels, sides: sides)
    progress.begin(names.map { _ in 1 })
    var layers: [NeighborAnalysis.Layer] = []
    for (index, name) in names.enumerated() {
      progress.start(index, checkpoint: "", layer: name)
      let matrix = try pass.bankMatrix(name)
      var parts: [NeighborLists] = []
      if isLeaveOneOut {
        parts = [try pass.lists(of: nil, in: matrix, layer: name)]
      } else {
        for side in sides { parts.append(try pass.lists(of: side, in: matrix, layer: name)) }
      }
      layers.append(
        NeighborAnalysis.Layer(
          name: name, lists: NeighborLists.joining(parts), bankLabels: labels, queries: queries,
          relativeTemperature: relativeTemperature, thresholds: thresholds.values))
      progress.finish(index)
    }
    progress.end()
    return NeighborAnalysis(
      distance: search.distance, neighborCount: pass.search.neighborCount,
      isLeaveOneOut: isLeaveOneOut, bank: bankSource.samples, bankLabels: labels, queries: queries,
      layers: layers)
  }

  /// Says once what counts as wrong or is left out.
  private func noteUnknownClasses(
    of queries: SampleSet, bank: ClassLabels, sides: [SampleSource]
  ) {
    guard !output.quiet else { return }
    if queries.labels == nil, let problem = sides.lazy.compactMap(\.labelsProblem).first {
      StandardError.write("Note: without labels of the queries no accuracy: \(problem)\n")
      return
    }
    let unknown = queries.labels?.indices(in: bank.names).count { $0 == nil } ?? 0
    if unknown > 0 {
      StandardError.write(
        "Note: \(unknown) of \(queries.count) queries are of classes that the bank has not; no "
          + "neighbor can be right about them, and they count as wrong.\n")
    }
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
    let numbers = parts.compactMap { Double($0.trimmingCharacters(in: .whitespaces)) }
    guard numbers.count == parts.count, numbers.allSatisfy({ (0...2).contains($0) }) else {
      return nil
    }
    values = Set(numbers).sorted()
  }

  var defaultValueDescription: String { "0 to 1" }
}
