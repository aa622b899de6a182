import Foundation
import TestSupport
import Testing

/// Means that a handful of samples carries: named in a report, judged without these by a gate.
@Suite struct CarriedMeanTests {
  private let fixture: CheckFixture

  init() throws {
    fixture = try CheckFixture()
  }

  private func write(
    _ name: String, displaced: [Int], noise: UInt64 = 0, noiseScale: Double = 0.2
  ) throws -> String {
    try fixture.write(name) {
      $0.separation = 4
      $0.layers = ["layer1"]
      $0.displaced = displaced
      $0.noise = noise
      $0.noiseScale = noiseScale
    }
  }

  private struct Report: Decodable {
    struct Checkpoint: Decodable { let layers: [Layer] }
    struct Layer: Decodable { let atPerplexity: Matched }
    struct Matched: Decodable { let loss, median, heldByTopPercent: Double }
    let checkpoints: [Checkpoint]
  }

  @Test("A report says so, names the samples, and gives the median and their share")
  func report() throws {
    let file = try write("a.h5", displaced: [7, 100, 201])
    let out = fixture.folder.path("report")
    let outcome = try Command.run(["report", file, "-o", out, "--formats", "text,json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("carried by a handful"), "\(outcome.output)")
    #expect(outcome.output.contains("3 of 240 samples hold"))
    for row in ["7", "100", "201"] { #expect(outcome.output.contains(row)) }
    let json = try JSONDecoder().decode(
      Report.self, from: try fixture.folder.contents("report/report.json"))
    let matched = json.checkpoints[0].layers[0].atPerplexity
    #expect(matched.heldByTopPercent > 0.9)
    #expect(matched.median < 0.1 * matched.loss)
  }

  @Test("Where the baseline is carried so, other noise passes and a loss of the others is found")
  func both() throws {
    let displaced = [7, 100, 201]
    try fixture.makeBaseline([try write("a.h5", displaced: displaced)])
    let (same, json) = try fixture.check([try write("b.h5", displaced: displaced, noise: 1)])
    #expect(same.status == 0, "\(same.output)")
    #expect(json.results.map(\.estimator) == ["trimmed-mean"])
    #expect(json.results.map(\.verdict) == ["pass"])
    #expect(same.output.contains("Judged by the mean without"))
    // Others carry it: each side leaves its own out.
    let others = try fixture.check([try write("c.h5", displaced: [12, 55, 170], noise: 1)])
    #expect(others.json.results.map(\.verdict) == ["pass"], "\(others.outcome.output)")
    let worse = try fixture.check([
      try write("d.h5", displaced: displaced, noise: 1, noiseScale: 4)
    ])
    #expect(worse.outcome.status == 1, "\(worse.outcome.output)")
    let result = try #require(worse.json.results.first)
    #expect(result.estimator == "trimmed-mean" && result.verdict == "regression")
    #expect(result.difference == (result.observed ?? 0) - (result.baseline ?? 0))
    #expect(try #require(result.interval)[0] > 0)
    #expect(result.minimumDetectable == nil)
    // And back: the loss of the others has fallen, whatever the handful.
    let better = try fixture.check([try write("e.h5", displaced: [], noise: 1)])
    #expect(["pass", "improvement"].contains(better.json.results[0].verdict))
  }

  @Test(
    "Where the new run alone is carried so, the row is a regression or inconclusive, never a pass")
  func onlyNow() throws {
    try fixture.makeBaseline([try write("a.h5", displaced: [])])
    for displaced in [[7, 100, 201], [7]] {
      let (outcome, json) = try fixture.check([try write("b.h5", displaced: displaced, noise: 1)])
      let result = try #require(json.results.first)
      #expect(result.estimator == "mean")
      #expect(["regression", "inconclusive"].contains(result.verdict), "\(outcome.output)")
      #expect(result.message?.contains("A handful of samples carries the mean") == true)
    }
    // Not even where the mean has fallen: a baseline of noise, a run of a handful.
    try fixture.makeBaseline([try write("c.h5", displaced: [], noiseScale: 12), "--update"])
    let (outcome, json) = try fixture.check([try write("d.h5", displaced: [7], noise: 1)])
    #expect(json.results.map(\.verdict) == ["inconclusive"], "\(outcome.output)")
    let blocked = try fixture.check([
      try write("d.h5", displaced: [7], noise: 1), "--fail-on-inconclusive",
    ])
    #expect(blocked.outcome.status == 3)
  }
}
