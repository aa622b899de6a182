// Parts of a file, and what else it says of its samples: the model's predictions, a split.

extension FileDescription {
  /// Only what lies in the given group, such as `train` or `/runs/a/test`.
  func restricted(to group: String) -> FileDescription {
    let wanted = group.split(separator: "/").map(String.init)
    return with(datasets.filter { $0.group.starts(with: wanted) })
  }
}

extension ActivationCollection {
  /// The paths of all groups of a file that hold a dataset, itself or further down.
  package static func groups(
    in path: String, options: ReadingOptions
  ) throws(ActivationFileError) -> Set<String> {
    let description = try description(of: path, options: options)
    var groups: Set<String> = []
    for dataset in description.datasets {
      for depth in dataset.group.indices {
        groups.insert("/" + dataset.group[...depth].joined(separator: "/"))
      }
    }
    return groups
  }

  /// The splits of a file by the names of its groups and datasets (`X_train`); none where it makes
  /// no sense as a whole.
  package static func splits(in path: String, options: ReadingOptions) -> [String] {
    var options = options
    options.allowsSeveralSplits = true
    return (try? ActivationCollection(paths: [path], options: options).splits) ?? []
  }

  /// What the network says the classes are, as text; nil if the file does not hold it.
  package func predictions(
    of checkpoint: CheckpointEntry
  ) throws(ActivationFileError) -> [String]? {
    guard let path = nearest(to: checkpoint, where: { $0.reason == "predictions" }) else {
      return nil
    }
    return try texts(at: path, of: checkpoint)
  }

  /// The part that each sample belongs to, from a dataset named `split`; nil if there is none.
  package func split(of checkpoint: CheckpointEntry) throws(ActivationFileError) -> [String]? {
    let path = nearest(to: checkpoint) { entry in
      let leaf = entry.path.split(separator: "/").last?.lowercased() ?? ""
      return ["split", "splits", "subset", "partition"].contains(leaf)
    }
    guard let path else { return nil }
    return try texts(at: path, of: checkpoint)
  }

  /// The path, among what is no layer, that shares most groups with the checkpoint's layers.
  private func nearest(
    to checkpoint: CheckpointEntry, where isWanted: (LeftOut) -> Bool
  ) -> String? {
    func components(_ path: String) -> [Substring] { path.split(separator: "/") }
    let groups = checkpoint.layers.map { components($0.path).dropLast() }
    return leftOut.filter { entry in
      entry.file == checkpoint.file && isWanted(entry)
        && groups.contains { $0.starts(with: components(entry.path).dropLast()) }
    }
    .map(\.path)
    .max { (components($0).count, $1) < (components($1).count, $0) }
  }

  private func texts(
    at path: String, of checkpoint: CheckpointEntry
  ) throws(ActivationFileError) -> [String] {
    let texts = try LabelReader(options: options)
      .values(of: .dataset(file: checkpoint.file, path: path), for: checkpoint).texts
    try stamps.requireUnchanged(checkpoint.file)
    guard texts.count == checkpoint.sampleCount else {
      throw ActivationFileError(
        file: checkpoint.file,
        "\(path) has \(texts.count) entries but the layers of \(checkpoint.name) have "
          + "\(checkpoint.sampleCount) rows. Export both from the same batch.")
    }
    return texts
  }
}
