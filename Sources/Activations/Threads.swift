internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Work on several threads at a time.
///
/// Dispatch waits without end for threads that a container or a limit of the user does not grant;
/// this goes on with those it gets.
package enum Threads {
  /// Calls the body once for every number below `count`, the caller's thread at work too, and returns
  /// when all calls have.
  ///
  /// - Parameter threadCount: Threads at a time, at most.
  package static func forEach(
    _ count: Int, on threadCount: Int, _ body: @Sendable (Int) -> Void
  ) {
    guard min(count, threadCount) > 1 else {
      for index in 0..<count { body(index) }
      return
    }
    withoutActuallyEscaping(body) { body in
      let loop = Loop(count: count, body: body)
      Crew.shared.join(loop, helpers: min(count, threadCount) - 1)
    }
  }

  /// Runs a body that goes on for as long as the process, apart from everything else.
  /// - Returns: Whether there is a thread for it.
  package static func startBeside(_ body: @escaping @Sendable () -> Void) -> Bool {
    let box = Unmanaged.passRetained(Body(body))
    #if canImport(Darwin)
      var thread: pthread_t?
      let status = pthread_create(
        &thread, nil,
        {
          Unmanaged<Body>.fromOpaque($0).takeRetainedValue().run()
          return nil
        }, box.toOpaque())
    #else
      var thread = pthread_t()
      let status = pthread_create(
        &thread, nil,
        { pointer in
          if let pointer { Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run() }
          return nil
        }, box.toOpaque())
    #endif
    guard status == 0 else {
      box.release()
      return false
    }
    #if canImport(Darwin)
      if let thread { pthread_detach(thread) }
    #else
      pthread_detach(thread)
    #endif
    return true
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
}

/// The numbers of a loop that are not taken yet.
private final class Loop: Sendable {
  private let count: Int
  /// nil once the loop is over: threads that helped may hold on to it a little longer.
  private let body: Mutex<(@Sendable (Int) -> Void)?>
  private let next = Atomic(0)
  /// Helpers at work, known under the crew's lock.
  let helperCount = Atomic(0)

  init(count: Int, body: @escaping @Sendable (Int) -> Void) {
    self.count = count
    self.body = Mutex(body)
  }

  func run() {
    guard let body = body.withLock({ $0 }) else { return }
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      body(index)
    }
  }

  func end() { body.withLock { $0 = nil } }
}

/// Threads that wait for loops to help with. They are made when there are too few and stay: a pass has
/// a loop for every hundred samples or so, and a thread takes longer to make than such a loop on a
/// machine of many cores.
// Unchecked: what changes is used under the lock alone.
private final class Crew: @unchecked Sendable {
  static let shared = Crew()

  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wanted = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let done = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  /// Loops that a waiting thread is to help with, one entry a thread; never more than there are.
  private var offers: [Loop] = []
  private var waitingCount = 0

  private init() {
    pthread_mutex_init(lock, nil)
    pthread_cond_init(wanted, nil)
    pthread_cond_init(done, nil)
  }

  /// Runs a loop on this thread and on as many others as are asked for, or as there are.
  func join(_ loop: Loop, helpers: Int) {
    pthread_mutex_lock(lock)
    let ready = min(helpers, waitingCount - offers.count)
    offers += Array(repeating: loop, count: ready)
    pthread_mutex_unlock(lock)
    for _ in 0..<ready { pthread_cond_signal(wanted) }
    var missing = helpers - ready
    while missing > 0 {
      loop.helperCount.wrappingAdd(1, ordering: .relaxed)
      guard Threads.startBeside({ self.help(from: loop) }) else {
        loop.helperCount.wrappingSubtract(1, ordering: .relaxed)
        break
      }
      missing -= 1
    }
    loop.run()
    pthread_mutex_lock(lock)
    // Who has not come yet need not come.
    offers.removeAll { $0 === loop }
    while loop.helperCount.load(ordering: .relaxed) > 0 { pthread_cond_wait(done, lock) }
    pthread_mutex_unlock(lock)
    loop.end()
  }

  /// What a thread of the crew does: it helps with one loop after another.
  private func help(from first: Loop) {
    first.run()
    pthread_mutex_lock(lock)
    first.helperCount.wrappingSubtract(1, ordering: .relaxed)
    pthread_cond_broadcast(done)
    while true {
      waitingCount += 1
      while offers.isEmpty { pthread_cond_wait(wanted, lock) }
      waitingCount -= 1
      let loop = offers.removeFirst()
      loop.helperCount.wrappingAdd(1, ordering: .relaxed)
      pthread_mutex_unlock(lock)
      loop.run()
      pthread_mutex_lock(lock)
      loop.helperCount.wrappingSubtract(1, ordering: .relaxed)
      pthread_cond_broadcast(done)
    }
  }
}
