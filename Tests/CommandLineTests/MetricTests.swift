import Activations
import Foundation
import TestSupport
import Testing

/// What the files tell of the training beside the activations.
@Suite struct MetricTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func write(_ name: String, numbers: [(of: String, name: String, value: Double)]) throws
    -> String
  {
    var random = RandomActivations(seed: 3)
    let labels = random.labels(60, classes: 3)
    let datasets = (0..<2).map { epoch -> HDF5Fixture.Dataset in
      let values = random.values(labels, features: 4, separation: 1 + Double(epoch))
      return .init("epoch_\(epoch)/layer", shape: [60, 4], .float32(values.map(Float.init)))
    }
    let path = folder.path(name)
    try HDF5Fixture.write(
      to: path,
      datasets: datasets + [.init("labels", shape: [60], .int64(labels.indices.map(Int64.init)))],
      numbers: numbers)
    return path
  }

  private struct Report: Decodable {
    struct Checkpoint: Decodable { let metrics: [String: Double]? }
    let checkpoints: [Checkpoint]
  }

  @Test("Attributes of checkpoints are drawn below the loss and stand in tables, text and data")
  func metrics() throws {
    let path = try write(
      "run.h5",
      numbers: [
        ("/epoch_0", "test_accuracy", 0.25), ("/epoch_1", "test_accuracy", 0.875),
        ("/epoch_0", "train_loss", 2.5), ("/epoch_1", "train_loss", 0.5),
        ("/epoch_0", "broken", .nan), ("/epoch_0", "temperature_layer", 3),
        ("/", "seed_like", 7), ("/epoch_0/layer", "of_the_layer", 1),
      ])
    let outcome = try Command.run([path, "--output", folder.path("out")])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("Metrics of the file, first to last checkpoint:"))
    #expect(outcome.output.contains("test_accuracy  0.250 → 0.875"))
    let report = try JSONDecoder().decode(Report.self, from: folder.contents("out/report.json"))
    #expect(
      report.checkpoints.map(\.metrics) == [
        ["test_accuracy": 0.25, "train_loss": 2.5], ["test_accuracy": 0.875, "train_loss": 0.5],
      ])
    let table = String(decoding: try folder.contents("out/metrics.csv"), as: UTF8.self)
    #expect(
      table
        == "checkpoint,step,test_accuracy,train_loss\nepoch_0,0,0.25,2.5\nepoch_1,1,0.875,0.5\n")
    for name in ["entanglement-over-training", "perplexity-over-training"] {
      let svg = String(decoding: try folder.contents("out/\(name).svg"), as: UTF8.self)
      #expect(svg.components(separatedBy: "class=\"panel\"").count == 4)
      let lines = svg.matches(of: /data-name="([^"]*)"/).map { String($0.1) }
      #expect(lines == ["layer", "test_accuracy", "train_loss"])
      #expect(svg.contains("Below it metrics of the file: test_accuracy from 0.250 to 0.875"))
    }
    let page = String(decoding: try folder.contents("out/report.html"), as: UTF8.self)
    #expect(page.contains("id=\"metrics\"") && page.contains("data-v=\"0.875\""))
  }

  @Test("Without such attributes there is no word of them")
  func none() throws {
    let path = try write("plain.h5", numbers: [("/", "learning_rate", 0.1)])
    let outcome = try Command.run([path, "--output", folder.path("out")])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!outcome.output.contains("Metrics"))
    #expect(!(try Command.results(in: folder.path("out"))).contains("metrics.csv"))
    let report = try JSONDecoder().decode(Report.self, from: folder.contents("out/report.json"))
    #expect(report.checkpoints.allSatisfy { $0.metrics == nil })
  }
}
