package import ActivationFiles
internal import Activations
internal import Entanglement
internal import PairwiseDistances

/// What a run will do, resolved from files and options once: the layers to read, by which labelings,
/// and the loss to compute. Nothing is computed yet, and of the layers nothing read.
public struct AnalysisPlan: Sendable {
  /// As they were given.
  package let files: [String]
  /// What the files hold.
  package let collection: ActivationCollection
  /// Those asked for; with their threads and memory, and influences where there are intervals.
  package let options: AnalysisOptions
  /// What a report calls each labeling: one for each of `ReadingOptions.labels`, or a single one
  /// without a name.
  package let labelings: [String?]
  let sampling: EntanglementHistory.Sampling?

  /// Looks at the files.
  /// - Parameter files: HDF5 and NumPy files, folders of them, and patterns (`run/*.h5`).
  /// - Throws: Where the files make no sense together; what is wrong with single layers or labels
  ///   only unless `keepsGoing`.
  public init(
    files: [String], options: AnalysisOptions = AnalysisOptions()
  ) throws(AnalysisError) {
    var options = options
    options.reading = options.reading.on(options.machine)
    // What differences between checkpoints are sure of needs them.
    options.settings.keepsInfluences = options.settings.quantities.contains(.intervals)
    let labels = options.reading.labels
    guard Set(labels).count == labels.count else {
      throw AnalysisError("The labels \(labels.joined(separator: ", ")): give each labeling once.")
    }
    do throws(ActivationFileError) {
      collection = try ActivationCollection(paths: files, options: options.reading)
      if !options.keepsGoing { try collection.requireSound() }
    } catch {
      throw AnalysisError(error)
    }
    self.files = files
    self.options = options
    labelings = Self.names(ofLabelings: labels)
    sampling = options.sampleCount.map { .init(sampleCount: $0, seed: options.settings.seed) }
  }

  /// Named by the dataset, column or file, or in full where these are the same.
  private static func names(ofLabelings labels: [String]) -> [String?] {
    guard labels.count > 1 else { return [nil] }
    let short = labels.map(Self.name)
    return Set(short).count == short.count ? short : labels
  }

  /// `a.h5:/meta/domain` → `domain`, `a.csv:species` → `species`, `y/domain.npy` → `domain`.
  private static func name(_ source: String) -> String {
    let last = source.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map(String.init)
    let name = last ?? source
    return name.hasSuffix(".npy") ? String(name.dropLast(4)) : name
  }

  /// A layer at a checkpoint, by its places in the collection.
  struct Job: Hashable, Sendable {
    let checkpoint: Int
    let layer: Int
  }

  /// The layers in order, each with its checkpoint.
  var jobs: [Job] {
    collection.checkpoints.indices.flatMap { checkpoint in
      collection.checkpoints[checkpoint].layers.indices.map {
        Job(checkpoint: checkpoint, layer: $0)
      }
    }
  }

  func layer(of job: Job) -> LayerEntry {
    collection.checkpoints[job.checkpoint].layers[job.layer]
  }

  /// The loss as it is for a layer that has all of the machine.
  func loss(_ hooks: PassHooks = PassHooks()) -> SoftNearestNeighborLoss {
    SoftNearestNeighborLoss(options.settings, machine: options.machine, hooks: hooks)
  }

  /// The rows of a layer that are analysed; nil for all.
  func drawnRows(of layer: LayerEntry, _ labels: ClassLabels) -> [Int]? {
    guard let sampling, sampling.sampleCount < layer.sampleCount else { return nil }
    return drawnRows(of: labels)
  }

  /// The rows with these labels that are analysed.
  func drawnRows(of labels: ClassLabels) -> [Int] {
    guard let sampling else { return Array(0..<labels.sampleCount) }
    var generator = SplitMix64(seed: sampling.seed)
    return StratifiedSample(count: sampling.sampleCount, of: labels, using: &generator).rows
  }

  /// Whether the samples of a job's layer are projected for the sample map: some layers, evenly
  /// chosen, of the first checkpoint and the last.
  func isPictured(_ job: Job) -> Bool {
    guard options.settings.quantities.contains(.map),
      job.checkpoint == 0 || job.checkpoint == collection.checkpoints.count - 1
    else { return false }
    let count = collection.checkpoints[job.checkpoint].layers.count
    return Self.evenlySpread(Self.mostPictured, of: count).contains(job.layer)
  }

  private static let mostPictured = 6

  /// So many of `count` places, the first and the last always.
  private static func evenlySpread(_ wanted: Int, of count: Int) -> [Int] {
    guard count > wanted else { return Array(0..<count) }
    return (0..<wanted).map { $0 * (count - 1) / (wanted - 1) }
  }
}

extension AnalysisPlan {
  /// How labels that lie apart from the activations were matched to the samples.
  private var labelNotes: [String] {
    guard let checkpoint = collection.checkpoints.first else { return [] }
    return checkpoint.labelings.indices.compactMap { labeling in
      guard checkpoint.labelings[labeling].isElsewhere,
        let place = checkpoint.labelings[labeling].path,
        let found = try? collection.joinedLabels(of: checkpoint, labeling: labeling)
      else { return nil }
      guard case .id(let key) = found.join else {
        let order = collection.readingHead(of: checkpoint).sampleOrder
        return "The labels \(place) are joined by position: row i is sample i"
          + (order.map { " \($0.sentence)." } ?? ".")
      }
      return "The labels \(place) are joined by id: \(key)."
    }
  }

  /// What reading decided, and rows that look like padding nothing in the files tells of. Reads the
  /// end of each layer.
  package var notes: [String] {
    collection.notes + labelNotes.map(\.visible)
      + collection.checkpoints.flatMap { checkpoint in
        checkpoint.layers.compactMap { layer -> String? in
          // What cannot be read is said when it is computed.
          guard layer.problem == nil,
            let zeros = try? collection.trailingZeroRows(of: layer), zeros > 1
          else { return nil }
          let note =
            "\(layer.file): the last \(zeros) rows of \(layer.path) are all zero. If they are "
            + "padding, say --count \(layer.sampleCount - zeros)."
          return note.visible
        }
      }
  }
}
