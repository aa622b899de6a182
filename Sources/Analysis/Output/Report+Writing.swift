public import Reporting

extension Report {
  /// Writes the report into a folder, which is made if it is missing. Files are renamed into place
  /// one by one, `report.json` last; nothing else in the folder is touched.
  public func write(
    to folder: String, formats: [ReportFormat] = ReportFormat.standard
  ) throws(AnalysisError) {
    let folder = try OutputFolder(path: folder)
    defer { folder.finish() }
    try folder.write(formats.inWritingOrder.flatMap(files))
  }
}

extension [ReportFormat] {
  /// JSON goes last: who finds it finds the rest.
  package var inWritingOrder: [ReportFormat] { filter { $0 != .json } + filter { $0 == .json } }
}
