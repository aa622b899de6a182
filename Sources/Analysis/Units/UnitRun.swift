internal import ActivationFiles
internal import Activations
package import Entanglement
internal import PairwiseDistances
internal import Platform
internal import RegressionChecks
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
    // What they were before and after they were looked at they were meanwhile; from here on reading
    // sees to it.
    try Self.requireSameFiles(folder.plan)
    let names = plan.unitNames
    let gate = folder.plan.units(ofGate: true).map { folder.plan.units[$0] }
    let units = names + gate.map { ($0.checkpoint, $0.layer) }
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
  ///   - gate: What is measured for a gate, by the place of the checkpoint and the layer.
  ///   - isForced: Whether also a run is divided that one machine is done with within a minute.
  package static func plan(
    _ plan: AnalysisPlan, shardCount: Int, arguments: [String],
    gate: [Int: [String: [Measure]]] = [:], isForced: Bool,
    hooks: RunHooks = RunHooks()
  ) throws(AnalysisError) -> UnitPlan {
    let forecast = RunForecast(plan)
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
    let files = plan.collection.filePaths.compactMap(FileState.init)
    var samples: [[String]] = []
    for index in inputs.indices { samples.append(try plan.sampleDigests(index, inputs[index])) }
    // A gate measures what a report computes and little else.
    let gated = plan.jobs.indices.compactMap { index -> (job: Int, measures: [Measure])? in
      let job = plan.jobs[index]
      let measures = gate[job.checkpoint]?[plan.layer(of: job).name] ?? []
      return measures.isEmpty ? nil : (index, measures)
    }
    // At least one, so that layers of no cost are spread as well.
    let milliseconds = (Array(seconds.indices) + gated.map(\.job)).map {
      max(1, Int(min(seconds[$0] * 1000, 1e15)))
    }
    let shards = UnitPlan.shards(of: milliseconds, count: shardCount)
    func unit(_ place: Int, of job: Int, _ memory: Int, _ measures: [Measure]?) -> UnitPlan.Unit {
      UnitPlan.Unit(
        checkpoint: plan.unitNames[job].checkpoint, layer: plan.unitNames[job].layer,
        shard: shards[place], milliseconds: milliseconds[place], memory: max(memory, 1),
        measures: measures)
    }
    return UnitPlan(
      arguments: arguments, directory: FileManager.default.currentDirectoryPath,
      machine: plan.options.machine, shardCount: shardCount, files: files, samples: samples,
      units: plan.jobs.indices.map { unit($0, of: $0, schedule.memoryLimit(of: $0), nil) }
        + gated.enumerated().map { place, gated in
          unit(
            plan.jobs.count + place, of: gated.job, plan.options.machine.memoryLimit,
            gated.measures)
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
    let isOfGate = { folder.plan.units[$0].measures != nil }
    failures += try compute(
      wanted.filter { !isOfGate($0) }, isAnew: retriesFailed, scratch: scratch, staging: staging)
    failures += try measure(
      wanted.filter(isOfGate), isAnew: retriesFailed, scratch: scratch, staging: staging)
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
    guard !units.isEmpty else { return [] }
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

  /// Measures layers for a gate, one after another, each on all threads.
  private func measure(
    _ units: [Int], isAnew: Bool, scratch: String, staging: String
  ) throws(AnalysisError) -> [String] {
    guard !units.isEmpty else { return [] }
    let checkpoints = Set(units.map { job(ofGate: $0).checkpoint })
    try requireSameSamples(
      CheckpointInput.all(of: plan, hooks, only: checkpoints), checkpoints)
    let run = MeasurementRun(plan: plan, scratch: scratch, hooks: hooks)
    var failures: [String] = []
    for unit in units {
      let layer = try run.layer(of: job(ofGate: unit), folder.plan.units[unit].measures ?? [])
      if layer.failure != nil { try Self.requireSameFiles(folder.plan) }
      let stored = StoredLayer(key: folder.plan.key(of: unit), outcomes: [], measured: layer)
      try folder.keep(stored, as: unit, isAnew: isAnew, stagedIn: staging)
      failures += stored.failures
    }
    return failures
  }

  /// The layer of a unit of a gate.
  private func job(ofGate unit: Int) -> AnalysisPlan.Job {
    let (checkpoint, layer) = (folder.plan.units[unit].checkpoint, folder.plan.units[unit].layer)
    let place = plan.unitNames.firstIndex { $0.checkpoint == checkpoint && $0.layer == layer }
    // The plan was held against the files: the layer is there.
    return plan.jobs[place ?? 0]
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
        // The units of a report come first.
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
    folder.removeLeftovers()
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

// MARK: - Gate

extension UnitRun {
  /// What was measured of the layers, from the units: no activations are read.
  /// - Parameter measures: What is wanted of a layer, by the place of its checkpoint and its name.
  /// - Throws: Where units are missing, damaged or of another plan, and where the plan does not have
  ///   what is wanted.
  func measurements(
    _ measures: (_ checkpoint: Int, _ layer: String) -> [Measure]
  ) throws(AnalysisError) -> RunMeasurements {
    var layers: [AnalysisPlan.Job: RunMeasurements.Layer] = [:]
    var (missing, damaged, foreign): ([Int], [Int], [Int]) = ([], [], [])
    for unit in folder.plan.units(ofGate: true) {
      let job = job(ofGate: unit)
      let layer = plan.layer(of: job)
      let wanted = measures(job.checkpoint, layer.name)
      guard !wanted.isEmpty else { continue }
      if let absent = wanted.first(where: {
        !(folder.plan.units[unit].measures ?? []).contains($0)
      }) {
        throw unplanned("the \(absent.kind.rawValue)", of: job)
      }
      do throws(UnitFolder.Refusal) {
        guard let measured = try folder.stored(unit).measured else { throw .damaged }
        layers[job] = measured.keeping(wanted)
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
    for job in plan.jobs where layers[job] == nil {
      guard measures(job.checkpoint, plan.layer(of: job).name).isEmpty else {
        throw unplanned("anything", of: job)
      }
    }
    return try MeasurementRun(plan: plan, scratch: "", hooks: hooks).run(measures, stored: layers)
  }

  private func unplanned(_ what: String, of job: AnalysisPlan.Job) -> AnalysisError {
    AnalysisError(
      "\(folder.path): the plan does not measure \(what) of \(plan.layer(of: job).name) at "
        + "\(plan.collection.checkpoints[job.checkpoint].name). Plan again with --gate, and with "
        + "--rules FILE for what rules name beyond the last checkpoint's standard measures.")
  }
}

extension RunMeasurements.Layer {
  /// The same with these measures alone.
  fileprivate func keeping(_ measures: [Measure]) -> RunMeasurements.Layer {
    guard let measurements else { return self }
    return RunMeasurements.Layer(
      name: name, activations: activations,
      measurements: LayerMeasurements(
        sampleCount: measurements.sampleCount, featureCount: measurements.featureCount,
        skippedRows: measurements.skippedRows,
        outcomes: measurements.outcomes.filter { measures.contains($0.key) }))
  }
}

extension StoredLayer {
  /// Why it cannot be computed, by sentence, each once.
  var failures: [String] {
    var found: [String] = []
    for case .failed(let reason) in outcomes where !found.contains(reason) { found.append(reason) }
    return found + [measured?.failure].compactMap(\.self)
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
