internal import ActivationFiles
internal import Activations
internal import Entanglement
internal import PairwiseDistances
internal import Platform

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
    self.scratch = scratch ?? FileManager.default.temporaryDirectory.path
    self.hooks = hooks
  }

  /// Reads and computes everything.
  /// - Throws: What is wrong with the first layer that fails, unless the plan keeps going;
  ///   `AnalysisError.cancelled`.
  public func results() throws(AnalysisError) -> AnalysisResults {
    let inputs = try CheckpointInput.all(of: plan, hooks)
    let outcomes = LayerOutcomes()
    let schedule = LayerSchedule(plan, plan.jobs, inputs)
    compute(plan.jobs, inputs, by: schedule, into: outcomes)
    return try AnalysisResults(of: plan, inputs, outcomes)
  }

  /// Computes some layers of the plan, by the schedule that was made of them.
  /// - Parameters:
  ///   - machine: What a layer gets of the machine, by its place and what the schedule gives it.
  ///   - isFine: Told of each layer when all of its labelings are done or one failed; whether the
  ///     layers that are not begun are computed.
  func compute(
    _ jobs: [AnalysisPlan.Job], _ inputs: [CheckpointInput], by schedule: LayerSchedule,
    into outcomes: LayerOutcomes,
    on machine: @Sendable (Int, Machine) -> Machine = { $1 },
    isFine: (@Sendable (Int) -> Bool)? = nil
  ) {
    let layers = jobs.map(plan.layer)
    let progress = Progress(hooks.progress)
    progress.begin(layers.map { LayerSchedule.work($0) * Double(plan.labelings.count) })
    schedule.run(untilFailure: isFine != nil || !plan.options.keepsGoing) { index, given in
      let isComputed = compute(
        jobs[index], inputs[jobs[index].checkpoint], on: machine(index, given), into: outcomes,
        progress: LayerProgress(
          progress, index, of: layers[index], labelingCount: plan.labelings.count))
      return isFine.map { $0(index) } ?? isComputed
    }
    progress.end()
  }

  /// Computes one layer under its labelings and keeps the outcomes; whether all went well.
  private func compute(
    _ job: AnalysisPlan.Job, _ input: CheckpointInput, on machine: Machine,
    into outcomes: LayerOutcomes,
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
          didRead: outcomes.keepsDigests ? { outcomes.add($0, of: job) } : nil, progress: progress)
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
}

extension AnalysisError {
  /// What went wrong with a layer.
  init(_ error: any Error, of layer: LayerEntry) {
    switch error {
    case let error as AnalysisError: self = error
    case let error as ActivationFileError: self.init(error)
    case EntanglementError.cancelled: self = .cancelled
    case EntanglementError.spilled, is SpillError:
      self.init(Self.sentence(error, layer), cause: .passing)
    default: self.init(Self.sentence(error, layer))
    }
  }

  private static func sentence(_ error: any Error, _ layer: LayerEntry) -> String {
    "\(layer.file): \(layer.path) (checkpoint \(layer.checkpoint)): \(error)"
  }
}
