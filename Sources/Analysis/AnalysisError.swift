package import ActivationFiles
internal import Activations

/// Why a run ends without its result: what is wrong, where, and how to mend it, for a person.
public struct AnalysisError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One sentence or more.
  public let message: String
  /// What a library said of it, innermost cause first; nil where none did.
  package let detail: String?
  /// What a script makes of it.
  package let cause: Cause

  /// What a script can make of an error.
  package enum Cause: Sendable {
    /// Nothing but to tell a person.
    case failure
    /// The files allow more than one reading, and an option is to say which.
    case question
    /// The machine or the moment is to blame, and not the files: another try may go well.
    case passing
    /// Options or files are not those that the plan of a divided run was made of.
    case differs
    /// Units of a divided run are not computed yet.
    case missingUnits
    /// A unit of a divided run is damaged.
    case damagedUnit
  }

  /// Whether the files allow more than one reading, and an option is to say which.
  package var asks: Bool { cause == .question }

  /// A run was told to end before its time, by `RunHooks`.
  public static let cancelled = AnalysisError("The run was cancelled.")

  public var description: String { message }

  package init(_ message: String, detail: String? = nil, asks: Bool = false) {
    self.init(message, cause: asks ? .question : .failure, detail: detail)
  }

  package init(_ message: String, cause: Cause, detail: String? = nil) {
    self.cause = cause
    self.message = message.visible
    self.detail = detail
  }

  package init(_ error: ActivationFileError) {
    self.init(error.description, detail: error.detail, asks: error.asks)
  }
}
