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

/// What to read of the files, where the files alone do not say it or say more than is wanted.
public struct ReadingOptions: Sendable {
  /// Globs (`*`, `?`, `[a-z]`) of the layers to read; none means all.
  public var layers: [String] = []
  /// Globs of the layers to skip.
  public var except: [String] = []
  /// Globs of the checkpoints to read; none means all.
  public var checkpoints: [String] = []
  /// Where the class labels are: a path in the file, `FILE.h5:PATH`, `FILE.csv:COLUMN` or
  /// `FILE.npy`. Nil: found by the usual names.
  public var labels: String?
  /// A regular expression that the names of checkpoint groups match; its first capture group is
  /// the training step. Empty: the groups of a file are no checkpoints. Nil: the usual names.
  public var checkpointPattern: String?
  /// Nil: layers of rank 4 and more are flattened; rank 3 is refused, because an axis of tokens
  /// is no axis of features.
  public var pooling: Pooling?

  public init() {}
}
