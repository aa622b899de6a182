import Activations

/// Files that hold one sample a dataset (`sentence_12`) or a group (`img_00012/layer1`).
enum PerSample {
  /// Fewer numbered siblings than this may be anything.
  private static let fewest = 10

  private struct Key: Hashable {
    let front: [String]
    let rest: [String]
  }

  /// The file with one dataset for each layer, its samples in the natural order of their names.
  static func merged(
    _ file: FileDescription, names: CheckpointName
  ) throws(ActivationFileError) -> FileDescription {
    let keys = Keys(file.datasets.filter(isSample), names: names)
    var samples: [Key: [(name: String, dataset: DatasetDescription)]] = [:]
    var others: [DatasetDescription] = []
    for dataset in file.datasets {
      let role = dataset.role
      guard let depth = keys.depths[keys.front(of: dataset)], dataset.components.count > depth,
        isSample(dataset) || role == .labels && (dataset.shape == [] || dataset.shape == [1])
      else {
        others.append(dataset)
        continue
      }
      let components = dataset.components
      var rest = Array(components[(depth + 1)...])
      if rest.isEmpty { rest = ["activations"] }
      samples[Key(front: Array(components[..<depth]), rest: rest), default: []].append(
        (components[depth], dataset))
    }
    guard samples.values.contains(where: { $0.count > 1 }) else {
      throw .noSamples(file: file.file)
    }
    let expected = Dictionary(samples.map { ($0.key.front, $0.value.count) }, uniquingKeysWith: max)
    for (key, members) in samples {
      let members = members.sorted { $0.name.naturallyPrecedes($1.name) }
      guard members.count == expected[key.front] else {
        throw .samplesLackLayer(
          file: file.file, layer: key.rest.joined(separator: "/"), count: members.count,
          expected: expected[key.front] ?? 0)
      }
      var merged = try layer(key.front + key.rest, of: members.map(\.dataset), in: file)
      merged.sampleNames = [members.map(\.name)]
      let originals = members.compactMap(\.dataset.originalID)
      if originals.count == members.count { merged.sampleNames.append(originals) }
      others.append(merged)
    }
    return file.with(others.sorted { $0.path.naturallyPrecedes($1.path) })
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

  // MARK: Recognition

  /// Throws where a file looks like one sample a key and nobody said so.
  static func requireNone(
    _ file: FileDescription, names: CheckpointName
  ) throws(ActivationFileError) {
    let vectors = file.datasets.filter { $0.squeezedShape?.count == 1 && mayBeLabels($0) }
    let lengths = Set(vectors.compactMap { $0.squeezedShape?.first })
    let all = file.datasets.filter(isSample)
    guard all.count >= fewest else { return }
    let places = Keys(all, names: names)
    for (front, depth) in places.depths.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let samples = all.filter { places.front(of: $0) == front && $0.components.count > depth }
      let keys = Set(samples.map { $0.components[depth] })
      guard keys.count >= fewest, Set(keys.map(\.withoutDigits)).count == 1,
        keys.allSatisfy({ $0.contains(where: \.isWholeNumber) })
      else { continue }
      let byRest = Dictionary(grouping: samples) { Array($0.components[(depth + 1)...]) }
      let isVectors = samples.allSatisfy { $0.shape?.count == 1 }
      let differ = byRest.values.contains { haveNoCommonRows($0.map { $0.shape ?? [] }) }
      let rows = Set(samples.compactMap { $0.shape?.first })
      let isOneRow = rows == [1]
      let isLabelled = lengths.contains(keys.count) && lengths.isDisjoint(with: rows)
      if isVectors || differ || isOneRow || isLabelled {
        throw .looksPerSample(
          file: file.file, example: samples[0].path, count: keys.count,
          hasTokens: samples.contains { ($0.shape?.count ?? 0) > 1 })
      }
    }
  }

  /// Whether arrays differ in what would be their number of samples, or in the middle axis alone,
  /// as tokens of sentences do. Layers differ in their features.
  private static func haveNoCommonRows(_ shapes: [[Int]]) -> Bool {
    if Set(shapes.map(\.first)).count > 1 { return true }
    return shapes.allSatisfy { $0.count == 3 } && Set(shapes.map { $0[2] }).count == 1
      && Set(shapes.map { $0[1] }).count > 1
  }

  private static func mayBeLabels(_ dataset: DatasetDescription) -> Bool {
    dataset.role == .labels || dataset.type.isInteger || dataset.type.isString
  }

  private static func isSample(_ dataset: DatasetDescription) -> Bool {
    guard dataset.type.isNumeric || dataset.type.isUnsaid, let shape = dataset.shape,
      !shape.isEmpty
    else { return false }
    switch dataset.role {
    case .layer: return true
    case .other(DatasetRole.oneAxis): return true
    default: return false
    }
  }

  /// Where paths name a sample: below groups of checkpoints, if there are several samples in each,
  /// at the first depth where they part.
  private struct Keys {
    private let names: CheckpointName?
    let depths: [[String]: Int]

    init(_ samples: [DatasetDescription], names: CheckpointName) {
      let below = Keys(samples, above: names)
      let isDivided = below.depths.contains { front, depth in
        let keys = samples.filter { below.front(of: $0) == front }.map { $0.components[depth] }
        return Set(keys).count > 1
      }
      // One dataset for each name like `epoch_12`: these are the samples.
      self = isDivided ? below : Keys(samples, above: nil)
    }

    private init(_ samples: [DatasetDescription], above names: CheckpointName?) {
      self.names = names
      var depths: [[String]: Int] = [:]
      for (front, samples) in Dictionary(
        grouping: samples, by: { Self.front(of: $0, above: names) })
      {
        var depth = front.count
        while samples.allSatisfy({ $0.components.count > depth + 1 }),
          Set(samples.map { $0.components[depth] }).count == 1
        {
          depth += 1
        }
        depths[front] = depth
      }
      self.depths = depths
    }

    func front(of dataset: DatasetDescription) -> [String] {
      Self.front(of: dataset, above: names)
    }

    private static func front(
      of dataset: DatasetDescription, above names: CheckpointName?
    ) -> [String] {
      guard let names else { return [] }
      return Array(dataset.group.prefix { names.matches($0, parent: nil) })
    }
  }
}

extension String {
  /// The name with every run of digits as `0`.
  var withoutDigits: String {
    var result = ""
    for character in self {
      if character.isNumber {
        if result.last != "0" { result.append("0") }
      } else {
        result.append(character)
      }
    }
    return result
  }
}
