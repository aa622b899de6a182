/// Another program, run to its end.
package struct ChildProcess {
  /// Its exit status; of one that a signal ended, 128 and the signal's number.
  package let status: Int32
  /// What it wrote to standard error; empty where that was not asked for.
  package let errorText: String

  package struct Failure: Error {
    /// As a clause.
    package let reason: String
  }

  /// - Parameters:
  ///   - program: A path, or a name to be looked for on the search path.
  ///   - added: Variables beside this process's own environment.
  ///   - input: What it reads; standard input of this process where nil.
  ///   - isQuiet: Whether its standard output goes nowhere and its standard error into `errorText`.
  /// - Throws: `Failure` where it cannot be started.
  package init(
    _ program: String, _ arguments: [String], environment added: [String: String] = [:],
    input: String? = nil, isQuiet: Bool = false
  ) throws(Failure) {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    // This process keeps signals from its threads; a program that it starts is to hear them.
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    // Files, not pipes: no side has to wait for the other to take what it writes.
    let folder = added["TMPDIR"] ?? ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    let inputFile = try input.map { text throws(Failure) in
      try Self.unnamedFile(holding: text, in: folder)
    }
    let errorFile = isQuiet ? try Self.unnamedFile(holding: "", in: folder) : nil
    defer {
      for file in [inputFile, errorFile].compactMap(\.self) { close(file) }
    }
    if let inputFile { posix_spawn_file_actions_adddup2(&actions, inputFile, STDIN_FILENO) }
    if let errorFile {
      posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
      posix_spawn_file_actions_adddup2(&actions, errorFile, STDERR_FILENO)
    }

    var words = ([program] + arguments).map { strdup($0) } + [nil]
    let variables = ProcessInfo.processInfo.environment.merging(added) { _, new in new }
    var environment = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in words + environment { free(word) } }
    var child = pid_t()
    let failure = posix_spawnp(&child, program, &actions, &attributes, &words, &environment)
    guard failure == 0 else { throw Failure(reason: systemError(failure)) }
    var state: Int32 = 0
    while waitpid(child, &state, 0) < 0 && errno == EINTR {}
    let signal = state & 0x7f
    status = signal == 0 ? (state >> 8) & 0xff : 128 + signal
    errorText = errorFile.map(Self.text) ?? ""
  }

  /// A file that goes with its descriptor, read from its beginning.
  private static func unnamedFile(
    holding text: String, in folder: String
  ) throws(Failure) -> Int32 {
    var template = Array((folder + "/snn-analyze-XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      throw Failure(reason: "\(folder): \(systemError())")
    }
    unlink(template)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    guard FileDescriptor.write(text, to: descriptor) else {
      let reason = "\(folder): \(systemError())"
      close(descriptor)
      throw Failure(reason: reason)
    }
    lseek(descriptor, 0, SEEK_SET)
    return descriptor
  }

  private static func text(of descriptor: Int32) -> String {
    lseek(descriptor, 0, SEEK_SET)
    var text: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &piece, piece.count)
      guard count > 0 else { return String(decoding: text, as: UTF8.self) }
      text += piece[..<count]
    }
  }
}
