import ActivationFiles
import Analysis
import ArgumentParser
import Neighbors
import Reporting

/// How well the neighbors in every layer support each prediction, and which samples they give away
/// as outliers.
struct OutliersCommand: ParsableCommand, Verbosity {
  static let configuration = CommandConfiguration(
    commandName: "outliers",
    abstract: "Tell outliers by the credibility of deep k-nearest neighbors.",
    discussion: """
      Each FILE holds queries, --bank the training samples, --calibration held-out samples of known \
      class; without it a share of the bank calibrates. With --outliers the detection is measured. \
      A part of a file is given as FILE.h5:PART: a group of it, or an entry of its dataset split. \
      A single FILE without --bank is parted by the usual names: train, calibration or val, test, \
      ood.

      Example: snn-analyze outliers test.h5 --bank train.h5 --outliers other.h5
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
  @OptionGroup(title: "Output") var output: OutputOptions<SideFormats>

  func validate() throws {
    guard calibrationShare > 0, calibrationShare < 1 else {
      throw ValidationError(
        "--calibration-share must lie between 0 and 1, not \(calibrationShare).")
    }
    try input.selection.requireOneLabeling()
  }

  var verbose: Bool { output.terminal.verbose }

  func run() throws {
    let first = SampleAddress(input.files[0]).file
    let folder = try output.makeFolder(for: input.files.map { SampleAddress($0).file })
    defer { folder.finish() }
    var run = OutlierRun(
      files: input.files, bank: bank, reading: input.selection.reading,
      search: search.search(defaultCount: 50), hooks: output.terminal.hooks)
    run.calibration = calibration
    run.outliers = outliers
    run.calibrationShare = calibrationShare
    run.seed = seed
    run.pValue = pValue
    run.takesUnknownClassesAsOutliers = unknownClassesAreOutliers
    let report = OutlierReport(
      try run.analysis(), options: output.reportOptions(title: first.fileStem))
    try output.write(
      report.files, text: { width, _ in report.terminalText(width: width) }, to: folder)
  }
}
