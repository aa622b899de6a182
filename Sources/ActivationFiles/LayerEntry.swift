/// One layer at one checkpoint: where it is and what reading it will give.
public struct LayerEntry: Sendable, Equatable {
  /// What it is called, the same in every checkpoint.
  public let name: String
  /// The name of the checkpoint it belongs to.
  public let checkpoint: String
  /// The file, as its path was given.
  public let file: String
  /// The dataset's path in the file.
  public let path: String
  /// The train, test or other split it belongs to, if there are splits.
  package let split: String?
  /// The extents, samples first.
  public let shape: [Int]
  /// 0 where there is a problem.
  public let sampleCount: Int
  /// The number of features once the axes behind the first are flattened or pooled.
  public let featureCount: Int
  /// The stored type: `float16`, `float32 big-endian`, `int8` …
  package let typeDescription: String
  /// The stored form: `contiguous`, `chunked 64×256, gzip` …
  package let storageDescription: String
  /// The size of all values in the stored type, in bytes.
  package let byteSize: Int
  /// The size of the matrix that reading gives, in bytes.
  package let memorySize: Int
  /// How samples of more than one axis become rows; nil where a sample has one axis.
  package let pooling: Pooling?
  /// Why this layer cannot be read, if that shows without reading it; reading it throws this.
  package let problem: ActivationFileError?
  /// The rows that a chunk holds: ranges of rows that begin and end at multiples of it read no
  /// chunk twice. 1 where any range is read at no loss.
  package let rowAlignment: Int

  /// The tokens that are its samples; nil where samples are rows of the arrays.
  package let tokens: TokenSelection?

  /// The arrays its rows come from, in order.
  package let pieces: [LayerPiece]
}
