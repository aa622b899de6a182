import Platform

/// How a sample of more than one axis becomes one row of features.
public enum Pooling: String, CaseIterable, Sendable {
  /// Every value is a feature.
  case flatten
  /// The mean over the pooled axes, one feature per channel.
  case mean
  /// The maximum over the pooled axes, one feature per channel.
  case max
  /// The values at the first position of the pooled axes.
  case first
  /// The values at the last position of the pooled axes.
  case last
}

/// Where the channels of an image are.
public enum Channels: String, CaseIterable, Sendable {
  /// Samples × channels × height × width, as PyTorch has them.
  case first
  /// Samples × height × width × channels, as TensorFlow has them.
  case last
}

/// What gives the order of layers.
public enum LayerOrdering: String, CaseIterable, Sendable {
  /// Names in natural order.
  case name
  /// The order in which they were created, which the file must have kept.
  case creation
  /// The attribute `layer_names`.
  case attribute
}

/// What gave the order of the layers of a collection.
package enum LayerOrderBasis: String, Sendable {
  case name, creation, attribute
  /// The user named them in order.
  case given
}

/// What numbers are that the file calls integers or plain bytes.
public enum StoredType: String, CaseIterable, Sendable {
  case bfloat16 = "bf16"
  case float16 = "f16"
  case float8E4M3 = "f8e4m3fn"
  case float8E5M2 = "f8e5m2"
  case uint16
  case int16
  case uint8
  case int8
}

/// What one of several files holds.
public enum FileContent: String, CaseIterable, Sendable {
  case checkpoint
  case layer
  /// The samples of one class, which the file is named after.
  case `class`
  /// A part of the samples of every layer.
  case shard
  /// A training of its own, among others that differ from it in their seed.
  case run
}

/// What one of several groups or numbered datasets of a file holds.
public enum GroupContent: String, CaseIterable, Sendable {
  /// The outermost groups are checkpoints.
  case checkpoint
  case layer
  /// A part of the samples.
  case shard
}

/// What to read of the files, where the files alone do not say it or say more than is wanted.
public struct ReadingOptions: Sendable {
  /// Globs (`*`, `?`, `[a-z]`) of the layers to read; none means all.
  public var layers: [String] = []
  /// Globs of the layers to skip.
  public var except: [String] = []
  /// Globs of the checkpoints to read; none means all.
  public var checkpoints: [String] = []
  /// Where the class labels are: a path in the file, `FILE.h5:PATH`, `FILE.csv:COLUMN` or
  /// `FILE.npy`. Several are a labeling each; none: one, found by the usual names.
  public var labels: [String] = []
  /// A regular expression that the names of checkpoint groups match; its first capture group is
  /// the training step. Empty: the groups of a file are no checkpoints. Nil: the usual names.
  public var checkpointPattern: String?
  /// Nil: layers of rank 4 and more are flattened; rank 3 is refused, because an axis of tokens
  /// is no axis of features.
  public var pooling: Pooling?
  /// Which axis of images holds the channels, for pooling; nil: the one that is not like the
  /// others.
  public var channels: Channels?
  /// The split to read (`train`, `test`) of files that have several; nil: the only one.
  public var split: String?
  /// The only group of each file to look at, such as `/train`; nil: all of it.
  public var group: String?
  /// Whether more than one split may be in the collection: for a look, not for a run.
  public var allowsSeveralSplits = false
  /// The stored axis of the samples, negative from the last; nil: the first, or the last in files
  /// of MATLAB.
  public var sampleAxis: Int?
  /// The stored axis of the layers, where one dataset holds all of them.
  public var layerAxis: Int?
  /// What integers of 16 bits and plain bytes are.
  public var storedType: StoredType?
  /// The number of samples, the rest being padding: a number, or the path of a dataset that holds
  /// it. Nil: a scalar named `count` and the like.
  public var count: String?
  /// The order of the layers; nil for that of the file, or of their names.
  public var order: LayerOrdering?
  /// The names of all layers in the network's order; empty: by `order`.
  public var layerOrder: [String] = []
  /// The order of samples, or of parts of the samples, that are datasets, groups or files; nil: the
  /// natural order of their names, unless labels without ids need it and other orders differ.
  public var sampleOrder: SampleOrdering?
  /// Whether every dataset, or every group of datasets, is one sample.
  public var isPerSample = false
  /// Whether every token is a sample: layers are samples × tokens × features, labels samples × tokens.
  public var isPerToken = false
  /// Whether external links, external storage and virtual datasets may open other files.
  public var followsOtherFiles = false
  /// The folder of plugins of the HDF5 library, for filters that it lacks; nil: that of
  /// `HDF5_PLUGIN_PATH`, if it names one. It counts for all files of the process.
  public var plugins: String?
  /// Whether layers may be missing at some checkpoints.
  public var allowsMissing = false
  /// What each of several files holds; nil: found by their names and content.
  public var fileContent: FileContent?
  /// What each of several groups or numbered datasets of a file holds; nil: found by their names.
  public var groupContent: GroupContent?
  /// Threads that reading uses.
  public var threadCount = ProcessInfo.processInfo.activeProcessorCount
  /// Seconds without any progress of the HDF5 library after which the process ends with a sentence
  /// and status 2; nil: never. The last collection that was made decides for all.
  public var patience: Double?
  /// The bytes that labels may take, and four times those of a chunk; more is refused.
  public var memoryLimit = Int.max

  /// Reads everything that is found.
  public init() {}
}
