public import Neighbors

/// The credibility of queries and outliers, ready to be written.
public struct OutlierReport: Sendable {
  let analysis: OutlierAnalysis
  let options: ReportOptions

  public init(_ analysis: OutlierAnalysis, options: ReportOptions) {
    self.analysis = analysis
    self.options = options
  }

  /// The files of one format, in the order in which they are to be put in place.
  public func files(_ format: ReportFormat) -> [ReportFile] {
    switch format {
    case .text: [ReportFile(name: "outliers.txt", contents: terminalText(width: 100))]
    case .svg: OutlierCharts(analysis, options: options).files
    case .json:
      [
        ReportFile(
          name: "outliers.json",
          contents: OutlierJSON(analysis, version: options.version).text)
      ]
    case .html: []
    case .csv: OutlierCSV(analysis).files
    }
  }

  /// The report for a terminal of a given width.
  public func terminalText(width: Int) -> String {
    OutlierText(analysis, title: options.title).text(width: width)
  }
}
