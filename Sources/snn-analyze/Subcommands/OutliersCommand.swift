import ActivationFiles
import Activations
import ArgumentParser
import Foundation
import Neighbors
import Reporting

/// How well the neighbors in every layer support each prediction, and which samples they give away
/// as outliers.
struct OutliersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "outliers",
    abstract: "Tell outliers by the credibility of deep k-nearest neighbors.",
    discussion: """
      Each FILE holds queries, --bank the training samples, --calibration held-out samples of known \
      class; without it a share of the bank calibrates. With --outliers the detection is measured. \
      A part of a file is given as FILE.h5:PART: a group of it, or an entry of its dataset split. \
      A single FILE without --bank is parted by the usual names: train, calibration or val, test, \
      ood.
      """)

  @OptionGroup(title: "Input") var input: InputOptions

  @Option(help: ArgumentHelp("The training samples.", valueName: "file"))
  var bank: String?

  @Option(
    help: ArgumentHelp("Held-out samples that calibrate.", valueName: "file"))
  var calibration: String?

  @Option(
    help: ArgumentHelp(
      "Samples known to be out of distribution; may be repeated.", valueName: "file"))
  var outliers: [String] = []

  @Option(
    help: ArgumentHelp(
      "The share of the bank that calibrates where none is given, drawn by class.",
      valueName: "share"))
  var calibrationShare: Double = 0.2

  @Option(help: "The seed of that drawing and of the bootstrap.")
  var seed: UInt64 = 0

  @Option(
    name: .customLong("p-value"),
    help: "conformal, (1 + |{a ≥ α}|) / (n + 1), or paper, |{a ≥ α}| / n.")
  var pValue: DeepNearestNeighbors.PValue = .conformal

  @Flag(
    help: "Take queries of classes that the bank has not as outliers, instead of refusing them.")
  var unknownClassesAreOutliers = false

  @OptionGroup(title: "Search") var search: SearchOptions
  @OptionGroup(title: "Output") var output: OutputOptions

  func validate() throws {
    guard calibrationShare > 0, calibrationShare < 1 else {
      throw ValidationError(
        "--calibration-share must lie between 0 and 1, not \(calibrationShare).")
    }
    if output.keepGoing { throw ValidationError("--keep-going belongs to report.") }
    if output.cache != nil { throw ValidationError("--cache belongs to report.") }
  }

  func run() throws {
    let folder = try OutputFolder(path: output.folder(forFirst: SampleAddress(input.files[0]).file))
    defer { folder.finish() }
    let report = OutlierReport(
      try analysis(),
      options: output.reportOptions(title: SampleAddress(input.files[0]).file.fileStem))
    try output.write(
      report.files, text: { width, _ in report.terminalText(width: width) }, to: folder)
  }

  private func analysis() throws(CommandError) -> OutlierAnalysis {
    let sides = try OutlierSides(self)
    let progress = Progress(isVisible: StandardError.isTerminal && !output.quiet)
    let pass = LayerSearch(
      search: search.search(defaultCount: 50), bank: sides.bank, bankRows: sides.bankRows,
      progress: progress, verbose: output.verbose)
    let names = try pass.layerNames(
      sharedWith: sides.queries + sides.outliers + [sides.calibration].compactMap(\.self))
    progress.begin(names.map { _ in 1 })
    var calibration: [NeighborClasses] = []
    var queries: [NeighborClasses] = []
    for (index, name) in names.enumerated() {
      progress.start(index, checkpoint: "", layer: name)
      let bank = try pass.bankMatrix(name)
      func classes(_ parts: [(SampleSource, [Int]?)]) throws(CommandError) -> NeighborClasses {
        var lists: [NeighborLists] = []
        for (side, rows) in parts {
          lists.append(try pass.lists(of: side, rows: rows, in: bank, layer: name))
        }
        return NeighborLists.joining(lists).classes(sides.bankLabels)
      }
      calibration.append(
        try classes([(sides.calibration ?? sides.bank, sides.calibrationRows)]))
      queries.append(try classes((sides.queries + sides.outliers).map { ($0, nil) }))
      progress.finish(index)
    }
    progress.end()
    func part(_ samples: SampleSet, _ rows: [Int]) -> OutlierAnalysis.Lists {
      OutlierAnalysis.Lists(samples: samples, layers: queries.map { $0.rows(rows) })
    }
    do {
      return try OutlierAnalysis(
        distance: search.distance, pValue: pValue, bankLabels: sides.bankLabels, layerNames: names,
        calibration: calibration, truth: sides.truth,
        calibrationShare: sides.calibration == nil ? calibrationShare : nil,
        queries: part(sides.querySamples, sides.queryRows),
        outliers: sides.outlierSamples.map { part($0, sides.outlierRows) }, seed: seed)
    } catch {
      throw CommandError("\(sides.bank.address.text): \(error.description)")
    }
  }
}
