package import PairwiseDistances

/// A layer at a checkpoint, by name, with its entanglement.
public struct LayerProfile: Sendable, Equatable {
  /// Of the layer.
  public let name: String
  /// The place in the network's order, from 0.
  package let index: Int
  /// The extents as stored in the file, samples first.
  package let shape: [Int]
  /// What was computed of it.
  public let entanglement: LayerEntanglement
  /// nil where it was not asked for, and for layers that are not pictured.
  package let projection: SampleProjection?

  package init(
    name: String, index: Int, shape: [Int], entanglement: LayerEntanglement,
    projection: SampleProjection? = nil
  ) {
    self.name = name
    self.index = index
    self.shape = shape
    self.entanglement = entanglement
    self.projection = projection
  }
}

/// The entanglement of a network's layers at one checkpoint.
public struct EntanglementProfile: Sendable, Equatable {
  /// Its name.
  public let checkpoint: String
  /// The training step, if it is known.
  public let step: Int?
  /// The file it was read from, as its path was given.
  public let file: String
  /// In the network's order; those that failed are not here.
  public let layers: [LayerProfile]
  /// Which samples the rows are; nil where that is not known.
  package let samples: SampleIdentity?
  /// What the file tells of the training at this checkpoint, in order of the names.
  package let metrics: [TrainingMetric]

  package init(
    checkpoint: String, step: Int?, file: String, layers: [LayerProfile],
    samples: SampleIdentity? = nil, metrics: [TrainingMetric] = []
  ) {
    self.checkpoint = checkpoint
    self.step = step
    self.file = file
    self.layers = layers
    self.samples = samples
    self.metrics = metrics
  }
}

/// A number that was recorded with a checkpoint, such as `test_accuracy`.
package struct TrainingMetric: Sendable, Equatable {
  package let name: String
  package let value: Double

  /// - Precondition: A finite value.
  package init(name: String, value: Double) {
    precondition(value.isFinite, "\(name) is \(value)")
    self.name = name
    self.value = value
  }
}

/// A layer that could not be computed, and why.
public struct LayerFailure: Sendable, Equatable {
  /// The name of the checkpoint.
  public let checkpoint: String
  /// The name of the layer.
  public let layer: String
  /// A sentence: what, where, and how to mend it.
  public let reason: String

  package init(checkpoint: String, layer: String, reason: String) {
    self.checkpoint = checkpoint
    self.layer = layer
    self.reason = reason
  }
}

/// How entangled the classes are in every layer over the checkpoints of a training: the one record
/// that every report is made of.
public struct EntanglementHistory: Sendable, Equatable {
  package let distance: Distance
  /// What was computed.
  package let quantities: Set<LossSettings.Quantity>
  /// In the order of training.
  public let profiles: [EntanglementProfile]
  /// The layers that could not be computed.
  public let failures: [LayerFailure]
  /// How samples were chosen, if not all were used.
  package let sampling: Sampling?
  /// The name of the labels, where there are several to tell apart.
  package let labeling: String?

  /// A stratified sub-sample.
  package struct Sampling: Sendable, Equatable {
    package let sampleCount: Int
    package let seed: UInt64

    package init(sampleCount: Int, seed: UInt64) {
      self.sampleCount = sampleCount
      self.seed = seed
    }
  }

  package init(
    distance: Distance, quantities: Set<LossSettings.Quantity>,
    profiles: [EntanglementProfile], failures: [LayerFailure] = [], sampling: Sampling? = nil,
    labeling: String? = nil
  ) {
    self.distance = distance
    self.quantities = quantities
    self.profiles = profiles
    self.failures = failures
    self.sampling = sampling
    self.labeling = labeling
  }

  /// Every layer's name, in the network's order.
  public var layerNames: [String] {
    var names: [String] = []
    var seen: Set<String> = []
    for profile in profiles {
      for layer in profile.layers where seen.insert(layer.name).inserted {
        names.append(layer.name)
      }
    }
    return names
  }

  /// The entanglement of a layer at each checkpoint; nil where it is missing.
  public func trajectory(of layer: String) -> [LayerEntanglement?] {
    profiles.map { profile in profile.layers.first { $0.name == layer }?.entanglement }
  }
}
