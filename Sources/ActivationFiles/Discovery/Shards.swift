import Activations

/// Samples of one checkpoint that are spread over several files, or over groups or datasets of one
/// file: `train_0.h5`, `batch_0/features`, `features_01`. They are joined in the order of `SampleOrder`
/// where it was said that there are some; where it was not, what looks like shards is asked about.
struct Shards {
  private let names: CheckpointName
  private let ordering: SampleOrdering?
  /// What was joined, in words.
  private(set) var notes: [String] = []

  /// - Parameter ordering: The order of the parts, where the user says it.
  init(names: CheckpointName, ordering: SampleOrdering?) {
    self.names = names
    self.ordering = ordering
  }

  /// Whether a name is that of a part of the samples, and of nothing else.
  static func isCertain(_ name: String) -> Bool { Families.isCertain(name) }

  // MARK: Several files

  /// Files of one split each as one file.
  mutating func joined(
    _ files: [FileDescription]
  ) throws(ActivationFileError) -> [FileDescription] {
    guard files.count > 1 else { return [try joined(groupsOf: files[0])] }
    var joined: [FileDescription] = []
    for split in files.map({ $0.split ?? "" }).uniqueInOrder {
      let members = files.filter { ($0.split ?? "") == split }
      let order = try SampleOrder(
        members.map(\.file), creation: members.map { _ in nil }, by: ordering,
        file: members[0].file)
      joined.append(
        members.count > 1
          ? try one(order.places.map { members[$0] }, order.doubt) : members[0])
    }
    return joined
  }

  private mutating func one(
    _ files: [FileDescription], _ doubt: SampleOrderDoubt?
  ) throws(ActivationFileError) -> FileDescription {
    let rows = files.map { file in
      file.datasets.first { $0.role == .layer }?.shape?.first ?? 0
    }
    var byPath: [[String]: [DatasetDescription]] = [:]
    for file in files {
      for dataset in file.datasets {
        var copy = dataset
        copy.array = dataset.array(in: file.file)
        byPath[dataset.components, default: []].append(copy)
      }
    }
    var datasets: [DatasetDescription] = []
    for (components, members) in byPath {
      let isJoined =
        members[0].role == .layer
        || members.count == files.count && members.map { $0.shape?.first ?? -1 } == rows
      guard isJoined else {
        datasets.append(members[0])
        continue
      }
      guard members.count == files.count else {
        let others = Set(members.compactMap(\.array?.file))
        let lacking = files.first { !others.contains($0.file) }?.file ?? files[0].file
        throw .shardLacks(file: lacking, path: members[0].path)
      }
      datasets.append(
        try Self.merged(members, as: components, rows: rows, files.map(\.file), doubt))
    }
    notes.append(Self.note(files.map(\.file), rows))
    return FileDescription(
      file: Self.name(of: files.map(\.file)),
      datasets: datasets.sorted { $0.path.naturallyPrecedes($1.path) },
      layerNames: files[0].layerNames, skippedLinks: files.flatMap(\.skippedLinks),
      split: files[0].split)
  }

  /// What the names of files have in common, else their folder.
  private static func name(of files: [String]) -> String {
    let stems = files.map { Array($0.fileStem) }
    var count = stems.map(\.count).min() ?? 0
    while count > 0, Set(stems.map { $0.prefix(count) }).count > 1 { count -= 1 }
    var name = stems[0].prefix(count)
    while let last = name.last, last.isNumber || "_-. ".contains(last) { name.removeLast() }
    if !name.isEmpty { return String(name) }
    return files[0].split(separator: "/").dropLast().last.map(String.init) ?? "activations"
  }

  // MARK: Groups and datasets

  /// A file whose numbered groups or datasets are parts of the samples, these joined.
  mutating func joined(
    groupsOf file: FileDescription
  ) throws(ActivationFileError) -> FileDescription {
    let families = Families(file, names: names)
    var members: [[String]: [(shard: String, dataset: DatasetDescription)]] = [:]
    var others: [DatasetDescription] = []
    for dataset in file.datasets {
      guard let depth = families.depthOfShard(dataset) else {
        others.append(dataset)
        continue
      }
      var copy = dataset
      copy.array = dataset.array(in: file.file)
      members[Self.path(without: depth, dataset), default: []].append(
        (dataset.components[...depth].joined(separator: "/"), copy))
    }
    guard members.values.contains(where: { $0.count > 1 }) else {
      throw .noShards(file: file.file)
    }
    var joins: [String: (shards: [String], rows: [Int], path: String)] = [:]
    for (components, parts) in members.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let order = try SampleOrder(
        parts.map(\.shard),
        creation: parts.map { part in
          let depth = part.shard.split(separator: "/").count - 1
          let ranks = part.dataset.creationOrder
          return ranks.indices.contains(depth) ? ranks[depth] : nil
        }, by: ordering, file: file.file)
      let parts = order.places.map { parts[$0] }
      let rows = parts.map { $0.dataset.shape?.first ?? 0 }
      let shards = parts.map { $0.shard.split(separator: "/").last.map(String.init) ?? $0.shard }
      let merged = try Self.merged(
        parts.map(\.dataset), as: components, rows: rows, parts.map(\.shard), order.doubt)
      others.append(merged)
      guard merged.role == .layer || merged.role == .labels || merged.role == .sampleIDs else {
        continue
      }
      // Joins of one checkpoint must agree; those of several may differ.
      let checkpoint = components.first { names.matches($0, parent: nil) } ?? ""
      if let first = joins[checkpoint] {
        guard first.rows == rows else {
          throw .shardsDiffer(
            file: file.file, first.path, first.rows, parts[0].dataset.path, rows)
        }
      } else {
        joins[checkpoint] = (shards, rows, parts[0].dataset.path)
      }
    }
    for join in joins.values.sorted(by: { $0.path.naturallyPrecedes($1.path) }).prefix(1) {
      notes.append(Self.note(join.shards, join.rows))
    }
    return file.with(others.sorted { $0.path.naturallyPrecedes($1.path) })
  }

  /// The path without its shard: `batch_0/features` → `features`, `layer1/batch_0` → `layer1`,
  /// `features_01` → `features`.
  private static func path(without depth: Int, _ dataset: DatasetDescription) -> [String] {
    var components = dataset.components
    let name = components.remove(at: depth)
    guard depth == components.count else { return components }
    let isNamedByGroup = !components.isEmpty && Families.isCertain(name)
    let word = name.prefix { !$0.isNumber }.trimmingSeparators
    if !isNamedByGroup { components.append(word.isEmpty ? "activations" : word) }
    return components
  }

  /// Throws where groups or datasets look like parts of the samples and nobody said so.
  /// - Parameter isSure: only what leaves no doubt, to ask before anything else is asked.
  func requireNone(_ file: FileDescription, isSure: Bool) throws(ActivationFileError) {
    guard let found = Families(file, names: names).suspects(isSure: isSure) else { return }
    throw .looksLikeShards(file: file.file, names: found.names, rows: found.rows)
  }

  // MARK: Joining

  /// - Parameter names: of the shards, for messages.
  private static func merged(
    _ members: [DatasetDescription], as components: [String], rows: [Int], _ names: [String],
    _ doubt: SampleOrderDoubt?
  ) throws(ActivationFileError) -> DatasetDescription {
    let first = members[0]
    guard let shape = first.shape, !shape.isEmpty else { return first }
    var merged = first
    merged.components = components
    merged.creationOrder = components.map { _ in nil }
    merged.pieces = []
    merged.orderDoubt = doubt
    for (index, member) in members.enumerated() {
      guard let array = member.array, let own = member.shape else { continue }
      let site = DatasetSite(file: array.file, path: member.path, layer: nil)
      if let obstacle = member.obstacle { throw .unreadable(site, because: obstacle) }
      guard own.count == shape.count, own.dropFirst() == shape.dropFirst(),
        member.type.isString == first.type.isString, member.pieces.isEmpty
      else { throw .shardsHaveOtherForms(file: array.file, first.path, shape, member.path, own) }
      guard own[0] == rows[index] else {
        throw .shardHasOtherRows(
          file: array.file, shard: names[index], path: member.path, own[0], rows[index])
      }
      try member.storage.requireOwnValues(of: array, at: site, memoryLimit: .max)
      merged.pieces.append(
        LayerPiece(
          array: array, view: member.view ?? AxisView(rank: array.shape.count), rowCount: own[0]))
      merged.shards.append(
        LabelShard(source: member.labelSource(in: array.file), count: own[0]))
    }
    if let array = first.array, let last = members.last, members.count > 1 {
      merged.array = array.named("\(first.path) … \(last.path)")
    }
    merged.shape = [rows.reduce(0, +)] + shape.dropFirst()
    return merged
  }

  private static func note(_ names: [String], _ rows: [Int]) -> String {
    let list = zip(names, rows).map { "\($0) (\($1) rows)" }.listed(limit: 6)
    return "\(names.count) parts of the samples are joined in this order: \(list); "
      + "\(rows.reduce(0, +)) rows together."
  }
}

/// Siblings that differ in their numbers alone, for each place in the paths of a file.
private struct Families {
  private struct Key: Hashable {
    let group: [String]
    let pattern: String
    let isLeaf: Bool
  }

  /// Words that name parts of the samples and nothing else.
  private static let words: Set<String> = [
    "batch", "batches", "minibatch", "minibatches", "shard", "shards", "chunk", "chunks",
  ]

  private let file: FileDescription
  private let names: CheckpointName
  private var members: [Key: Set<String>] = [:]

  init(_ file: FileDescription, names: CheckpointName) {
    self.file = file
    self.names = names
    for dataset in file.datasets where Self.hasRows(dataset) {
      for depth in dataset.components.indices {
        guard let key = key(dataset, depth) else { continue }
        members[key, default: []].insert(dataset.components[depth])
      }
    }
    members = members.filter { $0.value.count > 1 }
  }

  static func isCertain(_ name: String) -> Bool {
    name.lowercased().split { !$0.isLetter }.contains { words.contains(String($0)) }
  }

  private static func hasRows(_ dataset: DatasetDescription) -> Bool {
    guard let shape = dataset.shape, !shape.isEmpty, dataset.obstacle == nil else { return false }
    return dataset.exclusion == nil && !dataset.isDimensionScale && dataset.role != .weights
  }

  private func key(_ dataset: DatasetDescription, _ depth: Int) -> Key? {
    let name = dataset.components[depth]
    // A number behind `epoch` and the like is a step.
    guard name.contains(where: \.isNumber), name.isNumber || names.step(in: name) == nil,
      !names.matches(name, parent: nil)
    else { return nil }
    return Key(
      group: Array(dataset.components[..<depth]), pattern: name.withoutDigits,
      isLeaf: depth == dataset.components.count - 1)
  }

  /// Where a dataset's path names its shard, once the user has said that there are some.
  func depthOfShard(_ dataset: DatasetDescription) -> Int? {
    guard Self.hasRows(dataset) else { return nil }
    let depths = dataset.components.indices.filter { depth in
      key(dataset, depth).map { members[$0] != nil } ?? false
    }
    return depths.first { Self.isCertain(dataset.components[$0]) }
      ?? depths.last { !LayerWords.begin(dataset.components[$0], besides: "features") }
  }

  /// The first family that looks like shards.
  func suspects(isSure: Bool) -> (names: [String], rows: [Int])? {
    let vectors = file.labels.filter { $0.squeezedShape?.count == 1 }
    for (key, names) in members.sorted(by: { $0.key.pattern < $1.key.pattern }) {
      guard let name = names.min(),
        !LayerWords.begin(name, besides: "features") || Self.isCertain(name)
      else { continue }
      let depth = key.group.count
      let layers = file.datasets.filter {
        $0.role == .layer && $0.components.starts(with: key.group)
          && $0.components.count > depth && names.contains($0.components[depth])
          && ($0.components.count == depth + 1) == key.isLeaf
      }
      let byRest = Dictionary(grouping: layers) { Array($0.components[(depth + 1)...]) }
      let first = byRest.keys.min { $0.lexicographicallyPrecedes($1) }
      guard let parts = first.flatMap({ byRest[$0] }),
        byRest.values.allSatisfy({ $0.count == names.count }),
        byRest.values.allSatisfy({ Set($0.map { $0.shape?.dropFirst() }).count == 1 })
      else { continue }
      let sorted = parts.sorted { $0.path.naturallyPrecedes($1.path) }
      let rows = sorted.map { $0.shape?.first ?? 0 }
      let total = rows.reduce(0, +)
      let counts = vectors.compactMap { $0.squeezedShape?.first }
      let isTotal = counts.contains(total) && !counts.contains(rows[0])
      // One label for each: samples of several rows.
      guard !counts.contains(names.count) || rows[0] == names.count else { continue }
      let isAsked =
        isSure ? Self.isCertain(name) || isTotal : Set(rows).count > 1
      if isAsked { return (sorted.map { $0.components[depth] }, rows) }
    }
    return nil
  }
}

extension Substring {
  fileprivate var trimmingSeparators: String {
    var text = self
    while let last = text.last, "_-. ".contains(last) { text.removeLast() }
    return String(text)
  }
}
