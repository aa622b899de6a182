/// What reading one checkpoint will give: its layers' rows and features, its labels, its row ids.
struct Resolver {
  private let checkpoint: Discovery.Checkpoint
  private let options: ReadingOptions
  private let request: LabelRequest

  init(_ checkpoint: Discovery.Checkpoint, options: ReadingOptions, request: LabelRequest) {
    self.checkpoint = checkpoint
    self.options = options
    self.request = request
  }

  func entry() throws(ActivationFileError) -> CheckpointEntry {
    let file = checkpoint.file.file
    let layers = checkpoint.layers.map(layerEntry)
    let readable = layers.filter { $0.problem == nil }
    let sampleCount = try sharedSampleCount(readable)
    var sources: [LabelSource] = []
    var problem: ActivationFileError?
    if let sampleCount {
      let labels = LabelSearch(checkpoint, request: request, sampleCount: sampleCount)
      do {
        sources = try labels.sources()
      } catch {
        problem = error
      }
    }
    return CheckpointEntry(
      name: checkpoint.name, step: checkpoint.step, file: file, layers: layers,
      sampleCount: sampleCount ?? 0, labelsPath: sources.first?.description(within: file),
      labelsProblem: problem, labelSources: sources,
      sampleIDsPath: sampleCount.flatMap(sampleIDsPath))
  }

  private func layerEntry(_ layer: Discovery.Layer) -> LayerEntry {
    let dataset = layer.dataset
    let row: RowShape?
    let problem: ActivationFileError?
    do {
      row = try rowShape(layer)
      problem = nil
    } catch {
      row = nil
      problem = error
    }
    let shape = dataset.shape ?? []
    // Without a problem the products are known to be in range.
    let count = problem == nil ? shape.reduce(1, *) : 0
    let sampleCount = shape.first ?? 0
    let featureCount = row?.featureCount ?? 0
    let isPooled = problem == nil && shape.count > 2
    return LayerEntry(
      name: layer.name, checkpoint: checkpoint.name, file: checkpoint.file.file,
      path: dataset.path, shape: shape, sampleCount: sampleCount, featureCount: featureCount,
      typeDescription: dataset.type.name, storageDescription: dataset.storage.description,
      byteSize: count * dataset.type.size,
      memorySize: problem == nil ? sampleCount * featureCount * dataset.type.memorySize : 0,
      pooling: isPooled ? row?.pooling : nil, problem: problem)
  }

  private func rowShape(_ layer: Discovery.Layer) throws(ActivationFileError) -> RowShape {
    let dataset = layer.dataset
    let site = DatasetSite(file: checkpoint.file.file, path: dataset.path, layer: layer.name)
    if let obstacle = dataset.obstacle { throw .unreadable(site, because: obstacle) }
    guard let shape = dataset.shape else { throw .withoutDataspace(site) }
    guard dataset.type.isNumeric, dataset.type.size <= 16 else {
      throw .unsupportedType(site, dataset.type.name)
    }
    guard shape.count <= 8 else { throw .tooManyAxes(site, shape.count) }
    if shape[0] == 0 { throw .zeroRows(site) }
    if shape.contains(0) { throw .zeroColumns(site, shape) }
    guard shape.byteSize(of: max(dataset.type.size, 8)) != nil else {
      throw .implausibleSize(site, shape)
    }
    switch dataset.storage.layout {
    case .external: throw .externalStorage(site)
    case .virtual: throw .virtualDataset(site)
    default: break
    }
    guard dataset.storage.isWritten else { throw .neverWritten(site) }
    if let (path, count) = statedCount(for: dataset), (0..<shape[0]).contains(count) {
      throw .padded(site, rows: shape[0], countPath: path, count: count)
    }
    do {
      return try RowShape(shape: shape, pooling: options.pooling)
    } catch {
      switch error {
      case .unsaid: throw .threeAxes(site, shape)
      case .unknownChannels: throw .unknownChannels(site, shape)
      }
    }
  }

  private func sharedSampleCount(_ layers: [LayerEntry]) throws(ActivationFileError) -> Int? {
    let counts = Dictionary(layers.map { ($0.sampleCount, 1) }, uniquingKeysWith: +)
    guard let usual = counts.max(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key else {
      return nil
    }
    if let odd = layers.first(where: { $0.sampleCount != usual }),
      let other = layers.first(where: { $0.sampleCount == usual })
    {
      throw .rowCountsDiffer(odd, other)
    }
    return usual
  }

  /// The number of samples that the file says a layer has, by the nearest dataset that does.
  private func statedCount(for layer: DatasetDescription) -> (path: String, count: Int)? {
    checkpoint.file.counts.filter { layer.group.starts(with: $0.group) }
      .max { $0.components.count < $1.components.count }
      .flatMap { dataset in dataset.count.map { (dataset.path, $0) } }
  }

  /// The nearest dataset of row ids above the layers, by the surest name.
  private func sampleIDsPath(_ sampleCount: Int) -> String? {
    let groups = checkpoint.layers.map(\.dataset.group)
    let candidates = checkpoint.file.sampleIDs.filter { dataset in
      dataset.squeezedShape == [sampleCount]
        && dataset.obstacle == nil && (dataset.type.isInteger || dataset.type.isString)
        && groups.contains { $0.starts(with: dataset.group) }
    }
    func rank(_ dataset: DatasetDescription) -> (Int, Int) {
      let name = DatasetNames.sampleIDs.firstIndex(of: dataset.leaf.lowercased())
      return (-dataset.components.count, name ?? .max)
    }
    return candidates.min { rank($0) < rank($1) }?.path
  }
}

extension [Int] {
  /// The bytes of an array of these extents; nil if they are more than any file holds.
  func byteSize(of elementSize: Int) -> Int? {
    var size = elementSize
    for extent in self {
      guard extent >= 0 else { return nil }
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      guard !overflow, product < 1 << 48 else { return nil }
      size = product
    }
    return size
  }
}
