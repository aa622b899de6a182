import Foundation
import TestSupport
import Testing

/// Runs that are interrupted, and what they leave for the next one.
@Suite struct ResumeTests {
  private let folder: TemporaryFolder
  private static let digits = Command.root.appendingPathComponent("notebooks-data/digits-mlp.h5")
    .path
  private static let files = ["report.json", "report.csv", "minima.csv", "report.txt"]

  init() throws {
    folder = try TemporaryFolder()
  }

  private func arguments(_ output: String, _ more: [String] = []) -> [String] {
    [Self.digits, "--output", folder.path(output), "--quiet", "--formats", "text,json,csv"] + more
  }

  private func entries(_ output: String) -> [String] {
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: folder.path("\(output)/.cache"))
    return (names ?? []).filter { $0.hasSuffix(".json") }.sorted()
  }

  @Test("A run that is killed again and again ends with the bytes of one that never was")
  func killed() throws {
    let whole = try Command.run(arguments("whole", ["--no-cache"]))
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(entries("whole").isEmpty)
    var random = SystemRandomNumberGenerator()
    var finished: [Int] = []
    for _ in 0..<20 {
      let process = try Command.start(arguments("killed"), in: folder.url)
      usleep(UInt32.random(in: 0..<250_000, using: &random))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      finished.append(entries("killed").count)
    }
    // What was finished is never lost.
    #expect(finished == finished.sorted())
    let last = try Command.run(arguments("killed"))
    #expect(last.status == 0, "\(last.errors)")
    for file in Self.files {
      #expect(try folder.contents("killed/" + file) == folder.contents("whole/" + file))
    }
    let hidden = try FileManager.default.contentsOfDirectory(atPath: folder.path("killed"))
      .filter { $0.hasPrefix(".") }
    #expect(hidden == [".cache"])
  }

  @Test("One more checkpoint computes only that one")
  func oneMore() throws {
    try Command.run(arguments("out", ["--checkpoints", "epoch_00[0-2]"]))
    let before = entries("out")
    #expect(before.count == 12)
    let again = try Command.run(arguments("out", ["--checkpoints", "epoch_00[0-3]"]))
    #expect(again.status == 0, "\(again.errors)")
    let after = entries("out")
    #expect(Set(before).isSubset(of: after))
    #expect(after.count == 16)
  }

  @Test("Other options, and other labels, are other results")
  func options() throws {
    let one = ["--checkpoints", "epoch_055", "--layers", "logits"]
    for more in [
      [], ["--distance", "cosine"], ["--relative-temperatures", "0.1,1"], ["--compute", "curve"],
      ["--precision", "double"], ["--samples", "100"], ["--samples", "100", "--seed", "1"],
      ["--instruction-set", "portable"],
    ] {
      let outcome = try Command.run(arguments("out", one + more))
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    #expect(entries("out").count == 8)
    try Command.run(arguments("out", one + ["--threads", "1", "--memory", "1G"]))
    #expect(entries("out").count == 8)
  }

  @Test("A damaged entry is computed anew", arguments: ["empty", "cut", "changed", "other"])
  func damaged(how: String) throws {
    let one = ["--checkpoints", "epoch_055", "--layers", "logits"]
    try Command.run(arguments("out", one))
    let report = try folder.contents("out/report.json")
    let name = try #require(entries("out").first)
    let place = folder.url.appendingPathComponent("out/.cache/" + name)
    var data = try Data(contentsOf: place)
    switch how {
    case "empty": data = Data()
    case "cut": data = data.dropLast(10)
    case "changed":
      // Another digit somewhere in the numbers.
      let position = try #require(data.lastIndex { $0 == UInt8(ascii: "7") })
      data[position] = UInt8(ascii: "8")
    default: data = Data("{}".utf8)
    }
    try data.write(to: place)
    let outcome = try Command.run(arguments("out", one))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try folder.contents("out/report.json") == report)
    #expect(try Data(contentsOf: place) != data)
  }

  @Test("An entry in the place of another is computed anew")
  func exchanged() throws {
    let two = ["--checkpoints", "epoch_055", "--layers", "logits", "--layers", "layer3"]
    try Command.run(arguments("out", two))
    let report = try folder.contents("out/report.json")
    let names = entries("out")
    try #require(names.count == 2)
    let places = names.map { folder.url.appendingPathComponent("out/.cache/" + $0) }
    let first = try Data(contentsOf: places[0])
    try Data(contentsOf: places[1]).write(to: places[0])
    let outcome = try Command.run(arguments("out", two))
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try folder.contents("out/report.json") == report)
    #expect(try Data(contentsOf: places[0]) == first)
  }

  @Test("A cache that cannot be written is no error")
  func unwritable() throws {
    try Data().write(to: folder.url.appendingPathComponent("file"))
    let outcome = try Command.run(
      arguments("out", ["--cache", folder.path("file/cache"), "--layers", "logits"]))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let both = try Command.run(arguments("out", ["--cache", "a", "--no-cache"]))
    #expect(both.status == 64)
  }
}
