import Analysis

/// Why the command ends without its result: one sentence for a person, and the exit status.
struct CommandError: Error {
  let message: String
  let exitCode: Int32

  /// Could not read or compute.
  init(_ message: String) {
    self.message = message
    exitCode = 2
  }

  /// - Parameter isVerbose: Whether a library's own words are wanted.
  init(_ error: AnalysisError, isVerbose: Bool) {
    self.init(
      isVerbose
        ? [error.message, error.detail].compactMap(\.self).joined(separator: "\n") : error.message)
  }
}

/// A command that can print a library's own words on errors.
protocol Verbosity {
  var verbose: Bool { get }
}
