/// The layers of a network at one moment of its training.
public struct CheckpointEntry: Sendable, Equatable {
  /// What it is called: by its group, or the name of its file.
  public let name: String
  /// Train, test and the like; nil where the file does not tell splits apart.
  package let split: String?
  /// The training step its name holds, if it holds one.
  public let step: Int?
  /// The file, as its path was given.
  public let file: String
  /// In the network's order.
  public let layers: [LayerEntry]
  /// The number of samples, the same in every layer.
  public let sampleCount: Int
  /// One or more: one for each of `ReadingOptions.labels`, in their order.
  package let labelings: [Labeling]

  /// Where the row ids are read from, if there are any.
  package let sampleIDsSource: LabelSource?
  /// What else the samples may be called by in a table of labels.
  package let otherIDs: [LabelSource]
  /// Why the order of samples that are named is not certain, for labels that only follow it.
  let orderDoubt: SampleOrderDoubt?
  /// Whether labels and ids behind the number of samples are padding.
  package let hasPadding: Bool

  /// Class labels of the samples.
  package struct Labeling: Sendable, Equatable {
    /// Where they come from, for display; nil if there are none.
    package let path: String?
    /// Why there are no usable labels, if that shows without reading them; reading throws this.
    package let problem: ActivationFileError?
    /// Where they are read from: more than one place where every layer has a copy beside it.
    package let sources: [LabelSource]
    /// Row ids beside the labels, where these lie in another file than the layers.
    package let keys: [LabelSource]
  }

  /// The axis along which the samples of all layers are, as `--sample-axis` counts; nil where they are
  /// arrays of their own, or layers differ.
  package var sampleAxis: Int? {
    let axes = Set(layers.flatMap(\.pieces).map(\.countedSampleAxis))
    return axes.count == 1 ? axes.first ?? nil : nil
  }

  /// Rows behind the samples of the first layer that are padding.
  package var paddingCount: Int {
    guard hasPadding, let piece = layers.first?.pieces.first, let axis = piece.view.order.first
    else {
      return 0
    }
    return max(0, piece.array.shape[axis] - sampleCount)
  }

  /// Where the labels of the first labeling come from, for display; nil if there are none.
  package var labelsPath: String? { labelings[0].path }
  /// Why the first labeling has no usable labels, if that shows without reading them.
  package var labelsProblem: ActivationFileError? { labelings[0].problem }
}

/// A dataset that is neither a layer nor the labels of one, and why.
package struct LeftOut: Sendable, Equatable {
  package let file: String
  package let path: String
  package let reason: String
}

/// The labels of a part of the samples: the first `count` of a place.
package struct LabelShard: Sendable, Equatable {
  package let source: LabelSource
  package let count: Int
}

/// Where class labels are read from.
package indirect enum LabelSource: Sendable, Equatable {
  /// A dataset that was found in the files, and the path of the names of its values (AnnData).
  case stored(StoredArray, view: AxisView?, categories: String?)
  /// A dataset of samples × tokens, of which every token is a sample.
  case tokens(StoredArray, view: AxisView?, categories: String?, TokenSelection)
  /// One value in each of several places.
  case pieces([StoredArray])
  /// Values that are spread over several places, in order.
  case shards([LabelShard])
  /// The names of datasets that are one sample each.
  case texts([String])
  /// The class that each run of rows is of, because each file holds one.
  case classes([ClassRun])
  /// A dataset of another file.
  case dataset(file: String, path: String)
  case column(file: String, name: String?)
  case array(file: String)

  /// Whether values are of the samples by their order alone: not stored with each, or its name.
  var followsOrder: Bool {
    switch self {
    case .stored, .tokens, .dataset, .column, .array: true
    case .pieces, .shards, .texts, .classes: false
    }
  }

  /// The files that it is read from.
  var files: [String] {
    switch self {
    case .stored(let array, _, _), .tokens(let array, _, _, _): [array.file]
    case .pieces(let arrays): arrays.map(\.file)
    case .shards(let shards): shards.flatMap(\.source.files)
    case .texts, .classes: []
    case .dataset(let file, _), .column(let file, _), .array(let file): [file]
    }
  }

  /// The place as a person would write it, inside or outside of the given file.
  package func description(within file: String) -> String {
    switch self {
    case .stored(let array, _, _), .tokens(let array, _, _, _): array.name
    case .pieces(let arrays): arrays.first?.name ?? ""
    case .shards(let shards): shards.first?.source.description(within: file) ?? ""
    case .texts: "names of the datasets"
    case .classes: "names of the files"
    case .dataset(file, let path): path
    case .dataset(let other, let path): "\(other):\(path)"
    case .column(let file, let name?): "\(file):\(name)"
    case .column(let file, nil), .array(let file): file
    }
  }
}
