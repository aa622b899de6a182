import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A check is never green by accident.
@Suite struct CheckRefusalTests {
  private let fixture: CheckFixture

  init() throws {
    fixture = try CheckFixture()
    try fixture.makeBaseline([try fixture.write("a.h5")])
  }

  /// Checks, and expects every result not to be comparable.
  private func refused(
    _ arguments: [String], status: Int32 = 4, _ message: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (outcome, json) = try fixture.check(arguments)
    #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(json.verdict == "not-comparable", sourceLocation: sourceLocation)
    #expect(
      outcome.output.hasPrefix("Not comparable: ") || status == 2, sourceLocation: sourceLocation)
    let words = outcome.output + outcome.errors
    #expect(words.contains(message), "\(words)", sourceLocation: sourceLocation)
    let junit = try XMLDocument(data: try fixture.folder.contents("out/check.xml"))
    #expect(try !junit.nodes(forXPath: "//error").isEmpty, sourceLocation: sourceLocation)
  }

  @Test("A rule that matches no layer, and no checkpoint")
  func unmatched() throws {
    let file = try fixture.write("b.h5") { $0.noise = 1 }
    for (rule, message) in [
      ("layer: conv*", "The rule matches no layer. There are layer1, layer2."),
      ("checkpoint: step_*", "The rule matches no"),
    ] {
      let rules = try fixture.writeText("rules.yml", "rules:\n- {layer: layer1}\n- {\(rule)}\n")
      try refused([file, "--rules", rules], message)
    }
  }

  @Test("Rules that leave nothing to check")
  func nothing() throws {
    let rules = try fixture.writeText("rules.yml", "rules:\n- {layer: '*'}\n- {level: off}\n")
    try refused([try fixture.write("b.h5"), "--rules", rules], "leave nothing to check")
  }

  @Test("Other labels: of other classes, of other sizes, and in another order")
  func labels() throws {
    let renamed = try fixture.write("b.h5") { $0.labels = { Int64($0 % 4 + 1) } }
    try refused([renamed], "The labels are others: class 0 has 0 samples and 60 in the baseline")
    let sizes = try fixture.write("c.h5") { $0.labels = { Int64($0 == 0 ? 1 : $0 % 4) } }
    try refused([sizes], "class 0 has 59 samples and 60 in the baseline")
    let order = try fixture.write("d.h5") { $0.labels = { Int64(($0 + 1) % 4) } }
    try refused([order], "The labels are others or in another order")
  }

  @Test("Another number of samples, and other samples by their ids")
  func samples() throws {
    try refused(
      [try fixture.write("b.h5") { $0.count = 236 }], "There are 236 samples and 240")
    try refused([try fixture.write("a2.h5"), "--samples", "100"], "Leave --samples out")
    let ids = (0..<240).map { "s\($0)" }
    try fixture.makeBaseline([try fixture.write("c.h5") { $0.ids = ids }, "--update"])
    try refused(
      [try fixture.write("d.h5") { $0.ids = (1...240).map { "s\($0)" } }],
      "The samples are others, by their sample_ids.")
    let backwards = try fixture.write("e.h5") {
      $0.ids = ids
      $0.order = (0..<240).reversed()
    }
    try fixture.makeBaseline([backwards, "--update"])
    try refused([try fixture.write("f.h5")], "rows cannot be paired")
  }

  @Test("Another distance, and another temperature rule")
  func rule() throws {
    let file = try fixture.write("b.h5") { $0.noise = 1 }
    try refused([file, "--distance", "cosine"], "Give --distance squared-euclidean")
    try refused([file, "--at-perplexity", "10%"], "The baseline has no such quantity")
  }

  @Test("A layer that is gone, a new one, and a checkpoint that the baseline has not")
  func layers() throws {
    try refused(
      [try fixture.write("b.h5") { $0.layers = ["layer1"] }],
      "The baseline has the layer and the file does not.")
    try refused(
      [try fixture.write("c.h5") { $0.layers = ["layer1", "layer2", "layer3"] }],
      "The baseline has no such layer.")
    let rules = try fixture.writeText("rules.yml", "rules:\n- {checkpoint: epoch_4}\n")
    try refused(
      [try fixture.write("d.h5") { $0.checkpoints = ["epoch_4", "epoch_5"] }, "--rules", rules],
      "The baseline has no such checkpoint.")
  }

  @Test(
    "Values that turned non-finite, beside a layer that is fine", arguments: [Float.nan, .infinity])
  func nonFinite(value: Float) throws {
    let file = try fixture.write("b.h5") {
      $0.noise = 1
      $0.poison = value
    }
    try refused([file], status: 2, "NaN or infinity in row 3")
    let json = try fixture.check([file]).json
    #expect(json.results.map(\.verdict) == ["pass", "not-comparable"])
  }

  @Test("An empty file, none, and one without rows; an older report does not stay")
  func empty() throws {
    #expect(try fixture.check([try fixture.write("b.h5")]).json.verdict == "pass")
    try refused([try fixture.writeText("empty.h5", "")], status: 2, "empty.h5")
    try refused([fixture.folder.path("none.h5")], status: 2, "none.h5")
    try refused([try fixture.writeText("empty.json", "")], status: 2, "is no report.json")
    try refused([try fixture.write("norows.h5") { $0.count = 0 }], status: 2, "norows.h5")
  }

  @Test("A baseline of a newer schema, a damaged one, and samples of another")
  func baselines() throws {
    let file = try fixture.write("b.h5") { $0.noise = 1 }
    let text = try fixture.text("baseline.json")
    func write(_ text: String) throws {
      _ = try fixture.writeText("baseline.json", text)
    }
    try write(text.replacingOccurrences(of: "baseline/1", with: "baseline/2"))
    try refused([file], status: 2, "newer than this program's")
    let update = try Command.run(["baseline", file, "-o", fixture.baseline, "--update"])
    #expect(update.status == 2)
    try write(String(text.prefix(600)))
    try refused([file], status: 2, "baseline.json")
    try write("{}")
    try refused([file], status: 2, "is no baseline")
    try write(text)
    var samples = try fixture.folder.contents("baseline.samples")
    samples[10] ^= 1
    try samples.write(to: fixture.folder.url.appendingPathComponent("baseline.samples"))
    try refused([file], status: 2, "does not belong to")
    try FileManager.default.removeItem(atPath: fixture.folder.path("baseline.samples"))
    try refused([file], status: 2, "baseline.samples: cannot be read")
  }

  @Test("The baseline's own activations pass with a notice, but not beyond a bound")
  func identical() throws {
    let file = try fixture.write("again.h5")
    let (outcome, json) = try fixture.check([file])
    #expect(outcome.status == 0)
    #expect(json.results.allSatisfy { $0.identical == true && $0.difference == 0 })
    #expect(outcome.output.contains("bit for bit: nothing was recomputed"))
    let rules = try fixture.writeText("rules.yml", "rules:\n- {min: 100, side: upper}\n")
    #expect(try fixture.check([file, "--rules", rules]).outcome.status == 1)
  }

  @Test("A report has no samples: inconclusive, unless the rule has bounds alone")
  func report() throws {
    let file = try fixture.write("b.h5") { $0.noise = 1 }
    let made = try Command.run(
      [file, "--output", fixture.folder.path("report"), "--quiet", "--no-cache"])
    try #require(made.status == 0, "\(made.errors)")
    let report = fixture.folder.path("report/report.json")
    let (outcome, json) = try fixture.check([report])
    #expect(json.results.map(\.verdict) == ["inconclusive", "inconclusive"])
    #expect(outcome.status == 0)
    #expect(try fixture.check([report, "--fail-on-inconclusive"]).outcome.status == 3)
    for (bounds, status) in [("min: 0.001", 0), ("min: 50", 1), ("max: 0.001", 1)]
      as [(String, Int32)]
    {
      let rules = try fixture.writeText("rules.yml", "rules:\n- {quantity: accuracy, \(bounds)}\n")
      let found = try fixture.check([report, "--rules", rules])
      #expect(found.outcome.status == (bounds == "min: 50" ? 1 : status))
      let direct = try fixture.check([file, "--rules", rules])
      #expect(direct.outcome.status == found.outcome.status)
      #expect(
        abs(
          (direct.json.results[0].observed ?? 0) - (found.json.results[0].observed ?? 1)) < 1e-6)
    }
    try refused([report, "--at-perplexity", "9"], "no such")
  }

  @Test("A report of several labelings does not say which one is meant")
  func labelings() throws {
    let file = try fixture.write("b.h5")
    let labels = fixture.folder.path("other.csv")
    try Data(("other\n" + (0..<240).map { "\($0 % 3)\n" }.joined()).utf8)
      .write(to: URL(fileURLWithPath: labels))
    let made = try Command.run([
      file, "--labels", "labels", "--labels", labels + ":other", "--output",
      fixture.folder.path("report"), "--quiet", "--no-cache", "--formats", "json",
    ])
    try #require(made.status == 0, "\(made.errors)")
    try refused(
      [fixture.folder.path("report/report.json")], status: 2, "holds the labelings labels, other")
  }
}
