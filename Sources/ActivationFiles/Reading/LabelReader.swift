/// Reads class labels and row ids from wherever they are.
struct LabelReader {
  let options: ReadingOptions

  func values(
    of source: LabelSource, for checkpoint: CheckpointEntry
  ) throws(ActivationFileError) -> LabelValues {
    if let doubt = checkpoint.orderDoubt, source.followsOrder {
      throw .unsaidSampleOrder(
        file: checkpoint.file, place: source.description(within: checkpoint.file), doubt)
    }
    // Padding may never have been written, and may hold anything.
    let rowLimit = checkpoint.hasPadding ? checkpoint.sampleCount : nil
    let values = try allValues(of: source, rowLimit: rowLimit)
    guard checkpoint.hasPadding, values.count > checkpoint.sampleCount else { return values }
    return values.prefix(checkpoint.sampleCount)
  }

  /// The labels of a checkpoint's samples, matched by ids where both sides carry them.
  /// - Parameter ids: what the samples may be called by.
  func joined(
    _ source: LabelSource, keys: [LabelSource], ids: [[String]], for checkpoint: CheckpointEntry
  ) throws(ActivationFileError) -> (values: LabelValues, join: LabelJoin) {
    guard !ids.isEmpty else { return (try values(of: source, for: checkpoint), .position) }
    let found = try self.keys(of: source, stated: keys)
    guard !found.isEmpty else { return (try values(of: source, for: checkpoint), .position) }
    let all = try allValues(of: source)
    let texts = all.texts
    let match = try LabelMatch(
      ids: ids, keys: found.filter { $0.values.count == texts.count }, labels: texts,
      file: checkpoint.file, place: source.description(within: checkpoint.file))
    guard let match else { return (try values(of: source, for: checkpoint), .position) }
    return (all.rows(match.rows), .id(key: match.key))
  }

  /// The ids that labels outside of the checkpoint's file carry.
  private func keys(
    of source: LabelSource, stated: [LabelSource]
  ) throws(ActivationFileError) -> [LabelKey] {
    switch source {
    case .column(let file, let name): return try LabelTable.keys(file: file, besides: name)
    case .dataset(let file, let path):
      let description = try ActivationCollection.description(of: file, options: options)
      let group = path.split(separator: "/").dropLast().map(String.init)
      var keys: [LabelKey] = []
      for dataset in description.sampleIDs where group.starts(with: dataset.group) {
        guard (try? dataset.requireFormOfLabels(in: file)) != nil else { continue }
        keys.append(
          LabelKey(
            name: dataset.path,
            values: try allValues(of: dataset.labelSource(in: file)).texts))
      }
      return keys
    default:
      var keys: [LabelKey] = []
      for key in stated {
        keys.append(
          LabelKey(name: key.description(within: ""), values: try allValues(of: key).texts))
      }
      return keys
    }
  }

  private func allValues(
    of source: LabelSource, rowLimit: Int? = nil
  ) throws(ActivationFileError) -> LabelValues {
    switch source {
    case .stored(let array, let view, let categories):
      return try values(of: array, view: view, categories: categories, rowLimit: rowLimit)
    case .tokens(let array, let view, let categories, let tokens):
      return try values(of: array, view: view, categories: categories, width: 1)
        .rows(tokens.kept)
    case .pieces(let arrays): return try values(of: arrays)
    case .shards(let shards): return try values(of: shards)
    case .texts(let texts): return .names(texts)
    case .classes(let runs):
      return .names(runs.flatMap { Array(repeating: $0.name, count: $0.count) })
    case .column(let file, let name): return try LabelTable.labels(file: file, column: name)
    case .array(let file):
      guard let description = try NumPyFile.description(of: file) else {
        throw .unreadableLabelFile(
          file,
          because: ForeignFormat(ofFile: file)?.sentence
            ?? "this is not a NumPy file. Give one written by numpy.save.")
      }
      return try values(of: description.datasets[0], in: file)
    case .dataset(let file, let path):
      let asked = ColumnPath(path)
      if let arrays = try ArrayFile.description(of: file) {
        guard let array = arrays.datasets.first(where: { $0.path == asked.path }) else {
          throw .noSuchDataset(file, path: path)
        }
        return try values(of: array.column(asked.column, in: file), in: file)
      }
      let dataset = try HDF5Library.exclusively(reading: file) {
        () throws(ActivationFileError) in
        try HDF5File(path: file, followsOtherFiles: options.followsOtherFiles)
          .datasetDescription(at: asked.path)
      }
      return try values(of: dataset.column(asked.column, in: file), in: file)
    }
  }

  private func values(
    of dataset: DatasetDescription, in file: String
  ) throws(ActivationFileError) -> LabelValues {
    try dataset.requireFormOfLabels(in: file)
    return try values(
      of: dataset.array(in: file), view: dataset.view, categories: dataset.categories)
  }

  /// Bytes that a label takes in memory on its way to being a class.
  private static let bytesOfLabel = 32

  private func values(
    of array: StoredArray, view: AxisView?, categories: String?, rowLimit: Int? = nil,
    width stated: Int? = nil
  ) throws(ActivationFileError) -> LabelValues {
    let site = DatasetSite(file: array.file, path: array.name, layer: nil)
    let chunk = array.chunk?.byteSize(of: array.elementSize) ?? 0
    guard
      let size = array.extents.byteSize(of: array.elementSize.addingOrMax(Self.bytesOfLabel)),
      size <= options.memoryLimit, chunk <= options.memoryLimit / 4
    else { throw .labelsAreTooLarge(site, array.shape) }
    let width = stated ?? Self.width(of: array, view)
    let stored = try array.labels(at: site, view: view, rowLimit: rowLimit, width: width)
    guard let categories else { return try LabelValues(stored, width: width, at: site) }
    guard case .integers(let codes) = stored else {
      throw .labelsOfUnknownForm(site, shape: array.shape, type: array.type.name)
    }
    let names = try allValues(of: .dataset(file: array.file, path: categories)).texts
    let rows = codes.indices.prefix(rowLimit ?? .max)
    let missing = rows.filter { codes[$0] < 0 }
    guard missing.isEmpty else {
      throw .labelsAreMissing(site, rows: missing, because: "\(codes[missing[0]]) is no category")
    }
    if let row = rows.first(where: { codes[$0] >= names.count }) {
      throw .labelIsNoMember(site, row: row, value: codes[row])
    }
    return LabelValues(
      texts: codes.map { names.indices.contains(Int($0)) ? names[Int($0)] : "" })
  }

  /// The labels of samples that are stored one by one.
  private func values(of arrays: [StoredArray]) throws(ActivationFileError) -> LabelValues {
    var texts: [String] = []
    for array in arrays {
      texts += try values(of: array, view: nil, categories: nil).texts
    }
    return LabelValues(texts: texts)
  }

  /// The labels of samples that are spread over several arrays.
  private func values(of shards: [LabelShard]) throws(ActivationFileError) -> LabelValues {
    var parts: [LabelValues] = []
    for shard in shards { parts.append(try allValues(of: shard.source).prefix(shard.count)) }
    let numbers = parts.compactMap { part -> [Int64]? in
      guard case .integers(let values) = part else { return nil }
      return values
    }
    return numbers.count == parts.count
      ? .integers(Array(numbers.joined())) : .names(parts.flatMap(\.texts))
  }

  /// Values for each sample: more than one are a one-hot row.
  private static func width(of array: StoredArray, _ view: AxisView?) -> Int {
    var shape = view?.shape(of: array.shape) ?? array.shape
    while shape.count > 1 && shape.last == 1 { shape.removeLast() }
    return shape.count == 2 && shape[0] > 1 ? shape[1] : 1
  }
}

extension LabelValues {
  fileprivate func rows(_ rows: [Int]) -> LabelValues {
    switch self {
    case .integers(let values): .integers(rows.map { values[$0] })
    case .names(let names): .names(rows.map { names[$0] })
    }
  }

  fileprivate func prefix(_ count: Int) -> LabelValues {
    switch self {
    case .integers(let values): .integers(Array(values.prefix(count)))
    case .names(let names): .names(Array(names.prefix(count)))
    }
  }
}
