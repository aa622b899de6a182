public import PairwiseDistances

/// The temperature T at which a hidden layer's loss is weighed.
public enum LayerTemperature: Sendable, Equatable {
  /// ln(1/T) goes down the loss along with the weights, from the mean distance of the untrained layer
  /// (the paper, section 4).
  case learned
  /// The mean squared distance of the batch's samples, anew in every batch, taken as a constant: the
  /// gradient does not see that it moves.
  case batchMean
  /// In squared activation units.
  case fixed(Double)

  /// `learned`, `mean` or a positive number; nil for anything else.
  public init?(text: String) {
    switch text {
    case "learned": self = .learned
    case "mean": self = .batchMean
    default:
      guard let value = Double(text), value > 0, value.isFinite else { return nil }
      self = .fixed(value)
    }
  }

  /// As `init(text:)` reads it.
  package var text: String {
    switch self {
    case .learned: "learned"
    case .batchMean: "mean"
    case .fixed(let value): "\(value)"
    }
  }
}

/// How the step size goes over the training.
public enum RateSchedule: String, Sendable, CaseIterable {
  /// The same in every step.
  case constant
  /// rate · ½(1 + cos(π·t/t_end)) in step t, so that it ends near 0 (Loshchilov, Hutter 2017, without
  /// restarts).
  case cosine
}

/// How a network is trained.
public struct TrainingOptions: Sendable {
  /// The network.
  public var architecture: NetworkArchitecture
  /// The weight α of the soft nearest neighbor loss of every hidden layer: negative entangles,
  /// positive separates, 0 leaves the cross-entropy alone, and the loss is not computed.
  public var alpha: Double
  /// Samples a step.
  public var batchSize = 128
  /// Of Adam, at the start.
  public var learningRate = 0.001
  /// What becomes of the learning rate. The cosine ends with `epochCount`.
  public var schedule = RateSchedule.constant
  /// Epochs of the whole training.
  public var epochCount = 40
  /// At which the loss of every hidden layer is weighed.
  public var temperature = LayerTemperature.learned
  /// Of the initial weights and of the order of the samples.
  public var seed: UInt64
  /// The vector instructions that compute; results are the same bits on one set.
  public var instructionSet: InstructionSet

  /// Options with the usual size of a batch and learning rate.
  public init(
    architecture: NetworkArchitecture, alpha: Double, seed: UInt64,
    instructionSet: InstructionSet = .best
  ) {
    self.architecture = architecture
    self.alpha = alpha
    self.seed = seed
    self.instructionSet = instructionSet
  }
}
