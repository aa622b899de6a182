public import Neighbors

/// The credibility of queries and outliers, ready to be written.
public struct OutlierReport: Sendable {
  let analysis: OutlierAnalysis
  let options: ReportOptions

  /// Of credibilities that are known.
  public init(_ analysis: OutlierAnalysis, options: ReportOptions) {
    self.analysis = analysis
    self.options = options
  }

  /// The files of one format, in the order in which they are to be put in place.
  public func files(_ format: ReportFormat) -> [ReportFile] { formatted(format) }

  /// The report for a terminal of a given width.
  public func terminalText(width: Int) -> String { text(width: width, color: false) }
}

extension OutlierReport: FormattedReport {
  var stem: String { "outliers" }
  var json: String { OutlierJSON(analysis, version: options.version).text }
  var tables: [NamedTable] { OutlierCSV(analysis).tables }
  var figures: [Figure] { OutlierCharts(analysis).figures }

  func text(width: Int, color: Bool) -> String {
    OutlierText(analysis, title: options.title).text(width: width)
  }
}
