import Activations

/// What options and attributes say of a file's datasets, applied to them before they are grouped:
/// the type of plain bytes, the axis of samples, one layer for each index of an axis of layers,
/// and the number of rows that are no padding.
struct DatasetShaping {
  /// No network has more layers in one dataset.
  private static let layerLimit = 10_000

  private let file: FileDescription
  private let options: ReadingOptions
  private let requests: [LabelRequest]
  /// Whether an option found a dataset to apply to.
  private(set) var usedStoredType = false
  /// What was decided on the way, in words.
  private(set) var notes: [String] = []
  private let axes: SampleAxes

  init(_ file: FileDescription, options: ReadingOptions, requests: [LabelRequest]) {
    self.file = file
    self.options = options
    self.requests = requests
    axes = SampleAxes(file)
  }

  mutating func shaped() throws(ActivationFileError) -> FileDescription {
    var datasets: [DatasetDescription] = []
    for dataset in file.datasets {
      let role = dataset.role
      let isLayer =
        role == .layer && dataset.obstacle == nil && !requests.name(dataset, of: file.file)
      guard isLayer, dataset.shape != nil else {
        datasets.append(try counted(dataset, role))
        continue
      }
      var layer = dataset
      layer.array = dataset.array(in: file.file)
      if let stored = options.storedType, layer.type.isUnsaid || !stored.isInteger,
        let type = layer.type.read(as: stored)
      {
        layer = layer.read(as: type)
        usedStoredType = true
      }
      layer = try withSamplesFirst(layer)
      for slice in try slices(of: layer) { datasets.append(try counted(slice, .layer)) }
    }
    let layers = datasets.filter { $0.role == .layer }
    notes += SampleAxes.notes(of: layers, options: options)
    if !options.isPerSample { notes += Self.notesOnScales(of: layers) }
    return file.with(datasets)
  }

  // MARK: Axes

  private func withSamplesFirst(
    _ dataset: DatasetDescription
  ) throws(ActivationFileError) -> DatasetDescription {
    guard !options.isPerSample, dataset.pieces.isEmpty, let array = dataset.array,
      array.shape.count > 1
    else { return dataset }
    let counted = array.countedAxes
    let axis: Int
    if let wanted = options.sampleAxis {
      let place = wanted < 0 ? counted.count + wanted : wanted
      guard counted.indices.contains(place) else {
        throw .noSuchAxis(site(dataset), option: "--sample-axis", axis: wanted, array.countedShape)
      }
      axis = counted[place]
    } else if let named = axes.named(of: dataset) {
      axis = named
    } else {
      return dataset
    }
    var copy = dataset
    copy.knowsSampleAxis = true
    copy.view = AxisView(rank: counted.count, order: [axis] + counted.filter { $0 != axis })
    copy.shape = copy.view?.shape(of: array.shape)
    return copy
  }

  /// One dataset for each layer of the axis of layers, if it has one.
  private func slices(
    of dataset: DatasetDescription
  ) throws(ActivationFileError) -> [DatasetDescription] {
    guard let array = dataset.array, array.member == nil,
      let axis = try layerAxis(of: dataset, array)
    else { return [dataset] }
    let count = array.shape[axis]
    guard count <= Self.layerLimit else {
      throw .tooManyLayers(site(dataset), array.shape, axis: axis, limit: Self.layerLimit)
    }
    let names = layerNames(of: dataset, count: count)
    return (0..<count).map { index in
      var slice = dataset
      let order = (dataset.view ?? AxisView(rank: array.shape.count)).order.filter { $0 != axis }
      slice.view = AxisView(
        rank: array.shape.count, fixed: .init(axis: axis, index: index), order: order)
      slice.shape = slice.view?.shape(of: array.shape)
      slice.components.append(names?[index] ?? "layer_\(index)")
      slice.creationOrder.append(index)
      return slice
    }
  }

  private func layerAxis(
    of dataset: DatasetDescription, _ array: StoredArray
  ) throws(ActivationFileError) -> Int? {
    let shape = array.shape
    // A sample of its own has no axis of samples.
    guard shape.count >= (options.isPerSample ? 2 : 3) else { return nil }
    if let wanted = options.layerAxis {
      let place = wanted < 0 ? shape.count + wanted : wanted
      guard shape.indices.contains(place),
        options.isPerSample || array.countedAxes[place] != dataset.view?.order.first
      else {
        throw .noSuchAxis(
          site(dataset), option: "--layer-axis", axis: wanted, array.countedShape)
      }
      return array.countedAxes[place]
    }
    var group = dataset.group[...]
    var stated = dataset.layerCount
    while stated == nil {
      stated = file.layerCounts[Array(group)]
      if group.isEmpty { break }
      group.removeLast()
    }
    guard let stated, stated > 0 else { return nil }
    let axes = shape.indices.filter { shape[$0] == stated }
    guard axes.count < 2 else {
      throw .ambiguousLayerAxis(site(dataset), shape, count: stated, axes: axes)
    }
    return axes.first
  }

  /// The attribute `layer_names` of the dataset or a group above, if it names every index.
  private func layerNames(of dataset: DatasetDescription, count: Int) -> [String]? {
    var place = dataset.components[...]
    while true {
      if let names = file.layerNames[Array(place)], names.count == count, Set(names).count == count
      {
        return names
      }
      guard !place.isEmpty else { return nil }
      place.removeLast()
    }
  }

  // MARK: Padding

  /// The dataset without the rows behind the stated number of samples.
  private mutating func counted(
    _ dataset: DatasetDescription, _ role: DatasetRole
  ) throws(ActivationFileError) -> DatasetDescription {
    guard role == .layer || role == .labels || role == .sampleIDs, !options.isPerSample,
      var shape = dataset.shape, let rows = shape.first,
      let (path, count) = try statedCount(for: dataset), count < rows
    else { return dataset }
    var copy = dataset
    copy.array = dataset.array(in: file.file)
    shape[0] = count
    copy.shape = shape
    if role == .layer {
      notes.append(
        "\(dataset.path) has \(rows) rows, of which \(path) says \(count) are samples; the rest "
          + "is padding and left out.")
    }
    return copy
  }

  /// The number of samples that the user or the file says a dataset has.
  private func statedCount(
    for dataset: DatasetDescription
  ) throws(ActivationFileError) -> (path: String, count: Int)? {
    if let text = options.count {
      if let count = Int(text) {
        guard count > 0 else { throw .noSuchCount(file: file.file, text) }
        return ("--count", count)
      }
      let path = text.hasPrefix("/") ? text : "/" + text
      guard let stated = file.datasets.first(where: { $0.path == path }), let count = stated.count
      else { throw .noSuchCount(file: file.file, text) }
      return (path, count)
    }
    let above = file.counts.filter { dataset.group.starts(with: $0.group) }
    guard let depth = above.map(\.components.count).max() else { return nil }
    let nearest = above.filter { $0.components.count == depth }
    guard Set(nearest.compactMap(\.count)).count < 2 else {
      throw .countsDiffer(file: file.file, paths: nearest.map(\.path))
    }
    return nearest.first.flatMap { dataset in dataset.count.map { (dataset.path, $0) } }
  }

  /// What was done to stored numbers because attributes say so, in words.
  static func notesOnScales(of layers: [DatasetDescription]) -> [String] {
    let scaled = layers.compactMap { layer in
      layer.array?.meaning?.scaling.map { (path: layer.path, scaling: $0) }
    }
    return scaled.map(\.scaling).uniqueInOrder.map { scaling in
      let paths = scaled.filter { $0.scaling == scaling }.map(\.path)
      return "\(paths.listed(limit: 3)): the values are \(scaling), by attributes of the file."
    }
  }

  private func site(_ dataset: DatasetDescription) -> DatasetSite {
    DatasetSite(file: file.file, path: dataset.path, layer: dataset.leaf)
  }
}

extension DatasetDescription {
  fileprivate func read(as type: ElementType) -> DatasetDescription {
    var copy = self
    copy.type = type
    copy.array?.type = type
    return copy
  }
}
