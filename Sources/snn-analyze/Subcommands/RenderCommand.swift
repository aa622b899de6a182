import Analysis
import ArgumentParser
import Charts
import Platform
import Reporting

/// From a report to its figures again, in another style, without the activations.
struct RenderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render",
    abstract: "Draw the figures of a report.json again, in any style, without the activations.",
    discussion: """
      For example, for a paper:  snn-analyze render Reports/run/report.json -o paper \
      --figure-style icml --formats pdf

      What a report.json does not hold is named as left out: sample-map, whose points are in \
      sample-map.csv alone.
      """)

  @Argument(help: ArgumentHelp("A report.json that 'report' wrote.", valueName: "report.json"))
  var file: String

  @OptionGroup(title: "Output") var output: OutputOptions<FigureFormats>
  @OptionGroup(title: "Output") var figures: FigureOptions

  func run() throws {
    let look = try figures.look
    let report = try StoredHistory.read(file).report(
      figureStyle: output.figureStyle, figureWidth: output.figureWidth, look: look,
      title: file.fileStem)
    let figures = report.files(.svg)
    let missing = figureNotes(report, look)
    guard !figures.isEmpty else {
      throw CommandError(
        "\(file): holds nothing that these figures show. " + missing.joined(separator: " "))
    }
    let folder = try output.makeFolder(for: [file])
    defer { folder.finish() }
    try output.write(report.files, text: { _, _ in "" }, to: folder)
    guard !output.terminal.quiet else { return }
    for (name, lacks) in StoredHistory.leftOut where look.shows(name) {
      StandardError.write("Left out: \(name), as a report.json does not hold \(lacks).\n")
    }
    for note in missing { StandardError.write("Note: \(note)\n") }
  }
}

/// Which figures were asked for that a report does not have.
func figureNotes(_ report: Report, _ look: FigureLook) -> [String] {
  let asked = look.figures ?? []
  let known = report.figureNames
  let left = Set(StoredHistory.leftOut.map(\.name))
  return asked.filter { !known.contains($0) && !left.contains($0) }.sorted().map {
    "There is no figure \($0) of this run; there are \(known.joined(separator: ", "))."
  }
}
