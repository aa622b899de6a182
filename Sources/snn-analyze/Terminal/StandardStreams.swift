import Analysis
import Platform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The stream for everything that is no result.
enum StandardError {
  static func write(_ text: String) {
    FileDescriptor.write(text, to: STDERR_FILENO)
  }

  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Columns of the terminal; 100 where there is none.
  static var width: Int { FileDescriptor.width(of: STDERR_FILENO) }

  /// Goes back to the start of the line and empties it.
  static let lineStart = "\r\u{1b}[K"
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
  static var width: Int { FileDescriptor.width(of: STDOUT_FILENO) }
}

extension FileDescriptor {
  /// Columns of the terminal; 100 where the descriptor is none.
  fileprivate static func width(of descriptor: Int32) -> Int {
    var size = winsize()
    guard isatty(descriptor) == 1, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0
    else { return 100 }
    return Int(size.ws_col)
  }
}
