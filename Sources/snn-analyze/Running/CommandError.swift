import ActivationFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Why the command ends without its result: one sentence for a person, and the exit status.
struct CommandError: Error {
  let message: String
  let exitCode: Int32

  /// Could not read or compute.
  init(_ message: String) {
    self.message = message
    exitCode = 2
  }

  init(_ error: ActivationFileError, verbose: Bool) {
    self.init(
      verbose
        ? [error.description, error.detail].compactMap(\.self).joined(separator: "\n")
        : error.description)
  }
}

/// The stream for everything that is no result.
enum StandardError {
  static func write(_ text: String) {
    FileDescriptor.write(text, to: STDERR_FILENO)
  }

  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

/// The stream for results.
enum StandardOutput {
  static func write(_ text: String) throws(CommandError) {
    guard FileDescriptor.write(text, to: STDOUT_FILENO) else {
      throw CommandError("standard output: \(systemError())")
    }
  }

  static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Columns of the terminal; 100 where there is none.
  static var width: Int {
    var size = winsize()
    guard isTerminal, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return 100
    }
    return Int(size.ws_col)
  }
}

enum FileDescriptor {
  /// Writes all of a text; false where that fails.
  @discardableResult
  static func write(_ text: String, to descriptor: Int32) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      #if canImport(Darwin)
        let count = bytes.withUnsafeBytes { Darwin.write(descriptor, $0.baseAddress, $0.count) }
      #elseif canImport(Glibc)
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      #else
        let count = bytes.withUnsafeBytes { Musl.write(descriptor, $0.baseAddress, $0.count) }
      #endif
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      bytes = bytes.dropFirst(count)
    }
    return true
  }
}

/// What the system said of the last call that failed, as a clause.
func systemError() -> String {
  let code = errno
  switch code {
  case ENOSPC: return "no space is left on the disk"
  case EACCES, EPERM: return "permission denied"
  case EROFS: return "the file system is read-only"
  case ENOTDIR: return "a part of the path is a file, not a folder"
  default: return String(cString: strerror(code))
  }
}
