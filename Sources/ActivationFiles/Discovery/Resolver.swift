import Activations

/// What reading one checkpoint will give: its layers' rows and features, its labels, its row ids.
struct Resolver {
  private let checkpoint: Discovery.Checkpoint
  private let options: ReadingOptions
  private let requests: [LabelRequest]
  private let knowsSampleAxis: Bool

  /// - Parameter knowsSampleAxis: whether anything tells along which axis the samples are, where
  ///   their number fits several.
  init(
    _ checkpoint: Discovery.Checkpoint, options: ReadingOptions, requests: [LabelRequest],
    knowsSampleAxis: Bool
  ) {
    self.knowsSampleAxis = knowsSampleAxis
    self.checkpoint = checkpoint
    self.options = options
    self.requests = requests
  }

  func entry() throws(ActivationFileError) -> CheckpointEntry {
    let file = checkpoint.file.file
    let layers = checkpoint.layers.map(layerEntry)
    let sampleCount = try sharedSampleCount(layers.filter { $0.problem == nil })
    let names = (checkpoint.layers.first?.dataset.sampleNames ?? []).map(LabelSource.texts)
    return CheckpointEntry(
      name: checkpoint.name.visible, split: checkpoint.file.split, step: checkpoint.step,
      file: file, layers: layers, sampleCount: sampleCount ?? 0,
      labelings: requests.map { labeling($0, sampleCount) },
      sampleIDsSource: names.first ?? sampleCount.flatMap(sampleIDsSource),
      otherIDs: Array(names.dropFirst()),
      orderDoubt: checkpoint.layers.compactMap(\.dataset.orderDoubt).first,
      hasPadding: checkpoint.layers.contains { layer in
        guard let array = layer.dataset.array, layer.dataset.pieces.isEmpty,
          layer.dataset.tokens == nil,
          let axis = (layer.dataset.view ?? AxisView(rank: array.shape.count)).order.first
        else { return false }
        return array.shape[axis] != layer.dataset.shape?.first
      })
  }

  private func labeling(_ request: LabelRequest, _ sampleCount: Int?) -> CheckpointEntry.Labeling {
    var sources: [LabelSource] = []
    var problem: ActivationFileError?
    if let sampleCount {
      do {
        sources = try LabelSearch(checkpoint, request: request, sampleCount: sampleCount).sources()
      } catch {
        problem = error
      }
    }
    return CheckpointEntry.Labeling(
      path: sources.first?.description(within: checkpoint.file.file), problem: problem,
      sources: sources, keys: sources.flatMap(keys))
  }

  private var filesOfLayers: Set<String> {
    Set(checkpoint.layers.map { $0.dataset.array(in: checkpoint.file.file).file })
  }

  /// Row ids beside labels that lie in a file without layers.
  private func keys(of source: LabelSource) -> [LabelSource] {
    guard case .stored(let labels, _, _) = source, !filesOfLayers.contains(labels.file) else {
      return []
    }
    return checkpoint.file.sampleIDs.filter { $0.array?.file == labels.file && $0.obstacle == nil }
      .map { $0.labelSource(in: labels.file) }
  }

  private func layerEntry(_ layer: Discovery.Layer) -> LayerEntry {
    let dataset = layer.dataset
    let array = dataset.array(in: checkpoint.file.file)
    let row: RowShape?
    let problem: ActivationFileError?
    do throws(ActivationFileError) {
      let found = try rowShape(layer, array)
      if !knowsSampleAxis {
        let site = DatasetSite(file: array.file, path: dataset.path, layer: layer.name)
        throw ActivationFileError.unknownSampleAxis(site, array.countedShape, dataset.shape ?? [])
      }
      row = found
      problem = nil
    } catch {
      row = nil
      problem = error
    }
    let shape = dataset.shape ?? []
    // Without a problem the products are known to be in range.
    let count = problem == nil ? shape.reduce(1, *) : 0
    // A damaged shape is shown as it is, but nobody is to count with it.
    let sampleCount = problem == nil ? shape.first ?? 0 : 0
    let featureCount = row?.featureCount ?? 0
    let isPooled = problem == nil && shape.count > 2
    let view = dataset.view ?? AxisView(rank: array.shape.count)
    let pieces =
      !dataset.pieces.isEmpty
      ? dataset.pieces
      : [
        LayerPiece(
          array: array, view: view, rowCount: dataset.tokens?.sampleCount ?? sampleCount)
      ]
    let memorySize =
      pieces.contains { $0.array.memorySize == 8 } ? 8 : dataset.type.memorySize
    return LayerEntry(
      name: layer.name.visible, checkpoint: checkpoint.name.visible, file: array.file,
      path: dataset.path + (dataset.view?.subscriptText(of: array) ?? ""),
      split: checkpoint.file.split,
      shape: shape, sampleCount: sampleCount,
      featureCount: featureCount, typeDescription: dataset.type.name,
      storageDescription: dataset.storage.description, byteSize: count * dataset.type.size,
      memorySize: problem == nil ? sampleCount * featureCount * memorySize : 0,
      pooling: isPooled ? row?.pooling : nil, problem: problem,
      rowAlignment: problem == nil && pieces.count == 1 && dataset.tokens == nil
        ? pieces[0].rowAlignment : 1,
      tokens: dataset.tokens,
      pieces: problem == nil ? pieces : [])
  }

  private func rowShape(
    _ layer: Discovery.Layer, _ array: StoredArray
  ) throws(ActivationFileError) -> RowShape {
    let dataset = layer.dataset
    let site = DatasetSite(file: array.file, path: dataset.path, layer: layer.name)
    if let obstacle = dataset.obstacle { throw .unreadable(site, because: obstacle) }
    guard let shape = dataset.shape else { throw .withoutDataspace(site) }
    for piece in [array] + dataset.pieces.map(\.array) { try piece.requireMeaning(at: site) }
    if dataset.type.isUnsaid, array.meaning == nil,
      options.storedType == nil || !dataset.type.isNumeric,
      !dataset.type.choices.isEmpty
    {
      throw .unsaidType(site, dataset.type)
    }
    guard dataset.type.isNumeric, dataset.type.size <= 16 else {
      throw .unsupportedType(site, dataset.type.name)
    }
    guard shape.count <= 8 else { throw .tooManyAxes(site, shape.count) }
    if shape[0] == 0 { throw .zeroRows(site) }
    if shape.contains(0) { throw .zeroColumns(site, shape) }
    guard shape.byteSize(of: max(dataset.type.size, 8)) != nil else {
      throw .implausibleSize(site, shape)
    }
    try dataset.storage.requireOwnValues(of: array, at: site, memoryLimit: options.memoryLimit)
    let row: RowShape
    do {
      row = try RowShape(shape: shape, pooling: options.pooling, channels: options.channels)
    } catch {
      switch error {
      case .unsaid:
        let hasLabels = checkpoint.file.labels.contains { $0.shape == Array(shape.prefix(2)) }
        throw .threeAxes(
          site, shape, isPerSample: options.isPerSample, hasLabelsOfTokens: hasLabels)
      case .unknownChannels: throw .unknownChannels(site, shape)
      }
    }
    // What one row takes on its way to being numbers.
    let rowSize = row.storedCount.multipliedOrMax(by: max(array.elementSize, 8))
    guard rowSize <= options.memoryLimit / 4 else {
      throw .rowIsTooLarge(site, byteSize: rowSize)
    }
    if dataset.hasVaryingExtents, row.pooling == .flatten {
      throw .samplesVary(site, options.isPerSample)
    }
    return row
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

  /// The nearest dataset of row ids above the layers, by the surest name.
  private func sampleIDsSource(_ sampleCount: Int) -> LabelSource? {
    let groups = checkpoint.layers.map(\.dataset.group)
    let candidates = checkpoint.file.sampleIDs.filter { dataset in
      dataset.squeezedShape == [sampleCount]
        && dataset.obstacle == nil && (dataset.type.isInteger || dataset.type.isString)
        && (dataset.group == ["obs"] || groups.contains { $0.starts(with: dataset.group) })
    }
    let files = filesOfLayers
    func rank(_ dataset: DatasetDescription) -> (Int, Int, Int) {
      let name = DatasetNames.sampleIDs.firstIndex(of: dataset.leaf.lowercased())
      // Those of a file of labels are the labels' own.
      let isApart = !files.contains(dataset.array(in: checkpoint.file.file).file)
      return (isApart ? 1 : 0, -dataset.components.count, name ?? .max)
    }
    return candidates.min { rank($0) < rank($1) }?.labelSource(in: checkpoint.file.file)
  }
}

extension StorageDescription {
  /// Throws where values would come from other files that are not followed, or from sources that do
  /// not give them.
  func requireSources(
    followingOtherFiles follows: Bool, at site: DatasetSite
  ) throws(ActivationFileError) {
    if !follows, layout == .external { throw .externalStorage(site) }
    if !follows, !sources.isEmpty { throw .virtualDataset(site, sources: sources) }
    if let missing = missingSources.first { throw .sourceIsMissing(site, missing) }
    if let fault = sourceFaults.first { throw .sourceIsUnfit(site, fault) }
  }

  /// Throws where values would come from other files that are not followed, were never written, or
  /// lie in chunks too large for the memory.
  func requireOwnValues(
    of array: StoredArray, at site: DatasetSite, memoryLimit: Int
  ) throws(ActivationFileError) {
    try requireSources(followingOtherFiles: array.followsOtherFiles, at: site)
    guard isWritten else { throw .neverWritten(site) }
    if let chunk, let size = chunk.byteSize(of: array.elementSize), size > memoryLimit / 4 {
      throw .chunkIsTooLarge(site, chunk, byteSize: size)
    }
  }
}

extension LayerPiece {
  fileprivate var rowAlignment: Int {
    guard let axis = view.order.first, let chunk = array.chunk, axis < chunk.count else { return 1 }
    return max(1, chunk[axis])
  }
}
