import Activations
import Entanglement
import Foundation
import PairwiseDistances
import Reporting
import Testing

/// How sub-samples, batches and schedules appear in the files of a report.
@Suite struct StudyReportTests {
  /// Two checkpoints of two layers of sixty samples in three classes.
  static func history(
    _ target: PerplexityTarget = .share(0.2), sizes: [Int] = [15, 30], batchSize: Int = 20
  ) throws -> EntanglementHistory {
    let labels = ClassLabels((0..<60).map { Int64($0 % 3) })
    var settings = LossSettings(
      perplexityTarget: target, sampleSizes: SampleSizes(sizes, seed: 9),
      miniBatches: MiniBatches(size: batchSize, count: 4, seed: 9))
    let profiles = try (0..<2).map { step in
      let layers = try ["first", "second"].enumerated().map { index, name in
        let values = (0..<60).flatMap { row -> [Float] in
          let place = Float(row * row % 61) + Float((index + 2 * step) * 9 * (row % 3))
          return [place, Float(row * 7 % 13)]
        }
        // The second layer has no temperature of its own.
        settings.scheduledTemperature = index == 0 ? 40 / Double(step + 1) : nil
        return LayerProfile(
          name: name, index: index, shape: [60, 2],
          entanglement: try SoftNearestNeighborLoss(settings).entanglement(
            of: ActivationMatrix(sampleCount: 60, featureCount: 2, values: values), labels: labels)
        )
      }
      return EntanglementProfile(
        checkpoint: "epoch_\(step)", step: step, file: "run.h5", layers: layers)
    }
    return EntanglementHistory(
      distance: .squaredEuclidean, quantities: settings.quantities, profiles: profiles)
  }

  private static func files(
    _ format: ReportFormat, _ history: EntanglementHistory
  ) throws -> [String: String] {
    let report = try Report(history, options: ReportOptions(version: "1", title: "run"))
    return Dictionary(uniqueKeysWithValues: report.files(format).map { ($0.name, $0.contents) })
  }

  private struct Layer: Decodable {
    struct Drawn: Decodable {
      let loss: Double
      let standardDeviation, relativeTemperature: Double?
      let positions: [String]?
      let perplexity, share: Double?
    }
    struct Size: Decodable {
      let sampleCount, draws, anchorCount: Int
      let seed: String
      let minimum, atPerplexity: Drawn?
    }
    struct Mean: Decodable {
      let temperature, relativeTemperature: Double?
      let loss: Double
      let standardError: Double?
    }
    struct Batches: Decodable {
      let size, count, leftOut: Int
      let seed: String
      let curve: [Mean]
      let minimum: Mean?
    }
    struct Point: Decodable {
      let temperature, relativeTemperature, loss, slope, perplexity: Double
    }
    let curve: [Point]
    let scheduled: Point?
    let sampleSizes: [Size]?
    let batches: Batches?
  }

  private static func layers(_ history: EntanglementHistory) throws -> [Layer] {
    struct Checkpoint: Decodable { let layers: [Layer] }
    struct Report: Decodable { let checkpoints: [Checkpoint] }
    let text = try #require(try files(.json, history)["report.json"])
    return try JSONDecoder().decode(Report.self, from: Data(text.utf8)).checkpoints
      .flatMap(\.layers)
  }

  @Test("report.json has the values by the keys of its schema")
  func json() throws {
    let history = try Self.history()
    let expected = history.profiles.flatMap(\.layers).map(\.entanglement)
    let layers = try Self.layers(history)
    #expect(layers.count == 4)
    for (layer, found) in zip(layers, expected) {
      #expect(layer.scheduled?.loss == found.scheduled?.loss)
      #expect(layer.scheduled?.temperature == found.scheduled?.temperature)
      #expect(!layer.curve.contains { $0.temperature == found.scheduled?.temperature })
      let sizes = try #require(layer.sampleSizes)
      #expect(sizes.map(\.sampleCount) == [15, 30, 60])
      #expect(sizes.map(\.draws) == [5, 5, 1])
      #expect(sizes.allSatisfy { $0.seed == "9" })
      for (size, estimate) in zip(sizes, found.sampleSizes) {
        #expect(size.minimum?.loss == estimate.minimum?.loss)
        #expect(size.minimum?.standardDeviation == estimate.minimum?.standardDeviation)
        #expect(size.minimum?.positions?.count == size.draws)
        #expect(size.atPerplexity?.loss == estimate.matched?.loss)
        #expect(size.atPerplexity?.share == 0.2)
        #expect(size.atPerplexity?.perplexity == 0.2 * Double(size.sampleCount - 1))
      }
      let batches = try #require(layer.batches)
      let means = try #require(found.batches)
      #expect(batches.size == 20 && batches.count == 4 && batches.leftOut == 0)
      #expect(batches.curve.map(\.loss) == means.curve.map(\.mean.loss))
      #expect(batches.curve.map(\.standardError) == means.curve.map(\.mean.standardError))
      #expect(batches.curve.map(\.temperature) == found.curve.map(\.temperature))
      #expect(batches.minimum?.loss == means.minimum?.loss)
    }
    #expect(layers.map { $0.scheduled == nil } == [false, true, false, true])
  }

  @Test("Tables have a row a size and a row a temperature, all of one width")
  func csv() throws {
    let files = try Self.files(.csv, try Self.history())
    for (name, rows) in [
      ("sample-size.csv", 12), ("batches.csv", 4 * 50), ("entanglement-at-schedule.csv", 2),
      ("minima.csv", 4),
    ] {
      let lines = try #require(files[name]).split(separator: "\n")
      #expect(lines.count == rows + 1, "\(name)")
      let widths = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }
      #expect(Set(widths).count == 1, "\(name)")
    }
    #expect(try #require(files["minima.csv"]).contains(",scheduledTemperature,"))
  }

  @Test("The text has a table of each, and says what a count is")
  func text() throws {
    let share = try #require(try Self.files(.text, try Self.history())["report.txt"])
    let line = share.replacing("\n", with: " ")
    #expect(line.contains("Loss of sub-samples, its minimum over T, by number of samples"))
    #expect(line.contains("Loss of sub-samples, at perplexity 20.0 % of the others"))
    #expect(line.contains("over up to 5 draws, seed 9"))
    #expect(line.contains("Loss within batches of 20: mean ± standard error over 4 random batches"))
    #expect(
      line.contains(
        "Loss at the temperature of the schedule, T in squared activation units, last checkpoint"))
    let count = try #require(try Self.files(.text, try Self.history(.count(5)))["report.txt"])
    #expect(
      count.replacing("\n", with: " ").contains(
        "at perplexity 5.00, a count, which is another share of each size"))
    for text in [share, count] {
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }
  }

  @Test("Figures: loss over samples as two panels, loss at the schedule over checkpoints")
  func figures() throws {
    let files = try Self.files(.svg, try Self.history())
    let sizes = try #require(files["sample-size.svg"])
    #expect(sizes.split(separator: "class=\"panel\"").count == 3)
    #expect(sizes.contains("Number of samples"))
    #expect(sizes.contains("At perplexity 20.0 % of the others"))
    #expect(sizes.contains("class=\"band\""))
    #expect(
      try #require(files["entanglement-at-schedule.svg"]).contains(
        "Loss at the temperature of the schedule"))
    let batches = try #require(files["batches.svg"])
    #expect(batches.split(separator: "class=\"panel\"").count == 3)
    #expect(batches.contains("within batches of 20"))
    let html = try #require(try Self.files(.html, try Self.history())["report.html"])
    for id in ["scheduled", "sample-sizes", "batches"] {
      #expect(html.contains("id=\"\(id)\""))
    }
  }

  @Test("A single size is no figure, and what has no batches no table")
  func little() throws {
    let history = try Self.history(sizes: [1000], batchSize: 1000)
    let figures = try Self.files(.svg, history)
    #expect(figures["sample-size.svg"] == nil)
    #expect(figures["batches.svg"] == nil)
    #expect(try Self.files(.csv, history)["batches.csv"] == nil)
    let text = try #require(try Self.files(.text, history)["report.txt"])
    #expect(text.contains("No loss of batches of 1000"))
    #expect(text.contains("Loss of sub-samples"))
  }

  @Test("Nothing of it is in a report that has none of it")
  func absent() throws {
    let history = History.history([("a", [1, 0.5])])
    for format in ReportFormat.allCases {
      for (name, text) in try Self.files(format, history) {
        for word in ["sampleSizes", "\"batches\"", "cheduled", "sub-samples", "sample-size"] {
          #expect(!text.contains(word), "\(name) has \(word)")
        }
      }
    }
  }
}
