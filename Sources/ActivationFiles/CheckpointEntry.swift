/// The layers of a network at one moment of its training.
public struct CheckpointEntry: Sendable, Equatable {
  public let name: String
  /// The training step its name holds, if it holds one.
  public let step: Int?
  /// The file, as its path was given.
  public let file: String
  /// In the network's order.
  public let layers: [LayerEntry]
  /// The number of samples, the same in every layer.
  public let sampleCount: Int
  /// Where the class labels come from, for display; nil if there are none.
  public let labelsPath: String?
  /// Why there are no usable labels, if that shows without reading them; reading throws this.
  public let labelsProblem: ActivationFileError?

  /// Where the labels are read from: more than one place where every layer has a copy beside it.
  package let labelSources: [LabelSource]
  /// The dataset of row ids, if there is one.
  package let sampleIDsPath: String?
}

/// A dataset that is neither a layer nor the labels of one, and why.
public struct LeftOut: Sendable, Equatable {
  public let file: String
  public let path: String
  public let reason: String
}

/// Where class labels are read from.
package enum LabelSource: Sendable, Equatable {
  case dataset(file: String, path: String)
  case column(file: String, name: String?)
  case array(file: String)

  /// The place as a person would write it, inside or outside of the given file.
  package func description(within file: String) -> String {
    switch self {
    case .dataset(file, let path): path
    case .dataset(let other, let path): "\(other):\(path)"
    case .column(let file, let name?): "\(file):\(name)"
    case .column(let file, nil), .array(let file): file
    }
  }
}
