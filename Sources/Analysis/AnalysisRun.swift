internal import ActivationFiles
internal import Activations
internal import Entanglement
internal import Foundation
internal import PairwiseDistances
internal import Synchronization

/// Computes the layers of a plan, each under all labelings before the next. The result does not
/// depend on which way a layer went (`LayerSchedule`), nor on the other labelings.
///
///     let results = try AnalysisRun(AnalysisPlan(files: ["activations.h5"])).results()
public struct AnalysisRun: Sendable {
  /// What is run.
  package let plan: AnalysisPlan
  private let cache: ResultCache
  private let scratch: String
  private let hooks: RunHooks

  /// - Parameters:
  ///   - cache: The folder where finished layers are kept, so that an interrupted run goes on where
  ///     it was; nil for none.
  ///   - scratch: The folder where layers go that are larger than memory; nil for the system's own.
  public init(
    _ plan: AnalysisPlan, cache: String? = nil, scratch: String? = nil,
    hooks: RunHooks = RunHooks()
  ) {
    self.plan = plan
    self.cache = ResultCache(folder: cache)
    self.scratch = scratch ?? NSTemporaryDirectory()
    self.hooks = hooks
  }

  /// Reads and computes everything.
  /// - Throws: What is wrong with the first layer that fails, unless the plan keeps going;
  ///   `AnalysisError.cancelled`.
  public func results() throws(AnalysisError) -> AnalysisResults {
    let inputs = try CheckpointInput.all(of: plan, hooks)
    let jobs = plan.jobs
    let layers = jobs.map(plan.layer)
    let schedule = LayerSchedule(
      layers, classCounts: jobs.map { inputs[$0.checkpoint].mostClasses },
      labelingCount: plan.labelings.count, loss: plan.loss())
    let progress = Progress(hooks.progress)
    progress.begin(layers.map { LayerSchedule.work($0) * Double(plan.labelings.count) })
    let outcomes = Outcomes()
    schedule.run(untilFailure: !plan.options.keepsGoing) { index, machine in
      compute(
        jobs[index], inputs[jobs[index].checkpoint], on: machine, into: outcomes,
        progress: LayerProgress(
          progress, index, of: layers[index], labelingCount: plan.labelings.count))
    }
    progress.end()
    var histories: [EntanglementHistory] = []
    for labeling in plan.labelings.indices {
      histories.append(try history(of: labeling, inputs, outcomes))
    }
    return AnalysisResults(plan: plan, histories: histories)
  }

  /// What became of each layer under each labeling, filled in by several threads.
  private final class Outcomes: Sendable {
    struct Place: Hashable {
      let labeling: Int
      let job: AnalysisPlan.Job
    }

    private let found = Mutex<[Place: Result<LayerProfile, AnalysisError>]>([:])

    subscript(labeling: Int, job: AnalysisPlan.Job) -> Result<LayerProfile, AnalysisError>? {
      get { found.withLock { $0[Place(labeling: labeling, job: job)] } }
      set { found.withLock { $0[Place(labeling: labeling, job: job)] = newValue } }
    }
  }

  /// Computes one layer under its labelings and keeps the outcomes; whether all went well.
  private func compute(
    _ job: AnalysisPlan.Job, _ input: CheckpointInput, on machine: Machine, into outcomes: Outcomes,
    progress: LayerProgress
  ) -> Bool {
    let layer = plan.layer(of: job)
    progress.start()
    defer { progress.finish() }
    var isFine = true
    func keep(_ outcome: Result<LayerProfile, AnalysisError>, _ labeling: Int) {
      outcomes[labeling, job] = outcome
      guard case .failure(let error) = outcome else { return }
      isFine = false
      if plan.options.keepsGoing, let detail = error.detail { hooks.detail(detail) }
    }
    let (groups, failures) = LabelingGroup.groups(of: layer, input, plan)
    for (labeling, error) in failures { keep(.failure(error), labeling) }
    for group in groups where isFine || plan.options.keepsGoing {
      do {
        try hooks.throwIfCancelled()
        var settings = plan.options.settings
        settings.scheduledTemperature = try input.temperatures.get()[job.layer]
        let run = LayerRun(
          collection: plan.collection, layer: layer, index: job.layer, rows: group.rows,
          isPictured: plan.isPictured(job),
          loss: SoftNearestNeighborLoss(
            settings, machine: machine,
            hooks: hooks.ofPasses(didFinishRound: progress.finishRound)),
          readingLimit: plan.options.machine.memoryLimit, cache: cache, scratch: scratch,
          progress: progress)
        let profiles = try run.profiles(by: group.labels, keepsGoing: plan.options.keepsGoing)
        for (labeling, profile) in zip(group.labelings, profiles) {
          keep(profile.mapError { AnalysisError($0, of: layer) }, labeling)
        }
      } catch {
        for labeling in group.labelings {
          keep(.failure(AnalysisError(error, of: layer)), labeling)
        }
      }
    }
    return isFine
  }

  private func history(
    of labeling: Int, _ inputs: [CheckpointInput], _ outcomes: Outcomes
  ) throws(AnalysisError) -> EntanglementHistory {
    var layers: [[LayerProfile]] = inputs.map { _ in [] }
    var failures: [LayerFailure] = []
    for job in plan.jobs {
      switch outcomes[labeling, job] {
      case .success(let profile): layers[job.checkpoint].append(profile)
      case .failure(let error):
        guard plan.options.keepsGoing, error != .cancelled else { throw error }
        failures.append(
          LayerFailure(
            checkpoint: plan.collection.checkpoints[job.checkpoint].name,
            layer: plan.layer(of: job).name, reason: error.message))
      case nil: break
      }
    }
    var profiles: [EntanglementProfile] = []
    for (index, checkpoint) in plan.collection.checkpoints.enumerated() {
      profiles.append(
        EntanglementProfile(
          checkpoint: checkpoint.name, step: checkpoint.step, file: checkpoint.file,
          layers: layers[index],
          samples: try identity(of: checkpoint, inputs[index].labels[labeling])))
    }
    return EntanglementHistory(
      distance: plan.options.settings.distance, quantities: plan.options.settings.quantities,
      profiles: profiles, failures: failures, sampling: plan.sampling,
      labeling: plan.labelings[labeling])
  }

  /// Which samples the analysed rows are, where something is said of single ones or of pairs.
  private func identity(
    of checkpoint: CheckpointEntry, _ labels: Result<ClassLabels, AnalysisError>
  ) throws(AnalysisError) -> SampleIdentity? {
    guard !plan.options.settings.quantities.isDisjoint(with: [.samples, .intervals]),
      case .success(let labels) = labels
    else { return nil }
    do throws(ActivationFileError) {
      let ids = try plan.collection.sampleIDs(of: checkpoint)
      let rows = plan.drawnRows(of: labels)
      return SampleIdentity(
        rows: rows, ids: ids.map { ids in rows.map { ids[$0] } },
        labels: rows.map { labels.names[Int(labels.indices[$0])] })
    } catch {
      throw AnalysisError(error)
    }
  }
}

extension AnalysisError {
  /// What went wrong with a layer.
  init(_ error: any Error, of layer: LayerEntry) {
    switch error {
    case let error as AnalysisError: self = error
    case let error as ActivationFileError: self.init(error)
    case EntanglementError.cancelled: self = .cancelled
    default:
      self.init("\(layer.file): \(layer.path) (checkpoint \(layer.checkpoint)): \(error)")
    }
  }
}
