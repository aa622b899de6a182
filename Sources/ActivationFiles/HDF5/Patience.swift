import Dispatch
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
  private static let watch: Void = DispatchQueue.global(qos: .utility).async { watchForever() }

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
    lastProgress.store(DispatchTime.now().uptimeNanoseconds, ordering: .relaxed)
  }

  /// The library is left.
  static func noteEnd() { lastProgress.store(0, ordering: .relaxed) }

  private static func watchForever() {
    while true {
      let patience = limit.load(ordering: .relaxed)
      usleep(UInt32(min(max(patience / 8000, 1000), 250_000)))
      let last = lastProgress.load(ordering: .relaxed)
      let now = DispatchTime.now().uptimeNanoseconds
      guard patience > 0, last > 0, now > last, now - last > patience else { continue }
      CrashSentence.endWithoutProgress(after: patience)
    }
  }
}
