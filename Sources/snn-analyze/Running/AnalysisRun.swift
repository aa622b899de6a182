import ActivationFiles
import Activations
import Dispatch
import Entanglement
import PairwiseDistances
import Synchronization

/// Computes a plan's layers: small ones side by side, one a thread; large ones one after another,
/// each on all threads. At most as many layers as threads are in memory. The result does not
/// depend on which way a layer went.
final class AnalysisRun: Sendable {
  private let plan: AnalysisPlan
  private let progress: Progress
  private let cache: ResultCache
  private let scratch: String
  private let outcomes: Mutex<[Int: Result<LayerProfile, CommandError>]>

  /// - Parameter scratch: The folder where layers go that are larger than memory.
  init(_ plan: AnalysisPlan, progress: Progress, cache: ResultCache, scratch: String) {
    self.plan = plan
    self.scratch = scratch
    self.progress = progress
    self.cache = cache
    outcomes = Mutex([:])
  }

  /// Reads and computes everything.
  func history() throws(CommandError) -> EntanglementHistory {
    let labels = try labelsByCheckpoint()
    let temperatures = try temperaturesByCheckpoint()
    let jobs = plan.jobs
    let (small, large) = split(jobs)
    progress.begin(
      jobs.map { job in
        let layer = plan.collection.checkpoints[job.checkpoint].layers[job.layer]
        return Self.work(layer)
      })
    let workers = max(1, min(plan.loss.threadCount, small.count))
    let failed = Mutex(false)
    let next = Atomic(0)
    var lone = plan.loss
    lone.threadCount = 1
    lone.memoryLimit = plan.loss.memoryLimit / workers
    let loss = lone
    let work: @Sendable (Int) -> Void = { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < small.count else { return }
        if !self.plan.keepGoing && failed.withLock({ $0 }) { return }
        let isFine = self.compute(
          small[index], of: jobs, labels: labels, at: temperatures, with: loss)
        if !isFine { failed.withLock { $0 = true } }
      }
    }
    DispatchQueue.concurrentPerform(iterations: workers, execute: work)
    for index in large where plan.keepGoing || !failed.withLock({ $0 }) {
      if !compute(index, of: jobs, labels: labels, at: temperatures, with: plan.loss) {
        failed.withLock { $0 = true }
      }
    }
    progress.end()
    return try collected(jobs, labels)
  }

  private func labelsByCheckpoint() throws(CommandError) -> [Result<ClassLabels, CommandError>] {
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
  private func temperaturesByCheckpoint() throws(CommandError) -> [Result<[Double?], CommandError>]
  {
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

  /// Small layers are those that one thread computes in well under a second, all of which fit in
  /// memory side by side.
  private func split(_ jobs: [AnalysisPlan.Job]) -> (small: [Int], large: [Int]) {
    let threads = plan.loss.threadCount
    var small: [Int] = []
    var large: [Int] = []
    for (index, job) in jobs.enumerated() {
      let layer = plan.collection.checkpoints[job.checkpoint].layers[job.layer]
      let memory =
        layer.memorySize
        + plan.loss.workingMemory(
          sampleCount: layer.sampleCount, featureCount: layer.featureCount)
      let isSmall =
        Self.work(layer) < 4e9 && memory < plan.loss.memoryLimit / threads
      if isSmall { small.append(index) } else { large.append(index) }
    }
    return (small, large)
  }

  /// Multiply-adds, roughly: a pair takes one for each feature, and the exponentials as many as
  /// another 200.
  private static func work(_ layer: LayerEntry) -> Double {
    let (count, features) = (Double(layer.sampleCount), Double(layer.featureCount))
    return count * count * (features + 200)
  }

  /// Computes one layer and keeps the outcome; whether it went well.
  private func compute(
    _ index: Int, of jobs: [AnalysisPlan.Job], labels: [Result<ClassLabels, CommandError>],
    at temperatures: [Result<[Double?], CommandError>], with loss: SoftNearestNeighborLoss
  ) -> Bool {
    let checkpoint = plan.collection.checkpoints[jobs[index].checkpoint]
    let layer = checkpoint.layers[jobs[index].layer]
    progress.start(index, checkpoint: checkpoint.name, layer: layer.name)
    var loss = loss
    let rounds = Double(PairwisePass.roundCount(sampleCount: layer.sampleCount))
    let roundsDone = Atomic(0)
    loss.shouldStop = { [progress] in
      let done = roundsDone.wrappingAdd(1, ordering: .relaxed).oldValue
      progress.advance(index, passes: Double(done) / rounds)
      return false
    }
    let outcome = Result<LayerProfile, CommandError> { () throws(CommandError) in
      let labels = try labels[jobs[index].checkpoint].get()
      loss.scheduledTemperature = try temperatures[jobs[index].checkpoint].get()[jobs[index].layer]
      do {
        return try profile(jobs[index], layer, labels, with: loss)
      } catch let error as CommandError {
        throw error
      } catch let error as ActivationFileError {
        throw CommandError(error, verbose: plan.verbose)
      } catch {
        throw CommandError("\(place(layer)): \(error)")
      }
    }
    outcomes.withLock { $0[index] = outcome }
    progress.finish(index)
    if case .failure = outcome { return false }
    return true
  }

  private func place(_ layer: LayerEntry) -> String {
    "\(layer.file): \(layer.path) (checkpoint \(layer.checkpoint))"
  }

  /// Reads a layer, or the samples drawn of it, and computes it: in memory if it fits.
  private func profile(
    _ job: AnalysisPlan.Job, _ layer: LayerEntry, _ labels: ClassLabels,
    with loss: SoftNearestNeighborLoss
  ) throws -> LayerProfile {
    let rows = plan.sampling.flatMap {
      $0.sampleCount < layer.sampleCount ? drawn(labels) : nil
    }
    let source = LayerRows(
      plan.collection, layer, rows: rows, bytesAtATime: plan.loss.memoryLimit / 16)
    let classes = rows.map(labels.rows) ?? labels
    let isPictured = plan.isPictured(job)
    let entanglement: LayerEntanglement
    var projection: SampleProjection?
    if loss.fitsInMemory(
      sampleCount: source.sampleCount, featureCount: source.featureCount,
      isDouble: source.isDouble)
    {
      let matrix = try source.matrix(within: plan.loss.memoryLimit)
      entanglement = try cache.entanglement(of: matrix, labels: classes, with: loss)
      if isPictured {
        projection = SampleProjection(of: matrix, labels: classes, distance: loss.distance)
      }
    } else {
      entanglement = try cache.entanglement(
        of: source, labels: classes, with: loss, spillingInto: scratch)
      if isPictured {
        let drawn = SampleProjection.drawnRows(of: classes, featureCount: source.featureCount)
        projection = SampleProjection(
          of: try source.gathered(drawn), drawn: drawn, labels: classes, distance: loss.distance)
      }
    }
    return LayerProfile(
      name: layer.name, index: job.layer, shape: layer.shape, entanglement: entanglement,
      projection: rows.flatMap { rows in projection?.renamingRows(rows) } ?? projection)
  }

  /// The rows that are analysed.
  private func drawn(_ labels: ClassLabels) -> [Int] {
    guard let sampling = plan.sampling else { return Array(0..<labels.sampleCount) }
    var generator = SplitMix64(seed: sampling.seed)
    return StratifiedSample(count: sampling.sampleCount, of: labels, using: &generator).rows
  }

  /// Which samples the analysed rows are, where something is said of single ones or of pairs.
  private func identity(
    of checkpoint: CheckpointEntry, _ labels: Result<ClassLabels, CommandError>
  ) throws(CommandError) -> SampleIdentity? {
    guard !plan.loss.quantities.isDisjoint(with: [.samples, .intervals]),
      case .success(let labels) = labels
    else { return nil }
    do {
      let ids = try plan.collection.sampleIDs(of: checkpoint)
      let rows = drawn(labels)
      return SampleIdentity(
        rows: rows, ids: ids.map { ids in rows.map { ids[$0] } },
        labels: rows.map { labels.names[Int(labels.indices[$0])] })
    } catch {
      throw CommandError(error, verbose: plan.verbose)
    }
  }

  private func collected(
    _ jobs: [AnalysisPlan.Job], _ labels: [Result<ClassLabels, CommandError>]
  ) throws(CommandError) -> EntanglementHistory {
    let outcomes = outcomes.withLock { $0 }
    var layers: [[LayerProfile]] = plan.collection.checkpoints.map { _ in [] }
    var failures: [LayerFailure] = []
    for (index, job) in jobs.enumerated() {
      let checkpoint = plan.collection.checkpoints[job.checkpoint]
      switch outcomes[index] {
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
      identities.append(try identity(of: checkpoint, labels[index]))
    }
    var profiles: [EntanglementProfile] = []
    for (index, checkpoint) in plan.collection.checkpoints.enumerated() {
      profiles.append(
        EntanglementProfile(
          checkpoint: checkpoint.name, step: checkpoint.step, file: checkpoint.file,
          layers: layers[index], samples: identities[index]))
    }
    return EntanglementHistory(
      distance: plan.loss.distance, quantities: plan.loss.quantities, profiles: profiles,
      failures: failures, sampling: plan.sampling, labeling: plan.labeling)
  }
}
