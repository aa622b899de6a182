import Analysis
import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Ctrl-C and termination: the staged files go, finished files stay whole, and the process ends at
/// once with 130 or 143.
enum Interruption {
  private static let staging = Mutex<String?>(nil)
  // Unchecked: written once, and only kept alive.
  private nonisolated(unsafe) static let sources: [any DispatchSourceSignal] =
    [(SIGINT, Int32(130)), (SIGTERM, Int32(143))].map { number, status in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(
        signal: number, queue: DispatchQueue(label: "interruption", qos: .userInteractive))
      source.setEventHandler { end(status) }
      source.resume()
      return source
    }

  static func watch() {
    _ = sources
  }

  private static func end(_ status: Int32) {
    staging.withLock { folder in
      if let folder { OutputFolder.removeStaging(folder) }
      let start = StandardError.isTerminal ? StandardError.lineStart : ""
      StandardError.write(start + "Interrupted.\n")
      _exit(status)
    }
  }

  /// Names the folder of files that are not in place yet.
  static func protect(_ folder: String?) {
    staging.withLock { $0 = folder }
  }
}
