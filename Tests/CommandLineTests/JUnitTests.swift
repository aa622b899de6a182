import Foundation
import TestSupport
import Testing

/// `check.xml` as the tools read it that people have.
@Suite struct JUnitTests {
  private static let parser = Python(having: "junitparser")
  private static let converter = Python(having: "junit2htmlreport")
  private let fixture: CheckFixture

  /// A check with a case of each kind: a pass, a regression, a warning, what is inconclusive and what
  /// is not comparable; with names that XML must escape.
  init() throws {
    fixture = try CheckFixture()
    let layers = ["in<&\">", "层 2"]
    let rules = try fixture.writeText(
      "rules.yml",
      """
      rules:
      - {quantity: perplexity}
      - {layer: "in*", quantity: accuracy, max: 0.001}
      - {layer: "in*", quantity: minimum, max: 0.001, level: warn}
      - {layer: "层*", quantity: accuracy, side: both, atol: 1.0e-9, rtol: 0}
      - {layer: "gone*", quantity: minimum}
      """)
    try fixture.makeBaseline([try fixture.write("a.h5") { $0.layers = layers }])
    let file = try fixture.write("b.h5") {
      $0.noise = 1
      $0.layers = layers
    }
    let outcome = try fixture.check([file, "--rules", rules]).outcome
    try #require(outcome.status == 1, "\(outcome.output)\(outcome.errors)")
  }

  private struct Case: Decodable, Equatable {
    let suite: String
    let classname: String
    let name: String
    let results: [String]
    let messages: [String]
  }

  @Test(
    "junitparser reads every case, with its verdict and its names",
    .enabled(if: parser != nil, "needs python3 with junitparser; SNN_PYTHON may name it"))
  func cases() throws {
    let script = """
      import json, sys
      from junitparser import JUnitXml
      xml = JUnitXml.fromfile(sys.argv[1])
      cases = [
          {"suite": suite.name, "classname": case.classname, "name": case.name,
           "results": [type(result).__name__ for result in case.result],
           "messages": [result.message for result in case.result]}
          for suite in xml for case in suite]
      counted = [sum(suite.tests for suite in xml), sum(suite.failures for suite in xml),
                 sum(suite.errors for suite in xml), sum(suite.skipped for suite in xml)]
      assert counted == [xml.tests, xml.failures, xml.errors, xml.skipped], counted
      assert counted[0] == len(cases)
      print(json.dumps(cases))
      """
    let outcome = try #require(Self.parser).run([
      "-c", script, fixture.folder.path("out/check.xml"),
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
    let cases = try JSONDecoder().decode([Case].self, from: Data(outcome.output.utf8))
    let json = try JSONDecoder().decode(
      CheckFixture.Check.self, from: try fixture.folder.contents("out/check.json"))
    #expect(cases.count == json.results.count)
    for result in json.results {
      let found = try #require(
        cases.first {
          $0.suite == result.rule && $0.name.hasPrefix(result.layer + " ")
            && $0.name.contains(result.quantity ?? "")
        }, "\(result)")
      #expect(found.classname == result.checkpoint)
      let isWarning = result.rule.contains("level: warn")
      let expected =
        switch result.verdict {
        case "regression": isWarning ? ["Skipped"] : ["Failure"]
        case "not-comparable": ["Error"]
        case "inconclusive": ["Skipped"]
        default: [String]()
        }
      #expect(found.results == expected, "\(found)")
      for message in found.messages { #expect(message.contains(result.message ?? "")) }
    }
    #expect(Set(cases.flatMap(\.results)) == ["Failure", "Error", "Skipped"])
    #expect(cases.contains { $0.results.isEmpty })
    #expect(cases.contains { $0.name.hasPrefix("in<&\"> ") })
  }

  @Test(
    "junit2html makes a page that names every case",
    .enabled(if: converter != nil, "needs python3 with junit2html; SNN_PYTHON may name it"))
  func page() throws {
    let page = fixture.folder.path("check.html")
    let outcome = try #require(Self.converter).run([
      "-m", "junit2htmlreport", fixture.folder.path("out/check.xml"), page,
    ])
    try #require(outcome.status == 0, "\(outcome.errors)\(outcome.output)")
    let html = try String(contentsOfFile: page, encoding: .utf8)
    for text in [
      "in&lt;&amp;&#34;&gt; minimum", "层 2 soft-neighbor accuracy at 5%",
      "It must not be above 0.001.",
      "The rule matches no layer.", "epoch_5",
    ] {
      #expect(html.contains(text), "\(text)")
    }
  }
}
