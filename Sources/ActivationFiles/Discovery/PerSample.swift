internal import Activations

/// Files that hold one sample a dataset (`sentence_12`) or a group (`img_00012/layer1`).
enum PerSample {
  private struct Key: Hashable {
    let front: [String]
    let rest: [String]
  }

  private typealias Member = (name: String, dataset: DatasetDescription)

  /// The file with one dataset for each layer, its samples in the order of `SampleOrder`.
  ///
  /// A sample is named by the first part of the paths in which they differ, by a whole group where
  /// names hold slashes (`db/cam1/img_7.jpg/descriptor`), or by the front of a name whose rest is the
  /// layer (`17_grids`).
  static func merged(
    _ file: FileDescription, names: CheckpointName, options: ReadingOptions
  ) throws(ActivationFileError) -> FileDescription {
    let all = file.datasets.filter(isSample)
    let keys = SampleKeys(all, names: names)
    var samples: [Key: [Member]] = [:]
    var others: [DatasetDescription] = []
    for dataset in file.datasets {
      let role = dataset.role
      guard isSample(dataset) || role == .labels && (dataset.shape == [] || dataset.shape == [1]),
        let place = keys.place(of: dataset)
      else {
        others.append(dataset)
        continue
      }
      samples[Key(front: place.front, rest: place.rest), default: []].append(
        (place.sample, dataset))
    }
    guard samples.values.contains(where: { $0.count > 1 }) else {
      throw .noSamples(file: file.file)
    }
    // What is not to be read need not fit together.
    let chosen = samples.filter { options.choosesLayer($0.key.rest) }
    if !chosen.isEmpty { samples = chosen }
    let expected = Dictionary(samples.map { ($0.key.front, $0.value.count) }, uniquingKeysWith: max)
    for (key, members) in samples {
      let order = try SampleOrder(
        members.map(\.name), creation: members.map { Self.creationRank(of: $0.dataset, key) },
        by: options.sampleOrder, file: file.file)
      let members = order.places.map { members[$0] }
      guard members.count == expected[key.front] else {
        throw .samplesLackLayer(
          file: file.file, layer: key.rest.joined(separator: "/"), count: members.count,
          expected: expected[key.front] ?? 0)
      }
      var merged = try layer(key.front + key.rest, of: members.map(\.dataset), in: file)
      merged.orderDoubt = order.doubt
      merged.sampleNames = [members.map(\.name)]
      let originals = members.compactMap(\.dataset.originalID)
      if originals.count == members.count { merged.sampleNames.append(originals) }
      others.append(merged)
    }
    return file.with(others.sorted { $0.path.naturallyPrecedes($1.path) })
  }

  /// The rank of a sample by creation: of the part of its path that names it.
  private static func creationRank(of dataset: DatasetDescription, _ key: Key) -> Int? {
    // A name of several parts has no one rank.
    let depth = key.front.count
    guard dataset.components.count - depth - key.rest.count <= 1,
      dataset.creationOrder.indices.contains(depth)
    else { return nil }
    return dataset.creationOrder[depth]
  }

  private static func layer(
    _ components: [String], of samples: [DatasetDescription], in file: FileDescription
  ) throws(ActivationFileError) -> DatasetDescription {
    let first = samples[0]
    var largest = first.shape ?? []
    for sample in samples {
      let shape = sample.shape ?? []
      // Tokens may differ in number, features may not.
      guard shape.count == largest.count, shape.last == largest.last || shape.isEmpty,
        sample.obstacle == nil
      else {
        throw .samplesDiffer(
          file: file.file, first: first.path, first.shape ?? [], other: sample.path, shape)
      }
      largest = zip(largest, shape).map { max($0, $1) }
    }
    var merged = DatasetDescription(
      components: components, shape: [samples.count] + largest, type: first.type,
      storage: first.storage)
    merged.array = first.array(in: file.file).named(
      "\(first.path) … \(samples[samples.count - 1].path)")
    merged.array?.chunk = nil
    for sample in samples {
      let site = DatasetSite(file: file.file, path: sample.path, layer: nil)
      try sample.storage.requireOwnValues(
        of: sample.array(in: file.file), at: site, memoryLimit: .max)
    }
    merged.pieces = samples.map { sample in
      let array = sample.array(in: file.file)
      return LayerPiece(
        array: array, view: sample.view ?? AxisView(rank: array.shape.count), rowCount: 1,
        isOneSample: true)
    }
    merged.hasVaryingExtents = Set(samples.map(\.shape)).count > 1
    return merged
  }

  static func isSample(_ dataset: DatasetDescription) -> Bool {
    guard dataset.type.isNumeric || dataset.type.isUnsaid, let shape = dataset.shape,
      !shape.isEmpty
    else { return false }
    switch dataset.role {
    case .layer: return true
    case .other(DatasetRole.oneAxis): return true
    default: return false
    }
  }
}

extension ReadingOptions {
  /// Whether the patterns leave a layer of this path in.
  fileprivate func choosesLayer(_ path: [String]) -> Bool {
    let name = path.joined(separator: "/")
    func matches(_ patterns: [String]) -> Bool {
      patterns.contains { GlobPattern($0).matches(name) }
    }
    return (layers.isEmpty || matches(layers)) && !matches(except)
  }
}
