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
    let wide = random.values(labels, features: 200, separation: 0.3).map(Float.init)
    try HDF5Fixture.write(
      to: file,
      datasets: [
        .init("epoch_0/a", shape: [80, 5], .float32(values)),
        .init("epoch_1/a", shape: [80, 5], .float32(values.map { $0 * abs($0) })),
        .init("labels", shape: [80], .int64(labels.indices.map(Int64.init))),
        .init("domain", shape: [80], .int64(domains)),
      ])
    // Of so many features that one labeling reads the distances of the other.
    try HDF5Fixture.write(
      to: folder.path("wide.h5"),
      datasets: [
        .init("epoch_0/a", shape: [80, 200], .float32(wide)),
        .init("epoch_0/b", shape: [80, 200], .float32(wide.map { $0 * abs($0) })),
        .init("labels", shape: [80], .int64(labels.indices.map(Int64.init))),
        .init("domain", shape: [80], .int64(domains)),
        .init("constant", shape: [80], .int64(domains.map { _ in 1 })),
      ])
  }

  private func layers(_ name: String) throws -> [[String: Any]] {
    let json = try JSONSerialization.jsonObject(with: folder.contents(name + "/report.json"))
    let report = try #require(json as? [String: Any])
    let checkpoints = try #require(report["checkpoints"] as? [[String: Any]])
    return checkpoints.flatMap { $0["layers"] as? [[String: Any]] ?? [] }
  }

  /// Holds a run with two labelings to runs with each.
  private func expectRecordsOfEach(
    _ file: String, _ count: Int, _ options: [String] = [], into both: String = "both"
  ) throws {
    let outcome = try Command.run(
      [file, "--labels", "labels", "--labels", "domain", "--output", folder.path(both)] + options)
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("By the labels labels\n"))
    #expect(outcome.output.contains("By the labels domain\n"))
    let merged = try layers(both)
    #expect(merged.count == 2 * count)
    for labeling in ["labels", "domain"] {
      try #require(
        try Command.run(
          [file, "--labels", labeling, "--output", folder.path(labeling), "--no-cache", "--quiet"]
            + options
        ).status == 0)
      let found = merged.filter { $0["labeling"] as? String == labeling }
        .map { record in NSDictionary(dictionary: record.filter { $0.key != "labeling" }) }
      let alone = try layers(labeling).map { NSDictionary(dictionary: $0) }
      #expect(found.count == count && found == alone)
    }
  }

  @Test("Each labeling has the record that it has alone, under its name")
  func records() throws {
    try expectRecordsOfEach(file, 2)
  }

  @Test("And so where one reads the distances of the other, of the same rows or of others")
  func shared() throws {
    let wide = folder.path("wide.h5")
    for options in [
      ["--threads", "1"], ["--threads", "2"], ["--samples", "50"], ["--compute", "curve"],
      ["--memory", "4MB"],
    ] {
      try expectRecordsOfEach(
        wide, 2, options + ["--formats", "json,text"], into: options.joined())
    }
  }

  @Test("Labelings that are finished are not computed again")
  func resumed() throws {
    let wide = folder.path("wide.h5")
    let output = folder.path("both")
    for labeling in ["domain", "labels"] {
      try #require(
        try Command.run([wide, "--labels", labeling, "--output", output, "--quiet"]).status == 0)
      let entries = try FileManager.default.contentsOfDirectory(atPath: output + "/.cache")
      #expect(entries.count == (labeling == "domain" ? 2 : 4))
      try expectRecordsOfEach(wide, 2)
      let all = try FileManager.default.contentsOfDirectory(atPath: output + "/.cache")
      #expect(all.count == 4)
      if labeling == "domain" {
        for name in Set(all).subtracting(entries) {
          try FileManager.default.removeItem(atPath: output + "/.cache/" + name)
        }
      }
    }
  }

  @Test("What fails by one labeling is there by the others")
  func failures() throws {
    let wide = folder.path("wide.h5")
    let arguments = [
      wide, "--labels", "constant", "--labels", "domain", "--quiet", "--output",
      folder.path("kept"),
    ]
    let refused = try Command.run(arguments)
    #expect(refused.status == 2 && refused.errors.contains("All samples are of one class (1)"))
    let kept = try Command.run(arguments + ["--keep-going"])
    #expect(kept.status == 2 && kept.errors.split(separator: "\n").count == 2)
    let names = try layers("kept").map { $0["labeling"] as? String }
    #expect(names == ["domain", "domain"])
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
