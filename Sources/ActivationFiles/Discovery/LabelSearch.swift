/// Finds the class labels of one checkpoint.
struct LabelSearch {
  private let file: FileDescription
  private let layers: [DatasetDescription]
  private let request: LabelRequest
  private let sampleCount: Int

  init(_ checkpoint: Discovery.Checkpoint, request: LabelRequest, sampleCount: Int) {
    file = checkpoint.file
    layers = checkpoint.layers.map(\.dataset)
    self.request = request
    self.sampleCount = sampleCount
  }

  /// Where the labels are: one place, or one beside each layer.
  func sources() throws(ActivationFileError) -> [LabelSource] {
    if case .source(let source) = request { return [source] }
    if case .none = request, let runs = layers.first?.classes, !runs.isEmpty {
      return [.classes(runs)]
    }
    var paths: Set<String> = []
    var sources: [LabelSource] = []
    // Layers of one group have the same labels: the first speaks for them.
    let firstOfGroup = Dictionary(
      layers.map { ($0.group, $0) }, uniquingKeysWith: { first, _ in first })
    for layer in firstOfGroup.values.sorted(by: { $0.path < $1.path }) {
      let labels =
        if case .path(let path) = request {
          try requested(path, for: layer)
        } else {
          try nearest(to: layer)
        }
      if paths.insert(labels.path).inserted {
        sources.append(labels.labelSource(in: file.file))
      }
    }
    return sources
  }

  private func requested(
    _ text: String, for layer: DatasetDescription
  ) throws(ActivationFileError) -> DatasetDescription {
    let isWhole = file.datasets.contains { $0.path == text || $0.path == "/" + text }
    let asked = ColumnPath(text)
    let path = isWhole ? text : asked.path
    var found: [DatasetDescription] = []
    if path.hasPrefix("/") {
      let components = path.split(separator: "/").map(String.init)
      // A variable of Octave is a group whose values are the dataset `value`.
      found = file.datasets.filter {
        $0.path == path || $0.components == components || $0.array?.place == .dataset(path: path)
      }
    } else {
      let names = path.split(separator: "/").map(String.init)
      for depth in (0...layer.group.count).reversed() {
        let wanted = Array(layer.group[..<depth]) + names
        found += file.datasets.filter { $0.components == wanted }
      }
    }
    // `table.label` is a column of a table, which is no group.
    if found.isEmpty { found = file.datasets.filter { $0.path.hasSuffix("/" + path) } }
    guard let nearest = found.first else {
      throw .noSuchLabels(
        file: file.file, path: text,
        paths: file.datasets.filter { mayBeLabels($0) }.map(\.path),
        matrices: file.datasets.filter { $0.shape?.count == 2 }.map(\.path))
    }
    guard let labels = found.first(where: hasMatchingLength) else {
      throw unfit(nearest, for: layer)
    }
    return try usable(isWhole ? labels : labels.column(asked.column, in: file.file))
  }

  private func nearest(
    to layer: DatasetDescription
  ) throws(ActivationFileError) -> DatasetDescription {
    let reachable = file.labels.compactMap { dataset in
      distance(from: layer, to: dataset).map { (dataset: dataset, distance: $0) }
    }
    let fitting = reachable.filter { hasMatchingLength($0.dataset) }
    if fitting.isEmpty, let categories = try onlyCategories(for: layer) { return categories }
    guard let best = fitting.map(\.distance).min() else {
      if let wrong = reachable.min(by: { $0.distance < $1.distance }) {
        throw unfit(wrong.dataset, for: layer)
      }
      throw .noLabels(
        file: file.file, checkpointPaths: file.labels.map(\.path),
        candidates: file.datasets.filter {
          $0.role != .labels && mayBeLabels($0) && hasMatchingLength($0)
        })
    }
    let equal = fitting.filter { $0.distance == best }
    guard equal.count == 1 else {
      throw .ambiguousLabels(file: file.file, paths: equal.map(\.dataset.path))
    }
    return try usable(equal[0].dataset)
  }

  /// The column of categories beside the layer that is classes by its name, else the only one: it says
  /// itself that its values are classes. One that is a batch by its name is asked about.
  private func onlyCategories(
    for layer: DatasetDescription
  ) throws(ActivationFileError) -> DatasetDescription? {
    let beside = file.datasets.filter {
      hasMatchingLength($0) && distance(from: layer, to: $0) != nil
    }
    let columns = beside.filter { $0.categories != nil || $0.array?.meaning?.mask != nil }
    let named = columns.filter { DatasetNames.areClasses($0.leaf) }
    if named.count == 1 { return try usable(named[0]) }
    guard columns.contains(where: { $0.categories != nil }) else { return nil }
    if columns.count == 1, !DatasetNames.isBatch(columns[0].leaf) { return try usable(columns[0]) }
    // Those that are likelier to be meant first.
    let others =
      columns.count > 1 ? [] : beside.filter { $0.path != columns[0].path && mayBeLabels($0) }
    let candidates = columns + others
    let sorted =
      candidates.filter { !DatasetNames.isBatch($0.leaf) }
      + candidates.filter { DatasetNames.isBatch($0.leaf) }
    throw .ambiguousLabels(file: file.file, paths: sorted.map(\.path))
  }

  /// How far labels are from a layer, nearest first: groups up, then groups aside, then the name.
  /// Nil if they belong to other layers.
  private func distance(
    from layer: DatasetDescription, to labels: DatasetDescription
  ) -> Distance? {
    let shared = zip(layer.group, labels.group).prefix { $0 == $1 }.count
    if shared < labels.group.count {
      // Aside of the layer: only a group that holds no other layers can be meant for this one.
      let aside = labels.group.prefix(shared + 1)
      if file.groupsOfLayers.contains(Array(aside)) { return nil }
    }
    let name = DatasetNames.labels.firstIndex(of: labels.leaf.lowercased())
    return Distance(
      up: layer.group.count - shared, aside: labels.group.count - shared,
      name: name ?? DatasetNames.labels.count)
  }

  private struct Distance: Comparable {
    let up: Int
    let aside: Int
    let name: Int

    static func < (first: Distance, second: Distance) -> Bool {
      (first.up, first.aside, first.name) < (second.up, second.aside, second.name)
    }
  }

  private func hasMatchingLength(_ dataset: DatasetDescription) -> Bool {
    guard let shape = dataset.squeezedShape, !shape.isEmpty else { return false }
    return shape[0] == sampleCount
  }

  private func usable(
    _ labels: DatasetDescription
  ) throws(ActivationFileError) -> DatasetDescription {
    try labels.requireFormOfLabels(in: file.file)
    return labels
  }

  private func unfit(
    _ labels: DatasetDescription, for layer: DatasetDescription
  ) -> ActivationFileError {
    let site = DatasetSite(file: file.file, path: labels.path, layer: nil)
    if let obstacle = labels.obstacle { return .unreadable(site, because: obstacle) }
    guard let shape = labels.shape, let count = shape.first else {
      return .labelsOfUnknownForm(site, shape: labels.shape, type: labels.type.name)
    }
    return .labelsOfOtherLength(
      file: file.file, layer: layer.path, layerCount: sampleCount, labels: labels.path,
      labelCount: count, axis: layer.countedAxis(ofExtent: count))
  }

  /// Whether a dataset without a label's name could be labels all the same.
  private func mayBeLabels(_ dataset: DatasetDescription) -> Bool {
    guard dataset.squeezedShape?.count == 1, dataset.obstacle == nil else { return false }
    switch dataset.role {
    case .sampleIDs, .weights: return false
    default: break
    }
    return dataset.type.isInteger || dataset.type.isString || dataset.type.kind == .enumeration
      || dataset.type.kind == .boolean
  }
}

extension DatasetDescription {
  /// - Throws: if this has not the form of labels: one value per sample, or one-hot rows.
  func requireFormOfLabels(in file: String) throws(ActivationFileError) {
    let site = DatasetSite(file: file, path: path, layer: nil)
    if let obstacle { throw .unreadable(site, because: obstacle) }
    try array?.requireMeaning(at: site)
    let isReadable = type.isNumeric || type.isString || type.kind == .enumeration
    let isOneHot = squeezedShape?.count == 2 && (type.isNumeric || type.isCharacters)
    guard isReadable, squeezedShape?.count == 1 || isOneHot,
      (shape ?? []).byteSize(of: max(1, type.size)) != nil
    else {
      throw .labelsOfUnknownForm(site, shape: shape, type: type.name)
    }
    try storage.requireSources(
      followingOtherFiles: array?.followsOtherFiles == true, at: site)
    guard storage.isWritten || shape?.contains(0) == true else { throw .neverWritten(site) }
  }

  /// Where its values are read from as labels.
  func labelSource(in file: String) -> LabelSource {
    guard shards.isEmpty else { return .shards(shards) }
    if let tokens {
      return .tokens(array(in: file), view: view, categories: categories, tokens)
    }
    return pieces.isEmpty
      ? .stored(array(in: file), view: view, categories: categories) : .pieces(pieces.map(\.array))
  }

  /// The axis, other than that of the samples, that has a given extent, as `--sample-axis` counts;
  /// nil if none or several have.
  func countedAxis(ofExtent extent: Int) -> Int? {
    guard pieces.isEmpty, let stored = array?.shape ?? shape else { return nil }
    let first = (view ?? AxisView(rank: stored.count)).order.first
    let counted = array?.countedAxes ?? Array(stored.indices)
    let places = counted.indices.filter { stored[counted[$0]] == extent && counted[$0] != first }
    return places.count == 1 ? places[0] : nil
  }
}
