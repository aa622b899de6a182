/// The seed that a training was begun from, as names and attributes tell it.
package enum RunSeed {
  /// The number behind the last `seed` of the file's name, or else of the nearest folder that has
  /// one: `plain_seed3.h5`, `seed=3/run.h5`, `seed-3/…`. nil where there is none.
  package static func named(by path: String) -> Int? {
    let parts = path.split(separator: "/").map(String.init)
    guard let last = parts.last else { return nil }
    return ([last.fileStem] + parts.dropLast().reversed()).lazy.compactMap(number).first
  }

  private static func number(_ name: String) -> Int? {
    var found: Int?
    let scalars = Array(name.lowercased().unicodeScalars)
    let word = Array("seed".unicodeScalars)
    for start in scalars.indices where scalars[start...].starts(with: word) {
      // `reseed` and `unseeded` are other words.
      if start > 0, scalars[start - 1].properties.isAlphabetic { continue }
      var rest = scalars[(start + word.count)...]
      if let separator = rest.first, "_-=.: ".unicodeScalars.contains(separator) {
        rest = rest.dropFirst()
      }
      let digits = rest.prefix { ("0"..."9").contains($0) }
      if let number = Int(String(String.UnicodeScalarView(digits))) { found = number }
    }
    return found
  }
}

extension ActivationCollection {
  /// The seed that is stored with the layers: attribute or single value `seed` of their group or one
  /// above, up to the file's. nil where there is none, or it is no whole number.
  package func storedSeed() throws(ActivationFileError) -> Int? {
    guard let layer = checkpoints.first?.layers.first else { return nil }
    return try number("seed", of: layer).flatMap { Int(exactly: $0) }
  }

  /// The files that paths, folders and patterns stand for, in natural order within each.
  package static func files(at paths: [String]) throws(ActivationFileError) -> [String] {
    try InputPaths.files(at: paths)
  }
}
