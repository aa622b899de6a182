/// The forms a report takes, each in files of its own.
public enum ReportFormat: String, CaseIterable, Sendable {
  case text, svg, html, json, csv
  /// Tables for a paper.
  case latex

  /// What is written where nothing is said.
  public static let standard: [ReportFormat] = [.text, .svg, .html, .json, .csv]
}

/// A file of a report: its name within the folder and its text.
public struct ReportFile: Sendable, Equatable {
  /// Within the folder.
  public let name: String
  /// All of its text.
  public let contents: String

  package init(name: String, contents: String) {
    self.name = name
    self.contents = contents
  }
}

/// A report as every format asks for it.
protocol FormattedReport {
  var options: ReportOptions { get }
  /// The name of its files of text, JSON and HTML, without the ending.
  var stem: String { get }
  func text(width: Int, color: Bool) -> String
  var json: String { get }
  /// nil where it has none.
  var page: HTMLPage? { get }
  /// Those that are of no figure.
  var tables: [NamedTable] { get }
  var figures: [Figure] { get }
  /// For a paper; none where it has none.
  var latex: [LaTeXTable] { get }
}

extension FormattedReport {
  var page: HTMLPage? { nil }
  var latex: [LaTeXTable] { [] }

  /// The files of one format, in the order in which they are to be put in place.
  func formatted(_ format: ReportFormat) -> [ReportFile] {
    switch format {
    case .text:
      [ReportFile(name: stem + ".txt", contents: text(width: 100, color: false))]
    case .svg:
      figures.map { figure in
        ReportFile(
          name: figure.name + ".svg",
          contents: figure.svg(style: options.figureStyle, width: options.figureWidth))
      }
    case .html: page.map { [ReportFile(name: stem + ".html", contents: $0.text)] } ?? []
    case .latex:
      latex.isEmpty
        ? [] : [ReportFile(name: stem + ".tex", contents: LaTeXTable.file(latex))]
    case .json: [ReportFile(name: stem + ".json", contents: json)]
    case .csv:
      (tables + figures.compactMap(\.namedTable)).map {
        ReportFile(name: $0.name, contents: $0.table.text)
      }
    }
  }
}
