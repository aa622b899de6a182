internal import Platform
package import Reporting

extension MadeFile {
  /// What TensorBoard reads.
  package init(_ events: ReportEvents) {
    let name = ReportEvents.fileName
    self.init(name: name) { (path: String) throws(AnalysisError) in
      do {
        try Data(events.bytes).write(to: URL(fileURLWithPath: path))
      } catch {
        throw AnalysisError("\(name): cannot be written: \(error.systemReason).")
      }
    }
  }
}
