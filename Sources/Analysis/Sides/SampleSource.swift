internal import ActivationFiles
internal import Activations
internal import Neighbors
internal import Platform

/// The samples of one side, found but not read: their layers, and what the file says of them.
struct SampleSource {
  let address: SampleAddress
  /// Known beside the activations, of the rows taken.
  let samples: SampleSet
  /// Why there are no labels, where there are none.
  let labelsProblem: ActivationFileError?

  /// The row ids that the file has, of the rows taken; nil where it has none.
  let statedIDs: [String]?

  private let collection: ActivationCollection
  private let checkpoint: CheckpointEntry
  /// The rows of the part; nil for all.
  private let rows: [Int]?

  /// - Parameters:
  ///   - role: Names the side in messages: "--bank", "--calibration".
  ///   - classNames: Those of the bank, which the network was trained on; nil for the bank itself.
  init(
    _ address: SampleAddress, role: String, reading: ReadingOptions, classNames: [String]? = nil
  ) throws(AnalysisError) {
    self.address = address
    do throws(ActivationFileError) {
      var reading = reading
      var splitName: String?
      if let part = address.part {
        let groups = try ActivationCollection.groups(in: address.file, options: reading)
        let path = part.hasPrefix("/") ? part : "/" + part
        if groups.contains(path) {
          reading.group = path
        } else if ActivationCollection.splits(in: address.file, options: reading).contains(part) {
          reading.split = part
        } else {
          splitName = part
        }
      }
      let collection = try Self.collection(of: address, reading)
      // Of several moments of the training the last.
      guard let checkpoint = collection.checkpoints.last else {
        throw ActivationFileError(file: address.file, "holds no checkpoint.")
      }
      for layer in checkpoint.layers {
        if let problem = layer.problem { throw problem }
      }
      self.collection = collection
      self.checkpoint = checkpoint
      rows = try splitName.map { name throws(ActivationFileError) in
        try Self.rows(named: name, role: role, of: checkpoint, in: collection)
      }
      var labels: ClassLabels?
      var problem: ActivationFileError?
      do throws(ActivationFileError) {
        labels = try collection.labels(of: checkpoint)
      } catch {
        problem = error
      }
      labelsProblem = problem
      let count = checkpoint.sampleCount
      let model = try ModelOutput(
        collection, checkpoint, classNames: classNames ?? labels?.names ?? [],
        stated: try collection.predictions(of: checkpoint))
      let stated = try collection.sampleIDs(of: checkpoint)
      let taken = rows
      statedIDs = stated.map { ids in taken.map { $0.map { ids[$0] } } ?? ids }
      let all = SampleSet(
        files: Array(repeating: address.file, count: count),
        parts: Array(repeating: address.part ?? "", count: count),
        ids: stated ?? (0..<count).map(String.init),
        labels: labels, predictions: model.predictions, confidences: model.confidences)
      samples = rows.map(all.rows) ?? all
    } catch {
      throw AnalysisError(error)
    }
  }

  var layers: [LayerEntry] { checkpoint.layers }

  /// What reading decided, in words.
  var notes: [String] { collection.notes }

  /// How it was read, by the name of the side.
  func reading(as name: String) -> (name: String, head: ReadingHead) {
    var head = collection.readingHead(of: checkpoint)
    if collection.checkpoints.count > 1 { head.checkpoint = checkpoint.name }
    return (name, head)
  }

  /// The files that its samples are stored in, without links.
  var files: Set<String> {
    Set(layers.flatMap { $0.pieces.map { Self.realPath($0.array.file) } })
  }

  /// Where each sample's row of a layer is stored.
  func places(in name: String) -> [SamplePlace] {
    guard let layer = layers.first(where: { $0.name == name }) else { return [] }
    let all = layer.pieces.flatMap { piece in
      let array = "\(Self.realPath(piece.array.file)):\(piece.array.place)"
      return (0..<piece.rowCount).map { SamplePlace(array: array, row: $0) }
    }
    let samples =
      layer.tokens.map { tokens in
        tokens.kept.map { token in
          let sample = all[token / tokens.perSample]
          return SamplePlace(
            array: sample.array, row: sample.row * tokens.perSample + token % tokens.perSample)
        }
      } ?? all
    return rows.map { $0.map { samples[$0] } } ?? samples
  }

  private static func realPath(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  /// The classes, which this side cannot do without.
  func requiredLabels() throws(AnalysisError) -> ClassLabels {
    if let labels = samples.labels { return labels }
    throw labelsProblem.map { AnalysisError($0) }
      ?? AnalysisError("\(address.text): has no labels. Name them with --labels.")
  }

  /// The activations of a layer, of the rows taken.
  func matrix(_ name: String) throws(AnalysisError) -> ActivationMatrix {
    guard let layer = layers.first(where: { $0.name == name }) else {
      throw AnalysisError("\(address.text): has no layer \(name).")
    }
    do throws(ActivationFileError) {
      let matrix = try collection.activations(of: layer)
      return rows.map(matrix.rows) ?? matrix
    } catch {
      throw AnalysisError(error)
    }
  }

  func place(_ name: String) -> String {
    let path = layers.first { $0.name == name }?.path ?? name
    return "\(address.file): \(path)"
  }

  /// - Throws: with the way to name a part, where the file as a whole makes no sense but has parts.
  private static func collection(
    of address: SampleAddress, _ reading: ReadingOptions
  ) throws(ActivationFileError) -> ActivationCollection {
    do {
      return try ActivationCollection(paths: [address.file], options: reading)
    } catch {
      let usual = Set(
        (FileParts.bankNames + FileParts.queryNames + FileParts.outlierNames).map { "/" + $0 })
      guard address.part == nil,
        let groups = try? ActivationCollection.groups(in: address.file, options: reading),
        let part = groups.sorted().first(where: { usual.contains($0.lowercased()) })
      else { throw error }
      throw ActivationFileError(
        file: error.file,
        error.message + " Its group \(part) alone is \(address.file):\(part.dropFirst()).",
        detail: error.detail)
    }
  }

  private static func rows(
    named name: String, role: String, of checkpoint: CheckpointEntry,
    in collection: ActivationCollection
  ) throws(ActivationFileError) -> [Int] {
    guard let split = try collection.split(of: checkpoint) else {
      throw ActivationFileError(
        file: checkpoint.file,
        "\(role) asks for the part \(name), but there is neither a group /\(name) nor a dataset "
          + "named split with an entry for each sample.")
    }
    let rows = split.indices.filter { split[$0] == name }
    guard !rows.isEmpty else {
      let names = Set(split).sorted { $0.naturallyPrecedes($1) }.prefix(10)
      throw ActivationFileError(
        file: checkpoint.file,
        "\(role) asks for the part \(name), but the dataset split has only "
          + "\(names.joined(separator: ", ")).")
    }
    return rows
  }
}

/// What the model itself says of the samples: predictions stored beside the layers, and the
/// softmax of a layer named logits.
private struct ModelOutput {
  let predictions: [String]?
  let confidences: [Double]?

  init(
    _ collection: ActivationCollection, _ checkpoint: CheckpointEntry, classNames names: [String],
    stated: [String]?
  ) throws(ActivationFileError) {
    let logits = checkpoint.layers.first {
      $0.name.split(separator: "/").last?.lowercased() == "logits"
    }
    guard let logits else {
      predictions = stated
      confidences = nil
      return
    }
    let matrix = try collection.activations(of: logits)
    guard matrix.nonFiniteRows().isEmpty, matrix.featureCount > 1 else {
      predictions = stated
      confidences = nil
      return
    }
    let maxima = BackOff.softmaxMaxima(
      rowCount: matrix.sampleCount, columnCount: matrix.featureCount
    ) { matrix[$0, $1] }
    confidences = maxima.map(\.probability)
    // Column j is class j, by number where classes are numbers, else in their natural order.
    let areNumbers = names.allSatisfy { name in
      Int(name).map { (0..<matrix.featureCount).contains($0) } ?? false
    }
    if let stated {
      predictions = stated
    } else if areNumbers {
      predictions = maxima.map { String($0.column) }
    } else if names.count == matrix.featureCount {
      predictions = maxima.map { names[$0.column] }
    } else {
      predictions = nil
    }
  }
}
