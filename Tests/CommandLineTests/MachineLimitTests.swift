import Foundation
import TestSupport
import Testing

/// The machine around a run: containers that grant little, and signals.
@Suite struct MachineLimitTests {
  private let folder: TemporaryFolder
  private static let digits = Command.root.appendingPathComponent("notebooks-data/digits-mlp.h5")
    .path

  private func text(_ name: String) throws -> String {
    String(decoding: try folder.contents(name), as: UTF8.self)
  }

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A shell that sets limits and becomes the command.
  private func shell(_ limits: String, _ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments =
      ["-c", limits + #"; exec "$0" "$@""#, Command.executable.path] + arguments
    process.currentDirectoryURL = folder.url
    process.standardOutput = FileHandle.nullDevice
    let errors = folder.url.appendingPathComponent("errors")
    try Data().write(to: errors)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    return process
  }

  private func names(in output: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path(output))) ?? []
  }

  private func hasEnded(_ process: Process, within seconds: Double) -> Bool {
    let end = Date(timeIntervalSinceNow: seconds)
    while process.isRunning, Date() < end { usleep(20_000) }
    return !process.isRunning
  }

  @Test(
    "A run under a small address space has its report or its sentence, with the bytes of any other",
    arguments: [110_000, 130_000, 160_000, 250_000, 400_000])
  func addressSpace(kilobytes: Int) throws {
    let arguments = [
      Self.digits, "--layers", "logits", "--formats", "json", "--quiet", "--no-cache",
    ]
    let process = try shell("ulimit -v \(kilobytes)", arguments + ["--output", "out"])
    let hasEnded = hasEnded(process, within: 60)
    if !hasEnded { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
    let errors = try text("errors")
    #expect(hasEnded, "it hangs: \(errors)")
    #expect([0, 2].contains(process.terminationStatus), "\(errors)")
    #expect(process.terminationReason == .exit, "\(errors)")
    if process.terminationStatus == 2 {
      #expect(errors.contains("Error: "))
    } else {
      try Command.run(arguments + ["--output", folder.path("free")])
      #expect(try text("out/report.json") == text("free/report.json"))
    }
  }

  @Test(
    "A signal ends a run at once, by its status, and leaves nothing staged",
    arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
  func signals(signal: Int32, status: Int32) throws {
    // As from a shell that starts it in the background.
    let process = try shell(
      "trap '' INT TERM",
      [Self.digits, "--quiet", "--no-cache", "--output", "out"])
    let end = Date(timeIntervalSinceNow: 20)
    while names(in: "out").isEmpty, Date() < end { usleep(1000) }
    #expect(names(in: "out").contains { $0.hasPrefix(".snn-analyze-") })
    kill(process.processIdentifier, signal)
    #expect(hasEnded(process, within: 20))
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == status)
    #expect(try text("errors") == "Interrupted.\n")
    #expect(names(in: "out").isEmpty)
  }

  @Test(
    "Of two runs into one folder the second is refused, and the first writes what it would alone")
  func oneFolder() throws {
    func arguments(_ distance: String, _ output: String) -> [String] {
      [
        Self.digits, "--distance", distance, "--quiet", "--no-cache", "--output",
        folder.path(output),
      ]
    }
    let first = try Command.start(arguments("squared-euclidean", "out"), in: folder.url)
    let end = Date(timeIntervalSinceNow: 20)
    while !names(in: "out").contains(where: { $0.hasPrefix(".") }), Date() < end {
      usleep(1000)
    }
    // It stands still in the midst of its work.
    kill(first.processIdentifier, SIGSTOP)
    let second = try Command.run(arguments("cosine", "out"))
    kill(first.processIdentifier, SIGCONT)
    first.waitUntilExit()
    #expect(second.status == 2)
    #expect(second.errors.contains("another run writes there."), "\(second.errors)")
    #expect(first.terminationStatus == 0)
    try Command.run(arguments("squared-euclidean", "alone"))
    for name in try Command.results(in: folder.path("alone")) where name != "report.html" {
      #expect(try text("out/\(name)") == text("alone/\(name)"))
    }
    #expect(try Command.run(arguments("cosine", "out")).status == 0)
  }
}
