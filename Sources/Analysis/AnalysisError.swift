package import ActivationFiles
internal import Activations

/// Why a run ends without its result: what is wrong, where, and how to mend it, for a person.
public struct AnalysisError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One sentence or more.
  public let message: String
  /// What a library said of it, innermost cause first; nil where none did.
  package let detail: String?
  /// Whether the files allow more than one reading, and an option is to say which.
  package let asks: Bool

  /// A run was told to end before its time, by `RunHooks`.
  public static let cancelled = AnalysisError("The run was cancelled.")

  public var description: String { message }

  package init(_ message: String, detail: String? = nil, asks: Bool = false) {
    self.asks = asks
    self.message = message.visible
    self.detail = detail
  }

  package init(_ error: ActivationFileError) {
    self.init(error.description, detail: error.detail, asks: error.asks)
  }
}
