import Activations
import Foundation
import TestSupport
import Testing

/// Runs and baselines for tests of `check`: 240 samples of four classes, two layers, a checkpoint.
struct CheckFixture {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  struct Run {
    var seed: UInt64 = 1
    /// Of the noise that is drawn anew each time.
    var noise: UInt64 = 0
    var noiseScale = 0.2
    var separation = 0.8
    var count = 240
    var layers = ["layer1", "layer2"]
    var checkpoints = ["epoch_5"]
    var ids: [String]?
    var order: [Int]?
    var labels: ((Int) -> Int64)?
    /// Rows that lie in the midst of another class.
    var displaced: [Int] = []
    /// A value to put into the last layer.
    var poison: Float?
  }

  /// Writes a run and returns its path.
  func write(_ name: String, _ change: (inout Run) -> Void = { _ in }) throws -> String {
    var run = Run()
    change(&run)
    var base = RandomActivations(seed: run.seed)
    var noise = RandomActivations(seed: 1000 + run.noise)
    let labels = (0..<run.count).map { Int64($0 % 4) }
    let order = run.order ?? Array(0..<run.count)
    var datasets: [HDF5Fixture.Dataset] = []
    for checkpoint in run.checkpoints {
      for layer in run.layers {
        var means = base.values(ClassLabels(labels), features: 6, separation: run.separation)
        for row in run.displaced {
          for feature in 0..<6 { means[row * 6 + feature] = means[(row + 1) * 6 + feature] }
        }
        let values = means.map { Float($0 + noise.normal() * run.noiseScale) }
        var rows = order.flatMap { values[$0 * 6..<$0 * 6 + 6] }
        if let poison = run.poison, layer == run.layers.last { rows[20] = poison }
        datasets.append(
          .init("\(checkpoint)/\(layer)", shape: [run.count, 6], .float32(Array(rows))))
      }
    }
    let stored = order.map { row in run.labels.map { $0(row) } ?? labels[row] }
    datasets.append(.init("labels", shape: [run.count], .int64(stored)))
    if let ids = run.ids {
      datasets.append(.init("sample_ids", shape: [run.count], .strings(order.map { ids[$0] })))
    }
    let path = folder.path(name)
    try HDF5Fixture.write(to: path, datasets: datasets)
    return path
  }

  func writeText(_ name: String, _ text: String) throws -> String {
    let path = folder.path(name)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  var baseline: String { folder.path("baseline.json") }

  @discardableResult
  func makeBaseline(_ arguments: [String]) throws -> Command.Outcome {
    let outcome = try Command.run(["baseline"] + arguments + ["-o", baseline])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return outcome
  }

  struct Result: Decodable {
    let rule: String
    let checkpoint: String
    let layer: String
    let quantity: String?
    let verdict: String
    let observed: Double?
    let baseline: Double?
    let difference: Double?
    let interval: [Double]?
    let limit: Double?
    let minimumDetectable: Double?
    let pairing: String?
    let estimator: String?
    let identical: Bool?
    let message: String?
  }

  struct Check: Decodable {
    let schema: String
    let verdict: String
    let error: String?
    let notices: [String]
    let results: [Result]
  }

  /// Runs a check: how it ended, and its `check.json`.
  func check(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> (outcome: Command.Outcome, json: Check) {
    let outcome = try Command.run(
      ["check"] + arguments + ["--baseline", baseline, "--output", folder.path("out")],
      environment: ["GITHUB_ACTIONS": ""].merging(environment) { $1 })
    let json = try JSONDecoder().decode(Check.self, from: try folder.contents("out/check.json"))
    return (outcome, json)
  }

  func text(_ name: String) throws -> String {
    String(decoding: try folder.contents(name), as: UTF8.self)
  }
}
