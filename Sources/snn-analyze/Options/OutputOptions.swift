import ActivationFiles
internal import Analysis
public import ArgumentParser
public import Charts
import Foundation
import Reporting

/// Where results go and how they look.
struct OutputOptions: ParsableArguments {
  @Option(
    name: [.customLong("output"), .customShort("o")],
    help: ArgumentHelp(
      "The folder for figures and data (default: Reports/<name of the file>).",
      valueName: "folder"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "What to write, as a list of \(FormatList.names).", valueName: "list"))
  var formats: FormatList = FormatList(formats: ReportFormat.allCases)

  @Option(
    help: ArgumentHelp(
      "The figures' size and text: " + FigureStyle.allCases.map(\.rawValue).joined(separator: ", ")
        + ".", valueName: "venue"))
  var figureStyle: FigureStyle = .screen

  @Option(
    help: ArgumentHelp("The figures' width, such as 3.25in, 89mm or 240pt.", valueName: "length"))
  var figureWidth: Length?

  @Option(
    help: ArgumentHelp(
      "Where finished layers are kept, so that a run can go on (default: .cache in the output).",
      valueName: "folder"))
  var cache: String?

  @Flag(name: .customLong("no-cache"), help: "Keep no finished layers, and use none.")
  var isUncached = false

  @Flag(help: "Report the other layers when one fails; the exit status is still 2.")
  var keepGoing = false

  @Flag(help: "Print no report, only errors.")
  var quiet = false

  @Flag(help: "Print what is read and the library's own words on errors.")
  var verbose = false

  func validate() throws {
    if isUncached && cache != nil {
      throw ValidationError("Give either --cache or --no-cache, not both.")
    }
  }

  func cacheFolder(in folder: String) -> String? {
    isUncached ? nil : cache ?? folder + "/.cache"
  }

  var hooks: RunHooks { .terminal(isQuiet: quiet, isVerbose: verbose) }

  /// - Parameter file: The first file, which the folder is named after where no other is given.
  func makeFolder(forFirst file: String) throws(AnalysisError) -> OutputFolder {
    try OutputFolder(
      path: output ?? "Reports/" + file.fileStem, protect: Interruption.protect)
  }

  /// How a report that has no provenance of its own looks.
  func reportOptions(title: String) -> ReportOptions {
    ReportOptions(
      figureStyle: figureStyle, figureWidth: figureWidth, version: Version.current, title: title)
  }

  /// Puts the files of every format in place, and the text on standard output.
  func write(
    _ files: (ReportFormat) -> [ReportFile], text: (_ width: Int, _ color: Bool) -> String,
    made: [MadeFile] = [], to folder: OutputFolder
  ) throws {
    let formats = formats.formats
    try folder.write(
      formats.inWritingOrder.flatMap(files), made: formats.contains(.json) ? made : [])
    guard !quiet else { return }
    if formats.contains(.text) {
      let isPlain = ProcessInfo.processInfo.environment["NO_COLOR"].map { !$0.isEmpty } ?? false
      try StandardOutput.write(
        text(StandardOutput.width, StandardOutput.isTerminal && !isPlain))
    }
    StandardError.write("Written to \(folder.path)\n")
  }
}

/// A list of formats, separated by commas.
struct FormatList: ExpressibleByArgument {
  let formats: [ReportFormat]

  static let names = ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")

  init(formats: [ReportFormat]) {
    self.formats = formats
  }

  init?(argument: String) {
    let parts = argument.split(separator: ",").map { String($0) }
    let known = parts.compactMap(ReportFormat.init)
    guard !parts.isEmpty, known.count == parts.count else { return nil }
    formats = ReportFormat.allCases.filter(known.contains)
  }

  var defaultValueDescription: String { "all" }
}

extension FigureStyle: ExpressibleByArgument {}

extension Length: ExpressibleByArgument {
  public init?(argument: String) {
    guard let length = try? Length(parsing: argument) else { return nil }
    self = length
  }
}
