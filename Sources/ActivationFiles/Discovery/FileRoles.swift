/// The datasets of one file, sorted by role.
struct FileRoles {
  let file: FileDescription
  let layers: [DatasetDescription]
  let leftOut: [LeftOut]
  let holdsWeights: Bool
  /// What could be a layer but for its name, in words.
  let notes: [String]

  init(_ file: FileDescription, requests: [LabelRequest]) {
    var layers: [DatasetDescription] = []
    var leftOut = file.skippedLinks
    var holdsWeights = false
    var unnamed: [(dataset: DatasetDescription, reason: String)] = []
    for dataset in file.datasets {
      var role = dataset.role
      if requests.name(dataset, of: file.file) { role = .labels }
      let reason: String
      switch role {
      case .layer:
        layers.append(dataset)
        continue
      case .labels: reason = "labels"
      case .sampleIDs: reason = "row ids"
      case .weights:
        reason = "weights"
        holdsWeights = true
        unnamed.append((dataset, reason))
      case .other(let why):
        reason = why
        unnamed.append((dataset, reason))
      }
      leftOut.append(
        LeftOut(file: dataset.array?.file ?? file.file, path: dataset.path, reason: reason))
    }
    self.file = file
    self.layers = layers
    self.leftOut = leftOut
    self.holdsWeights = holdsWeights
    notes = RoleByForm.notes(on: unnamed)
  }
}

/// What `--labels` asks for.
enum LabelRequest {
  case none
  /// A dataset of the files themselves, from the root or from any group above the layers.
  case path(String)
  case source(LabelSource)

  /// One for each text, or one that asks for nothing.
  static func all(_ texts: [String]) -> [LabelRequest] {
    texts.isEmpty ? [.none] : texts.map { LabelRequest($0) }
  }

  private init(_ text: String) {
    let lowercased = text.lowercased()
    if lowercased.hasSuffix(".npy") {
      self = .source(.array(file: text))
      return
    }
    for suffix in [".csv", ".tsv", ".txt"] where lowercased.hasSuffix(suffix) {
      self = .source(.column(file: text, name: nil))
      return
    }
    for suffix in [
      ".csv:", ".tsv:", ".h5:", ".hdf5:", ".hdf:", ".he5:", ".h5ad:", ".nc:", ".mat:", ".npz:",
      ".safetensors:",
    ] {
      guard let range = lowercased.lastRange(of: suffix) else { continue }
      // Lowercasing may change the length of exotic names; then the path is taken as it is.
      guard lowercased.utf8.count == text.utf8.count else { continue }
      let split = text.utf8.index(text.startIndex, offsetBy: range.upperBound)
      let file = String(text[..<split].dropLast())
      let name = String(text[split...])
      let isTable = suffix == ".csv:" || suffix == ".tsv:"
      self = .source(
        isTable
          ? .column(file: file, name: name)
          : .dataset(file: file, path: name.hasPrefix("/") ? name : "/" + name))
      return
    }
    self = .path(text)
  }

  /// Whether this asks for the given dataset, so that it is no layer.
  func names(_ dataset: DatasetDescription, of file: String) -> Bool {
    switch self {
    case .none: false
    case .path(let path) where path.hasPrefix("/"):
      dataset.path == path || dataset.path == ColumnPath(path).path
    case .path(let path):
      dataset.path.hasSuffix("/" + path) || dataset.path.hasSuffix("/" + ColumnPath(path).path)
    case .source(.dataset(file, let path)):
      dataset.path == path || dataset.path == ColumnPath(path).path
    case .source: false
    }
  }
}

extension [LabelRequest] {
  /// Whether one of them asks for the given dataset, so that it is no layer.
  func name(_ dataset: DatasetDescription, of file: String) -> Bool {
    contains { $0.names(dataset, of: file) }
  }
}

extension String {
  /// The offsets in UTF-8 of the last place where `text` occurs.
  fileprivate func lastRange(of text: String) -> Range<Int>? {
    let haystack = Array(utf8)
    let needle = Array(text.utf8)
    guard haystack.count >= needle.count else { return nil }
    return (0...haystack.count - needle.count).reversed().first {
      haystack[$0..<$0 + needle.count].elementsEqual(needle)
    }.map { $0..<$0 + needle.count }
  }
}
