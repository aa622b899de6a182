internal import Platform

/// Whether two files hold the same bytes.
enum ContentCopies {
  /// nil where the file cannot be looked at.
  static func size(of path: String) -> Int? {
    var state = stat()
    return stat(path, &state) == 0 ? Int(state.st_size) : nil
  }

  /// Reads as far as the first difference.
  static func areSame(_ first: String, _ second: String) -> Bool {
    guard let one = OpenFile(path: first),
      let other = OpenFile(path: second)
    else { return false }
    while true {
      let part = one.read(upTo: 1 << 20)
      guard let part, part == other.read(upTo: 1 << 20) else { return false }
      if part.isEmpty { return true }
    }
  }
}
