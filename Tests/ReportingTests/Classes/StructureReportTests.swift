import Activations
import Entanglement
import Foundation
import PairwiseDistances
import Reporting
import Testing

/// How classes and certainty appear in the files of a report.
@Suite struct StructureReportTests {
  /// Thirty samples on a line, in three classes.
  private static func history(
    _ target: PerplexityTarget = .count(5)
  ) throws -> EntanglementHistory {
    let labels = ClassLabels((0..<30).map { ["ant", "b,\"ee\"", "cat"][$0 / 10] })
    let values = (0..<30).map { row -> Float in
      let place = Float(row % 10) + 4 * Float(row / 10)
      return place + 0.01 * Float(row * row % 89)
    }
    let matrix = ActivationMatrix(sampleCount: 30, featureCount: 1, values: values)
    let loss = SoftNearestNeighborLoss(LossSettings(perplexityTarget: target))
    return EntanglementHistory(
      distance: .squaredEuclidean, quantities: loss.settings.quantities,
      profiles: [
        EntanglementProfile(
          checkpoint: "run", step: nil, file: "run.h5",
          layers: [
            LayerProfile(
              name: "only", index: 0, shape: [30, 1],
              entanglement: try loss.entanglement(of: matrix, labels: labels))
          ])
      ])
  }

  private static func files(_ format: ReportFormat, _ history: EntanglementHistory) throws
    -> [String: String]
  {
    let report = try Report(history, options: ReportOptions(version: "1", title: "run"))
    return Dictionary(uniqueKeysWithValues: report.files(format).map { ($0.name, $0.contents) })
  }

  /// What `JSONDecoder` reads, which rounds every number correctly.
  private struct Layer: Decodable {
    struct Matched: Decodable {
      let perplexity, share, temperature, relativeTemperature, loss: Double
      let rule: String
      let interval: [Double]
    }
    struct ClassLoss: Decodable {
      let name: String
      let count: Int
      let loss, temperature: Double
      let interval: [Double]
    }
    struct Table: Decodable {
      let at: String
      let temperature: Double
      let classes: [String]
      let rows: [[Double?]]
    }
    struct Minimum: Decodable {
      let position: String
      let interval: [Double]?
    }
    let atPerplexity: Matched?
    let classLosses: [ClassLoss]?
    let softConfusion, classEntanglement: Table?
    let minimum: Minimum?
    let notices: [String]?
  }

  private static func layer(_ history: EntanglementHistory) throws -> Layer {
    struct Checkpoint: Decodable { let layers: [Layer] }
    struct Report: Decodable { let checkpoints: [Checkpoint] }
    let text = try #require(try files(.json, history)["report.json"])
    let report = try JSONDecoder().decode(Report.self, from: Data(text.utf8))
    return try #require(report.checkpoints.first?.layers.first)
  }

  @Test("report.json has the values by the keys of its schema")
  func json() throws {
    let history = try Self.history()
    let layer = try Self.layer(history)
    let expected = try #require(history.profiles.first?.layers.first?.entanglement)
    let matched = try #require(expected.matched)
    let record = try #require(layer.atPerplexity)
    #expect(record.perplexity == 5)
    #expect(record.share == 5 / 29.0)
    #expect(record.rule == "count")
    #expect(record.temperature == matched.temperature)
    #expect(record.relativeTemperature == matched.relativeTemperature)
    #expect(record.loss == matched.loss)
    let interval = try #require(matched.interval)
    #expect(record.interval == [interval.lower, interval.upper])
    let structure = try #require(expected.structure)
    let losses = try #require(layer.classLosses)
    #expect(losses.map(\.name) == ["ant", "b,\"ee\"", "cat"])
    #expect(losses.map(\.count) == [10, 10, 10])
    #expect(losses.map(\.loss) == structure.losses.map(\.loss))
    #expect(losses.allSatisfy { $0.interval.count == 2 && $0.temperature == matched.temperature })
    let confusion = try #require(layer.softConfusion)
    #expect(confusion.at == "perplexity")
    #expect(confusion.temperature == matched.temperature)
    #expect(confusion.classes == structure.classes)
    #expect(confusion.rows == structure.confusion)
    let pairs = try #require(layer.classEntanglement)
    #expect(pairs.rows[0][0] == nil)
    #expect(pairs.rows[0][1] == structure.pairLoss(0, 1))
    #expect(pairs.rows[1][0] == structure.pairLoss(0, 1))
    let minimum = try #require(layer.minimum)
    #expect((minimum.interval != nil) == (minimum.position == "interior"))
    #expect(layer.notices == nil)
  }

  @Test("The tables have a row a class and a row a pair, of one width")
  func csv() throws {
    let files = try Self.files(.csv, try Self.history())
    for (name, rows) in [("minima.csv", 1), ("classes.csv", 3), ("class-pairs.csv", 3)] {
      let lines = try #require(files[name]).split(separator: "\n")
      #expect(lines.count == rows + 1)
      // The comma of the class's own name is quoted.
      let widths = lines.map {
        $0.replacing("\"b,\"\"ee\"\"\"", with: "b").split(
          separator: ",", omittingEmptySubsequences: false
        ).count
      }
      #expect(Set(widths).count == 1, "\(name)")
    }
  }

  @Test("The text says what was compared, with the interval and the most entangled classes")
  func text() throws {
    let share = try #require(try Self.files(.text, try Self.history(.share(0.2)))["report.txt"])
    #expect(share.contains("Loss at perplexity 5.80 (a share of 20.0 % of the others"))
    #expect(share.contains("95 %"))
    #expect(share.contains("most entangled: "))
    let count = try #require(try Self.files(.text, try Self.history())["report.txt"])
    #expect(
      count.replacing("\n", with: " ").contains(
        "a count, which compares layers of one sample count only"))
  }

  @Test("What cannot be said is noticed in the data and in the text")
  func notices() throws {
    let history = try Self.history(.count(100))
    let notices = try #require(try Self.layer(history).notices)
    #expect(notices.first?.contains("No temperature has the perplexity 100.0") == true)
    let text = try #require(try Self.files(.text, history)["report.txt"])
    #expect(text.contains("only: No temperature has the perplexity 100.0"))
  }
}
