/// A dataset that a message is about, and the name to skip it by.
struct DatasetSite {
  let file: String
  let path: String
  /// The layer it is, if it is one.
  let layer: String?
  /// Whether it is of the data to train a network on, and no activations or labels.
  var isTrainingData = false

  /// How to go on without it.
  var remedy: String {
    if isTrainingData { return "or train on other data" }
    return layer.map { "or skip the layer with --except \($0.quotedForShell)" }
      ?? "or name other labels with --labels"
  }
}

extension ActivationFileError {
  /// A message that begins with the dataset's path.
  ///
  /// An array that is a file has no path but the file's, which stands before every message.
  init(_ site: DatasetSite, _ message: String, asks: Bool = false) {
    let subject = site.path == site.file ? "this array" : site.path
    self.init(file: site.file, "\(subject) \(message)", asks: asks)
  }
}

extension Int {
  /// A count of rows as a person writes it: `1 row`, `512 rows`.
  var asRowCount: String { "\(self) row\(self == 1 ? "" : "s")" }
}

extension [Int] {
  /// Extents as a person writes them: `512×64`.
  var asExtents: String { isEmpty ? "()" : map(String.init).joined(separator: "×") }

  /// Places as a person reads them: `row 4`, `rows 4 and 50`, `10 rows: 0, 9, 18 …`.
  var asRows: String {
    switch count {
    case 1: "row \(self[0])"
    case ...5:
      "rows \(dropLast().map(String.init).joined(separator: ", ")) and \(self[count - 1])"
    default: "\(count) rows: \(prefix(5).map(String.init).joined(separator: ", ")) …"
    }
  }
}

extension String {
  /// The name as a shell takes it.
  var quotedForShell: String {
    unicodeScalars.allSatisfy { scalar in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        || "_-./:".unicodeScalars.contains(scalar)
    }
      ? self
      : "'" + unicodeScalars.reduce(into: "") { $0 += $1 == "'" ? "'\\''" : String($1) } + "'"
  }
}
