/// Train, test and the like: parts of the samples, told by a group, by the name of a dataset
/// (`X_train`, `test_labels`) or by the name of a file.
enum SplitNames {
  private static let names: Set<String> = [
    "train", "training", "val", "valid", "validation", "dev", "test", "testing", "eval", "heldout",
  ]
  /// Splits of retrieval; `query` alone is a part of attention.
  private static let pair: Set<String> = ["query", "gallery"]

  /// One description for each split, under the names that are left when the split is taken away;
  /// what belongs to none (common labels) is in each. A file without splits is returned as it is.
  static func separate(_ file: FileDescription) -> [FileDescription] {
    guard file.split == nil else { return [file] }
    let datasets = namesTellSplits(file) ? file.datasets.map(withSplitAsGroup) : file.datasets
    let isPair = Self.pair.isSubset(of: Set(datasets.flatMap { $0.group.map { $0.lowercased() } }))
    let known = isPair ? names.union(pair) : names
    func depth(_ dataset: DatasetDescription) -> Int? {
      dataset.group.firstIndex { known.contains($0.lowercased()) }
    }
    var bySplit: [String: [DatasetDescription]] = [:]
    var common: [DatasetDescription] = []
    for dataset in datasets {
      if let depth = depth(dataset) {
        bySplit[dataset.components[depth], default: []].append(
          dataset.removingComponent(at: depth))
      } else {
        common.append(dataset)
      }
    }
    let splits = bySplit.filter { $0.value.contains { $0.role == .layer } }
    guard !splits.isEmpty else { return [file] }
    // Groups without layers are no splits, and what is in them is nobody's.
    let parts = splits.sorted { rank($0.key) < rank($1.key) }.map {
      file.with($0.value + common.filter { $0.role != .layer }, split: $0.key)
    }
    let rest = common.contains { $0.role == .layer } ? [file.with(common)] : []
    return rest + parts
  }

  /// Files that are a split each by their names, in the order of use; nil if they are not.
  static func separate(_ files: [FileDescription]) -> [FileDescription]? {
    let named = files.compactMap { file in
      split(ofStem: file.file.fileStem).map { file.with(file.datasets, split: $0.split) }
    }
    guard named.count == files.count, Set(named.map { $0.split?.lowercased() }).count > 1 else {
      return nil
    }
    return named.sorted { rank($0.split ?? "") < rank($1.split ?? "") }
  }

  /// The name of a checkpoint that is a whole file: the file's, without the split.
  static func checkpointName(of file: FileDescription) -> String {
    let stem = file.file.fileStem
    guard file.split != nil, let named = split(ofStem: stem), !named.rest.isEmpty else {
      return stem
    }
    return named.rest
  }

  /// The split that the name of a file tells, and what else the name says.
  static func split(ofStem stem: String) -> (split: String, rest: String)? {
    let words = stem.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
    guard let index = words.firstIndex(where: { names.contains($0.lowercased()) }) else {
      return nil
    }
    var rest = words
    rest.remove(at: index)
    return (words[index], rest.joined(separator: "_"))
  }

  /// In the order of use: train, validation, test.
  private static func rank(_ name: String) -> (Int, String) {
    let lowercased = name.lowercased()
    let order = ["train", "training", "val", "valid", "validation", "dev"]
    return (order.firstIndex(of: lowercased) ?? order.count, lowercased)
  }

  /// Whether layers are called like `X_train` and `X_test`: at least two splits.
  private static func namesTellSplits(_ file: FileDescription) -> Bool {
    let layers = file.datasets.filter { $0.role == .layer }
    let found = layers.compactMap { affix(of: $0.leaf)?.split.lowercased() }
    return Set(found).count > 1
  }

  private static func withSplitAsGroup(_ dataset: DatasetDescription) -> DatasetDescription {
    guard let (split, rest) = affix(of: dataset.leaf) else { return dataset }
    var copy = dataset
    copy.components = dataset.group + [split, rest]
    copy.creationOrder.append(dataset.creationOrder.last ?? nil)
    return copy
  }

  private static func affix(of leaf: String) -> (split: String, rest: String)? {
    guard let found = split(ofStem: leaf), !found.rest.isEmpty else { return nil }
    let lowercased = leaf.lowercased()
    let word = found.split.lowercased()
    return lowercased.hasPrefix(word + "_") || lowercased.hasSuffix("_" + word) ? found : nil
  }
}
