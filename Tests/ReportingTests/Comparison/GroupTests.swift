import Entanglement
import Foundation
import Reporting
import Testing

/// Groups of runs, from made-up histories.
@Suite struct GroupTests {
  private static func group(
    _ name: String, _ losses: [Double], seeds: [Int?]? = nil, second: Double? = nil
  ) -> RunGroup {
    RunGroup(
      name: name,
      runs: losses.enumerated().map { index, loss in
        GroupRun(
          name: "r\(index)", files: ["r\(index).h5"], seed: seeds.map { $0[index] } ?? index,
          history: History.history(
            [("x", [loss])] + (second.map { [("y", [$0 + loss])] } ?? []),
            checkpoints: ["epoch_9"]))
      })
  }

  private struct JSON: Decodable {
    struct Difference: Decodable {
      let layer: String?
      let quantity: String
      let paired: Bool
      let p: Double?
      let pAdjusted: Double?
    }
    let differences: [Difference]
    let notices: [String]
  }

  private static func report(_ groups: [RunGroup]) throws -> GroupReport {
    try GroupReport(
      try GroupComparison(groups, sweep: .standard),
      options: ReportOptions(version: "1", title: "a, b"))
  }

  private static func json(_ groups: [RunGroup]) throws -> JSON {
    let file = try #require(try report(groups).files(.json).first)
    return try JSONDecoder().decode(JSON.self, from: Data(file.contents.utf8))
  }

  @Test("Holm's p is over the layers of one quantity, and no smaller than the test's own")
  func holm() throws {
    let first = Self.group("a", [1, 1.1, 0.9, 1.05], second: 1)
    let second = Self.group("b", [1.3, 1.5, 1.1, 1.35], second: 1.02)
    let json = try Self.json([first, second])
    let minima = json.differences.filter { $0.quantity == "minimum" }
    #expect(minima.map(\.layer) == ["x", "y"] && minima.allSatisfy(\.paired))
    let p = minima.compactMap(\.p)
    let adjusted = minima.compactMap(\.pAdjusted)
    #expect(adjusted == Holm.adjusted(p) && adjusted.max() ?? 0 >= p.max() ?? 1)
  }

  @Test("Runs that share a seed within a group, or lack one, do not pair")
  func unpaired() throws {
    let first = Self.group("a", [1, 1.1, 0.9])
    for seeds in [[0, 0, 1], [0, nil, 2]] as [[Int?]] {
      let second = Self.group("b", [1.3, 1.2, 1.25], seeds: seeds)
      let json = try Self.json([first, second])
      #expect(json.differences.allSatisfy { !$0.paired })
      #expect(json.notices.contains { $0.contains("not every run has a seed of its own") })
    }
  }

  @Test("Two runs of the same numbers are refused: a copy is no seed")
  func copies() {
    #expect(throws: GroupError.self) {
      _ = try GroupComparison([Self.group("a", [1, 1.1, 1])], sweep: .standard)
    }
  }

  @Test("The words say how sure each number is, and every format is the same each time")
  func words() throws {
    let report = try Self.report([
      Self.group("a", [1, 1.1, 0.9, 1.05, 0.95, 1.02]),
      Self.group("b", [1.3, 1.5, 1.1, 1.35, 1.2, 1.31]),
    ])
    let text = report.terminalText(width: 160, color: false)
    #expect(text.contains("± is half the 95 % interval of the mean by Student's t."))
    #expect(text.contains("b − a differs from 0 in 1 of 1 layer (p < 0.05 after Holm"))
    // Six pairs, all of one sign: 2/64, the least there is.
    #expect(text.contains("0.0313 (least)"))
    for format in ReportFormat.allCases { #expect(report.files(format) == report.files(format)) }
    let latex = try #require(report.files(.latex).first).contents
    #expect(latex.contains("x & $1.003 \\pm 0.075$ & "))
  }
}
