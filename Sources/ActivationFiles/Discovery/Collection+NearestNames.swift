import Activations

extension Collection<String> {
  /// At most `limit` of these names as a list to read, the ones most like `wanted` first.
  package func listed(nearestTo wanted: String, limit: Int = 10) -> String {
    let ranked = Set(self).map { (name: $0, distance: $0.editDistance(to: wanted)) }.sorted {
      $0.distance != $1.distance
        ? $0.distance < $1.distance : $0.name.naturallyPrecedes($1.name)
    }
    return ranked.map(\.name).listed(limit: limit)
  }

  /// At most `limit` of these names as a list to read, in their order.
  package func listed(limit: Int = 10) -> String {
    let shown = prefix(limit).joined(separator: ", ")
    return count > limit ? "\(shown) and \(count - limit) more" : shown
  }
}

extension String {
  /// The number of insertions, deletions and replacements that turn this string into another.
  fileprivate func editDistance(to other: String) -> Int {
    // Names longer than this are no typing mistakes; the bound keeps odd files from being slow.
    let left = Array(lowercased().unicodeScalars.prefix(100))
    let right = Array(other.lowercased().unicodeScalars.prefix(100))
    var row = Array(0...right.count)
    for (index, scalar) in left.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for (column, candidate) in right.enumerated() {
        let replaced = diagonal + (scalar == candidate ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = Swift.min(replaced, row[column] + 1, diagonal + 1)
      }
    }
    return row[right.count]
  }
}
