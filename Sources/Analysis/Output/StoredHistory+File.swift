internal import ActivationFiles
package import Charts
internal import Platform
package import Reporting

extension StoredHistory {
  /// The histories of a `report.json`.
  package static func read(_ path: String) throws(AnalysisError) -> StoredHistory {
    try StoredReport.decode(path) { (data: Data) throws(StoredReport.Refusal) in
      try StoredHistory(decoding: data)
    }
  }

  /// The report of what is held here.
  package func report(
    figureStyle: FigureStyle, figureWidth: Length?, look: FigureLook, title: String
  ) throws(AnalysisError) -> Report {
    let options = ReportOptions(
      figureStyle: figureStyle, figureWidth: figureWidth, look: look, version: Version.current,
      title: title)
    do throws(ReportError) {
      return try Report(histories, options: options)
    } catch {
      throw AnalysisError(error.description)
    }
  }
}
