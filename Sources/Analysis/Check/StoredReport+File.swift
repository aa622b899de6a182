internal import ActivationFiles
internal import Platform
internal import Reporting

extension StoredReport {
  static func isNamed(by path: String) -> Bool { path.lowercased().hasSuffix(".json") }

  static func read(_ path: String) throws(AnalysisError) -> StoredReport {
    try decode(path) { (data: Data) throws(Refusal) in try StoredReport(decoding: data) }
  }

  /// What a `report.json` is decoded to, with each refusal in words.
  static func decode<Value>(
    _ path: String, as value: (Data) throws(Refusal) -> Value
  ) throws(AnalysisError) -> Value {
    let data = try BoundedFile.contents(of: path, upTo: BoundedFile.documentLimit)
    guard let data else {
      throw AnalysisError("\(path): cannot be read. Give a report.json or HDF5 files.")
    }
    if let format = ForeignFormat(bytes: data.prefix(512)) {
      throw AnalysisError("\(path): \(format.sentence)")
    }
    do throws(Refusal) {
      return try value(data)
    } catch {
      throw AnalysisError("\(path): \(sentence(on: error))")
    }
  }

  private static func sentence(on refusal: Refusal) -> String {
    switch refusal {
    case .noReport:
      "is no report.json of snn-analyze. Give one that snn-analyze FILE... wrote, or HDF5 files."
    case .otherSchema(let schema):
      "has the schema \(schema), not \(Self.schema). Give a report.json that this version of "
        + "snn-analyze wrote."
    case .damaged:
      "is damaged: it has counts or tables that no report has. Write it again."
    case .noLayer: "holds no layer. Report files that hold some."
    case .severalLabelings(let labelings):
      "holds the labelings \(labelings.joined(separator: ", ")). Report one of them alone, or "
        + "check the HDF5 files with --labels."
    }
  }
}
