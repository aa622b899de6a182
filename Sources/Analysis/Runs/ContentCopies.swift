internal import Foundation

/// Whether two files hold the same bytes.
enum ContentCopies {
  /// nil where the file cannot be looked at.
  static func size(of path: String) -> Int? {
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    return (attributes?[.size] as? NSNumber)?.intValue
  }

  /// Reads as far as the first difference.
  static func areSame(_ first: String, _ second: String) -> Bool {
    guard let one = FileHandle(forReadingAtPath: first),
      let other = FileHandle(forReadingAtPath: second)
    else { return false }
    defer {
      try? one.close()
      try? other.close()
    }
    while true {
      let part = (try? one.read(upToCount: 1 << 20)) ?? Data()
      guard part == (try? other.read(upToCount: 1 << 20)) ?? Data() else { return false }
      if part.isEmpty { return true }
    }
  }
}
