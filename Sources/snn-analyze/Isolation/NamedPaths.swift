import ActivationFiles
import Platform

/// The files and folders that the words of a command line name.
///
/// Words are not told apart by what they mean: `FILE`, `--option FILE`, `--option=FILE`, `NAME=FILE`,
/// `@FILE`, `FILE:PART` and `FILE:PATH` are all looked at, so that an option can not be forgotten. A
/// word that happens to be the name of a file lets that file be read, no more.
enum NamedPaths {
  static func paths(in words: [String]) -> [String] {
    var seen: Set<String> = []
    return words.flatMap(candidates).filter { seen.insert($0).inserted }.flatMap(files)
  }

  /// What of a word may be a path: after each `=`, up to each `:`.
  private static func candidates(of word: String) -> [String] {
    let ends = word.hasPrefix("-") ? [] : [word]
    let values = word.indices.filter { word[$0] == "=" }.map { word[word.index(after: $0)...] }
    return (ends + values.map(String.init)).flatMap { text -> [String] in
      let text = text.hasPrefix("@") ? String(text.dropFirst()) : text
      let parts = text.indices.filter { text[$0] == ":" }.map { String(text[..<$0]) }
      return ([text] + parts).filter { !$0.isEmpty }
    }
  }

  /// The path, and what it stands for: a link's target is elsewhere than the folder that it is in.
  private static func files(at path: String) -> [String] {
    guard path.contains(where: "*?[".contains) || isThere(path) else { return [] }
    let links = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
      .map { path + "/" + $0 }
      .filter { (try? FileManager.default.destinationOfSymbolicLink(atPath: $0)) != nil }
    return [path] + links + ((try? InputPaths.files(at: [path])) ?? [])
  }

  private static func isThere(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }
}
