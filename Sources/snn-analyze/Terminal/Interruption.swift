import Activations
import Analysis
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
  /// What is said of the work that was done.
  private static let remark = Mutex<String?>(nil)

  /// Begins to wait for them; called once, before there is a second thread.
  ///
  /// Where the system has no thread for that, it ends the process itself, and what was staged is taken
  /// away by the next run into the folder.
  static func watch() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      // A process that is started in the background may come with both ignored.
      signal(number, SIG_DFL)
      sigaddset(&signals, number)
    }
    // Every later thread inherits this, so that none but the one that waits is told.
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let awaited = signals
    let isWatched = Threads.startBeside {
      var awaited = awaited
      var number: Int32 = 0
      while sigwait(&awaited, &number) != 0 {}
      end(128 + number)
    }
    if !isWatched { pthread_sigmask(SIG_UNBLOCK, &signals, nil) }
  }

  private static func end(_ status: Int32) {
    staging.withLock { folder in
      if let folder { OutputFolder.removeStaging(folder) }
      let start = StandardError.isTerminal ? StandardError.lineStart : ""
      StandardError.write(start + "Interrupted.\(remark.withLock { $0.map { " " + $0 } ?? "" })\n")
      _exit(status)
    }
  }

  /// Names the folder of files that are not in place yet.
  static func protect(_ folder: String?) {
    staging.withLock { $0 = folder }
  }

  /// Says, should it come to that, what is kept and how to go on; nil for nothing.
  static func remark(_ sentence: String?) {
    remark.withLock { $0 = sentence }
  }
}
