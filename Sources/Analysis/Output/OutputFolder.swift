internal import Foundation
package import Reporting

/// The folder that a run writes into. It is made and tried before anything is computed; files are
/// written to a hidden folder beside their places and renamed one by one, `report.json` last, so
/// an interrupted run leaves the old report whole. Nothing else in the folder is touched.
package struct OutputFolder {
  package let path: String
  private let staging: String
  private let protect: (String?) -> Void

  /// Makes the folder and makes sure that it can be written to.
  /// - Parameter protect: Told the folder of files that are not in place yet, which an interruption
  ///   is to take away, and nil once there is none.
  package init(
    path: String, protect: @escaping (_ staging: String?) -> Void = { _ in }
  ) throws(AnalysisError) {
    self.path = path
    self.protect = protect
    staging = path + "/" + Self.stagingPrefix + "\(getpid())"
    try Self.makeFolders(path)
    Self.removeLeftovers(in: path)
    guard mkdir(staging, 0o755) == 0 || errno == EEXIST else {
      throw AnalysisError(
        "\(path): cannot write there: \(systemError()). Choose another folder with --output.")
    }
    protect(staging)
  }

  /// Writes all files, then moves them to their places in order.
  ///
  /// - Parameter made: Files that are no text; they go first.
  package func write(
    _ files: [ReportFile], made: [MadeFile] = []
  ) throws(AnalysisError) {
    for file in made { try file.make(staging + "/" + file.name) }
    for file in files {
      let descriptor = open(staging + "/" + file.name, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
      guard descriptor >= 0 else { throw failure(file.name) }
      let isWritten = FileDescriptor.write(file.contents, to: descriptor) && fsync(descriptor) == 0
      let reason = isWritten ? "" : systemError()
      guard Foundation.close(descriptor) == 0, isWritten else {
        throw failure(file.name, reason.isEmpty ? systemError() : reason)
      }
    }
    for name in made.map(\.name) + files.map(\.name) {
      guard rename(staging + "/" + name, path + "/" + name) == 0 else { throw failure(name) }
    }
  }

  /// Takes away what was staged.
  package func finish() {
    protect(nil)
    Self.removeStaging(staging)
  }

  /// What runs left that were killed: hidden folders named after a process that is gone.
  private static func removeLeftovers(in path: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for name in names where name.hasPrefix(stagingPrefix) {
      guard let process = Int32(name.dropFirst(stagingPrefix.count)), process > 0,
        kill(process, 0) != 0, errno == ESRCH
      else { continue }
      removeStaging(path + "/" + name)
    }
  }

  private static let stagingPrefix = ".snn-analyze-"

  package static func removeStaging(_ staging: String) {
    try? FileManager.default.removeItem(atPath: staging)
  }

  private func failure(_ name: String, _ reason: String = systemError()) -> AnalysisError {
    AnalysisError(
      "\(path)/\(name): cannot be written: \(reason). The files of an earlier run are untouched.")
  }

  private static func makeFolders(_ path: String) throws(AnalysisError) {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      guard isFolder.boolValue else {
        throw AnalysisError("\(path): is a file, not a folder. Choose a folder with --output.")
      }
      return
    }
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += made.isEmpty || made == "/" ? String(part) : "/" + part
      guard mkdir(made, 0o755) == 0 || errno == EEXIST else {
        throw AnalysisError(
          "\(path): cannot be made: \(systemError()). Choose another folder with --output.")
      }
    }
  }
}

/// A file that is no text, by what writes it to a path.
package struct MadeFile {
  let name: String
  let make: (String) throws(AnalysisError) -> Void
}
