import Activations
import Foundation
import TestSupport
import Testing

/// Several labelings of the same samples in one report.
@Suite struct LabelingTests {
  private let folder: TemporaryFolder
  private let file: String

  init() throws {
    folder = try TemporaryFolder()
    file = folder.path("run.h5")
    var random = RandomActivations(seed: 71)
    let labels = random.labels(80, classes: 4)
    let values = random.values(labels, features: 5, separation: 1.5).map(Float.init)
    let domains = (0..<80).map { Int64($0 % 2) }
    try HDF5Fixture.write(
      to: file,
      datasets: [
        .init("epoch_0/a", shape: [80, 5], .float32(values)),
        .init("epoch_1/a", shape: [80, 5], .float32(values.map { $0 * abs($0) })),
        .init("labels", shape: [80], .int64(labels.indices.map(Int64.init))),
        .init("domain", shape: [80], .int64(domains)),
      ])
  }

  private func layers(_ name: String) throws -> [[String: Any]] {
    let json = try JSONSerialization.jsonObject(with: folder.contents(name + "/report.json"))
    let report = try #require(json as? [String: Any])
    let checkpoints = try #require(report["checkpoints"] as? [[String: Any]])
    return checkpoints.flatMap { $0["layers"] as? [[String: Any]] ?? [] }
  }

  @Test("Each labeling has the record that it has alone, under its name")
  func records() throws {
    let both = try Command.run([
      file, "--labels", "labels", "--labels", "domain", "--output", folder.path("both"),
    ])
    try #require(both.status == 0, "\(both.errors)")
    #expect(both.output.contains("By the labels labels\n"))
    #expect(both.output.contains("By the labels domain\n"))
    let merged = try layers("both")
    #expect(merged.count == 4)
    for labeling in ["labels", "domain"] {
      try #require(
        try Command.run([
          file, "--labels", labeling, "--output", folder.path(labeling), "--quiet",
        ]).status == 0)
      let found = merged.filter { $0["labeling"] as? String == labeling }
        .map { record in NSDictionary(dictionary: record.filter { $0.key != "labeling" }) }
      let alone = try layers(labeling).map { NSDictionary(dictionary: $0) }
      #expect(found.count == 2 && found == alone)
    }
  }

  @Test("Figures and tables tell them apart")
  func files() throws {
    try #require(
      try Command.run([
        file, "--labels", "labels", "--labels", "domain", "--output", folder.path("both"),
        "--compute", "samples", "--quiet",
      ]).status == 0)
    let names = try Command.results(in: folder.path("both"))
    for name in ["entanglement-over-training", "temperature-curves"] {
      for labeling in ["labels", "domain"] {
        #expect(names.contains("\(name)-\(labeling).svg"))
        #expect(names.contains("\(name)-\(labeling).csv"))
      }
      #expect(!names.contains("\(name).svg"))
    }
    let svg = String(
      decoding: try folder.contents("both/entanglement-over-training-domain.svg"), as: UTF8.self)
    #expect(svg.contains("Entanglement over training, by domain"))
    for name in ["report.csv", "minima.csv", "samples.csv"] {
      let table = String(decoding: try folder.contents("both/\(name)"), as: UTF8.self)
      let lines = table.split(separator: "\n")
      #expect(lines[0].hasPrefix("labeling,checkpoint,step,layer,"))
      let domains = lines.dropFirst().count { $0.hasPrefix("domain,") }
      #expect(2 * domains == lines.count - 1 && domains > 0)
    }
  }

  @Test("Given twice, or to a command that compares by one, they are refused")
  func refusals() throws {
    let twice = try Command.run([file, "--labels", "domain", "--labels", "domain"])
    #expect(twice.status == 64 && twice.errors.contains("give each labeling once"))
    let compared = try Command.run([
      "compare", "a=\(file)", "b=\(file)", "--labels", "domain", "--labels", "labels",
    ])
    #expect(compared.status == 64 && compared.errors.contains("here give one of domain, labels"))
  }
}
