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
  private static let sources = Mutex<[any DispatchSourceSignal]>([])

  static func watch() {
    for (number, status) in [(SIGINT, Int32(130)), (SIGTERM, Int32(143))] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(
        signal: number, queue: DispatchQueue(label: "interruption", qos: .userInteractive))
      source.setEventHandler {
        staging.withLock { folder in
          if let folder { OutputFolder.removeStaging(folder) }
          StandardError.write(
            StandardError.isTerminal ? "\r\u{1b}[KInterrupted.\n" : "Interrupted.\n")
          _exit(status)
        }
      }
      source.resume()
      sources.withLock { $0.append(source) }
    }
  }

  /// Names the folder of files that are not in place yet.
  static func protect(staging folder: String?) {
    staging.withLock { $0 = folder }
  }
}
