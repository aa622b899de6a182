import Platform
import TestSupport
import Testing

@Suite struct ChildProcessTests {
  private func shell(
    _ script: String, environment: [String: String] = [:], input: String? = nil
  ) throws -> ChildProcess {
    try ChildProcess(
      "/bin/sh", ["-c", script], environment: environment, input: input, isQuiet: true)
  }

  @Test("Its status is told, a signal's as a shell does it")
  func status() throws {
    #expect(try shell("exit 0").status == 0)
    #expect(try shell("exit 7").status == 7)
    #expect(try shell("kill -9 $$").status == 137)
  }

  @Test("It reads what it is given, to its end, and says why not")
  func streams() throws {
    let input = String(repeating: "0123456789abcde\n", count: 20_000)
    #expect(try shell("cat >&2; echo lost", input: input).errorText == input)
    #expect(try shell("exit 3", input: input).status == 3)
  }

  @Test("It has this process's environment, and what is added")
  func environment() throws {
    let child = try shell("echo \"$PATH,$SNN_ADDED\" >&2", environment: ["SNN_ADDED": "a b"])
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    #expect(child.errorText == "\(path),a b\n")
  }

  @Test("It hears signals that this process keeps from its threads")
  func signals() throws {
    var (blocked, before) = (sigset_t(), sigset_t())
    sigemptyset(&blocked)
    sigaddset(&blocked, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &blocked, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    #expect(try shell("kill -15 $$; exit 0").status == 143)
  }

  @Test("A program that is not there is named with the reason")
  func missing() {
    let failure = #expect(throws: ChildProcess.Failure.self) {
      try ChildProcess("/no/such/program", [], isQuiet: true)
    }
    #expect(failure?.reason == "No such file or directory")
  }
}
