package import Entanglement

/// The measures of a run: what a baseline keeps, and what is held against it.
public struct RunMeasurements: Sendable {
  /// What decides the numbers beside the activations, by the option's name without its dashes:
  /// `distance` → `cosine`. One that is missing is not known.
  package let settings: [String: String]
  /// In the order of training.
  package let checkpoints: [Checkpoint]
  /// The names of the trainings that the numbers are means over; none of a single one.
  package let runs: [String]

  package init(
    settings: [String: String], checkpoints: [Checkpoint], runs: [String] = []
  ) {
    self.settings = settings
    self.checkpoints = checkpoints
    self.runs = runs
  }

  /// How many trainings the numbers are of.
  package var runCount: Int { max(runs.count, 1) }

  /// The measures of the layers at one checkpoint.
  package struct Checkpoint: Sendable {
    package let name: String
    /// The training step, where the name holds one.
    package let step: Int?
    package let samples: SampleFingerprint
    /// In the network's order.
    package let layers: [Layer]

    package init(name: String, step: Int?, samples: SampleFingerprint, layers: [Layer]) {
      self.name = name
      self.step = step
      self.samples = samples
      self.layers = layers
    }
  }

  /// The measures of one layer.
  package struct Layer: Sendable, Equatable, Codable {
    package let name: String
    /// A digest of the activations; nil where they are not known.
    package let activations: String?
    /// Of a mean over trainings: the digest of each, as far as they are known; nil of a single training.
    package let runActivations: [String]?
    /// nil where the layer could not be computed.
    package let measurements: LayerMeasurements?
    /// Why it could not be computed.
    package let failure: String?

    package init(
      name: String, activations: String?, measurements: LayerMeasurements,
      runActivations: [String]? = nil
    ) {
      self.name = name
      self.runActivations = runActivations
      self.activations = activations
      self.measurements = measurements
      failure = nil
    }

    package init(name: String, failure: String) {
      self.name = name
      activations = nil
      runActivations = nil
      measurements = nil
      self.failure = failure
    }
  }

  /// The same without the layers whose names are not chosen.
  package func layers(where isChosen: (String) -> Bool) -> RunMeasurements {
    RunMeasurements(
      settings: settings,
      checkpoints: checkpoints.map { checkpoint in
        Checkpoint(
          name: checkpoint.name, step: checkpoint.step, samples: checkpoint.samples,
          layers: checkpoint.layers.filter { isChosen($0.name) })
      }, runs: runs)
  }

  /// The names in it that rules choose from.
  package var catalog: LayerCatalog {
    LayerCatalog(
      checkpoints.map {
        .init(name: $0.name, step: $0.step, layers: $0.layers.map(\.name))
      })
  }
}
