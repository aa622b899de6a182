import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Makes a crash inside of the HDF5 library a sentence.
///
/// Damaged files make the library itself fail now and then (some 0.5 % of files with a few bytes
/// changed), and no check beforehand prevents all of it. While armed, a crash of the thread that
/// is inside of the library ends the process with a message on standard error and status 2, as
/// any other unreadable file does.
///
/// The state is global because a signal's handler has no other; it is touched under the lock of
/// `HDF5Library` only.
enum CrashSentence {
  private static let signals = [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT]

  private static let fileName = Mutex("")
  private nonisolated(unsafe) static var text: UnsafeMutableRawPointer?
  private nonisolated(unsafe) static var length = 0
  private nonisolated(unsafe) static var thread = pthread_self()
  /// Where the handler runs: a library that calls itself without end leaves it no stack.
  private nonisolated(unsafe) static let handlerStack = UnsafeMutableRawBufferPointer.allocate(
    byteCount: 1 << 16, alignment: 16)

  /// Runs `body`, which is to call the library about the file.
  static func armed<Result, Failure: Error>(
    for file: String, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    prepareText(about: file)
    thread = pthread_self()
    var stack = stack_t()
    stack.ss_sp = handlerStack.baseAddress
    stack.ss_size = handlerStack.count
    var formerStack = stack_t()
    sigaltstack(&stack, &formerStack)
    let former = signals.map { number in
      var action = handler
      var former = sigaction()
      sigaction(number, &action, &former)
      return former
    }
    defer {
      for (number, var action) in zip(signals, former) { sigaction(number, &action, nil) }
      sigaltstack(&formerStack, nil)
    }
    return try body()
  }

  private static var handler: sigaction {
    var action = sigaction()
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = { CrashSentence.speak($0) }
    #elseif canImport(Musl)
      action.__sa_handler.sa_handler = { CrashSentence.speak($0) }
    #else
      action.__sigaction_handler.sa_handler = { CrashSentence.speak($0) }
    #endif
    action.sa_flags = SA_ONSTACK
    return action
  }

  /// Has the sentence about a file ready, in pages of its own, before a crash: then nothing can be
  /// allocated, and what is on the heap may have been overwritten.
  private static func prepareText(about file: String) {
    let isNew = fileName.withLock { name in
      defer { name = file }
      return name != file
    }
    guard isNew || text == nil else { return }
    if let text { munmap(text, length) }
    let sentence =
      "Error: \(file): this file is damaged: it made the HDF5 library crash. Copy or export it "
      + "again.\n"
    length = sentence.utf8.count
    text = readOnlyCopy(of: sentence)
  }

  /// Nil if there is no memory.
  private static func readOnlyCopy(of text: String) -> UnsafeMutableRawPointer? {
    let bytes = Array(text.utf8)
    let pages = mmap(
      nil, bytes.count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    guard let pages, pages != UnsafeMutableRawPointer(bitPattern: -1) else { return nil }
    pages.copyMemory(from: bytes, byteCount: bytes.count)
    mprotect(pages, bytes.count, PROT_READ)
    return pages
  }

  /// Ends the process because the library stands still.
  static func endWithoutProgress(after nanoseconds: UInt64) -> Never {
    let seconds = Double(nanoseconds) / 1e9
    let name = fileName.withLock { $0 }
    let text =
      "Error: \(name): the HDF5 library made no progress on this file for \(seconds) s. It is "
      + "damaged, or its disk is slow: copy or export it again, or wait longer with --patience.\n"
    text.utf8.withContiguousStorageIfAvailable {
      _ = write(STDERR_FILENO, $0.baseAddress, $0.count)
    }
    _exit(2)
  }

  private static func speak(_ number: Int32) {
    guard let text, pthread_equal(thread, pthread_self()) != 0 else {
      // Another thread's crash is none of ours: let it be one.
      signal(number, SIG_DFL)
      raise(number)
      return
    }
    _ = write(STDERR_FILENO, text, length)
    _exit(2)
  }
}
