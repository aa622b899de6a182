internal import ActivationFiles
internal import Platform
public import RegressionChecks
internal import Reporting

/// A baseline on disk: `baseline.json`, and `baseline.samples` beside it.
public struct BaselineFile: Sendable {
  /// Of the document.
  package let path: String

  /// - Parameter path: Of the document, such as `baseline.json`.
  public init(path: String) {
    self.path = path
  }

  /// Where the influences of single samples are.
  package var samplesPath: String {
    (path.hasSuffix(".json") ? String(path.dropLast(5)) : path) + ".samples"
  }

  /// The folder it is in.
  package var folder: String {
    let url = URL(fileURLWithPath: path).deletingLastPathComponent()
    return url.path.isEmpty ? "." : url.path
  }

  package var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// Writes the samples, then the document that names their digest; each is renamed into place.
  public func write(_ run: RunMeasurements) throws(AnalysisError) {
    do {
      try run.requireFinite()
    } catch {
      throw AnalysisError("\(error)")
    }
    let (text, samples) = BaselineDocument(run).encoded(version: Version.current)
    do {
      try Data(samples).write(to: URL(fileURLWithPath: samplesPath), options: .atomic)
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw AnalysisError(
        "\(path): cannot be written: \(error.systemReason). Choose another place with -o.")
    }
  }

  /// Reads both, and refuses what is damaged, or not of one baseline.
  public func read() throws(AnalysisError) -> RunMeasurements {
    let limit = BoundedFile.documentLimit
    guard let data = try BoundedFile.contents(of: path, upTo: limit) else {
      throw AnalysisError(
        "\(path): cannot be read. Write a baseline first: snn-analyze baseline FILE... -o \(path)")
    }
    if let format = ForeignFormat(bytes: data.prefix(512)) {
      throw AnalysisError("\(path): \(format.sentence)")
    }
    let samples = try BoundedFile.contents(of: samplesPath, upTo: limit).map { [UInt8]($0) }
    if let format = samples.flatMap({ ForeignFormat(bytes: $0.prefix(512)) }) {
      throw AnalysisError("\(samplesPath): \(format.sentence)")
    }
    do throws(BaselineDocument.Refusal) {
      return try BaselineDocument(decoding: data, samples: samples).run
    } catch {
      throw AnalysisError(sentence(on: error))
    }
  }

  private func sentence(on refusal: BaselineDocument.Refusal) -> String {
    switch refusal {
    case .newerSchema(let schema):
      "\(path): has the schema \(schema), which is newer than this program's "
        + "\(BaselineDocument.schema). Update snn-analyze (this is \(Version.current))."
    case .otherSchema(let schema):
      "\(path): is no baseline: its schema is "
        + (schema.isEmpty ? "missing" : schema) + ", not \(BaselineDocument.schema). "
        + "Write one with snn-analyze baseline FILE... -o \(path)"
    case .damaged:
      "\(path): is damaged. Restore it, or renew it with snn-analyze baseline --update."
    case .missingSamples:
      "\(samplesPath): cannot be read. Keep it beside \(path), or renew both with snn-analyze "
        + "baseline --update."
    case .otherSamples:
      "\(samplesPath): does not belong to \(path). Restore both from one commit, or renew them "
        + "with snn-analyze baseline --update."
    }
  }
}
