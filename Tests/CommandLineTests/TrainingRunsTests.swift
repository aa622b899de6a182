import Foundation
import TestSupport
import Testing

/// `baseline` and `check` of trainings that differ in their seed.
@Suite struct TrainingRunsTests {
  private let fixture: CheckFixture

  init() throws {
    fixture = try CheckFixture()
  }

  private struct Training: Decodable {
    let baselineRuns: Int
    let runs: Int
    let standardDeviation: Double?
    let interval: [Double]?
    let separated: Bool?
    let minimumDetectable: Double?
    let runsToFindLimit: Int?
  }

  private struct Row: Decodable {
    let layer: String
    let verdict: String
    let baseline: Double?
    let observed: Double?
    let minimumDetectable: Double?
    let noise: String?
    let training: Training?
    let message: String?
  }

  private struct Check: Decodable {
    let verdict: String
    let notices: [String]
    let results: [Row]
  }

  private func check(_ arguments: [String]) throws -> (outcome: Command.Outcome, json: Check) {
    let outcome = try fixture.check(arguments).outcome
    let json = try fixture.folder.contents("out/check.json")
    return (outcome, try JSONDecoder().decode(Check.self, from: json))
  }

  /// Of the same samples, each with noise of its own.
  private func seeds(_ range: ClosedRange<Int>, scale: Double = 0.2) throws -> [String] {
    try range.map { seed in
      try fixture.write("seed\(seed).h5") {
        $0.noise = UInt64(seed)
        $0.noiseScale = scale
      }
    }
  }

  @Test(
    "A baseline of several trainings knows what another seed does, and says which noise decides")
  func several() throws {
    let files = try seeds(1...4)
    let made = try fixture.makeBaseline(files + ["--each-file", "run"])
    #expect(made.output.contains("the mean over 4 runs"), "\(made.output)")
    let document = try fixture.text("baseline.json")
    #expect(document.contains("\"runs\": [\"seed1\", \"seed2\", \"seed3\", \"seed4\"]"))
    let (outcome, json) = try check(try seeds(9...9))
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.contains("another seed"), "\(outcome.output)")
    #expect(json.notices.contains { $0.contains("on either side") })
    for row in json.results {
      let training = try #require(row.training)
      #expect(training.baselineRuns == 4)
      #expect(training.runs == 1)
      #expect(row.noise != nil)
      let interval = try #require(training.interval)
      let (mean, now) = (try #require(row.baseline), try #require(row.observed))
      let deviation = try #require(training.standardDeviation)
      // t of three degrees of freedom.
      let reach = 3.182446305283708 * deviation * 1.25.squareRoot()
      #expect(abs(interval[1] - (now - mean + reach)) < 1e-9)
      #expect(training.separated == (abs(now - mean) > reach))
      #expect(try #require(row.minimumDetectable) >= #require(training.minimumDetectable))
    }
    #expect(try fixture.text("out/check.md").contains("| another seed | noise |"))
  }

  @Test("Several new trainings are judged by their mean, and a worse one is found")
  func worse() throws {
    try fixture.makeBaseline(try seeds(1...4) + ["--each-file", "run"])
    let (outcome, json) = try check(try seeds(5...7, scale: 0.6) + ["--each-file", "run"])
    #expect(outcome.status == 1, "\(outcome.output)")
    #expect(json.verdict == "regression")
    #expect(json.results.allSatisfy { $0.training?.runs == 3 })
    let junit = try fixture.text("out/check.xml")
    #expect(junit.contains("decided by the noise of"), "\(junit)")
  }

  @Test("With fewer than three trainings the noise of training is said to be unknown")
  func unknown() throws {
    try fixture.makeBaseline(try seeds(1...2) + ["--each-file", "run"])
    let (outcome, json) = try check(try seeds(9...9))
    #expect(json.notices.contains { $0.contains("What another seed does is not known") })
    #expect(outcome.output.contains("the baseline is of 2 trainings, and it takes three"))
    #expect(json.results.allSatisfy { $0.noise == nil && $0.training?.interval == nil })
  }

  @Test("A single training against a single one says nothing of runs, as before")
  func single() throws {
    try fixture.makeBaseline(try seeds(1...1))
    let (_, json) = try check(try seeds(9...9))
    #expect(json.results.allSatisfy { $0.training == nil && $0.noise == nil })
    #expect(!json.notices.contains { $0.contains("another seed") })
  }

  @Test("Copies, one file, other samples and other labels are refused, each by its name")
  func refusals() throws {
    let files = try seeds(1...2)
    let copy = fixture.folder.path("seed7.h5")
    try FileManager.default.copyItem(atPath: files[0], toPath: copy)
    let fewer = try fixture.write("seed8.h5") { $0.count = 200 }
    let labels = try fixture.write("seed5.h5") { $0.labels = { Int64(($0 + 1) % 4) } }
    let layers = try fixture.write("seed6.h5") { $0.layers = ["layer1"] }
    for (arguments, status, message) in [
      ([files[0]], Int32(64), "there is one file"),
      ([files[0], copy], 2, "are the same bytes"),
      ([files[0], fewer], 2, "have 200 and 240 samples"),
      ([files[0], labels], 2, "have other labels"),
      ([files[0], layers], 2, "layer2 is in one alone"),
    ] {
      let outcome = try Command.run(
        ["baseline"] + arguments + ["--each-file", "run", "-o", fixture.baseline])
      #expect(outcome.status == status, "\(message): \(outcome.errors)")
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: fixture.baseline))
    }
    try fixture.makeBaseline(files + ["--each-file", "run"])
    let outcome = try check([files[0], fewer, "--each-file", "run"]).outcome
    #expect(outcome.status == 2, "\(outcome.output)")
    #expect(outcome.errors.contains("have 200 and 240 samples"), "\(outcome.errors)")
  }

  @Test("Models of several trainings are checked together, each against its own")
  func models() throws {
    let folder = fixture.folder.path("baselines")
    let named = try seeds(1...3).map { "vision=" + $0 }
    let made = try Command.run(["baseline"] + named + ["--each-file", "run", "-o", folder])
    try #require(made.status == 0, "\(made.errors)")
    let outcome = try Command.run(
      ["check"] + (try seeds(5...6).map { "vision=" + $0 }) + [
        "--each-file", "run", "--baseline", folder, "-o", fixture.folder.path("out"),
      ], environment: ["GITHUB_ACTIONS": ""])
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("another seed"), "\(outcome.output)")
  }
}
