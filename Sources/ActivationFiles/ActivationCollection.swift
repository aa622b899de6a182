public import Activations

/// What a set of files holds: its checkpoints and their layers, found without reading their data.
///
/// A value without any open file. Each call that reads opens the file, reads and closes it; calls
/// from several threads take turns inside of the HDF5 library.
public struct ActivationCollection: Sendable {
  /// In the order of training: by step, else by name.
  public let checkpoints: [CheckpointEntry]
  /// Every dataset that is neither a layer nor skipped by an option.
  public let leftOut: [LeftOut]

  private let options: ReadingOptions

  /// Looks at the files and decides what is what.
  ///
  /// Throws where the files as a whole make no sense. What is wrong with one layer or the labels
  /// of one checkpoint is kept in its entry, so that the others can be read; see `requireSound`.
  public init(paths: [String], options: ReadingOptions = ReadingOptions())
    throws(ActivationFileError)
  {
    var files: [FileDescription] = []
    for path in paths {
      files.append(
        try HDF5Library.exclusively(reading: path) { () throws(ActivationFileError) in
          try HDF5File(path: path).description()
        })
    }
    let discovery = try Discovery(files, options: options)
    checkpoints = discovery.checkpoints
    leftOut = discovery.leftOut
    self.options = options
  }

  /// Throws the first problem that shows without reading layers: of a layer, or of the labels,
  /// which are read.
  public func requireSound() throws(ActivationFileError) {
    for checkpoint in checkpoints {
      for layer in checkpoint.layers {
        if let problem = layer.problem { throw problem }
      }
      _ = try labels(of: checkpoint)
    }
  }

  /// The class labels of a checkpoint, as many as its layers have rows.
  public func labels(of checkpoint: CheckpointEntry) throws(ActivationFileError) -> ClassLabels {
    if let problem = checkpoint.labelsProblem { throw problem }
    var found: (labels: ClassLabels, place: String)?
    for source in checkpoint.labelSources {
      let values = try values(of: source)
      let place = source.description(within: checkpoint.file)
      guard values.count == checkpoint.sampleCount else {
        throw .labelFileOfOtherLength(
          file: place, count: values.count, checkpoint: checkpoint.name,
          sampleCount: checkpoint.sampleCount)
      }
      let labels = values.classes
      if let found, found.labels != labels {
        throw .labelsDisagree(file: checkpoint.file, first: found.place, second: place)
      }
      if found == nil { found = (labels, place) }
    }
    guard let found else {
      throw .noLabels(file: checkpoint.file, checkpointPaths: [], candidates: [])
    }
    return found.labels
  }

  /// The row ids of a checkpoint as text; nil if the file has none.
  public func sampleIDs(of checkpoint: CheckpointEntry) throws(ActivationFileError) -> [String]? {
    guard let path = checkpoint.sampleIDsPath else { return nil }
    return try values(file: checkpoint.file, path: path).texts
  }

  /// The activations of a layer, flattened or pooled to one row per sample.
  public func activations(of layer: LayerEntry) throws(ActivationFileError) -> ActivationMatrix {
    if let problem = layer.problem { throw problem }
    let site = DatasetSite(file: layer.file, path: layer.path, layer: layer.name)
    let numbers = try HDF5Library.exclusively(reading: layer.file) {
      () throws(ActivationFileError) in
      try HDF5File(path: layer.file).numbers(at: site, shape: layer.shape)
    }
    // Outside of the lock: converting and pooling run on as many threads as call this.
    let row: RowShape
    do {
      row = try RowShape(shape: layer.shape, pooling: options.pooling)
    } catch {
      throw .threeAxes(site, layer.shape)
    }
    return ActivationMatrix(
      sampleCount: layer.sampleCount, featureCount: layer.featureCount,
      values: numbers.values().pooled(row))
  }

  private func values(of source: LabelSource) throws(ActivationFileError) -> LabelValues {
    switch source {
    case .dataset(let file, let path): try values(file: file, path: path)
    case .column(let file, let name): try LabelTable.labels(file: file, column: name)
    case .array(let file): try LabelArray.labels(file: file)
    }
  }

  private func values(file: String, path: String) throws(ActivationFileError) -> LabelValues {
    let site = DatasetSite(file: file, path: path, layer: nil)
    let (stored, width) = try HDF5Library.exclusively(reading: file) {
      () throws(ActivationFileError) -> (StoredLabels, Int) in
      let file = try HDF5File(path: file)
      let dataset = try file.datasetDescription(at: path)
      try dataset.requireFormOfLabels(in: file.path)
      let shape = dataset.shape ?? []
      let width = dataset.squeezedShape.map { $0.count == 2 ? $0[1] : 1 } ?? 1
      return (try file.labels(at: site, shape: shape), width)
    }
    return try LabelValues(stored, width: width, at: site)
  }
}
