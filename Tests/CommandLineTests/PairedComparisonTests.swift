import Activations
import Foundation
import TestSupport
import Testing

/// The intervals of `compare`, where the rows of two runs are the same samples.
@Suite struct PairedComparisonTests {
  private let folder: TemporaryFolder
  private static let count = 120
  private static let ids = (0..<count).map { "sample \($0)" }

  init() throws {
    folder = try TemporaryFolder()
  }

  private struct Comparison: Decodable {
    struct Entry: Decodable {
      let layer: String
      let differences: [Both]
    }
    struct Both: Decodable {
      let difference: Double
      let interval: [Double]?
      let atPerplexity: One
      let pairing: String?
    }
    struct One: Decodable {
      let difference: Double
      let interval: [Double]?
      let ratio: Double?
    }
    let layers: [Entry]
    let notices: [String]
  }

  /// Two layers of one run: the same samples each time, with noise of their own.
  private static func values(noise seed: UInt64) -> [(String, [Float])] {
    var base = RandomActivations(seed: 4)
    var noise = RandomActivations(seed: seed)
    return ["layer1", "layer2"].map { name in
      let values = base.values(labels, features: 5, separation: 0.9)
      return (name, values.map { Float($0 + (seed == 0 ? 0 : 0.6 * noise.normal())) })
    }
  }

  private static let labels = ClassLabels((0..<count).map { Int64($0 % 3) })

  private func write(
    _ name: String, noise: UInt64, ids: [String]? = ids, order: [Int] = Array(0..<count)
  ) throws -> String {
    var datasets = Self.values(noise: noise).map { layer, values in
      HDF5Fixture.Dataset(
        layer, shape: [order.count, 5],
        .float32(order.flatMap { Array(values[$0 * 5..<$0 * 5 + 5]) }))
    }
    datasets.append(
      .init("labels", shape: [order.count], .int64(order.map { Int64(Self.labels.indices[$0]) })))
    if let ids {
      datasets.append(.init("sample_ids", shape: [order.count], .strings(order.map { ids[$0] })))
    }
    let path = folder.path(name)
    try HDF5Fixture.write(to: path, datasets: datasets)
    return path
  }

  private func compare(
    _ first: String, _ second: String, _ arguments: [String] = []
  ) throws -> (json: Comparison, text: String) {
    let outcome = try Command.run(
      ["compare", "a=\(first)", "b=\(second)", "--output", folder.path("out")] + arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return (
      try JSONDecoder().decode(Comparison.self, from: try folder.contents("out/compare.json")),
      outcome.output
    )
  }

  @Test("The interval is that of a change between two checkpoints of the same samples")
  func checkpoints() throws {
    let both = folder.path("both.h5")
    try HDF5Fixture.write(
      to: both,
      datasets: [UInt64(0), 1].flatMap { seed in
        Self.values(noise: seed).map { layer, values in
          HDF5Fixture.Dataset(
            "epoch_\(seed)/\(layer)", shape: [Self.count, 5], .float32(values))
        }
      } + [.init("labels", shape: [Self.count], .int64(Self.labels.indices.map(Int64.init)))])
    let report = try Command.run([both, "--output", folder.path("report"), "--quiet"])
    try #require(report.status == 0, "\(report.errors)")
    struct Report: Decodable {
      struct Change: Decodable {
        let difference: Double
        let interval: [Double]
      }
      let changes: [Change]
    }
    let changes = try JSONDecoder().decode(
      Report.self, from: try folder.contents("report/report.json")
    ).changes
    let (json, text) = try compare(
      write("a.h5", noise: 0), write("b.h5", noise: 1))
    let differences = json.layers.map(\.differences[0])
    #expect(differences.map(\.atPerplexity.difference) == changes.map(\.difference))
    #expect(differences.map(\.atPerplexity.interval) == changes.map(\.interval))
    #expect(differences.map(\.pairing) == ["sample-ids", "sample-ids"])
    for difference in differences {
      let interval = try #require(difference.interval, "both minima are interior")
      #expect(interval[0] < difference.difference && difference.difference < interval[1])
    }
    #expect(text.contains("Loss at the matched perplexity (nats), last common checkpoint:"))
    #expect(text.contains("95 % interval"))
    #expect(text.contains("The 95 % interval of the paired difference leaves out 0 in"))
    let csv = String(
      decoding: try folder.contents("out/comparison-at-perplexity.csv"), as: UTF8.self
    ).split(separator: "\n")
    #expect(csv[0].hasPrefix("checkpoint,step,layer,run,loss,difference,lower,upper,"))
    let fields = csv[2].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    #expect(fields[6..<8].map(Double.init) == changes[0].interval)
    for name in ["comparison", "comparison-at-perplexity"] {
      let svg = String(decoding: try folder.contents("out/\(name).svg"), as: UTF8.self)
      #expect(svg.contains("class=\"band\""), "\(name)")
    }
    let html = String(decoding: try folder.contents("out/compare.html"), as: UTF8.self)
    #expect(html.contains("95 % interval</th>"))
  }

  @Test("Rows pair by their ids, in whatever order the second run has them")
  func order() throws {
    let first = try write("a.h5", noise: 0)
    let straight = try compare(first, write("b.h5", noise: 1)).json
    let shuffled = try compare(
      first, write("c.h5", noise: 1, order: (0..<Self.count).map { $0 * 77 % Self.count })
    ).json
    for (one, other) in zip(straight.layers, shuffled.layers) {
      let intervals = [one, other].map { $0.differences[0].atPerplexity.interval ?? [] }
      for (bound, otherBound) in zip(intervals[0], intervals[1]) {
        #expect(abs(bound - otherBound) < 1e-6)
      }
      #expect(intervals[1].count == 2)
    }
  }

  @Test("A run beside itself differs by 0, with an interval of no width, and that is said")
  func identical() throws {
    let (json, text) = try compare(write("a.h5", noise: 1), write("b.h5", noise: 1))
    for layer in json.layers {
      #expect(layer.differences[0].atPerplexity.difference == 0)
      #expect(layer.differences[0].atPerplexity.interval == [0, 0])
      #expect(layer.differences[0].interval == [0, 0])
    }
    #expect(json.notices.contains { $0.contains("intervals of no width") })
    #expect(text.contains("b and a are the same to the last sample in every layer"))
    #expect(text.contains("within one percent of a in every layer"))
  }

  @Test("Without ids rows pair by their place, which is said")
  func place() throws {
    let json = try compare(
      write("a.h5", noise: 0, ids: nil), write("b.h5", noise: 1, ids: nil)
    ).json
    #expect(json.layers.allSatisfy { $0.differences[0].pairing == "position" })
    #expect(json.notices.contains { $0.contains("pair by their place") })
  }

  @Test("Rows that do not pair have a difference, no interval, and a notice why")
  func unpaired() throws {
    let first = try write("a.h5", noise: 0)
    let others = try write("b.h5", noise: 1, ids: Self.ids.map { $0 + "'" })
    let fewer = try write("c.h5", noise: 1, order: Array(0..<90))
    let moved = try write(
      "d.h5", noise: 1, ids: nil, order: Array((0..<Self.count).reversed()))
    for (second, reason) in [
      (others, "the samples are others, by their sample_ids"),
      (fewer, "there are 120 samples and 90"),
      (moved, "the labels are others, or in another order"),
    ] {
      let (json, text) = try compare(first, second)
      for layer in json.layers {
        #expect(layer.differences[0].atPerplexity.interval == nil)
        #expect(layer.differences[0].interval == nil && layer.differences[0].pairing == nil)
      }
      #expect(json.notices.contains("No intervals for b − a, because \(reason)."))
      #expect(!text.contains("95 % interval"))
    }
  }

  @Test("Without intervals there are none, and nothing is said of them")
  func curve() throws {
    let json = try compare(
      write("a.h5", noise: 0), write("b.h5", noise: 1), ["--compute", "minimum,perplexity"]
    ).json
    #expect(json.layers.allSatisfy { $0.differences[0].atPerplexity.interval == nil })
    #expect(json.notices.isEmpty)
  }
}
