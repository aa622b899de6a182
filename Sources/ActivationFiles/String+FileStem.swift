extension String {
  /// The last component of a path, without its extension: `a/b/run.h5` → `run`.
  package var fileStem: String {
    (split(separator: "/").last.map(String.init) ?? self).withoutExtension
  }

  /// `a/b/run.h5` → `a/b/run`; a name that begins with its only dot has no extension.
  var withoutExtension: String {
    guard let dot = lastIndex(of: "."), dot > startIndex, !self[dot...].contains("/"),
      self[index(before: dot)] != "/"
    else { return self }
    return String(self[..<dot])
  }
}
