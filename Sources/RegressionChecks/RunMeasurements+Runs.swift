internal import Activations
internal import Entanglement

extension RunMeasurements {
  /// Why trainings are not to be averaged: a sentence.
  package struct Mismatch: Error {
    package let message: String
  }

  /// The mean over trainings that differ in what a seed draws, on the same samples.
  ///
  /// Checkpoints match by their place: all have as many, of the same step or name; of one each, the last
  /// of a training, the names may differ.
  /// - Parameter runs: With names that differ; the first gives the names of the checkpoints.
  /// - Throws: Where the trainings are of other samples, layers, settings or moments, or two are the same.
  package init(averaging runs: [(name: String, measurements: RunMeasurements)]) throws(Mismatch) {
    guard let first = runs.first else { throw Mismatch(message: "There is no run.") }
    guard runs.count > 1 else {
      self = first.measurements
      return
    }
    for run in runs.dropFirst() { try Self.requireAlike(first, run) }
    try Self.requireDistinct(runs)
    var checkpoints: [Checkpoint] = []
    for (place, checkpoint) in first.measurements.checkpoints.enumerated() {
      let all = runs.map { (name: $0.name, checkpoint: $0.measurements.checkpoints[place]) }
      var layers: [Layer] = []
      for (index, layer) in checkpoint.layers.enumerated() {
        layers.append(
          try Self.mean(layer.name, all.map { ($0.name, $0.checkpoint.layers[index]) }))
      }
      checkpoints.append(
        Checkpoint(
          name: checkpoint.name, step: checkpoint.step, samples: checkpoint.samples,
          layers: layers))
    }
    self.init(
      settings: first.measurements.settings, checkpoints: checkpoints, runs: runs.map(\.name))
  }

  private typealias Named = (name: String, measurements: RunMeasurements)

  private static func requireAlike(_ first: Named, _ other: Named) throws(Mismatch) {
    func refuse(_ what: String, _ remedy: String) -> Mismatch {
      Mismatch(message: "\(other.name) and \(first.name) \(what). \(remedy)")
    }
    let (one, two) = (first.measurements, other.measurements)
    for name in Set(one.settings.keys).union(two.settings.keys).sorted()
    where one.settings[name] != two.settings[name] {
      throw refuse(
        "differ in \(name): \(two.settings[name] ?? "default") and "
          + "\(one.settings[name] ?? "default")",
        "Measure all runs of a group alike.")
    }
    let (moments, others) = (one.checkpoints, two.checkpoints)
    guard moments.count == others.count else {
      throw refuse(
        "have other checkpoints, \(others.count) and \(moments.count)",
        "Name them by --checkpoints, or record the same in every run.")
    }
    for (here, there) in zip(moments, others) {
      let areOne = here.step.map { $0 == there.step } ?? (here.name == there.name)
      let areLast = moments.count == 1 && (here.step == nil || there.step == nil)
      guard areOne || areLast else {
        throw refuse(
          "are of other moments, \(there.name) and \(here.name)",
          "Train all runs of a group for as long, or choose one moment by --checkpoints.")
      }
      try requireSameSamples(first.name, here.samples, other.name, there.samples)
      let (layers, found) = (here.layers.map(\.name), there.layers.map(\.name))
      guard layers == found else {
        let missing = layers.filter { !found.contains($0) } + found.filter { !layers.contains($0) }
        throw refuse(
          missing.isEmpty
            ? "have their layers in another order"
            : "have other layers: \(missing.prefix(5).joined(separator: ", ")) "
              + (missing.count == 1 ? "is" : "are") + " in one alone",
          "Runs of a group are of one network; choose layers by --layers.")
      }
    }
  }

  private static func requireSameSamples(
    _ first: String, _ here: SampleFingerprint, _ other: String, _ there: SampleFingerprint
  ) throws(Mismatch) {
    let what: String
    if here.sampleCount != there.sampleCount {
      what = "have \(there.sampleCount) and \(here.sampleCount) samples"
    } else if here.ids != there.ids, here.ids != nil, there.ids != nil {
      what = "are of other samples, by their sample_ids"
    } else if case .different = there.pairing(with: here) {
      what = "have other labels, or the same in another order"
    } else {
      return
    }
    throw Mismatch(
      message:
        "\(other) and \(first) \(what). What differs between the runs of a group must be the "
        + "training alone: record the same samples in the same order or with sample_ids.")
  }

  private static func requireDistinct(_ runs: [Named]) throws(Mismatch) {
    let digests = runs.map { run in
      run.measurements.checkpoints.flatMap { $0.layers.map(\.activations) }
    }
    for (index, digest) in digests.enumerated() where digest.contains(where: { $0 != nil }) {
      guard let copy = digests[..<index].firstIndex(of: digest) else { continue }
      throw Mismatch(
        message: "\(runs[copy].name) and \(runs[index].name) hold the same activations in every "
          + "layer. A copy is no other seed: give each training once.")
    }
  }

  private static func mean(
    _ name: String, _ runs: [(name: String, layer: Layer)]
  ) throws(Mismatch) -> Layer {
    if let failed = runs.first(where: { $0.layer.measurements == nil }) {
      return Layer(name: name, failure: failed.layer.failure ?? "It could not be computed.")
    }
    let all = runs.compactMap { run in run.layer.measurements.map { (run.name, $0) } }
    let (firstName, first) = all[0]
    for (other, measurements) in all
    where measurements.sampleCount != first.sampleCount
      || measurements.skippedRows != first.skippedRows
    {
      throw Mismatch(
        message:
          "\(other) and \(firstName): of \(name) other samples were left out, which cannot be "
          + "averaged by sample. Leave the layer out by --layers.")
    }
    if let (other, measurements) = all.first(where: { $0.1.featureCount != first.featureCount }) {
      throw Mismatch(
        message: "\(other) and \(firstName): \(name) has \(measurements.featureCount) and "
          + "\(first.featureCount) features. Runs of a group are of one network.")
    }
    let outcomes = first.outcomes.keys.map { measure in
      (measure, outcome(of: measure, in: all))
    }
    let digests = runs.compactMap(\.layer.activations)
    let areEqual = digests.count == runs.count && Set(digests).count == 1
    return Layer(
      name: name, activations: areEqual ? digests[0] : nil,
      measurements: LayerMeasurements(
        sampleCount: first.sampleCount, featureCount: first.featureCount,
        skippedRows: first.skippedRows, outcomes: Dictionary(uniqueKeysWithValues: outcomes)),
      runActivations: digests)
  }

  private static func outcome(
    of measure: Measure, in runs: [(String, LayerMeasurements)]
  ) -> LayerMeasurements.Outcome {
    var found: [Measurement] = []
    for (name, measurements) in runs {
      switch measurements.outcomes[measure] {
      case .measured(let value): found.append(value)
      case .absent(let reason): return .absent("In \(name): \(reason)")
      case nil: return .absent("In \(name) it was not computed.")
      }
    }
    guard let mean = Measurement(averaging: found) else {
      let limits = zip(runs, found).filter { $0.1.value == nil }.map(\.0.0)
      return .absent(
        "It is a limit and no number in \(limits.prefix(5).joined(separator: ", ")), so there is no "
          + "mean over runs.")
    }
    return .measured(mean)
  }
}
