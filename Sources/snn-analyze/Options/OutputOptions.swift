import ActivationFiles
import Activations
internal import Analysis
public import ArgumentParser
public import Charts
import Platform
import Reporting

/// Where results go and how they look.
struct OutputOptions<Formats: OfferedFormats>: ParsableArguments {
  @Option(
    name: [.customLong("output"), .customShort("o")],
    help: ArgumentHelp(
      "The folder for figures and data (default: Reports/<name of the file, or of the runs>, "
        + "with its folder where that holds results of other files).",
      valueName: "folder"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "What to write, as a list of \(WordList<Formats>.names) (default: \(Formats.written)); PNG and "
        + "PDF by rsvg-convert, CairoSVG or Inkscape"
        + (Formats.words.contains(.tensorboard)
          ? "; TensorBoard's event file has the scalars of every layer." : "."),
      valueName: "list"),
    transform: WordList.parsed)
  var formats: WordList<Formats> = Formats.written

  @Option(
    help: ArgumentHelp(
      "The figures' size and text: " + FigureStyle.allCases.map(\.rawValue).joined(separator: ", ")
        + ".", valueName: "venue"))
  var figureStyle: FigureStyle = .screen

  @Option(
    help: ArgumentHelp("The figures' width, such as 3.25in, 89mm or 240pt.", valueName: "length"))
  var figureWidth: Length?

  @OptionGroup var terminal: TerminalOptions

  func validate() throws {
    try figureWidth?.requireLegible()
    try output?.requireName()
    // Before anything is read, as a run may be long.
    if formats.words.contains(where: { $0.image != nil }) {
      do throws(AnalysisError) {
        _ = try FigureConverter()
      } catch {
        throw ValidationError(error.message)
      }
    }
  }

  /// - Parameter files: What is read; the first names the folder where no other is given.
  func makeFolder(for files: [String]) throws(AnalysisError) -> OutputFolder {
    try OutputFolder(path: output, orFor: files, protect: Interruption.protect)
  }

  /// Of a figure as PNG: 300 to the inch on paper, twice those of a screen.
  private func pixelWidth(of figure: ReportFile) -> Int {
    let box = figure.contents.firstMatch(of: #/viewBox="0 0 ([0-9.]+) /#).flatMap { Double($0.1) }
    let points = box ?? 360
    return Int((points * (figureStyle == .screen ? 8 / 3 : 300 / 72)).rounded())
  }

  /// How a report that has no provenance of its own looks.
  func reportOptions(title: String) -> ReportOptions {
    ReportOptions(
      figureStyle: figureStyle, figureWidth: figureWidth, version: Version.current, title: title)
  }

  /// Puts the files of a report in place, with its scalars where these are asked for, and the text on
  /// standard output.
  func write(_ report: Report, to folder: OutputFolder) throws {
    let events = formats.words.contains(.tensorboard) ? report.events : nil
    try write(
      report.files, text: report.terminalText, events: events.map { [MadeFile($0)] } ?? [],
      to: folder)
    guard !terminal.quiet else { return }
    for note in events?.notes ?? [] { StandardError.write("Note: \(note)\n") }
  }

  /// Puts the files of every format in place, and the text on standard output.
  /// - Parameters:
  ///   - made: What goes with JSON.
  ///   - events: For TensorBoard.
  func write(
    _ files: (ReportFormat) -> [ReportFile], text: (_ width: Int, _ color: Bool) -> String,
    made: [MadeFile] = [], events: [MadeFile] = [], to folder: OutputFolder
  ) throws {
    let images = formats.words.compactMap(\.image)
    let formats = formats.words.compactMap(\.report)
    let converter = images.isEmpty ? nil : try FigureConverter()
    let converted = images.flatMap { format in
      files(.svg).compactMap { figure in
        converter?.converted(figure, to: format, pixelWidth: pixelWidth(of: figure))
      }
    }
    try folder.write(
      formats.inWritingOrder.flatMap(files),
      made: converted + events + (formats.contains(.json) ? made : []))
    guard !terminal.quiet else { return }
    if formats.contains(.text) {
      let isPlain = ProcessInfo.processInfo.environment["NO_COLOR"].map { !$0.isEmpty } ?? false
      try StandardOutput.write(
        text(StandardOutput.width, StandardOutput.isTerminal && !isPlain))
    }
    StandardError.write("Written to \(folder.path.visible)\n")
  }
}

extension FigureStyle: ExpressibleByArgument {}

extension String {
  /// Throws where a folder has no name: it would be the root of the system.
  func requireName() throws(ValidationError) {
    if isEmpty { throw ValidationError("--output has an empty name. Name a folder.") }
  }
}

extension Length {
  /// Throws where no figure fits: before anything is read.
  func requireLegible() throws(ValidationError) {
    guard points < Self.leastFigureWidth.points else { return }
    throw ValidationError(
      "--figure-width must be 2in or more: text takes most of a narrower figure.")
  }

  private static let leastFigureWidth = Length(2, .inches)
}

extension Length: ExpressibleByArgument {
  public init?(argument: String) {
    guard let length = try? Length(parsing: argument) else { return nil }
    self = length
  }
}
