import Activations
import Entanglement
import Foundation
import PairwiseDistances
import Reporting
import Testing

/// What reports say of single samples, of changes that are paired by them, and of shuffled labels.
@Suite struct SampleSectionTests {
  /// Thirty samples on a line in three classes, the fourth of them under a wrong label; the classes
  /// are farther apart at the last checkpoint.
  private static func history(
    quantities: Set<LossSettings.Quantity> = Set(
      LossSettings.Quantity.allCases), labeling: String? = nil
  ) throws -> EntanglementHistory {
    let names = (0..<30).map { $0 == 3 ? "c" : ["a", "b", "c"][$0 / 10] }
    let loss = SoftNearestNeighborLoss(
      LossSettings(quantities: quantities, perplexityTarget: .count(5), keepsInfluences: true))
    let identity = SampleIdentity(
      rows: (0..<30).map { 2 * $0 }, ids: (0..<30).map { "image\($0)" }, labels: names)
    let profiles = try (0..<2).map { step in
      let values = (0..<30).map { row -> Float in
        let place = row % 10 + (4 + 10 * step) * (row / 10)
        return Float(place) + Float(row * row % 89) / 100
      }
      return EntanglementProfile(
        checkpoint: "epoch_\(step)", step: step, file: "run.h5",
        layers: [
          LayerProfile(
            name: "only", index: 0, shape: [30, 1],
            entanglement: try loss.entanglement(
              of: ActivationMatrix(sampleCount: 30, featureCount: 1, values: values),
              labels: ClassLabels(names)))
        ], samples: identity)
    }
    return EntanglementHistory(
      distance: .squaredEuclidean, quantities: quantities, profiles: profiles, labeling: labeling)
  }

  private static func files(
    _ format: ReportFormat, _ histories: [EntanglementHistory]
  ) throws -> [String: String] {
    let report = try Report(histories, options: ReportOptions(version: "1", title: "run"))
    return Dictionary(uniqueKeysWithValues: report.files(format).map { ($0.name, $0.contents) })
  }

  private struct JSON: Decodable {
    struct Checkpoint: Decodable { let layers: [Layer] }
    struct Layer: Decodable {
      let labeling: String?
      let atPerplexity: Loss
      let entangledSamples: [Sample]?
      let permutationNull: Null?
    }
    struct Loss: Decodable { let loss: Double }
    struct Sample: Decodable {
      let row: Int
      let id, claimedBy: String?
      let loss: Double
    }
    struct Null: Decodable {
      let labelings, seed: Int
      let mean, p: Double
      let interval: [Double]
    }
    struct Suspect: Decodable {
      let labeling: String?
      let row, claims, records: Int
      let id, claimedBy: String
    }
    struct Change: Decodable {
      let labeling: String?
      let layer, from, to, quantity: String
      let difference: Double
      let interval: [Double]
    }
    let checkpoints: [Checkpoint]
    let labelSuspects: [Suspect]?
    let changes: [Change]?
  }

  private static func json(_ histories: [EntanglementHistory]) throws -> JSON {
    let text = try #require(try files(.json, histories)["report.json"])
    return try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
  }

  @Test("report.json names the most entangled samples and the suspect by row and id of the file")
  func samples() throws {
    let history = try Self.history()
    let json = try Self.json([history])
    for (checkpoint, profile) in zip(json.checkpoints, history.profiles) {
      let samples = try #require(checkpoint.layers[0].entangledSamples)
      let found = try #require(profile.layers[0].entanglement.samples)
      #expect(samples.count == 20)
      #expect(samples.map(\.loss) == found.mostEntangled(20).map { found.losses[$0] })
      #expect(samples.map(\.row) == found.mostEntangled(20).map { 2 * found.rows[$0] })
      #expect(samples.allSatisfy { $0.id == "image\($0.row / 2)" })
    }
    let suspect = try #require(json.labelSuspects?.first)
    #expect(suspect.row == 6 && suspect.id == "image3" && suspect.claimedBy == "a")
    #expect(suspect.claims == 2 && suspect.records == 2)
  }

  @Test("The text names the suspect, its label and who claims it")
  func text() throws {
    let text = try #require(try Self.files(.text, [try Self.history()])["report.txt"])
    #expect(text.contains("  image3 (row 6)  labelled c, claimed by a in 2 of 2\n"))
    let clean = try #require(
      try Self.files(.text, [try Self.history(quantities: [.curve, .minimum])])["report.txt"])
    #expect(!clean.contains("claimed by"))
  }

  @Test("Tables have a row a sample and a row a suspect")
  func tables() throws {
    let tables = try Self.files(.csv, [try Self.history()])
    let samples = try #require(tables["samples.csv"]).split(separator: "\n")
    #expect(samples.count == 1 + 2 * 20)
    let suspects = try #require(tables["label-suspects.csv"]).split(separator: "\n")
    #expect(suspects[1].hasPrefix("6,image3,c,a,2,2,"))
  }

  @Test("The change from first to last is paired by sample, the same in every form")
  func changes() throws {
    let history = try Self.history()
    let expected = try #require(history.changes.first?.difference)
    let change = try #require(try Self.json([history]).changes?.first)
    #expect(change.layer == "only" && change.from == "epoch_0" && change.to == "epoch_1")
    #expect(change.quantity == "perplexity" && change.difference == expected.difference)
    #expect(change.interval == [expected.interval.lower, expected.interval.upper])
    let table = try #require(try Self.files(.csv, [history])["changes.csv"]).split(separator: "\n")
    #expect(table[1].hasPrefix("only,epoch_0,epoch_1,perplexity,\(expected.difference),"))
    let text = try #require(try Self.files(.text, [history])["report.txt"])
    #expect(text.contains("Change of it from epoch_0 to epoch_1, paired by sample, 95 % interval"))
    #expect(
      try #require(try Self.files(.html, [history])["report.html"]).contains("id=\"changes\""))
  }

  @Test("Shuffled labels are below the loss that they are held against, in data and text")
  func permutations() throws {
    let history = try Self.history()
    let expected = try #require(history.profiles[1].layers[0].entanglement.permutationNull)
    let null = try #require(try Self.json([history]).checkpoints[1].layers[0].permutationNull)
    #expect(null.labelings == expected.labelingCount && null.mean == expected.mean)
    #expect(null.interval == [expected.lower, expected.upper] && null.p == expected.p)
    let text = try #require(try Self.files(.text, [history])["report.txt"])
    #expect(
      text.replacing("\n", with: " ").contains(
        "Loss at the same temperature under 199 shuffled labelings: mean, 95 % range"))
    #expect(text.contains("]  p = \(expected.p)\n"))
  }

  @Test("Several labelings share the arrays and tables, which say whose each record is")
  func labelings() throws {
    let histories = [
      try Self.history(labeling: "kind"), try Self.history(labeling: "domain"),
    ]
    let json = try Self.json(histories)
    #expect(json.checkpoints[0].layers.map(\.labeling) == ["kind", "domain"])
    #expect(json.changes?.map(\.labeling) == ["kind", "domain"])
    #expect(Set(json.labelSuspects?.map(\.labeling) ?? []) == ["kind", "domain"])
    let tables = try Self.files(.csv, histories)
    for name in ["report.csv", "minima.csv", "changes.csv", "classes.csv", "samples.csv"] {
      let lines = try #require(tables[name]).split(separator: "\n")
      #expect(lines[0].hasPrefix("labeling,"), "\(name)")
      #expect(lines.contains { $0.hasPrefix("domain,") }, "\(name)")
    }
    let figures = try Self.files(.svg, histories).keys
    #expect(figures.contains("class-confusion-kind.svg"))
    #expect(figures.contains("class-confusion-domain.svg"))
  }
}
