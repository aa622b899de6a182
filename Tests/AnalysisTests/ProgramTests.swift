import Analysis
import Foundation
import TestSupport
import Testing

/// The programs of the README, built as they stand there, with nothing but `Analysis`.
@Suite struct ProgramTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Two layers of two classes that lie so far apart.
  private func write(_ name: String, separation: Double) throws {
    var random = RandomActivations(seed: 5)
    let labels = random.labels(60, classes: 2)
    let values = random.values(labels, features: 4, separation: separation).map(Float.init)
    try HDF5Fixture.write(
      to: folder.path(name),
      datasets: [
        .init("epoch_0/layer1", shape: [60, 4], .float32(values)),
        .init("epoch_0/layer2", shape: [60, 4], .float32(values.map { $0 * abs($0) })),
        .init("labels", shape: [60], .int64(labels.indices.map(Int64.init))),
      ])
  }

  private func lines(_ program: String) throws -> [[Substring]] {
    let outcome = try Command.run(
      [], executable: Command.program(program), in: folder.url)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return outcome.output.split(separator: "\n").map { $0.split(separator: " ") }
  }

  @Test(
    "They stand in the README as they are built, at most twelve lines of them",
    arguments: ["report-from-swift", "check-from-swift"])
  func text(program: String) throws {
    let readme = try String(
      contentsOf: Command.root.appendingPathComponent("README.md"), encoding: .utf8)
    let source = try String(
      contentsOf: Command.root.appendingPathComponent(
        "Tests/AnalysisTests/Programs/\(program)/main.swift"), encoding: .utf8)
    #expect(readme.contains("```swift\n\(source)```\n"))
    #expect(source.split(separator: "\n").count <= 12)
  }

  @Test("From files to a written report")
  func report() throws {
    try write("activations.h5", separation: 2)
    let printed = try lines("report-from-swift")
    #expect(printed.map { $0[0] } == ["layer1", "layer2"])
    let report = try JSONDecoder().decode(
      Report.self, from: folder.contents("Reports/activations/report.json"))
    #expect(report.distance == "cosine")
    #expect(report.checkpoints[0].layers.map { "\($0.minimum.loss)" } == printed.map { $0[1] })
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folder.path("Reports/activations"))
    for name in ["report.txt", "report.html", "report.csv", "entanglement-by-layer.svg"] {
      #expect(names.contains(name))
    }
    #expect(!names.contains { $0.hasPrefix(".") })
  }

  private struct Report: Decodable {
    let distance: String
    let checkpoints: [Checkpoint]

    struct Checkpoint: Decodable { let layers: [Layer] }
    struct Layer: Decodable { let minimum: Minimum }
    struct Minimum: Decodable { let loss: Double }
  }

  @Test("From files to verdicts")
  func check() throws {
    try write("before.h5", separation: 3)
    try write("after.h5", separation: 0.1)
    let printed = try lines("check-from-swift")
    #expect(printed.map { $0[0] } == Array(repeating: "regression", count: 4))
    #expect(Set(printed.map { $0[2] }) == ["layer1", "layer2"])
    #expect(folder.names.contains("baseline.samples"))
    try write("after.h5", separation: 3)
    #expect(try lines("check-from-swift").map { $0[0] } == Array(repeating: "pass", count: 4))
  }
}
