import Analysis

/// Why the command ends without its result: one sentence for a person, and the exit status.
struct CommandError: Error {
  let message: String
  let exitCode: Int32

  /// - Parameter exitCode: 2 for what could not be read or computed, 64 for wrong usage.
  init(_ message: String, exitCode: Int32 = 2) {
    self.message = message
    self.exitCode = exitCode
  }

  /// - Parameter isVerbose: Whether a library's own words are wanted.
  init(_ error: AnalysisError, isVerbose: Bool) {
    self.init(
      isVerbose
        ? [error.message, error.detail].compactMap(\.self).joined(separator: "\n") : error.message,
      exitCode: Self.exitCode(error.cause))
  }

  private static func exitCode(_ cause: AnalysisError.Cause) -> Int32 {
    switch cause {
    case .failure, .passing: 2
    case .question: 64
    case .differs: 4
    // EX_TEMPFAIL and EX_DATAERR of sysexits.h.
    case .missingUnits: 75
    case .damagedUnit: 65
    }
  }
}

/// A command that can print a library's own words on errors.
protocol Verbosity {
  var verbose: Bool { get }
}
