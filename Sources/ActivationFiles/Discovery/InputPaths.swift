import Activations
import Platform

/// The files that paths, folders and patterns stand for.
package enum InputPaths {
  private static let extensions: Set<String> = [
    "h5", "hdf5", "hdf", "he5", "h5ad", "nc", "nc4", "mat", "npy", "npz",
    "safetensors",
  ]

  /// Patterns are expanded here for shells that do not, or were told not to.
  package static func files(at paths: [String]) throws(ActivationFileError) -> [String] {
    var files: [String] = []
    for path in paths {
      if FileSystem.isFolder(path) {
        files += try contents(of: path)
      } else if !FileManager.default.fileExists(atPath: path), path.contains(where: "*?[".contains)
      {
        files += try matches(of: path)
      } else {
        files.append(path)
      }
    }
    return files
  }

  /// The data files directly inside of a folder; those further down if there are none.
  private static func contents(of folder: String) throws(ActivationFileError) -> [String] {
    let isZarr = [".zgroup", ".zarray", "zarr.json"].contains {
      FileManager.default.fileExists(atPath: folder + "/" + $0)
    }
    if isZarr { throw .isZarr(folder) }
    let all = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter(isData)
    // Beside other data, safetensors are the network's weights.
    let others = all.filter { !$0.lowercased().hasSuffix(".safetensors") }
    let names = others.isEmpty ? all : others
    // Arrays of NumPy are one a file: folders in the folder are their groups.
    let isOfArrays = names.allSatisfy { $0.lowercased().hasSuffix(".npy") }
    let below =
      !isOfArrays
      ? names
      : ((try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []).filter(isData)
    let base = folder.hasSuffix("/") ? folder : folder + "/"
    let files = below.map { base + $0 }.filter { !FileSystem.isFolder($0) }
    guard !files.isEmpty else { throw .folderHoldsNoData(folder, extensions.sorted()) }
    return files.sorted { $0.naturallyPrecedes($1) }
  }

  private static func isData(_ name: String) -> Bool {
    let leaf = name.split(separator: "/").last ?? ""
    guard !leaf.hasPrefix("."), let dot = leaf.lastIndex(of: ".") else { return false }
    return extensions.contains(leaf[leaf.index(after: dot)...].lowercased())
  }

  /// The paths that a pattern matches, component by component.
  private static func matches(of pattern: String) throws(ActivationFileError) -> [String] {
    var found = [pattern.hasPrefix("/") ? "/" : ""]
    for component in pattern.split(separator: "/").map(String.init) {
      found = found.flatMap { folder -> [String] in
        guard component.contains(where: "*?[".contains) else { return [folder + component + "/"] }
        let glob = GlobPattern(component)
        let names = try? FileManager.default.contentsOfDirectory(
          atPath: folder.isEmpty ? "." : folder)
        return (names ?? []).filter { !$0.hasPrefix(".") && glob.matches($0) }
          .map { folder + $0 + "/" }
      }
    }
    let files = found.map { String($0.dropLast()) }
      .filter { FileManager.default.fileExists(atPath: $0) && !FileSystem.isFolder($0) }
    guard !files.isEmpty else { throw .patternMatchesNoFile(pattern) }
    return files.sorted { $0.naturallyPrecedes($1) }
  }

  /// The same text for all ways to write one path.
  static func standardized(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.path
  }

}
