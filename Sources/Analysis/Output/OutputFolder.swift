internal import Platform
package import Reporting

/// The folder that a run writes into. It is made and tried before anything is computed; files are
/// written to a hidden folder beside their places and renamed one by one, `report.json` last, so
/// an interrupted run leaves the old report whole. Nothing else in the folder is touched.
///
/// One run at a time writes into a folder: a second one is refused. The system holds who it is, so a
/// run that was killed is in nobody's way, and one in another container is seen.
package struct OutputFolder {
  package let path: String
  private let staging: String
  private let lock: FolderLock
  private let protect: (String?) -> Void

  /// Makes the folder and makes sure that it can be written to.
  /// - Parameter protect: Told the folder of files that are not in place yet, which an interruption
  ///   is to take away, and nil once there is none.
  package init(
    path: String, protect: @escaping (_ staging: String?) -> Void = { _ in }
  ) throws(AnalysisError) {
    self.path = path
    self.protect = protect
    guard !path.isEmpty else {
      throw AnalysisError(
        "The output's folder has an empty name. Name one with --output.", asks: true)
    }
    try Self.makeFolders(path)
    lock = try FolderLock(of: path)
    if lock.isHeld { Self.removeLeftovers(in: path) }
    // A name that nobody can foresee, for a folder that was not there: nothing put in its place
    // before leads the files elsewhere.
    staging = path + "/" + Self.stagingPrefix + String(UInt64.random(in: .min ... .max), radix: 36)
    // Told first, so that no moment is left in which an interruption leaves the folder.
    protect(staging)
    guard mkdir(staging, 0o700) == 0 else {
      let reason = systemError()
      protect(nil)
      throw AnalysisError(
        "\(path): cannot write there: \(reason). Choose another folder with --output.")
    }
  }

  /// Writes all files, then moves them to their places in order.
  ///
  /// - Parameter made: Files that are no text; they go first.
  package func write(
    _ files: [ReportFile], made: [MadeFile] = []
  ) throws(AnalysisError) {
    for file in made { try file.make(staging + "/" + file.name) }
    for file in files {
      let descriptor = open(
        staging + "/" + file.name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644)
      guard descriptor >= 0 else { throw failure(file.name) }
      let isWritten = FileDescriptor.write(file.contents, to: descriptor) && fsync(descriptor) == 0
      let reason = isWritten ? "" : systemError()
      guard Platform.close(descriptor) == 0, isWritten else {
        throw failure(file.name, reason.isEmpty ? systemError() : reason)
      }
    }
    let names = made.map(\.name) + files.map(\.name)
    for name in names { try requireReplaceable(name) }
    for (index, name) in names.enumerated() {
      guard rename(staging + "/" + name, path + "/" + name) == 0 else {
        throw failure(name, isFirst: index == 0)
      }
    }
  }

  /// Throws where something is in a file's place that no file can replace.
  private func requireReplaceable(_ name: String) throws(AnalysisError) {
    var status = stat()
    guard lstat(path + "/" + name, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return }
    throw failure(name, "a folder has that name")
  }

  /// Takes away what was staged.
  package func finish() {
    protect(nil)
    Self.removeStaging(staging)
  }

  /// What runs left that were killed: while the folder is this run's, no other has staged files there.
  private static func removeLeftovers(in path: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for name in names where name.hasPrefix(stagingPrefix) { removeStaging(path + "/" + name) }
  }

  private static let stagingPrefix = ".snn-analyze-"

  package static func removeStaging(_ staging: String) {
    try? FileManager.default.removeItem(atPath: staging)
  }

  private func failure(
    _ name: String, _ reason: String = systemError(), isFirst: Bool = true
  ) -> AnalysisError {
    AnalysisError(
      "\(path)/\(name): cannot be written: \(reason). "
        + (isFirst
          ? "The files of an earlier run are untouched."
          : "Some files beside it are of this run, report.json is of the earlier one."))
  }

  private static func makeFolders(_ path: String) throws(AnalysisError) {
    if FileManager.default.fileExists(atPath: path) {
      guard FileSystem.isFolder(path) else {
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

  init(name: String, make: @escaping (String) throws(AnalysisError) -> Void) {
    self.name = name
    self.make = make
  }
}
