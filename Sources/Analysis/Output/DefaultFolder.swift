internal import ActivationFiles
internal import Activations
internal import Platform

/// Where results go when no folder is named: `Reports/<name of the first file>`.
///
/// Where that holds results of other files, as of `a/act.h5` when `b/act.h5` is read, the folders that
/// the file is in come to the name: `Reports/b-act`. What a folder is of is kept in it as a digest of
/// the paths.
package struct DefaultFolder: Sendable {
  package let path: String
  /// The files by which folders are told apart: what was read to choose this one.
  package let marks: [String]
  private let digest: String

  /// - Parameters:
  ///   - files: The paths as they were given; the first one names the folder.
  ///   - parent: The folder of all results.
  package init(for files: [String], in parent: String = "Reports") {
    var digest = ContentDigest()
    for file in files { digest.add(Self.absolute(file)) }
    let name = "\(digest)"
    self.digest = name
    let first = files.first ?? ""
    var names = [first.fileStem]
    for folder in Self.absolute(first).split(separator: "/").dropLast().reversed() {
      names.append("\(folder)-" + (names.last ?? ""))
    }
    // Two inputs that begin with one file: all of its folders do not tell them apart.
    names.append(first.fileStem + "-" + name)
    let paths = names.map { parent + "/" + $0 }
    marks = paths.map { $0 + "/" + Self.mark }
    path =
      paths.first { path in
        let mark = FileManager.default.contents(atPath: path + "/" + Self.mark)
        return mark.map { $0 == Data((name + "\n").utf8) } ?? true
      } ?? paths[0]
  }

  /// Says in the folder, which is there, of which files its results are.
  package func claim() {
    // Where this fails, results are written all the same, or the reason is told there.
    try? Data((digest + "\n").utf8).write(
      to: URL(fileURLWithPath: path + "/" + Self.mark), options: .atomic)
  }

  private static func absolute(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }

  private static let mark = ".inputs"
}

extension OutputFolder {
  /// The named folder, or the one for these files where none is named.
  package init(
    path: String?, orFor files: [String], in parent: String = "Reports",
    protect: @escaping (_ staging: String?) -> Void = { _ in }
  ) throws(AnalysisError) {
    if let path {
      try self.init(path: path, protect: protect)
    } else {
      let chosen = DefaultFolder(for: files, in: parent)
      try self.init(path: chosen.path, protect: protect)
      chosen.claim()
    }
  }
}
