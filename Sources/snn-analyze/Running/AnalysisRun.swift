import ActivationFiles
import Activations
import Dispatch
import Entanglement
import PairwiseDistances
import Synchronization

/// Computes the layers of plans that differ in their labels alone, a layer under all labelings before
/// the next: small layers side by side, one a thread; large ones one after another, each on all
/// threads. At most as many layers as threads are in memory. The result does not depend on which way
/// a layer went, nor on the other labelings.
final class AnalysisRun: Sendable {
  private let plans: [AnalysisPlan]
  private let progress: Progress
  private let cache: ResultCache
  private let scratch: String
  private let outcomes: Mutex<[Place: Result<LayerProfile, CommandError>]>

  /// A layer of one of the plans.
  private struct Place: Hashable {
    let plan: Int
    let checkpoint: Int
    let layer: Int
  }

  /// A layer, and where it is in each plan that has it.
  private struct Job {
    let layer: LayerEntry
    var places: [Place]
  }

  /// What a plan says of its checkpoints before anything is computed.
  private struct Input {
    let labels: [Result<ClassLabels, CommandError>]
    /// Of each layer, by its schedule.
    let temperatures: [Result<[Double?], CommandError>]
  }

  /// - Parameters:
  ///   - plans: One a labeling, the same but for the labels.
  ///   - scratch: The folder where layers go that are larger than memory.
  init(_ plans: [AnalysisPlan], progress: Progress, cache: ResultCache, scratch: String) {
    self.plans = plans
    self.scratch = scratch
    self.progress = progress
    self.cache = cache
    outcomes = Mutex([:])
  }

  /// Reads and computes everything: a history for each plan.
  func histories() throws(CommandError) -> [EntanglementHistory] {
    guard let plan = plans.first else { return [] }
    var inputs: [Input] = []
    for plan in plans { inputs.append(try input(of: plan)) }
    let jobs = self.jobs
    let (small, large) = split(jobs, for: plan)
    progress.begin(jobs.map { Self.work($0.layer) * Double($0.places.count) })
    let workers = max(1, min(plan.loss.machine.threadCount, small.count))
    let failed = Mutex(false)
    let next = Atomic(0)
    let lone = Machine(
      threadCount: 1, instructionSet: plan.loss.machine.instructionSet,
      memoryLimit: plan.loss.machine.memoryLimit / workers)
    let read = inputs
    let work: @Sendable (Int) -> Void = { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < small.count else { return }
        if !plan.keepGoing && failed.withLock({ $0 }) { return }
        if !self.compute(small[index], of: jobs, read, on: lone) {
          failed.withLock { $0 = true }
        }
      }
    }
    DispatchQueue.concurrentPerform(iterations: workers, execute: work)
    for index in large where plan.keepGoing || !failed.withLock({ $0 }) {
      if !compute(index, of: jobs, inputs, on: plan.loss.machine) { failed.withLock { $0 = true } }
    }
    progress.end()
    var histories: [EntanglementHistory] = []
    for index in plans.indices { histories.append(try history(of: index, inputs[index])) }
    return histories
  }

  /// Every layer once, in order.
  private var jobs: [Job] {
    var jobs: [Job] = []
    var known: [[String]: Int] = [:]
    for (number, plan) in plans.enumerated() {
      for job in plan.jobs {
        let layer = plan.layer(of: job)
        let place = Place(plan: number, checkpoint: job.checkpoint, layer: job.layer)
        let name = [layer.file, layer.path, layer.checkpoint, layer.name]
        if let same = known[name], jobs[same].layer == layer {
          jobs[same].places.append(place)
        } else {
          known[name] = jobs.count
          jobs.append(Job(layer: layer, places: [place]))
        }
      }
    }
    return jobs
  }

  private func input(of plan: AnalysisPlan) throws(CommandError) -> Input {
    Input(labels: try labelsByCheckpoint(plan), temperatures: try temperaturesByCheckpoint(plan))
  }

  private func labelsByCheckpoint(
    _ plan: AnalysisPlan
  ) throws(CommandError) -> [Result<ClassLabels, CommandError>] {
    var all: [Result<ClassLabels, CommandError>] = []
    for checkpoint in plan.collection.checkpoints {
      do {
        all.append(.success(try plan.collection.labels(of: checkpoint)))
      } catch {
        let error = CommandError(error, verbose: plan.verbose)
        guard plan.keepGoing else { throw error }
        all.append(.failure(error))
      }
    }
    return all
  }

  /// The temperature of each layer's schedule, before anything is computed.
  private func temperaturesByCheckpoint(
    _ plan: AnalysisPlan
  ) throws(CommandError) -> [Result<[Double?], CommandError>] {
    guard let schedule = plan.schedule else {
      return plan.collection.checkpoints.map { .success($0.layers.map { _ in nil }) }
    }
    var all: [Result<[Double?], CommandError>] = []
    for checkpoint in plan.collection.checkpoints {
      let found = Result<[Double?], CommandError> { () throws(CommandError) in
        try plan.collection.temperatures(of: checkpoint, by: schedule, verbose: plan.verbose)
      }
      if !plan.keepGoing { _ = try found.get() }
      all.append(found)
    }
    return all
  }

  private func split(
    _ jobs: [Job], for plan: AnalysisPlan
  ) -> (small: [Int], large: [Int]) {
    var small: [Int] = []
    var large: [Int] = []
    for (index, job) in jobs.enumerated() {
      let layer = job.layer
      let memory =
        layer.memorySize
        + plan.loss.workingMemory(
          sampleCount: layer.sampleCount, featureCount: layer.featureCount,
          labelingCount: job.places.count)
      if Self.isSmall(layer, memory: memory, for: plan.loss) {
        small.append(index)
      } else {
        large.append(index)
      }
    }
    return (small, large)
  }

  /// Small layers are those that one thread computes in well under a second, all of which fit in
  /// memory side by side: they go a thread each, the others one after another on all.
  static func isSmall(
    _ layer: LayerEntry, memory: Int, for loss: SoftNearestNeighborLoss
  ) -> Bool {
    work(layer) < 4e9 && memory < loss.machine.memoryLimit / loss.machine.threadCount
  }

  /// Multiply-adds, roughly: a pair takes one for each feature, and the exponentials as many as
  /// another 200.
  private static func work(_ layer: LayerEntry) -> Double {
    let (count, features) = (Double(layer.sampleCount), Double(layer.featureCount))
    return count * count * (features + 200)
  }

  /// Computes one layer under its labelings and keeps the outcomes; whether all went well.
  private func compute(
    _ index: Int, of jobs: [Job], _ inputs: [Input], on machine: Machine
  ) -> Bool {
    let job = jobs[index]
    let plan = plans[job.places[0].plan]
    progress.start(index, checkpoint: job.layer.checkpoint, layer: job.layer.name)
    defer { progress.finish(index) }
    let layerProgress = LayerProgress(
      progress, index,
      roundCount: PairwisePass.roundCount(sampleCount: job.layer.sampleCount),
      labelingCount: job.places.count)
    let hooks = PassHooks(didFinishRound: layerProgress.finishRound)
    var isFine = true
    func keep(_ outcome: Result<LayerProfile, CommandError>, at place: Place) {
      outcomes.withLock { $0[place] = outcome }
      if case .failure = outcome { isFine = false }
    }
    let (groups, failures) = groups(of: job, inputs)
    for (place, error) in failures { keep(.failure(error), at: place) }
    for group in groups where isFine || plan.keepGoing {
      var settings = plan.loss.settings
      settings.scheduledTemperature = group.temperature
      let run = LayerRun(
        collection: plan.collection, layer: job.layer, rows: group.rows,
        loss: SoftNearestNeighborLoss(settings, machine: machine, hooks: hooks),
        readingLimit: plan.loss.machine.memoryLimit, cache: cache, scratch: scratch,
        progress: layerProgress)
      do {
        let profiles = try run.profiles(by: group.labelings, keepGoing: plan.keepGoing)
        for (place, profile) in zip(group.places, profiles) {
          keep(profile.mapError { self.error($0, of: job.layer) }, at: place)
        }
      } catch {
        let failure = self.error(error, of: job.layer)
        for place in group.places { keep(.failure(failure), at: place) }
      }
    }
    return isFine
  }

  /// Labelings of a layer that look at the same rows, at the same temperatures.
  private struct Group {
    let rows: [Int]?
    let temperature: Double?
    var places: [Place] = []
    var labelings: [LayerRun.Labeling] = []
  }

  private func groups(
    of job: Job, _ inputs: [Input]
  ) -> ([Group], failures: [(Place, CommandError)]) {
    var groups: [Group] = []
    var failures: [(Place, CommandError)] = []
    for place in job.places {
      let plan = plans[place.plan]
      do {
        let labels = try inputs[place.plan].labels[place.checkpoint].get()
        let temperature =
          try inputs[place.plan].temperatures[place.checkpoint].get()[place.layer]
        let rows = plan.drawnRows(of: job.layer, labels)
        let same = groups.firstIndex { $0.rows == rows && $0.temperature == temperature }
        if same == nil { groups.append(Group(rows: rows, temperature: temperature)) }
        let index = same ?? groups.count - 1
        groups[index].places.append(place)
        groups[index].labelings.append(
          LayerRun.Labeling(
            labels: labels, index: place.layer,
            isPictured: plan.isPictured(
              .init(checkpoint: place.checkpoint, layer: place.layer))))
      } catch {
        failures.append((place, error))
      }
    }
    return (groups, failures)
  }

  private func error(_ error: any Error, of layer: LayerEntry) -> CommandError {
    switch error {
    case let error as CommandError: error
    case let error as ActivationFileError: CommandError(error, verbose: plans[0].verbose)
    default:
      CommandError("\(layer.file): \(layer.path) (checkpoint \(layer.checkpoint)): \(error)")
    }
  }

  /// Which samples the analysed rows are, where something is said of single ones or of pairs.
  private func identity(
    of checkpoint: CheckpointEntry, _ labels: Result<ClassLabels, CommandError>,
    _ plan: AnalysisPlan
  ) throws(CommandError) -> SampleIdentity? {
    guard !plan.loss.settings.quantities.isDisjoint(with: [.samples, .intervals]),
      case .success(let labels) = labels
    else { return nil }
    do {
      let ids = try plan.collection.sampleIDs(of: checkpoint)
      let rows = plan.drawnRows(of: labels)
      return SampleIdentity(
        rows: rows, ids: ids.map { ids in rows.map { ids[$0] } },
        labels: rows.map { labels.names[Int(labels.indices[$0])] })
    } catch {
      throw CommandError(error, verbose: plan.verbose)
    }
  }

  private func history(
    of number: Int, _ input: Input
  ) throws(CommandError) -> EntanglementHistory {
    let plan = plans[number]
    let outcomes = outcomes.withLock { $0 }
    var layers: [[LayerProfile]] = plan.collection.checkpoints.map { _ in [] }
    var failures: [LayerFailure] = []
    for job in plan.jobs {
      let checkpoint = plan.collection.checkpoints[job.checkpoint]
      switch outcomes[Place(plan: number, checkpoint: job.checkpoint, layer: job.layer)] {
      case .success(let profile): layers[job.checkpoint].append(profile)
      case .failure(let error):
        guard plan.keepGoing else { throw error }
        failures.append(
          LayerFailure(
            checkpoint: checkpoint.name, layer: checkpoint.layers[job.layer].name,
            reason: error.message))
      case nil: break
      }
    }
    var identities: [SampleIdentity?] = []
    for (index, checkpoint) in plan.collection.checkpoints.enumerated() {
      identities.append(try identity(of: checkpoint, input.labels[index], plan))
    }
    var profiles: [EntanglementProfile] = []
    for (index, checkpoint) in plan.collection.checkpoints.enumerated() {
      profiles.append(
        EntanglementProfile(
          checkpoint: checkpoint.name, step: checkpoint.step, file: checkpoint.file,
          layers: layers[index], samples: identities[index]))
    }
    return EntanglementHistory(
      distance: plan.loss.settings.distance, quantities: plan.loss.settings.quantities,
      profiles: profiles,
      failures: failures, sampling: plan.sampling, labeling: plan.labeling)
  }
}
