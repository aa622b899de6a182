import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Files of several models: refused as checkpoints of one run, checked under names of their own.
@Suite struct SeveralModelsTests {
  private let fixture: CheckFixture

  init() throws {
    fixture = try CheckFixture()
    for folder in ["vision", "text", "epoch_1", "epoch_2"] {
      try FileManager.default.createDirectory(
        atPath: fixture.folder.path(folder), withIntermediateDirectories: true)
    }
  }

  private struct Row: Decodable {
    let model: String?
    let layer: String
    let verdict: String
    let message: String?
  }

  private struct Model: Decodable, Equatable {
    let name: String
    let files: [String]
    let baseline: String
    let verdict: String
  }

  private struct Check: Decodable {
    let verdict: String
    let comparisons: Int
    let models: [Model]?
    let results: [Row]
  }

  private func check(_ arguments: [String]) throws -> (outcome: Command.Outcome, json: Check) {
    let outcome = try Command.run(
      ["check"] + arguments + ["--output", fixture.folder.path("out")],
      environment: ["GITHUB_ACTIONS": ""])
    return (
      outcome,
      try JSONDecoder().decode(Check.self, from: try fixture.folder.contents("out/check.json"))
    )
  }

  private func makeBaselines() throws -> String {
    let folder = fixture.folder.path("baselines")
    let outcome = try Command.run([
      "baseline", "vision=" + (try fixture.write("vision/act.h5")),
      "text=" + (try fixture.write("text/act.h5") { $0.seed = 2 }), "-o", folder,
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return folder
  }

  @Test("Files that hold one checkpoint are refused as one run wherever several files are taken")
  func oneName() throws {
    let files = [try fixture.write("vision/act.h5"), try fixture.write("text/act.h5")]
    try fixture.makeBaseline([files[0]])
    for arguments in [
      ["report"], ["inspect"], ["baseline", "-o", fixture.folder.path("other.json")],
      ["check", "--baseline", fixture.baseline, "-o", fixture.folder.path("out")],
    ] {
      let outcome = try Command.run(
        [arguments[0]] + files + arguments.dropFirst(), in: fixture.folder.url)
      #expect(outcome.status == 64, "\(arguments[0]): \(outcome.output)")
      #expect(
        outcome.errors.contains("both hold the checkpoint epoch_5, so they are not checkpoints"),
        "\(arguments[0]): \(outcome.errors)")
      #expect(outcome.errors.contains("snn-analyze check NAME=FILE NAME=FILE --baseline FOLDER"))
    }
    let said = try Command.run(["inspect"] + files + ["--each-file", "checkpoint"])
    #expect(said.status == 0, "\(said.errors)")
  }

  @Test("Files of one step are refused too, and the folders of checkpoints tell them apart")
  func oneStep() throws {
    func write(_ name: String) throws -> String {
      try fixture.write(name) { $0.checkpoints = ["layers"] }
    }
    let one = try Command.run([
      "inspect", try write("epoch_3.h5"), try write("step_3.h5"),
    ])
    #expect(one.status == 64)
    #expect(one.errors.contains("both hold epoch_3 and step_3, which are one step"))
    let two = try Command.run([
      "inspect", try write("epoch_1/act.h5"), try write("epoch_2/act.h5"),
    ])
    #expect(two.status == 0, "\(two.errors)")
    #expect(two.output.contains("epoch_1") && two.output.contains("epoch_2"))
  }

  @Test("A gate asks where nothing says that files are checkpoints of one run")
  func unsaid() throws {
    func write(_ name: String) throws -> String {
      try fixture.write(name) { $0.checkpoints = ["layers"] }
    }
    try fixture.makeBaseline([try write("plain.h5")])
    let files = [try write("plain.h5"), try write("other.h5")]
    let asked = try fixture.check(files).outcome
    #expect(asked.status == 64)
    #expect(asked.errors.contains("nothing says that these are checkpoints of one run"))
    #expect(try fixture.check(files + ["--each-file", "checkpoint"]).outcome.status == 0)
    let words = [try write("init.h5"), try write("final.h5")]
    #expect(try fixture.check(words).outcome.status == 0)
  }

  @Test("A degraded model is seen beside a good one, in every form, whichever comes first")
  func degraded() throws {
    let baselines = try makeBaselines()
    let good =
      "text=" + (try fixture.write("text/act.h5") { run in (run.seed, run.noise) = (2, 1) })
    let bad = "vision=" + (try fixture.write("vision/act.h5") { $0.noiseScale = 2 })
    for arguments in [[good, bad], [bad, good]] {
      let (outcome, json) = try check(arguments + ["--baseline", baselines])
      #expect(outcome.status == 1)
      #expect(
        outcome.output.hasPrefix(
          "Regression: 2 of 4 numbers of 2 models. Regression: vision.\n"), "\(outcome.output)")
      #expect(json.comparisons == 4)
      #expect(json.models?.map(\.verdict).sorted() == ["pass", "regression"])
      #expect(json.models?.first { $0.name == "text" }?.baseline == baselines + "/text.json")
      for row in json.results {
        #expect(row.verdict == (row.model == "vision" ? "regression" : "pass"))
      }
      let junit = try XMLDocument(data: try fixture.folder.contents("out/check.xml"))
      #expect(try junit.nodes(forXPath: "//testcase[@classname='vision.epoch_5']").count == 2)
      #expect(try junit.nodes(forXPath: "//testcase[@classname='text.epoch_5']").count == 2)
      #expect(try junit.nodes(forXPath: "//failure").count == 2)
      #expect(try fixture.text("out/check.md").contains("| regression | vision | epoch\\_5 |"))
    }
  }

  @Test("A model that cannot be read, and one without a baseline, do not hide the others")
  func missing() throws {
    let baselines = try makeBaselines()
    let good =
      "text=" + (try fixture.write("text/act.h5") { run in (run.seed, run.noise) = (2, 1) })
    let (outcome, json) = try check([
      "vision=" + fixture.folder.path("none.h5"), good,
      "sound=" + fixture.folder.path("text/act.h5"),
      "--baseline", baselines,
    ])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("Error: vision: "))
    #expect(outcome.errors.contains("baselines/sound.json: cannot be read"))
    #expect(json.results.map(\.verdict) == ["not-comparable", "pass", "pass", "not-comparable"])
    #expect(json.models?.map(\.name) == ["vision", "text", "sound"])
    let junit = try XMLDocument(data: try fixture.folder.contents("out/check.xml"))
    #expect(try junit.nodes(forXPath: "//testcase[@classname='vision']/error").count == 1)
  }

  @Test(
    "Baselines may be listed; names and plain paths are not mixed; a path may hold an equals sign")
  func arguments() throws {
    let baselines = try makeBaselines()
    let models = [
      "vision=" + fixture.folder.path("vision/act.h5"),
      "text=" + fixture.folder.path("text/act.h5"),
    ]
    let (outcome, _) = try check(
      models + ["--baseline", baselines + "/text.json", "--baseline", baselines + "/vision.json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.hasPrefix("Pass: 4 of 4 numbers within tolerance of 2 models."))
    func run(_ arguments: [String]) throws -> Command.Outcome {
      try Command.run(["check"] + arguments, in: fixture.folder.url)
    }
    #expect(try run(models + ["--baseline", baselines + "/text.json"]).status != 0)
    let mixed = try run([models[0], fixture.folder.path("text/act.h5")])
    #expect(mixed.status == 64)
    #expect(mixed.errors.contains("has no name and others have one"))
    let folder = try run([fixture.folder.path("text/act.h5"), "--baseline", baselines])
    #expect(folder.status == 64)
    #expect(folder.errors.contains("Give each model as NAME=FILE"))
    let path = try fixture.write("epoch=9.h5")
    try fixture.makeBaseline([path])
    #expect(try fixture.check([path]).outcome.status == 0)
  }

  @Test("Without --output, files of one name keep folders of their own, run after run")
  func folders() throws {
    let folder = fixture.folder
    _ = try fixture.write("vision/act.h5")
    _ = try fixture.write("text/act.h5") { $0.seed = 2 }
    let options = ["--formats", "json", "--quiet"]
    for _ in 0..<2 {
      for file in ["vision/act.h5", "text/act.h5"] {
        for command in [["report"], ["neighbors", "-k", "3"]] {
          let outcome = try Command.run(command + [file] + options, in: folder.url)
          #expect(outcome.status == 0, "\(outcome.errors)")
        }
      }
    }
    let reports = try FileManager.default.contentsOfDirectory(atPath: folder.path("Reports"))
      .sorted()
    #expect(reports == ["act", "text-act"])
    for (place, file) in [("act", "vision/act.h5"), ("text-act", "text/act.h5")] {
      let json = try fixture.text("Reports/\(place)/report.json")
      #expect(json.contains(file), "\(place)")
      #expect(try !folder.contents("Reports/\(place)/neighbors.json").isEmpty)
    }
  }
}
