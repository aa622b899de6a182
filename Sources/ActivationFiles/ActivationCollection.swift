public import Activations

/// What a set of files holds: its checkpoints and their layers, found without reading their data.
///
/// A value without any open file. Each call that reads opens the file, reads and closes it; calls
/// from several threads take turns inside of the HDF5 library.
public struct ActivationCollection: Sendable {
  /// In the order of training: by step, else by name.
  public let checkpoints: [CheckpointEntry]
  /// Every dataset that is neither a layer nor skipped by an option.
  package let leftOut: [LeftOut]
  /// What was decided on the way and may surprise: padding left out, layers that are missing.
  public let notes: [String]

  /// The splits there are (`train`, `test`), in the order of use; none where files tell none apart.
  package var splits: [String] {
    var seen: Set<String> = []
    return checkpoints.compactMap(\.split).filter { seen.insert($0).inserted }
  }

  /// Every file that is read, those that labels and ids are in included, in order.
  package var filePaths: [String] {
    let labels = checkpoints.flatMap { checkpoint in
      checkpoint.labelings.flatMap { $0.sources + $0.keys }
        + [checkpoint.sampleIDsSource].compactMap(\.self) + checkpoint.otherIDs
    }
    return Set(stamps.paths + labels.flatMap(\.files)).sorted()
  }

  /// What gave the order of the layers.
  package let layerOrder: LayerOrderBasis

  let options: ReadingOptions
  let stamps: FileStamps

  /// Looks at the files and decides what is what.
  ///
  /// Throws where the files as a whole make no sense. What is wrong with one layer or the labels
  /// of one checkpoint is kept in its entry, so that the others can be read; see `requireSound`.
  /// - Parameter paths: HDF5 and NumPy files, folders of them, and patterns (`run/*.h5`).
  public init(paths: [String], options: ReadingOptions = ReadingOptions())
    throws(ActivationFileError)
  {
    Patience.set(seconds: options.patience)
    if let folder = options.plugins { try HDF5Plugins.use(folder) }
    var files: [FileDescription] = []
    var stamps = FileStamps()
    for path in try InputPaths.files(at: paths) {
      stamps.note(path)
      let file = try Self.description(of: path, options: options)
      files.append(options.group.map(file.restricted) ?? file)
    }
    let discovery = try Discovery(
      files, options: options,
      isOneHot: { dataset, file in dataset.beginsOneHot(in: file) },
      integers: { dataset, file in
        dataset.integers(in: file, memoryLimit: options.memoryLimit)
      })
    checkpoints = discovery.checkpoints
    leftOut = discovery.leftOut
    notes = discovery.notes.map(\.visible)
    layerOrder = discovery.layerOrder
    self.options = options
    self.stamps = stamps
  }

  static func description(
    of path: String, options: ReadingOptions
  ) throws(ActivationFileError) -> FileDescription {
    if let arrays = try ArrayFile.description(of: path) { return arrays }
    return try HDF5Library.exclusively(reading: path) { () throws(ActivationFileError) in
      try HDF5File(path: path, followsOtherFiles: options.followsOtherFiles).description()
    }
  }

  /// Throws the first problem that shows without reading layers: of a layer, or of the labels,
  /// which are read.
  package func requireSound() throws(ActivationFileError) {
    for labeling in 0..<labelingCount {
      var first: ClassLabels?
      for checkpoint in checkpoints {
        for layer in checkpoint.layers {
          if let problem = layer.problem { throw problem }
        }
        let labels = try labels(of: checkpoint, labeling: labeling)
        if let first, first != labels, areUnsaidFiles {
          throw .labelsOfFilesDiffer(files: checkpoints.map(\.file))
        }
        first = first ?? labels
      }
    }
  }

  /// Whether nothing says that the files are checkpoints of one run, `init` and `final` included.
  package var areUnsaidCheckpoints: Bool {
    guard checkpoints.count > 1, areUnsaidFiles,
      let names = try? CheckpointName(pattern: nil, file: checkpoints[0].file)
    else { return false }
    return checkpoints.contains { !names.tellsMoment($0.name.fileStem) }
  }

  /// Whether the checkpoints are files that nothing says are checkpoints: no step, and no option.
  private var areUnsaidFiles: Bool {
    options.fileContent == nil && options.checkpointPattern == nil
      && Set(checkpoints.map(\.file)).count == checkpoints.count
      && checkpoints.allSatisfy { $0.step == nil && $0.split == nil }
  }

  /// How many labelings each checkpoint has: as many as were asked for, else one.
  package var labelingCount: Int { max(options.labels.count, 1) }

  /// The class labels of a checkpoint, as many as its layers have rows.
  /// - Parameter labeling: The place among `ReadingOptions.labels`.
  public func labels(
    of checkpoint: CheckpointEntry, labeling: Int = 0
  ) throws(ActivationFileError) -> ClassLabels {
    try joinedLabels(of: checkpoint, labeling: labeling).labels
  }

  /// The class labels of a checkpoint, and how they were matched to its samples.
  package func joinedLabels(
    of checkpoint: CheckpointEntry, labeling: Int = 0
  ) throws(ActivationFileError) -> (labels: ClassLabels, join: LabelJoin) {
    let labeling = checkpoint.labelings[labeling]
    if let problem = labeling.problem { throw problem }
    let reader = LabelReader(options: options)
    var ids: [[String]] = []
    if labeling.mayCarryIDs {
      if let own = try sampleIDs(of: checkpoint) { ids.append(own) }
      for source in checkpoint.otherIDs {
        ids.append(try reader.values(of: source, for: checkpoint).texts)
      }
    }
    var join = LabelJoin.position
    var found: (labels: ClassLabels, place: String)?
    for source in labeling.sources {
      let values: LabelValues
      (values, join) = try reader.joined(
        source, keys: labeling.keys, ids: ids, for: checkpoint)
      try stamps.requireUnchanged(checkpoint.file)
      let place = source.description(within: checkpoint.file)
      guard values.count == checkpoint.sampleCount else {
        if let option = optionOfParts(checkpoint, sampleCount: values.count) {
          throw .labelsOfAllParts(
            file: place, count: values.count, sampleCount: checkpoint.sampleCount, option: option)
        }
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
    return (found.labels, join)
  }

  /// How to say that layers, or files, are parts of the samples, if all of them together have so many
  /// rows.
  private func optionOfParts(_ checkpoint: CheckpointEntry, sampleCount: Int) -> String? {
    let layers = checkpoint.layers.map(\.sampleCount)
    if layers.count > 1, layers.reduce(0, +) == sampleCount { return "--each-group shard" }
    if layers.count > 9, layers.count == sampleCount, !options.isPerSample { return "--per-sample" }
    let files = checkpoints.map(\.sampleCount)
    if files.count == sampleCount, files.count > 1, Set(files) == [1] { return "--per-sample" }
    return files.count > 1 && areUnsaidFiles && files.reduce(0, +) == sampleCount
      ? "--each-file shard" : nil
  }

  /// The row ids of a checkpoint as text; nil if the file has none.
  public func sampleIDs(of checkpoint: CheckpointEntry) throws(ActivationFileError) -> [String]? {
    guard let source = checkpoint.sampleIDsSource else { return nil }
    let ids = try LabelReader(options: options).values(of: source, for: checkpoint).texts
    try stamps.requireUnchanged(checkpoint.file)
    // Ids that begin anew in every part of the samples tell none apart.
    if case .shards = source, Set(ids).count < ids.count { return nil }
    return ids.map(\.visible)
  }

  /// The order of samples that are datasets, groups or files, where it was asked for.
  package var sampleOrdering: SampleOrdering? { options.sampleOrder }

  /// The name of the first sample, where samples are datasets, groups or files; nil where they are rows.
  package func firstSampleName(of checkpoint: CheckpointEntry) -> String? {
    guard case .texts(let names) = checkpoint.sampleIDsSource else { return nil }
    return names.first
  }

  /// The activations of a layer, flattened or pooled to one row per sample.
  public func activations(of layer: LayerEntry) throws(ActivationFileError) -> ActivationMatrix {
    try rows(0..<layer.sampleCount, of: layer)
  }

  /// Some rows of a layer, flattened or pooled; the same numbers as the whole would give.
  ///
  /// Reads no more than these rows, but for the chunks that they share with others: ranges that
  /// begin at multiples of `rowAlignment` share none.
  /// - Precondition: the range lies within the layer's samples, unless it has a problem.
  public func rows(
    _ range: Range<Int>, of layer: LayerEntry
  ) throws(ActivationFileError) -> ActivationMatrix {
    if let problem = layer.problem { throw problem }
    precondition(
      range.lowerBound >= 0 && range.upperBound <= layer.sampleCount,
      "rows \(range) of a layer of \(layer.sampleCount) rows")
    let values = try LayerReader(layer, options: options).values(ofRows: range)
    for file in Set(layer.pieces.map(\.array.file)) { try stamps.requireUnchanged(file) }
    return ActivationMatrix(
      sampleCount: range.count, featureCount: layer.featureCount, values: values)
  }

  /// The number of rows at the end of a layer that are zero in every feature: padding, perhaps,
  /// that nothing in the file tells of. Reads from the end and no further than the first row that
  /// is not zero.
  package func trailingZeroRows(of layer: LayerEntry) throws(ActivationFileError) -> Int {
    if let problem = layer.problem { throw problem }
    let step = max(layer.rowAlignment, min(4096, 1 << 22 / max(1, layer.featureCount)), 1)
    var end = layer.sampleCount
    // One row tells most layers; blocks after that.
    var start = max(0, end - 1)
    while end > 0 {
      let block = try rows(start..<end, of: layer)
      let zeros = block.trailingZeroRows
      if zeros < end - start { return layer.sampleCount - end + zeros }
      end = start
      start = max(0, (end - 1) / step * step)
    }
    return layer.sampleCount
  }
}

extension CheckpointEntry.Labeling {
  /// Whether these may come with ids of their own: labels beside the layers do not.
  fileprivate var mayCarryIDs: Bool {
    !keys.isEmpty
      || sources.contains {
        switch $0 {
        case .column, .dataset: true
        default: false
        }
      }
  }

  /// Whether these lie in a file of their own.
  package var isElsewhere: Bool {
    !keys.isEmpty
      || sources.contains {
        switch $0 {
        case .column, .dataset, .array: true
        default: false
        }
      }
  }
}

extension ActivationMatrix {
  fileprivate var trailingZeroRows: Int {
    func count<Value: BinaryFloatingPoint>(_ values: [Value]) -> Int {
      let used = values.lastIndex { $0 != 0 }.map { $0 / featureCount + 1 } ?? 0
      return sampleCount - used
    }
    return switch values {
    case .float32(let values): count(values)
    case .float64(let values): count(values)
    }
  }
}
