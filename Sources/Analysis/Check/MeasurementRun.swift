internal import ActivationFiles
internal import Activations
internal import Entanglement
internal import PairwiseDistances
internal import RegressionChecks

/// Reads layers and measures them, one after another, each on all threads. What is wrong with one
/// layer is kept with it.
struct MeasurementRun {
  let plan: AnalysisPlan
  /// The folder where layers go that are larger than memory.
  let scratch: String
  let hooks: RunHooks

  /// - Parameter measures: What to measure of a layer, by the place of its checkpoint and its name;
  ///   a layer with nothing to measure is not read.
  /// - Throws: What is wrong with labels or ids; `AnalysisError.cancelled`.
  /// - Parameter stored: What is known already; these layers are not read.
  func run(
    _ measures: (_ checkpoint: Int, _ layer: String) -> [Measure],
    stored: [AnalysisPlan.Job: RunMeasurements.Layer] = [:]
  ) throws(AnalysisError) -> RunMeasurements {
    plan.collection.notes.forEach(hooks.note)
    let progress = Progress(hooks.progress)
    progress.begin(
      plan.jobs.map { job in
        let layer = plan.layer(of: job)
        return measures(job.checkpoint, layer.name).isEmpty ? 0 : LayerSchedule.work(layer)
      })
    defer { progress.end() }
    var checkpoints: [RunMeasurements.Checkpoint] = []
    var job = 0
    for (index, checkpoint) in plan.collection.checkpoints.enumerated() {
      let isWanted = checkpoint.layers.contains { !measures(index, $0.name).isEmpty }
      let samples = isWanted ? try self.samples(of: checkpoint) : nil
      var layers: [RunMeasurements.Layer] = []
      for (place, layer) in checkpoint.layers.enumerated() {
        let wanted = measures(index, layer.name)
        if let samples, !wanted.isEmpty {
          progress.start(job, checkpoint: checkpoint.name, layer: layer.name)
          let known = stored[AnalysisPlan.Job(checkpoint: index, layer: place)]
          if let known {
            layers.append(known)
          } else {
            layers.append(try measured(layer, wanted, samples))
          }
        } else {
          layers.append(RunMeasurements.Layer(name: layer.name, failure: "It was not asked for."))
        }
        progress.finish(job)
        job += 1
      }
      checkpoints.append(
        RunMeasurements.Checkpoint(
          name: checkpoint.name, step: checkpoint.step,
          samples: samples?.fingerprint
            ?? SampleFingerprint(
              sampleCount: checkpoint.sampleCount, classes: [], ids: nil, labels: nil,
              isInFileOrder: true),
          layers: layers))
    }
    return RunMeasurements(settings: plan.comparableSettings, checkpoints: checkpoints)
  }

  /// Measures one layer, for a gate that is held later.
  /// - Throws: What is wrong with labels or ids, or with the moment; `AnalysisError.cancelled`.
  func layer(
    of job: AnalysisPlan.Job, _ measures: [Measure]
  ) throws(AnalysisError) -> RunMeasurements.Layer {
    try measured(
      plan.layer(of: job), measures, samples(of: plan.collection.checkpoints[job.checkpoint]),
      isForLater: true)
  }

  private func measured(
    _ layer: LayerEntry, _ measures: [Measure], _ samples: Samples, isForLater: Bool = false
  ) throws(AnalysisError) -> RunMeasurements.Layer {
    try hooks.throwIfCancelled()
    let loss = plan.loss(hooks.ofPasses())
    let memoryLimit = loss.machine.memoryLimit
    let source = LayerRows(
      plan.collection, layer, rows: samples.rows, bytesAtATime: memoryLimit / 16)
    hooks.detail("\(layer.checkpoint), \(layer.name): \(layer.file): \(layer.path)")
    do {
      if let problem = layer.problem { throw problem }
      var digest = ContentDigest()
      let measurements: LayerMeasurements
      if loss.fitsInMemory(
        measuring: measures, labels: samples.labels, featureCount: source.featureCount,
        isDouble: source.isDouble)
      {
        let matrix = try source.matrix(within: memoryLimit)
        try digest.add(rowsOf: matrix, blockSize: 1 << 24)
        measurements = try loss.measurements(measures, of: matrix, labels: samples.labels)
      } else {
        try digest.add(rowsOf: source, blockSize: min(memoryLimit / 8, 1 << 26))
        measurements = try loss.measurements(
          measures, of: source, labels: samples.labels, spillingInto: scratch)
      }
      return RunMeasurements.Layer(
        name: layer.name, activations: "\(digest)", measurements: measurements)
    } catch {
      let error = AnalysisError(error, of: layer)
      if error == .cancelled || (isForLater && error.cause == .passing) { throw error }
      if let detail = error.detail { hooks.detail(detail) }
      return RunMeasurements.Layer(name: layer.name, failure: error.message)
    }
  }

  /// The samples of a checkpoint in the order in which they pair.
  private struct Samples {
    let labels: ClassLabels
    /// nil for all rows as they are.
    let rows: [Int]?
    let fingerprint: SampleFingerprint
  }

  /// By id where there are ids, so that rows pair however they were recorded; a sub-sample is drawn
  /// in that order.
  private func samples(of checkpoint: CheckpointEntry) throws(AnalysisError) -> Samples {
    let stored: ClassLabels
    let ids: [String]?
    do throws(ActivationFileError) {
      stored = try plan.collection.labels(of: checkpoint)
      ids = try plan.collection.sampleIDs(of: checkpoint)
    } catch {
      throw AnalysisError(error)
    }
    var order = Array(0..<stored.sampleCount)
    if let ids {
      guard ids.count == stored.sampleCount else {
        throw AnalysisError(
          "\(checkpoint.file): checkpoint \(checkpoint.name) has \(stored.sampleCount) samples and "
            + "\(ids.count) sample_ids. Record one id for each row.")
      }
      order.sort { ids[$0].naturallyPrecedes(ids[$1]) }
      for (first, second) in zip(order, order.dropFirst()) where ids[first] == ids[second] {
        throw AnalysisError(
          "\(checkpoint.file): checkpoint \(checkpoint.name) has the sample id \(ids[first]) in rows "
            + "\(min(first, second)) and \(max(first, second)) (counted from 0). Rows pair by id, so "
            + "each needs its own.")
      }
    }
    if let sampling = plan.sampling {
      var generator = SplitMix64(seed: sampling.seed)
      let drawn = StratifiedSample(
        count: sampling.sampleCount, of: stored.rows(order), using: &generator
      ).rows
      order = drawn.map { order[$0] }
    }
    let isInFileOrder = zip(order, order.dropFirst()).allSatisfy { $0 < $1 }
    let labels = stored.rows(order)
    var labelDigest = ContentDigest()
    for label in labels.indices { labelDigest.add(labels.names[Int(label)]) }
    var idDigest = ContentDigest()
    if let ids { for row in order { idDigest.add(ids[row]) } }
    return Samples(
      labels: labels,
      rows: isInFileOrder && order.count == stored.sampleCount ? nil : order,
      fingerprint: SampleFingerprint(
        sampleCount: order.count,
        classes: zip(labels.names, labels.counts).map(ClassSize.init),
        ids: ids == nil ? nil : "\(idDigest)", labels: "\(labelDigest)",
        isInFileOrder: isInFileOrder))
  }
}
