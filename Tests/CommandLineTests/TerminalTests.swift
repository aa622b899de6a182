import Foundation
import TestSupport
import Testing

/// What a person meets at the terminal before and while something is computed.
@Suite struct TerminalTests {
  private let folder: TemporaryFolder
  private static let digits = Command.root.appendingPathComponent("notebooks-data/digits-mlp.h5")
    .path

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test("Without a word the command says the two lines one needs")
  func bare() throws {
    let outcome = try Command.run([])
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(outcome.errors.contains("snn-analyze FILE.h5 "))
    #expect(outcome.errors.contains("snn-analyze --help"))
    #expect(outcome.errors.split(separator: "\n").count == 3)
  }

  @Test(
    "A mistyped subcommand is told as one",
    arguments: [
      ("chekc", "check"), ("repot", "report"), ("Compare", "compare"), ("neighbours", "neighbors"),
      ("inspekt", "inspect"), ("hlep", "help"),
    ])
  func mistyped(word: String, meant: String) throws {
    let outcome = try Command.run([word, "run.h5"], in: folder.url)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("\(word) is neither a subcommand nor a file."))
    #expect(outcome.errors.contains("'snn-analyze \(meant)'"), "\(outcome.errors)")
  }

  @Test("A word that is no subcommand's is a file's, and so is a file of nearly that name")
  func file() throws {
    let missing = try Command.run(["activations.h5"], in: folder.url)
    #expect(missing.status == 2)
    #expect(missing.errors.contains("activations.h5: there is no such file"))
    try Data("no HDF5".utf8).write(to: URL(fileURLWithPath: folder.path("chekc")))
    let there = try Command.run(["chekc"], in: folder.url)
    #expect(there.status == 2 && !there.errors.contains("Did you mean"), "\(there.errors)")
  }

  @Test("Examples of the help fit 80 columns")
  func help() throws {
    let help = try Command.run(["--help"]).output
    #expect(help.contains("USAGE: snn-analyze <activations.h5>"))
    for example in ["inspect FILE.h5 ", "compare a=A.h5 b=B.h5 ", "check B.h5 --baseline A.json "] {
      let line = help.split(separator: "\n").first { $0.contains("  snn-analyze \(example)") }
      #expect(line.map { $0.count <= 80 && $0.last != " " } == true, "\(example)")
    }
  }

  @Test("A list that begins with + is computed beside what is by default")
  func addition() throws {
    func files(_ name: String, _ list: String?) throws -> [String] {
      let outcome = try Command.run(
        [Self.digits, "--output", folder.path(name), "--quiet", "--no-cache"]
          + ["--checkpoints", "epoch_000", "--formats", "csv"]
          + (list.map { ["--compute", $0] } ?? []))
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try FileManager.default.contentsOfDirectory(atPath: folder.path(name)).sorted()
    }
    let usual = try files("usual", nil)
    let more = try files("more", "+samples")
    #expect(Set(more).subtracting(usual).contains("label-suspects.csv"))
    #expect(Set(usual).isSubset(of: more))
    let only = try files("only", "samples")
    #expect(only.count < more.count)
    let wrong = try Command.run([Self.digits, "--compute", "+nothing"])
    #expect(wrong.status == 64 && wrong.errors.contains("There is no nothing here"))
  }

  @Test("The line of progress fits the terminal", arguments: [40, 120])
  func progress(columns: Int) throws {
    let command =
      "stty cols \(columns); exec '\(Command.executable.path)' '\(Self.digits)' --no-cache "
      + "--compute +permutations --threads 1 --formats text --output '\(folder.path("out"))'"
    let outcome = try Command.run(
      ["-qec", command, "/dev/null"], executable: URL(fileURLWithPath: "/usr/bin/script"),
      in: folder.url)
    #expect(outcome.status == 0, "\(outcome.output)")
    let lines = outcome.output.components(separatedBy: "\r\u{1b}[K").dropFirst()
      .filter {
        $0.contains(" layers") && $0.contains(" %") && !$0.contains("\n") && !$0.contains("100 %")
      }
    #expect(!lines.isEmpty)
    for line in lines {
      #expect(line.count < columns, "\(line)")
      #expect(line.contains("/40 layers"), "\(line)")
    }
    // The checkpoint and layer that a thread is at, where there is room.
    #expect(lines.contains { $0.contains("epoch_") } == (columns == 120), "\(lines)")
  }

  @Test("Who interrupts a run reads what is kept, and the same command goes on")
  func interrupted() throws {
    let errors = Pipe()
    let process = Process()
    process.executableURL = Command.executable
    process.arguments = [
      Self.digits, "--output", folder.path("out"), "--compute", "+permutations", "--threads", "1",
      "--formats", "json",
    ]
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    func keptCount() -> Int {
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path("out/.cache"))
      return (names ?? []).count { $0.hasSuffix(".json") }
    }
    while process.isRunning, keptCount() < 3 { usleep(2000) }
    process.interrupt()
    let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    let sentence = try #require(
      said.firstMatch(of: /Interrupted\. (\d+) of 40 layers are done and kept/))
    let told = try #require(Int(sentence.1))
    #expect(said.contains("the same command goes on from there."))
    #expect(told >= 1 && told <= keptCount())
  }

  @Test("inspect says in a line a layer what all checkpoints have, and then what one has otherwise")
  func inspection() throws {
    let file = folder.path("run.h5")
    var datasets: [HDF5Fixture.Dataset] = [
      .init("labels", shape: [6], .int64([0, 0, 0, 1, 1, 1]))
    ]
    for epoch in 0..<12 {
      let values = (0..<18).map { Double($0 * $0 % 7) }
      datasets.append(
        .init(
          "epoch_\(epoch)/fc1", shape: [6, 3],
          epoch == 7 ? .float64(values) : .float32(values.map(Float.init))))
      datasets.append(
        .init("epoch_\(epoch)/fc2", shape: [6, 3], .float32(values.map(Float.init))))
    }
    try HDF5Fixture.write(to: file, datasets: datasets)
    let outcome = try Command.run(["inspect", file])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.contains("Checkpoints from epoch_0 to epoch_11, steps 0 to 11."))
    #expect(lines.count { $0.hasPrefix("fc1 ") } == 2 && lines.count { $0.hasPrefix("fc2 ") } == 1)
    #expect(lines.contains { $0.hasPrefix("fc1 ") && $0.hasSuffix("all but epoch_7") })
    #expect(lines.contains { $0.hasPrefix("fc2 ") && $0.hasSuffix("all 12") })
    let rest = try #require(lines.firstIndex(of: "Not so everywhere:"))
    #expect(lines[rest...].contains { $0.contains("float64") && $0.hasSuffix("  epoch_7") })
    let verbose = try Command.run(["inspect", file, "--verbose"]).output
    #expect(verbose.contains("/epoch_11/fc2") && !outcome.output.contains("/epoch_11/fc2"))
  }
}
