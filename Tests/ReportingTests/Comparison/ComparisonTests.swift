import Entanglement
import Foundation
import Reporting
import Testing

@Suite struct ComparisonTests {
  private static let options = ReportOptions(version: "1", title: "a, b")

  private static func runs(
    _ first: EntanglementHistory, _ second: EntanglementHistory
  ) -> RunComparison {
    RunComparison([NamedRun(name: "a", history: first), NamedRun(name: "b", history: second)])
  }

  private struct JSON: Decodable {
    struct Entry: Decodable {
      struct Run: Decodable {
        let run: String
        let loss: Double
      }
      struct Difference: Decodable {
        let run: String
        let baseline: String
        let difference: Double
        let ratio: Double?
      }
      let layer: String
      let checkpoint: String
      let step: Int?
      let runs: [Run]
      let differences: [Difference]
    }
    struct Unmatched: Decodable {
      let run: String
      let checkpoint: String
      let layer: String
    }
    let schema: String
    let baseline: String
    let matchedBy: String
    let layers: [Entry]
    let unmatched: [Unmatched]
    let notices: [String]
  }

  private static func json(_ comparison: RunComparison) throws -> JSON {
    let file = try #require(try ComparisonReport(comparison, options: options).files(.json).first)
    #expect(file.name == "compare.json")
    return try JSONDecoder().decode(JSON.self, from: Data(file.contents.utf8))
  }

  @Test("Layers match by name and checkpoints by step; what has no partner is listed")
  func matching() throws {
    let first = History.history([("x", [2.0, 1.0, 0.5]), ("y", [2, 2, 2])])
    let second = History.history(
      [("y", [1.0, 1.5]), ("x", [2.0, 4.0])], checkpoints: ["step_0", "step_1"])
    let json = try Self.json(Self.runs(first, second))
    #expect(json.schema == "snn-analyze/compare/1")
    #expect(json.baseline == "a" && json.matchedBy == "step")
    #expect(json.layers.map(\.layer) == ["x", "y", "x", "y"])
    #expect(json.layers.map(\.step) == [0, 0, 1, 1])
    #expect(json.layers[2].differences.map(\.difference) == [3])
    #expect(json.layers[2].differences.map(\.ratio) == [4])
    #expect(json.layers[3].runs.map(\.loss) == [2, 1.5])
    #expect(json.unmatched.map(\.layer) == ["x", "y"])
    #expect(json.unmatched.allSatisfy { $0.run == "a" && $0.checkpoint == "epoch_2" })
  }

  @Test("Lone checkpoints match whatever their names")
  func lone() throws {
    let first = History.history([("x", [2.0]), ("y", [1])], checkpoints: ["plain"])
    let second = History.history([("x", [1.0]), ("z", [1])], checkpoints: ["other"])
    let comparison = Self.runs(first, second)
    let json = try Self.json(comparison)
    #expect(json.matchedBy == "position")
    #expect(json.layers.map(\.layer) == ["x"])
    #expect(Set(json.unmatched.map(\.layer)) == ["y", "z"])
    let svg = try #require(
      try ComparisonReport(comparison, options: Self.options).files(.svg).first)
    #expect(svg.name == "comparison.svg")
    #expect(svg.contents.contains("data-name=\"a\"") && !svg.contents.contains("\"panel\""))
  }

  @Test("A ratio to a loss of 0 is left out, and nothing is infinite")
  func zero() throws {
    let json = try Self.json(
      Self.runs(History.history([("x", [0.0])]), History.history([("x", [1.0])])))
    #expect(json.layers[0].differences.map(\.difference) == [1])
    #expect(json.layers[0].differences[0].ratio == nil)
  }

  @Test("Nothing in common is empty")
  func nothing() {
    let comparison = Self.runs(History.history([("x", [1.0])]), History.history([("y", [1.0])]))
    #expect(comparison.isEmpty)
  }

  @Test("The words say which run is more entangled, and where most")
  func words() throws {
    let text = try ComparisonReport(
      Self.runs(
        History.history([("x", [2.0, 1.0]), ("y", [2, 1])]),
        History.history([("x", [2.0, 1.1]), ("y", [2, 1.9])])), options: Self.options
    ).terminalText(width: 100, color: false).replacing("\n", with: " ")
    #expect(
      text.contains(
        "At epoch_1 b is more entangled than a in every layer; it differs most in y, 1.90 against "
          + "1.00 nats."))
    #expect(text.contains("+0.900") && text.contains("×1.90"))
  }

  @Test("Every format has its file, the same each time")
  func files() throws {
    let report = try ComparisonReport(
      Self.runs(
        History.history([("x", [2.0, 1.0]), ("y", [2, 1])]),
        History.history([("x", [2.0, 1.1]), ("y", [2, 1.9])])), options: Self.options)
    let names = ReportFormat.allCases.flatMap { report.files($0).map(\.name) }
    #expect(
      names == [
        "compare.txt", "comparison.svg", "compare.html", "compare.json", "comparison.csv",
        "compare.tex",
      ])
    for format in ReportFormat.allCases { #expect(report.files(format) == report.files(format)) }
    let csv = try #require(report.files(.csv).first?.contents.split(separator: "\n"))
    #expect(csv.count == 1 + 8)
    #expect(csv[2] == "epoch_0,0,x,b,2.0,0.0,,,0.05,interior,2.3,899")
  }
}
