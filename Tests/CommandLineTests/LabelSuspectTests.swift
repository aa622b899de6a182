import ActivationFiles
import Activations
import Foundation
import TestSupport
import Testing

/// Wrong labels planted in real data are found.
@Suite struct LabelSuspectTests {
  private static let digits = Command.root.appendingPathComponent("notebooks-data/digits-mlp.h5")
    .path

  @Test("Two percent of wrong labels come first, more surely than by the nearest neighbor")
  func planted() throws {
    let collection = try ActivationCollection(paths: [Self.digits])
    let checkpoint = try #require(collection.checkpoints.first)
    let labels = try collection.labels(of: checkpoint)
    let layer = try #require(checkpoint.layers.first)
    let matrix = try collection.activations(of: layer)
    let count = labels.sampleCount
    let classCount = labels.names.count
    var random = RandomActivations(seed: 61)
    let planted = Array(random.shuffled(count).prefix(count / 50))
    var indices = labels.indices.map { Int($0) }
    for (place, row) in planted.enumerated() {
      indices[row] = (indices[row] + 1 + place % (classCount - 1)) % classCount
    }

    let folder = try TemporaryFolder()
    let table = "label\n" + indices.map { "\(labels.names[$0])\n" }.joined()
    try Data(table.utf8).write(to: URL(fileURLWithPath: folder.path("planted.csv")))
    let outcome = try Command.run([
      Self.digits, "--labels", folder.path("planted.csv") + ":label", "--compute", "samples",
      "--checkpoints", checkpoint.name, "--layers", layer.name, "--output", folder.path("out"),
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("Candidates for wrong labels"))
    let json = try JSONSerialization.jsonObject(with: folder.contents("out/report.json"))
    let report = try #require(json as? [String: Any])
    let suspects = try #require(report["labelSuspects"] as? [[String: Any]])
    let found = suspects.prefix(planted.count).compactMap { $0["row"] as? Int }
    let precision = Double(Set(found).intersection(planted).count) / Double(planted.count)
    #expect(precision >= 0.8)

    // Those whose nearest neighbor disagrees, the usual recipe: nearest disagreement first.
    let distances = NaiveLoss.squaredDistances(matrix)
    let disagreeing = (0..<count).compactMap { row -> (row: Int, distance: Double)? in
      let nearest = (0..<count).filter { $0 != row }.min { distances[row][$0] < distances[row][$1] }
      return nearest.flatMap {
        indices[$0] == indices[row] ? nil : (row, distances[row][$0])
      }
    }.sorted { $0.distance < $1.distance }
    let byNeighbor = disagreeing.prefix(planted.count).map(\.row)
    #expect(
      precision > Double(Set(byNeighbor).intersection(planted).count) / Double(planted.count))
  }

  @Test("Samples are named by their ids, in every format")
  func ids() throws {
    let folder = try TemporaryFolder()
    let outcome = try Command.run([
      Self.digits, "--compute", "samples", "--checkpoints", "epoch_000", "--layers", "logits",
      "--samples", "300", "--output", folder.path("out"),
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
    let json = try JSONSerialization.jsonObject(with: folder.contents("out/report.json"))
    let report = try #require(json as? [String: Any])
    let checkpoint = try #require((report["checkpoints"] as? [[String: Any]])?.first)
    let layer = try #require((checkpoint["layers"] as? [[String: Any]])?.first)
    let samples = try #require(layer["entangledSamples"] as? [[String: Any]])
    #expect(samples.count == 20)
    let collection = try ActivationCollection(paths: [Self.digits])
    let entry = try #require(collection.checkpoints.first)
    let ids = try #require(try collection.sampleIDs(of: entry))
    let labels = try collection.labels(of: entry)
    for sample in samples {
      let row = try #require(sample["row"] as? Int)
      #expect(sample["id"] as? String == ids[row])
      #expect(sample["class"] as? String == labels.names[Int(labels.indices[row])])
    }
    for name in ["samples.csv", "label-suspects.csv"] {
      let text = String(decoding: try folder.contents("out/" + name), as: UTF8.self)
      #expect(text.split(separator: "\n").count > 1)
    }
  }
}
