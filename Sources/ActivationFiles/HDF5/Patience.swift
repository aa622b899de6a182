import Activations
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Ends the process, with a sentence and status 2, when the HDF5 library makes no progress: damaged
/// files can send it round in circles, and no call of it can be stopped from outside.
///
/// Off until somebody is impatient. The state is global because the library's is.
enum Patience {
  /// Nanoseconds; 0 for patience without end.
  private static let limit = Atomic<UInt64>(0)
  /// When the library last gave a sign of life; 0 while nobody is inside.
  private static let lastProgress = Atomic<UInt64>(0)
  private static let watch: Void = { _ = Threads.startBeside(watchForever) }()

  /// Waits no longer than so many seconds from now on; nil for ever.
  static func set(seconds: Double?) {
    guard let seconds, seconds > 0 else {
      return limit.store(0, ordering: .relaxed)
    }
    limit.store(UInt64(min(seconds, 1e9) * 1e9), ordering: .relaxed)
    _ = watch
  }

  /// A call into the library begins, or has come a step further.
  static func noteProgress() {
    lastProgress.store(now, ordering: .relaxed)
  }

  /// The library is left.
  static func noteEnd() { lastProgress.store(0, ordering: .relaxed) }

  /// Nanoseconds since some moment.
  private static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  private static func watchForever() {
    while true {
      let patience = limit.load(ordering: .relaxed)
      usleep(UInt32(min(max(patience / 8000, 1000), 250_000)))
      let last = lastProgress.load(ordering: .relaxed)
      let now = Self.now
      guard patience > 0, last > 0, now > last, now - last > patience else { continue }
      CrashSentence.endWithoutProgress(after: patience)
    }
  }
}
