internal import Activations

/// Why activations could not be read: what is wrong, where, and how to mend it.
public struct ActivationFileError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The file, as its path was given.
  public let file: String
  /// Sentences that begin where the file's name ends.
  public let message: String
  /// What the HDF5 library said, innermost cause first; for `--verbose`.
  package let detail: String?
  /// Whether the files allow more than one reading, and an option is to say which: wrong usage, not
  /// a wrong file.
  package let asks: Bool

  package init(file: String, _ message: String, detail: String? = nil, asks: Bool = false) {
    self.asks = asks
    self.file = file
    self.message = message.visible
    self.detail = detail
  }

  public var description: String { "\(file.visible): \(message)" }
}
