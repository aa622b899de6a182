extension [String] {
  /// Each once, where it stands first.
  package var uniqueInOrder: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
