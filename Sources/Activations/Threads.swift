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
      var helpers: [pthread_t] = []
      while helpers.count < min(count, threadCount) - 1, let helper = start(loop.run) {
        helpers.append(helper)
      }
      loop.run()
      for helper in helpers { pthread_join(helper, nil) }
    }
  }

  /// Runs a body that goes on for as long as the process, apart from everything else.
  /// - Returns: Whether there is a thread for it.
  package static func startBeside(_ body: @escaping @Sendable () -> Void) -> Bool {
    guard let thread = start(body) else { return false }
    pthread_detach(thread)
    return true
  }

  /// nil where there is no further thread.
  private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
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
      return nil
    }
    return thread
  }

  private final class Body: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// The numbers that are not taken yet.
  private final class Loop: Sendable {
    private let count: Int
    private let body: @Sendable (Int) -> Void
    private let next = Atomic(0)

    init(count: Int, body: @escaping @Sendable (Int) -> Void) {
      self.count = count
      self.body = body
    }

    @Sendable func run() {
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        body(index)
      }
    }
  }
}
