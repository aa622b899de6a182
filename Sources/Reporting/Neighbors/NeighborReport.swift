public import Neighbors

/// What neighbors say, ready to be written.
public struct NeighborReport: Sendable {
  /// Lists of more entries than this go to a file of their own instead of `neighbors.json`.
  package static let mostListedEntries = 1_000_000
  /// Its name.
  package static let listsFile = "neighbors.h5"

  let analysis: NeighborAnalysis
  let options: ReportOptions
  /// The queries whose neighbors the text shows.
  let shown: [Int]

  /// - Parameter shown: The queries whose neighbors the text lists.
  public init(_ analysis: NeighborAnalysis, options: ReportOptions, shown: [Int] = []) {
    self.analysis = analysis
    self.options = options
    self.shown = shown
  }

  /// Whether the lists are too long for `neighbors.json`.
  package var hasListsFile: Bool {
    analysis.layers.reduce(0) { $0 + $1.lists.rows.count } > Self.mostListedEntries
  }

  /// The lists of every layer, and the row ids that they speak of.
  package var lists:
    (bankIDs: [String], queryIDs: [String], layers: [(name: String, lists: NeighborLists)])
  {
    (
      analysis.bank.ids, analysis.queries.ids,
      analysis.layers.map { (name: $0.name, lists: $0.lists) }
    )
  }

  /// The files of one format, in the order in which they are to be put in place.
  public func files(_ format: ReportFormat) -> [ReportFile] { formatted(format) }

  /// The report for a terminal of a given width.
  public func terminalText(width: Int) -> String { text(width: width, color: false) }
}

extension NeighborReport: FormattedReport {
  var stem: String { "neighbors" }
  var json: String { NeighborJSON(self).text }
  var tables: [NamedTable] { NeighborCSV(analysis).tables }
  var figures: [Figure] { NeighborCharts(analysis).figures }

  func text(width: Int, color: Bool) -> String { NeighborText(self).text(width: width) }
}
