import Entanglement
import Foundation
import RegressionChecks
import Reporting
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A check in each of its forms.
@Suite struct CheckReportTests {
  private static func file(_ name: String, _ report: CheckReport = Checks.mixed()) throws -> String
  {
    try #require(report.reportFiles.first { $0.name == name }).contents
  }

  private static let failed = CheckReport(
    error: "run.h5: no | such <file>: 100 %", version: "1", files: ["run.h5"],
    baseline: "baseline.json")

  // MARK: Text

  @Test("The text begins with the verdict and has a row a number, aligned")
  func text() {
    let lines = Checks.mixed().terminalText.split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(
      lines[0] == "Regression: 1 of 6 numbers, 1 improvement, 1 not comparable, 1 warning.")
    #expect(lines[1].isEmpty)
    #expect(lines[2].hasPrefix("verdict") && lines[2].hasSuffix("if spread"))
    let rows = lines[3...].prefix { !$0.isEmpty }
    #expect(rows.count == 6)
    #expect(Set(rows.map(\.count)) == [lines[2].count])
    #expect(rows.first?.hasPrefix("regression ") == true)
    #expect(rows.contains { $0.hasPrefix("regression (warning) ") })
    #expect(rows.contains { $0.hasPrefix("pass (identical) ") })
    #expect(rows.first?.contains("0.200  0.500      +0.300") == true)
  }

  @Test("What a reader has to know follows: remarks, and how to keep an improvement")
  func notices() {
    let text = Checks.mixed().terminalText
    #expect(text.contains("epoch_5 none, perplexity at 5%: No temperature has the perplexity."))
    #expect(text.contains("The activations of bits are the baseline's, bit for bit"))
    #expect(
      text.contains(
        "To keep the improvement: snn-analyze baseline run.h5 -o baseline.json --update"))
    #expect(text.contains("Holm's correction over 4 comparisons"))
    #expect(text.contains("Rows pair by their place"))
  }

  @Test("One remark for all layers that it holds for, the first five by name")
  func remarks() {
    let layers = (1...7).map { Checks.layer("layer\($0)", nil) }
    let known = (1...7).map { Checks.layer("layer\($0)", 0.2) }
    let text = Checks.report(Checks.check(layers, against: known)).terminalText
    #expect(
      text.contains(
        "\nepoch_5 layer1, layer2, layer3, layer4, layer5 and 2 more, perplexity at 5%: "))
  }

  // MARK: JSON

  private struct Check: Decodable {
    struct Result: Decodable {
      let layer, verdict, level: String
      let at: String?
      let observed, baseline, difference, limit: Double?
      let interval: [Double]?
      let identical: Bool?
      let message: String?
    }
    let schema, version, verdict, summary, baseline: String
    let error: String?
    let files: [String]
    let comparisons: Int
    let results: [Result]
  }

  private static func json(_ report: CheckReport = Checks.mixed()) throws -> Check {
    try JSONDecoder().decode(Check.self, from: Data(try file("check.json", report).utf8))
  }

  @Test("check.json has the numbers by the keys of its schema")
  func json() throws {
    let check = try Self.json()
    #expect(check.schema == "snn-analyze/check/1" && check.version == "1.2.3")
    #expect(check.verdict == "regression" && check.comparisons == 4 && check.error == nil)
    #expect(check.files == ["run.h5"] && check.baseline == "baseline.json")
    #expect(
      check.results.map(\.verdict) == [
        "regression", "pass", "improvement", "regression", "not-comparable", "pass",
      ])
    let first = check.results[0]
    #expect(first.layer == "a|b<&\">" && first.level == "error" && first.at == "5%")
    #expect(first.baseline == 0.2 && first.observed == 0.5 && first.limit == 0.05 * 0.2)
    #expect(first.difference == 0.5 - 0.2)
    let interval = try #require(first.interval)
    #expect(interval[0] <= 0.3 && interval[1] >= 0.3)
    #expect(check.results[3].level == "warn")
    #expect(check.results[4].observed == nil && check.results[4].interval == nil)
    #expect(check.results[4].message == "No temperature has the perplexity.")
    #expect(
      check.results.map { $0.identical == true } == [false, false, false, false, false, true])
  }

  // MARK: JUnit

  @Test("check.xml is well-formed, counts its cases, and escapes what XML must not hold")
  func junit() throws {
    let document = try XMLDocument(xmlString: try Self.file("check.xml"))
    let root = try #require(document.rootElement())
    func value(_ name: String) -> String? { root.attribute(forName: name)?.stringValue }
    #expect(value("tests") == "6" && value("failures") == "1" && value("errors") == "1")
    #expect(value("skipped") == "1")
    let cases = try document.nodes(forXPath: "//testcase").compactMap { $0 as? XMLElement }
    #expect(cases.count == 6)
    #expect(
      cases.first?.attribute(forName: "name")?.stringValue == "a|b<&\"> perplexity at 5%")
    #expect(try document.nodes(forXPath: "//testcase/failure[@type='regression']").count == 1)
    #expect(try document.nodes(forXPath: "//testcase/error[@type='not-comparable']").count == 1)
    #expect(try document.nodes(forXPath: "//testsuite").count == 2)
  }

  // MARK: Markdown

  @Test("check.md has what stops the build first, and escapes what would be marked up")
  func markdown() throws {
    let text = try Self.file("check.md")
    #expect(text.hasPrefix("## snn-analyze check\n\n**Regression: 1 of 6 numbers"))
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
    let verdicts = rows.map { $0.dropFirst(2).prefix { $0 != "|" }.dropLast() }
    #expect(
      verdicts == [
        "regression", "regression (warning)", "not comparable", "improvement", "pass",
        "pass (identical)",
      ])
    #expect(rows.first?.contains("a\\|b\\<&\">") == true)
    #expect(Set(rows.map { $0.replacing("\\|", with: "").count { $0 == "|" } }) == [12])
  }

  // MARK: Annotations

  @Test("There is an annotation for each kind of verdict, on one line each")
  func annotations() {
    let lines = Checks.mixed().annotations.split(separator: "\n")
    #expect(
      lines.map { $0.prefix { $0 != " " } } == [
        "::error", "::error", "::notice", "::warning", "::notice",
      ])
    #expect(
      lines[0].hasPrefix("::error title=snn-analyze check%3A regression (1)::epoch_5 a|b<&\">"))
  }

  @Test("Of more than ten numbers of a kind the annotation says how many are left out")
  func manyAnnotations() {
    let layers = (1...12).map { Checks.layer("layer\($0)", 0.9) }
    let known = (1...12).map { Checks.layer("layer\($0)", 0.2) }
    let text = Checks.report(Checks.check(layers, against: known)).annotations
    #expect(text.contains("regression (12)") && text.hasSuffix("%0Aand 2 more\n"))
    #expect(text.split(separator: "\n").count == 1)
  }

  // MARK: Without numbers

  @Test("A check that could not be made says why in every form, and is not comparable")
  func failure() throws {
    #expect(
      Self.failed.terminalText
        == "Error: the check could not be made.\nrun.h5: no | such <file>: 100 %\n")
    let check = try Self.json(Self.failed)
    #expect(check.verdict == "not-comparable" && check.results.isEmpty)
    #expect(check.error == "run.h5: no | such <file>: 100 %")
    #expect(try Self.file("check.md", Self.failed).contains("no \\| such \\<file>"))
    #expect(
      Self.failed.annotations
        == "::error title=snn-analyze check::run.h5: no | such <file>: 100 %25\n")
    let document = try XMLDocument(xmlString: try Self.file("check.xml", Self.failed))
    #expect(document.rootElement()?.attribute(forName: "errors")?.stringValue == "1")
    let error = try #require(
      try document.nodes(forXPath: "//testcase/error").first as? XMLElement)
    #expect(error.attribute(forName: "message")?.stringValue == "run.h5: no | such <file>: 100 %")
  }

  @Test("Rules that leave nothing to check are not comparable")
  func nothing() {
    let report = Checks.report(
      Checks.check(
        [Checks.layer("a", 1)], against: [Checks.layer("a", 1)],
        rules: [RegressionRule(measure: nil, level: .off)]))
    #expect(
      report.terminalText == "Not comparable: the rules leave nothing to check.\n")
    #expect(report.annotations.hasPrefix("::error title=snn-analyze check::Not comparable"))
  }
}
