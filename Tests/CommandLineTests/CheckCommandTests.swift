import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// `baseline` and `check`, from file to exit status.
@Suite struct CheckCommandTests {
  private let fixture: CheckFixture

  init() throws {
    fixture = try CheckFixture()
  }

  @Test("The same samples with other noise pass, and say what would have been found")
  func pass() throws {
    try fixture.makeBaseline([try fixture.write("a.h5")])
    let (outcome, json) = try fixture.check([try fixture.write("b.h5") { $0.noise = 1 }])
    #expect(outcome.status == 0, "\(outcome.errors)\(outcome.output)")
    #expect(outcome.output.hasPrefix("Pass: 2 of 2 numbers within tolerance.\n"))
    #expect(outcome.output.contains("detects"))
    #expect(json.schema == "snn-analyze/check/1")
    #expect(json.verdict == "pass")
    #expect(json.results.map(\.layer) == ["layer1", "layer2"])
    for result in json.results {
      let baseline = try #require(result.baseline)
      let observed = try #require(result.observed)
      let interval = try #require(result.interval)
      let limit = try #require(result.limit)
      #expect(result.difference == observed - baseline)
      #expect(interval[0] < observed - baseline && observed - baseline < interval[1])
      #expect(limit == max(0.01, 0.05 * baseline))
      #expect(try #require(result.minimumDetectable) > limit)
    }
  }

  @Test("Classes that run together are a regression: 1, in every form")
  func regression() throws {
    try fixture.makeBaseline([try fixture.write("a.h5")])
    let worse = try fixture.write("b.h5") { $0.noiseScale = 2 }
    let (outcome, json) = try fixture.check([worse], environment: ["GITHUB_ACTIONS": "true"])
    #expect(outcome.status == 1)
    #expect(outcome.output.hasPrefix("Regression: 2 of 2 numbers.\n"))
    #expect(json.verdict == "regression")
    for result in json.results {
      #expect(result.verdict == "regression")
      #expect(try #require(result.interval)[0] > 0)
    }
    let junit = try XMLDocument(data: try fixture.folder.contents("out/check.xml"))
    #expect(try junit.nodes(forXPath: "//failure").count == 2)
    #expect(try junit.nodes(forXPath: "/testsuites/testsuite/testcase").count == 2)
    #expect(try fixture.text("out/check.md").hasPrefix("## snn-analyze check\n\n**Regression: "))
    let annotations = outcome.output.split(separator: "\n").filter { $0.hasPrefix("::") }
    #expect(annotations.count == 1)
    #expect(
      annotations.first?.hasPrefix("::error title=snn-analyze check%3A regression (2)::") == true)
  }

  @Test("A fall is an improvement that says how to keep it, and the renewed baseline what changed")
  func improvement() throws {
    let noisy = try fixture.write("a.h5") { $0.noiseScale = 2 }
    try fixture.makeBaseline([noisy])
    let better = try fixture.write("b.h5")
    let (outcome, json) = try fixture.check([better])
    #expect(outcome.status == 0)
    #expect(json.verdict == "improvement")
    #expect(
      outcome.output.contains("snn-analyze baseline \(better) -o \(fixture.baseline) --update"))
    let refused = try Command.run(["baseline", better, "-o", fixture.baseline])
    #expect(refused.status == 2)
    #expect(refused.errors.contains("--update"))
    let renewed = try fixture.makeBaseline([better, "--update"])
    #expect(renewed.output.contains("epoch_5 layer1, perplexity at 5%: "))
    #expect(renewed.output.contains(" → "))
    let same = try fixture.makeBaseline([better, "--update"])
    #expect(same.output.hasPrefix("Nothing changed.\n"))
  }

  @Test("Beyond the tolerance but within noise is inconclusive, and 3 where that is asked for")
  func inconclusive() throws {
    try fixture.makeBaseline([try fixture.write("a.h5") { $0.count = 24 }])
    // Of a few seeds at least one moves by more than a limit of next to nothing.
    let rules = try fixture.writeText("rules.yml", "rules:\n- {side: both, atol: 1e-9, rtol: 0}\n")
    let file = try fixture.write("b.h5") {
      $0.count = 24
      $0.noise = 7
    }
    let (outcome, json) = try fixture.check([file, "--rules", rules])
    #expect(json.results.map(\.verdict) == ["inconclusive", "inconclusive"])
    #expect(outcome.status == 0)
    let asked = try fixture.check([file, "--rules", rules, "--fail-on-inconclusive"])
    #expect(asked.outcome.status == 3)
    let junit = try XMLDocument(data: try fixture.folder.contents("out/check.xml"))
    #expect(try junit.nodes(forXPath: "//skipped").count == 2)
  }

  @Test("Rows pair by their ids, in whatever order they were recorded")
  func pairing() throws {
    let ids = (0..<240).map { "sample \($0 * 7 % 240)" }
    try fixture.makeBaseline([try fixture.write("a.h5") { $0.ids = ids }])
    let straight = try fixture.check([
      try fixture.write("b.h5") {
        $0.ids = ids
        $0.noise = 1
      }
    ]).json
    let shuffled = try fixture.check([
      try fixture.write("c.h5") {
        $0.ids = ids
        $0.noise = 1
        $0.order = (0..<240).map { $0 * 11 % 240 }.reversed()
      }
    ]).json
    #expect(straight.results.map(\.interval) == shuffled.results.map(\.interval))
    let moved = try fixture.check([
      try fixture.write("d.h5") {
        $0.ids = ids
        $0.order = (0..<240).map { $0 * 13 % 240 }
      }
    ])
    #expect(moved.json.results.allSatisfy { $0.identical == true })
    let doubled = try fixture.check([
      try fixture.write("e.h5") { $0.ids = ids.map { $0 == "sample 7" ? "sample 0" : $0 } }
    ])
    #expect(doubled.outcome.status == 2)
    #expect(doubled.outcome.errors.contains("has the sample id sample 0 in rows"))
  }

  @Test("Every quantity, by rules of which the last match decides")
  func rules() throws {
    let rules = try fixture.writeText(
      "rules.yml",
      """
      rules:
      - {quantity: minimum}
      - {quantity: temperature, rtol: 0.5}
      - {quantity: accuracy}
      - {quantity: perplexity, at: 20}
      - {layer: layer1, quantity: loss, at: 4}
      - {layer: "*2", checkpoint: "epoch_*", quantity: pair, pair: [3, 1]}
      - {layer: layer2, quantity: minimum, max: 0.001, level: warn}
      - {layer: layer2, quantity: accuracy, level: off}
      """)
    try fixture.makeBaseline([try fixture.write("a.h5"), "--rules", rules])
    let (outcome, json) = try fixture.check(
      [try fixture.write("b.h5") { $0.noise = 1 }, "--rules", rules])
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(json.verdict == "pass")
    let names = json.results.map { "\($0.layer) \($0.quantity ?? "")" }
    #expect(
      names == [
        "layer1 minimum", "layer1 temperature", "layer1 accuracy", "layer1 perplexity",
        "layer1 loss", "layer2 minimum", "layer2 temperature", "layer2 perplexity", "layer2 pair",
      ])
    let warned = try #require(
      json.results.first { $0.layer == "layer2" && $0.quantity == "minimum" })
    #expect(warned.verdict == "regression")
    #expect(warned.message == "It must not be above 0.001.")
    #expect(outcome.output.contains("1 warning"))
    for result in json.results where result.layer == "layer1" {
      #expect(result.interval != nil, "\(result.quantity ?? "")")
    }
  }

  @Test("A rule about every checkpoint leaves the last one held against the baseline's last")
  func checkpoints() throws {
    try fixture.makeBaseline([try fixture.write("a.h5") { $0.checkpoints = ["epoch_5"] }])
    let rules = try fixture.writeText(
      "rules.yml",
      "rules:\n- {quantity: perplexity}\n- {checkpoint: '*', quantity: minimum, min: 1.0e-6}\n")
    let file = try fixture.write("b.h5") {
      $0.noise = 1
      $0.checkpoints = ["epoch_6", "epoch_7"]
      $0.layers = ["layer1"]
    }
    let (outcome, json) = try fixture.check([
      file, "--rules", rules, "--layers", "layer1", "--checkpoints", "epoch_6",
    ])
    #expect(outcome.status == 4)
    #expect(
      json.results.map { "\($0.checkpoint) \($0.layer) \($0.quantity ?? "") \($0.verdict)" } == [
        "epoch_6 layer1 perplexity pass", "epoch_6 layer1 minimum pass",
        "epoch_5 layer1 minimum not-comparable",
      ])
  }

  @Test("What --layers and --except leave out of the file is not missed in it")
  func selection() throws {
    let file = try fixture.write("a.h5")
    try fixture.makeBaseline([file])
    for selection in [["--layers", "layer1"], ["--except", "*2"]] {
      let (outcome, json) = try fixture.check(
        [try fixture.write("b.h5") { $0.noise = 1 }] + selection)
      #expect(outcome.status == 0)
      #expect(json.results.map(\.layer) == ["layer1"])
    }
  }

  @Test("How rows pair is told: by their ids, or by their place with a notice")
  func pairingIsTold() throws {
    for (ids, pairing) in [(nil, "position"), ((0..<240).map { "s\($0)" }, "sample-ids")]
      as [([String]?, String)]
    {
      try fixture.makeBaseline([try fixture.write("a.h5") { $0.ids = ids }, "--update"])
      let (outcome, json) = try fixture.check([
        try fixture.write("b.h5") {
          $0.ids = ids
          $0.noise = 1
        }
      ])
      #expect(json.results.map(\.pairing) == [pairing, pairing])
      #expect(outcome.output.contains("Rows pair by their place") == (ids == nil))
    }
  }

  @Test(
    "A mistake in the rules is named with its line and the nearest known name",
    arguments: [
      ("rules:\n- {layr: a}", ":2: unknown key layr. Did you mean layer?"),
      (
        "rules:\n- layer: a\n  quantity: minimun",
        ":3: unknown quantity minimun. Did you mean minimum?"
      ),
      ("rule:\n- {layer: a}", ":1: unknown key rule. Did you mean rules?"),
      ("rules:\n- {side: uper}", "unknown side uper. Did you mean upper?"),
      ("rules:\n- {level: fatal}", "unknown level fatal."),
      ("rules:\n- {atol: small}", "atol is no number: small."),
      ("rules:\n- {atol: -1}", "atol is negative"),
      ("rules:\n- {quantity: loss}", "needs at: and a temperature above 0."),
      ("rules:\n- {quantity: pair}", "needs pair: [a, b] with two classes."),
      ("rules:\n- {quantity: minimum, at: 3}", "at has no meaning for minimum."),
      ("rules:\n- {min: 2, max: 1}", "is above max"),
      ("rules: []", "rules is no list, or an empty one."),
      ("", "has no rules."),
      ("rules: [", "is no YAML"),
    ])
  func mistakes(text: String, message: String) throws {
    let file = try fixture.write("a.h5")
    try fixture.makeBaseline([file])
    let rules = try fixture.writeText("rules.yml", text)
    let (outcome, json) = try fixture.check([file, "--rules", rules])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(json.error != nil)
  }

  @Test("A baseline of 20 layers is small, and its samples two bytes each")
  func size() throws {
    let file = try fixture.write("a.h5") {
      $0.layers = (0..<20).map { "encoder.layers.\($0).attention.output.dense" }
    }
    try fixture.makeBaseline([file])
    #expect(try fixture.folder.contents("baseline.json").count < 200_000)
    #expect(try fixture.folder.contents("baseline.samples").count <= 2 * 240 * 20 * 4)
    let text = try fixture.text("baseline.json")
    #expect(text.hasPrefix("{\n  \"schema\": \"snn-analyze/baseline/1\",\n"))
    let again = fixture.folder.path("again.json")
    #expect(try Command.run(["baseline", file, "-o", again, "--threads", "3"]).status == 0)
    #expect(try fixture.text("again.json") == text)
  }
}
