internal import ActivationFiles
internal import Activations
internal import Entanglement
internal import Foundation
internal import PairwiseDistances
internal import Synchronization

/// A run that is divided among processes, on one machine or on many: planned once, worked on shard by
/// shard, and merged into the results of one machine, to the bit.
package struct UnitRun: Sendable {
  package let folder: UnitFolder
  /// With the machine of the plan, but for its threads.
  package let plan: AnalysisPlan
  private let hooks: RunHooks

  /// - Parameters:
  ///   - plan: Of the files and options that the folder's plan was made of.
  ///   - threadCount: Threads that compute here.
  /// - Throws: Where the files are not those of the plan, or this machine cannot do what it pins.
  package init(
    _ folder: UnitFolder, files: [String], options: AnalysisOptions, threadCount: Int,
    hooks: RunHooks = RunHooks()
  ) throws(AnalysisError) {
    self.folder = folder
    self.hooks = hooks
    var options = options
    options.machine = Machine(
      threadCount: threadCount, instructionSet: try Self.instructionSet(of: folder.plan),
      memoryLimit: folder.plan.memory)
    options.keepsGoing = true
    try Self.requireSameFiles(folder.plan)
    plan = try AnalysisPlan(files: files, options: options)
    let units = plan.unitNames
    guard units.map(\.checkpoint) == folder.plan.units.map(\.checkpoint),
      units.map(\.layer) == folder.plan.units.map(\.layer),
      plan.collection.filePaths == folder.plan.files.map(\.path)
    else {
      throw AnalysisError(
        "\(folder.path): the files do not hold the layers that they held when the plan was made. "
          + "Plan again into another folder.", cause: .differs)
    }
  }

  private static func instructionSet(
    of plan: UnitPlan
  ) throws(AnalysisError) -> InstructionSet {
    guard let set = InstructionSet(rawValue: plan.instructionSet), set.isAvailable else {
      let here = InstructionSet.allCases.filter(\.isAvailable).map(\.rawValue)
      throw AnalysisError(
        "This machine has no \(plan.instructionSet), which the plan pins so that every unit has the "
          + "bits of one machine. Use nodes that have it, or plan again with --instruction-set "
          + "\(here.joined(separator: " or ")).", cause: .differs)
    }
    return set
  }

  private static func requireSameFiles(_ plan: UnitPlan) throws(AnalysisError) {
    for file in plan.files {
      let now = FileState(of: file.path)
      guard now != file else { continue }
      let what =
        now == nil
        ? "is not there" : "has changed since the plan was made (its size or time is another)"
      let start = file.path.hasPrefix("/") ? "" : " (from \(plan.directory))"
      throw AnalysisError(
        "\(file.path)\(start): \(what). Bring back the file as it was, or plan again into another "
          + "folder.", cause: .differs)
    }
  }

  /// Divides the run of a plan.
  /// - Parameters:
  ///   - arguments: The words by which others come to the same plan.
  ///   - isForced: Whether also a run is divided that one machine is done with within a minute.
  package static func plan(
    _ plan: AnalysisPlan, shardCount: Int, arguments: [String], isForced: Bool,
    hooks: RunHooks = RunHooks()
  ) throws(AnalysisError) -> UnitPlan {
    let forecast = RunForecast(
      plan.collection, loss: plan.loss(), sampleLimit: plan.options.sampleCount ?? .max)
    let labelingCount = Double(plan.labelings.count)
    let seconds = forecast.layerSeconds.map { $0 * labelingCount }
    let whole = seconds.reduce(0, +)
    guard isForced || whole >= leastSeconds else {
      throw AnalysisError(
        "One machine does all of this in \(whole < 1 ? "a second" : "\(Int(whole.rounded(.up))) s") "
          + "or so: to divide it takes longer than it saves, for every process starts, opens the "
          + "files and reads labels anew. Run snn-analyze report, or plan with --even-if-small.",
        asks: true)
    }
    guard !plan.jobs.isEmpty else { throw AnalysisError("There is no layer to compute.") }
    let inputs = try CheckpointInput.all(of: plan, hooks)
    let schedule = LayerSchedule(plan, plan.jobs, inputs)
    // At least one, so that layers of no cost are spread as well.
    let milliseconds = seconds.map { max(1, Int(min($0 * 1000, 1e15))) }
    let shards = UnitPlan.shards(of: milliseconds, count: shardCount)
    let files = plan.collection.filePaths.compactMap(FileState.init)
    var samples: [[String]] = []
    for index in inputs.indices { samples.append(try plan.sampleDigests(index, inputs[index])) }
    return UnitPlan(
      arguments: arguments, directory: FileManager.default.currentDirectoryPath,
      machine: plan.options.machine, shardCount: shardCount, files: files, samples: samples,
      units: plan.unitNames.enumerated().map { index, name in
        UnitPlan.Unit(
          checkpoint: name.checkpoint, layer: name.layer, shard: shards[index],
          milliseconds: milliseconds[index], memory: max(schedule.memoryLimit(of: index), 1))
      })
  }

  /// What one machine does in less is not divided unasked, in seconds.
  private static let leastSeconds = 60.0
}

// MARK: - Work

extension UnitRun {
  /// What became of the units of a shard.
  package struct Work: Sendable {
    package let unitCount: Int
    /// Units that were done before.
    package let keptCount: Int
    /// What is wrong with the units that failed for good, by sentence.
    package let failures: [String]
  }

  /// Computes the units of a shard that are not there yet, or not whole. Each is put in its place when
  /// it is done, so that whatever ends the process loses only what it is at.
  /// - Parameters:
  ///   - retriesFailed: Whether units that failed for good are computed again.
  ///   - scratch: The folder where layers go that are larger than memory.
  ///   - protect: Told the folder of files that are not in place yet, and nil once there is none.
  /// - Throws: Where a unit could not be computed or written here and now; others are finished.
  package func work(
    shard: Int, retriesFailed: Bool, scratch: String, protect: (String?) -> Void
  ) throws(AnalysisError) -> Work {
    let shardCount = folder.plan.shardCount
    guard (0..<shardCount).contains(shard) else {
      throw AnalysisError(
        "There is no shard \(shard): the plan has \(shardCount), from 0 to \(shardCount - 1).",
        asks: true)
    }
    let units = folder.plan.units(of: shard)
    var wanted: [Int] = []
    var failures: [String] = []
    for unit in units {
      do throws(UnitFolder.Refusal) {
        let stored = try folder.stored(unit)
        let failed = stored.failures
        if !failed.isEmpty, retriesFailed { wanted.append(unit) } else { failures += failed }
      } catch {
        if error == .foreign, let problem = folder.problem(foreign: [unit]) { throw problem }
        wanted.append(unit)
      }
    }
    guard !wanted.isEmpty else {
      return Work(unitCount: units.count, keptCount: units.count, failures: failures)
    }
    try requireMemory()
    let staging = try folder.makeStaging()
    protect(staging)
    defer {
      protect(nil)
      OutputFolder.removeStaging(staging)
    }
    failures += try compute(wanted, isAnew: retriesFailed, scratch: scratch, staging: staging)
    return Work(
      unitCount: units.count, keptCount: units.count - wanted.count, failures: failures)
  }

  /// Throws where the machine, or the part of it that the process may use, has less memory than what
  /// the plan counts on.
  private func requireMemory() throws(AnalysisError) {
    // Half of it is what a run takes by itself.
    let whole = 2 * Double(Machine.whole.memoryLimit)
    guard Double(folder.plan.memory) > whole else { return }
    throw AnalysisError(
      "This machine lets the process use \(Int(whole) >> 20) MiB of memory, and the plan counts on "
        + "\(folder.plan.memory >> 20) MiB. Ask for more, or plan again with --memory.",
      cause: .differs)
  }

  private func compute(
    _ units: [Int], isAnew: Bool, scratch: String, staging: String
  ) throws(AnalysisError) -> [String] {
    let jobs = units.map { plan.jobs[$0] }
    let inputs = try CheckpointInput.all(of: plan, hooks, only: Set(jobs.map(\.checkpoint)))
    try requireSameSamples(inputs, Set(jobs.map(\.checkpoint)))
    let outcomes = LayerOutcomes(keepsDigests: true)
    let problem = Mutex<AnalysisError?>(nil)
    let failures = Mutex<[String]>([])
    AnalysisRun(plan, scratch: scratch, hooks: hooks).compute(
      jobs, inputs, by: LayerSchedule(plan, jobs, inputs), into: outcomes,
      on: { index, given in
        Machine(
          threadCount: given.threadCount, instructionSet: given.instructionSet,
          memoryLimit: folder.plan.units[units[index]].memory)
      },
      isFine: { index in
        do throws(AnalysisError) {
          let stored = try stored(units[index], outcomes)
          try folder.keep(stored, as: units[index], isAnew: isAnew, stagedIn: staging)
          failures.withLock { $0 += stored.failures }
          return true
        } catch {
          if let detail = error.detail { hooks.detail(detail) }
          problem.withLock { $0 = $0 ?? error }
          return false
        }
      })
    if let problem = problem.withLock({ $0 }) { throw problem }
    return failures.withLock { $0 }
  }

  /// What a unit came to.
  /// - Throws: Where another try may go well.
  private func stored(
    _ unit: Int, _ outcomes: LayerOutcomes
  ) throws(AnalysisError) -> StoredLayer {
    let job = plan.jobs[unit]
    var found: [StoredLayer.Outcome] = []
    for labeling in plan.labelings.indices {
      switch outcomes[labeling, job] {
      case .success(let profile):
        found.append(.computed(profile.entanglement, projection: profile.projection))
      case .failure(let error):
        if error == .cancelled || error.cause == .passing { throw error }
        found.append(.failed(error.message))
      case nil: throw AnalysisError("\(folder.name(of: unit)): was not computed.", cause: .passing)
      }
    }
    // What is wrong with a file that changed is no property of the layer.
    if found.contains(where: \.isFailed) { try Self.requireSameFiles(folder.plan) }
    return StoredLayer(
      key: folder.plan.key(of: unit), values: outcomes.digests(of: job), outcomes: found)
  }

  private func requireSameSamples(
    _ inputs: [CheckpointInput], _ checkpoints: Set<Int>
  ) throws(AnalysisError) {
    for index in checkpoints.sorted() {
      guard try plan.sampleDigests(index, inputs[index]) != folder.plan.samples[index] else {
        continue
      }
      throw AnalysisError(
        "\(plan.collection.checkpoints[index].file): the samples of \(plan.collection.checkpoints[index].name), "
          + "their labels or ids are not those of the plan. Plan again into another folder.",
        cause: .differs)
    }
  }
}

// MARK: - Merge

extension UnitRun {
  /// The results of the whole run, from its units: no activations are read.
  ///
  /// A unit that failed for good is among the failures, as in a run that keeps going.
  /// - Throws: Where units are missing, damaged or of another plan, all of them named.
  package func results() throws(AnalysisError) -> AnalysisResults {
    let outcomes = LayerOutcomes()
    var missing: [Int] = []
    var damaged: [Int] = []
    var foreign: [Int] = []
    for (unit, job) in plan.jobs.enumerated() {
      do throws(UnitFolder.Refusal) {
        let stored = try folder.stored(unit)
        guard stored.outcomes.count == plan.labelings.count else { throw .damaged }
        for (labeling, outcome) in stored.outcomes.enumerated() {
          outcomes[labeling, job] = result(outcome, of: job)
        }
      } catch {
        switch error {
        case .foreign: foreign.append(unit)
        case .damaged: damaged.append(unit)
        case .missing: missing.append(unit)
        }
      }
    }
    if let problem = folder.problem(missing: missing, damaged: damaged, foreign: foreign) {
      throw problem
    }
    let inputs = try CheckpointInput.all(of: plan, hooks)
    try requireSameSamples(inputs, Set(inputs.indices))
    return try AnalysisResults(of: plan, inputs, outcomes)
  }

  private func result(
    _ outcome: StoredLayer.Outcome, of job: AnalysisPlan.Job
  ) -> Result<LayerProfile, AnalysisError> {
    switch outcome {
    case .computed(let entanglement, let projection):
      let layer = plan.layer(of: job)
      return .success(
        LayerProfile(
          name: layer.name, index: job.layer, shape: layer.shape, entanglement: entanglement,
          projection: projection))
    case .failed(let reason): return .failure(AnalysisError(reason))
    }
  }
}

extension StoredLayer {
  /// Why it cannot be computed, by sentence, each once.
  var failures: [String] {
    var found: [String] = []
    for case .failed(let reason) in outcomes where !found.contains(reason) { found.append(reason) }
    return found
  }
}

extension AnalysisPlan {
  /// The layers in order, by name.
  var unitNames: [(checkpoint: String, layer: String)] {
    jobs.map { (collection.checkpoints[$0.checkpoint].name, layer(of: $0).name) }
  }

  /// What tells the analysed samples of a checkpoint from others: by labeling, empty where the labels
  /// make no sense.
  func sampleDigests(
    _ checkpoint: Int, _ input: CheckpointInput
  ) throws(AnalysisError) -> [String] {
    var digests: [String] = []
    for labels in input.labels {
      guard case .success(let labels) = labels else {
        digests.append("")
        continue
      }
      let identity = try identity(of: collection.checkpoints[checkpoint], labels)
      var digest = ContentDigest()
      digest.add(identity.rows)
      for label in identity.labels { digest.add(label) }
      digest.add(identity.ids == nil ? "no ids" : "ids")
      for id in identity.ids ?? [] { digest.add(id) }
      digests.append("\(digest)")
    }
    return digests
  }
}
