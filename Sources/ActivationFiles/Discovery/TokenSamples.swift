/// Files of which every token is a sample: layers of samples × tokens × features, labels of
/// samples × tokens. Tokens that are padding, by a mask or by the label −100, are left out.
struct TokenSamples {
  /// The label of tokens that count nothing, as PyTorch's losses have it.
  private static let ignored: Int64 = -100
  /// Datasets that are zero where a token is padding.
  private static let masks: Set<String> = ["attention_mask", "mask", "token_mask", "valid_mask"]

  private let file: FileDescription
  private let requests: [LabelRequest]
  /// Reads all values of a dataset as integers; nil where that cannot be.
  private let integers: (DatasetDescription, _ file: String) -> [Int64]?

  init(
    _ file: FileDescription, requests: [LabelRequest],
    integers: @escaping (DatasetDescription, _ file: String) -> [Int64]?
  ) {
    self.file = file
    self.requests = requests
    self.integers = integers
  }

  /// The file with tokens for samples, and what was done in words.
  func expanded() throws(ActivationFileError) -> (file: FileDescription, note: String) {
    if let elsewhere = requests.lazy.compactMap(\.place).first {
      throw .labelsOfTokensElsewhere(file: file.file, elsewhere)
    }
    let layers = file.datasets.filter(isLayerOfTokens)
    guard let first = layers.first, let shape = first.shape else {
      throw .noTokens(file: file.file)
    }
    let form = Array(shape.prefix(2))
    if let odd = layers.first(where: { Array($0.shape?.prefix(2) ?? []) != form }) {
      throw .tokensDiffer(
        file: file.file, first.path, shape, other: odd.path, odd.shape ?? [])
    }
    let selection = try selection(form)
    let datasets = try file.datasets.map {
      dataset throws(ActivationFileError) -> DatasetDescription in
      if isLayerOfTokens(dataset) {
        return try taking(selection, of: dataset, rest: dataset.shape?.dropFirst(2) ?? [])
      }
      return isLabels(dataset, form) ? try taking(selection, of: dataset, rest: []) : dataset
    }
    let leftOut = form[0] * form[1] - selection.kept.count
    return (
      file.with(datasets),
      "Every token is a sample: \(form[0]) samples of \(form[1]) tokens"
        + (leftOut > 0
          ? ", of which \(leftOut) are left out as padding (the label −100, or a mask that is 0)."
          : ".")
    )
  }

  private func isLayerOfTokens(_ dataset: DatasetDescription) -> Bool {
    dataset.role == .layer && dataset.obstacle == nil && (dataset.shape?.count ?? 0) > 2
      && !requests.name(dataset, of: file.file)
  }

  private func isLabels(_ dataset: DatasetDescription, _ form: [Int]) -> Bool {
    dataset.shape == form && (dataset.role == .labels || requests.name(dataset, of: file.file))
  }

  private func selection(_ form: [Int]) throws(ActivationFileError) -> TokenSelection {
    let count = form[0].multipliedOrMax(by: form[1])
    let labels = file.datasets.filter { isLabels($0, form) && !$0.type.isString }
    let masks = file.datasets.filter {
      $0.shape == form && Self.masks.contains($0.leaf.lowercased()) && !isLabels($0, form)
    }
    // Nothing is allocated by the word of a shape alone: values of this number have been read.
    guard !(labels + masks).isEmpty || [count].byteSize(of: 8) ?? .max < 1 << 32 else {
      throw .noTokens(file: file.file)
    }
    var isKept: [Bool] = []
    for dataset in labels + masks {
      guard let values = integers(dataset, file.file), values.count == count else {
        throw .unreadable(
          DatasetSite(file: file.file, path: dataset.path, layer: nil),
          because: "cannot be read as one integer a token")
      }
      if isKept.isEmpty { isKept = Array(repeating: true, count: count) }
      let isMask = masks.contains { $0.path == dataset.path }
      for (place, value) in values.enumerated() where isMask ? value == 0 : value == Self.ignored {
        isKept[place] = false
      }
    }
    let kept = isKept.isEmpty ? Array(0..<count) : isKept.indices.filter { isKept[$0] }
    guard !kept.isEmpty else { throw .everyTokenIsPadding(file: file.file) }
    return TokenSelection(sampleCount: form[0], perSample: form[1], kept: kept)
  }

  private func taking(
    _ selection: TokenSelection, of dataset: DatasetDescription, rest: ArraySlice<Int>
  ) throws(ActivationFileError) -> DatasetDescription {
    guard dataset.pieces.isEmpty, dataset.shards.isEmpty, dataset.view?.fixed == nil else {
      throw .tokensOfParts(file: file.file, path: dataset.path)
    }
    var copy = dataset
    copy.array = dataset.array(in: file.file)
    copy.tokens = selection
    copy.knowsSampleAxis = true
    copy.shape = [selection.kept.count]
    if !rest.isEmpty { copy.shape?.append(rest.reduce(1) { $0.multipliedOrMax(by: $1) }) }
    return copy
  }
}

extension LabelRequest {
  /// The place outside of the file that is asked for; nil if it is none.
  fileprivate var place: String? {
    if case .source(let source) = self { source.description(within: "") } else { nil }
  }
}

extension DatasetDescription {
  /// All values as integers, such as labels or a mask of tokens; nil where they are none, or more than
  /// the memory holds.
  func integers(in file: String, memoryLimit: Int) -> [Int64]? {
    let array = array(in: file)
    // Labels may lie in another file than the layers.
    let site = DatasetSite(file: array.file, path: path, layer: nil)
    guard obstacle == nil, let size = array.extents.byteSize(of: max(array.elementSize, 32)),
      size <= memoryLimit,
      (try? storage.requireOwnValues(
        of: array, at: site, memoryLimit: memoryLimit))
        != nil,
      let stored = try? array.storedLabels(
        at: site, view: view, rowLimit: nil)
    else { return nil }
    switch stored {
    case .integers(let values), .members(let values, _): return values
    case .unsignedIntegers(let values): return values.map { Int64(clamping: $0) }
    case .numbers(let values):
      let whole = values.compactMap { Int64(exactly: $0) }
      return whole.count == values.count ? whole : nil
    case .names: return nil
    }
  }
}
