import ActivationFiles
import Activations
import Entanglement
import PairwiseDistances

/// What a run will do, resolved from the options once: the layers to read and the loss to compute.
struct AnalysisPlan {
  let collection: ActivationCollection
  let loss: SoftNearestNeighborLoss
  let sampling: EntanglementHistory.Sampling?
  /// What a report calls the labels, where there are several.
  let labeling: String?
  /// The temperature that each layer has beside the sweep, where it has one.
  let schedule: ScheduleArgument?
  let keepGoing: Bool
  let verbose: Bool

  /// One plan for each labeling.
  static func plans(
    input: InputOptions, compute: ComputeOptions, studies: StudyOptions, keepGoing: Bool,
    verbose: Bool
  ) throws(CommandError) -> [AnalysisPlan] {
    var plans: [AnalysisPlan] = []
    for labeling in input.selection.labelings {
      plans.append(
        try AnalysisPlan(
          files: input.files, reading: labeling.reading, compute: compute, studies: studies,
          keepGoing: keepGoing, verbose: verbose, labeling: labeling.name))
    }
    return plans
  }

  init(
    files: [String], reading: ReadingOptions, compute: ComputeOptions,
    studies: StudyOptions? = nil, keepGoing: Bool, verbose: Bool, labeling: String? = nil
  ) throws(CommandError) {
    self.labeling = labeling
    schedule = studies?.temperatureSchedule
    var reading = reading
    reading.threadCount = compute.machine.machine.threadCount
    reading.memoryLimit = compute.machine.machine.memoryLimit
    do {
      collection = try ActivationCollection(paths: files, options: reading)
      if !keepGoing { try collection.requireSound() }
    } catch {
      throw CommandError(error, verbose: verbose)
    }
    var settings = try compute.settings
    // What differences between checkpoints are sure of needs them.
    settings.keepsInfluences = settings.quantities.contains(.intervals)
    if let studies {
      settings.sampleSizes = studies.sampleSizes.map { SampleSizes($0.sizes, seed: compute.seed) }
      settings.miniBatches = studies.miniBatches(seed: compute.seed)
      settings.identitySeed = verbose ? compute.seed : nil
    }
    loss = SoftNearestNeighborLoss(settings, machine: compute.machine.machine)
    sampling = compute.samples.map { .init(sampleCount: $0, seed: compute.seed) }
    self.keepGoing = keepGoing
    self.verbose = verbose
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
    guard loss.settings.quantities.contains(.map),
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

  struct Job: Sendable {
    let checkpoint: Int
    let layer: Int
  }
}
