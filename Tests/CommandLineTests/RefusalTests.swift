import Activations
import Foundation
import TestSupport
import Testing

/// Bad input ends with a sentence that says what, where and how to mend, and exit status 2.
@Suite struct RefusalTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func refused(
    _ arguments: [String], status: Int32 = 2, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let outcome = try Command.run(
      arguments + ["--output", folder.path("out")], in: folder.url)
    #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(outcome.output.isEmpty, sourceLocation: sourceLocation)
    #expect(
      !FileManager.default.fileExists(atPath: folder.path("out/report.json")),
      sourceLocation: sourceLocation)
    return outcome.errors
  }

  private func write(
    _ name: String, values: [Float]? = nil, labels: [Int64]? = nil, rows: Int = 12
  ) throws -> String {
    let values = values ?? (0..<rows * 3).map { Float($0 * $0 % 17) }
    let path = folder.path(name)
    try HDF5Fixture.write(
      to: path,
      datasets: [
        .init("epoch_0/layer1", shape: [rows, 3], .float32(values)),
        .init("epoch_0/layer2", shape: [rows, 3], .float32(values.map { $0 * 2 + 1 })),
        .init(
          "labels", shape: [labels?.count ?? rows],
          .int64(labels ?? (0..<rows).map { Int64($0 % 3) })),
      ])
    return path
  }

  @Test("A file that is not there")
  func missing() throws {
    let message = try refused(["nowhere.h5"])
    #expect(message.hasPrefix("Error: nowhere.h5: "))
  }

  @Test("A file that is no HDF5, and one that is cut off")
  func notHDF5() throws {
    try Data("hello".utf8).write(to: folder.url.appendingPathComponent("text.h5"))
    #expect(try refused([folder.path("text.h5")]).contains("text.h5"))
    let whole = try Data(contentsOf: URL(fileURLWithPath: try write("whole.h5")))
    try whole.prefix(whole.count / 2).write(to: folder.url.appendingPathComponent("half.h5"))
    #expect(try refused([folder.path("half.h5")]).contains("half.h5"))
  }

  @Test("NaN names file, layer, checkpoint and rows")
  func nonFinite() throws {
    var values = (0..<36).map { Float($0) }
    values[3 * 4] = .nan
    values[3 * 7 + 2] = .infinity
    let path = try write("nan.h5", values: values)
    #expect(
      try refused([path])
        == "Error: \(path): /epoch_0/layer1 (checkpoint epoch_0): NaN or infinity in rows 4, 7 "
        + "(counted from 0). Mend the rows or leave the layer out with --except.\n")
  }

  @Test("One class only, and singletons only")
  func classes() throws {
    let one = try write("one.h5", labels: Array(repeating: 4, count: 12))
    #expect(try refused([one]).contains("All samples are of one class (4)"))
    let alone = try write("alone.h5", labels: Array(0..<12))
    #expect(try refused([alone]).contains("has a single sample"))
  }

  @Test("Labels of another length name both")
  func labelCount() throws {
    let message = try refused([try write("short.h5", labels: [0, 1, 0, 1])])
    #expect(message.contains("12 rows"))
    #expect(message.contains("/labels has 4"))
  }

  @Test("A pattern that matches nothing lists the names there are")
  func pattern() throws {
    let message = try refused([try write("a.h5"), "--layers", "conv*"])
    #expect(message.contains("conv*"))
    #expect(message.contains("layer1"))
  }

  @Test(
    "Wrong usage ends with 64",
    arguments: [
      ["--temperatures", "0"], ["--temperatures", "1,-2"], ["--temperatures", "1:x:3"],
      ["--relative-temperatures", "nan"], ["--threads", "0"], ["--distance", "manhattan"],
      ["--compute", "magic"], ["--formats", "docx"], ["--figure-width", "wide"],
      ["--temperatures", "1", "--relative-temperatures", "1"], ["--no-such-option"],
    ])
  func usage(arguments: [String]) throws {
    let message = try refused([try write("u.h5")] + arguments, status: 64)
    #expect(message.hasPrefix("Error: "))
  }

  @Test("An output that cannot be written is refused before anything is computed")
  func output() throws {
    let path = try write("a.h5")
    try Data().write(to: folder.url.appendingPathComponent("file"))
    for place in [folder.path("file"), folder.path("file/below")] {
      let outcome = try Command.run([path, "--output", place])
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains("--output"))
    }
  }

  @Test("A full disk is a sentence, and the old report stays")
  func fullDisk() throws {
    let path = try write("a.h5")
    try #require(try Command.run([path, "--output", folder.path("out"), "--quiet"]).status == 0)
    let before = try folder.contents("out/report.json")
    // A limit on the size of files stands for a disk without space: writing fails half-way.
    let status = try Shell.run(
      "ulimit -f 8; trap '' XFSZ; exec '\(Command.executable.path)' '\(path)' "
        + "--output '\(folder.path("out"))' --quiet 2> '\(folder.path("errors"))'")
    #expect(status == 2)
    let errors = String(decoding: try folder.contents("errors"), as: UTF8.self)
    #expect(errors.contains("cannot be written"))
    #expect(try folder.contents("out/report.json") == before)
    #expect(
      try Command.results(in: folder.path("out"))
        .allSatisfy { !$0.hasPrefix(".") })
  }

  @Test("A full standard output is an error, not silence")
  func fullOutput() throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let path = try write("a.h5")
    #expect(
      try Shell.run(
        "exec '\(Command.executable.path)' '\(path)' --output '\(folder.path("out"))' > /dev/full")
        == 2)
  }

  @Test("--keep-going reports the other layers, lists the failed one and still ends with 2")
  func keepGoing() throws {
    let path = folder.path("mixed.h5")
    let fine = (0..<36).map { Float($0 * $0 % 17) }
    try HDF5Fixture.write(
      to: path,
      datasets: [
        .init("layer1", shape: [12, 3], .float32(fine)),
        .init("layer2", shape: [12, 3], .float32(fine.map { $0 == 4 ? .nan : $0 })),
        .init("labels", shape: [12], .int64((0..<12).map { Int64($0 % 3) })),
      ])
    let outcome = try Command.run(
      [path, "--keep-going", "--output", folder.path("out"), "--quiet"])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("/layer2"))
    let report = try #require(
      try JSONSerialization.jsonObject(with: try folder.contents("out/report.json"))
        as? [String: Any])
    let failed = try #require(report["failed"] as? [[String: Any]])
    #expect(failed.count == 1)
    #expect(failed.first?["layer"] as? String == "layer2")
    let checkpoints = try #require(report["checkpoints"] as? [[String: Any]])
    #expect((checkpoints.first?["layers"] as? [Any])?.count == 1)
  }
}

enum Shell {
  static func run(_ line: String) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", line]
    process.standardError = FileHandle.nullDevice
    try process.runToEnd()
    return process.terminationStatus
  }
}
