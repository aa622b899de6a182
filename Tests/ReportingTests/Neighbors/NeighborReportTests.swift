import Activations
import Foundation
import Neighbors
import PairwiseDistances
import Reporting
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct NeighborReportTests {
  /// Three queries in a bank of four samples, two neighbors each, in one layer.
  private static func report(
    labels: [String]? = ["a", "b", "b"], predictions: [String]? = nil, shown: [Int] = []
  ) -> NeighborReport {
    let bankLabels = ClassLabels(["a", "a", "b", "b"])
    let bank = SampleSet(
      files: Array(repeating: "bank.h5", count: 4), ids: ["10", "x", "12", "013"],
      labels: bankLabels)
    let queries = SampleSet(
      files: Array(repeating: "run.h5", count: 3), ids: ["0", "1", "2"],
      labels: labels.map { ClassLabels($0) }, predictions: predictions,
      confidences: predictions.map { $0.map { _ in 0.5 } })
    let lists = NeighborLists(
      neighborCount: 2, rows: [0, 1, 2, 3, 0, 2], distances: [1, 2, 0.5, 0.75, 1, 3])
    return NeighborReport(
      NeighborAnalysis(
        distance: .squaredEuclidean, neighborCount: 2, isLeaveOneOut: false, bank: bank,
        bankLabels: bankLabels, queries: queries,
        layers: [
          NeighborAnalysis.Layer(
            name: "layer<1>", lists: lists, bankLabels: bankLabels, queries: queries,
            relativeTemperature: 1)
        ]), options: ReportOptions(version: "1.2.3", title: "run"), shown: shown)
  }

  private static func contents(
    _ name: String, _ format: ReportFormat, _ report: NeighborReport = report()
  ) throws -> String {
    try #require(report.files(format).first { $0.name == name }).contents
  }

  private struct JSON: Decodable {
    struct Layer: Decodable {
      let layer: String
      let accuracy, labelEntropy, agreement: Double?
      let queries: [Query]
      let backOff: [Point]?
    }
    struct Point: Decodable { let threshold: Double }
    struct Query: Decodable {
      let id: Int
      let label: String?
      let prediction: String
      let modelPrediction: String?
      let neighbors: [Neighbor]
    }
    struct Neighbor: Decodable {
      let row: Int
      let distance: Double
      let label: String
    }
    let schema, distance: String
    let k, bankCount, queryCount: Int
    let leaveOneOut: Bool
    let classes: [String]
    let layers: [Layer]
  }

  private static func json(_ report: NeighborReport = report()) throws -> JSON {
    try JSONDecoder().decode(
      JSON.self, from: Data(try contents("neighbors.json", .json, report).utf8))
  }

  @Test("neighbors.json has the lists and what they say, by the keys of its schema")
  func json() throws {
    let json = try Self.json()
    #expect(json.schema == "snn-analyze/neighbors/1" && json.distance == "squared-euclidean")
    #expect(json.k == 2 && json.bankCount == 4 && json.queryCount == 3 && !json.leaveOneOut)
    #expect(json.classes == ["a", "b"])
    let layer = try #require(json.layers.first)
    #expect(layer.layer == "layer<1>" && layer.agreement == nil && layer.backOff == nil)
    #expect(layer.queries.map(\.label) == ["a", "b", "b"])
    #expect(layer.queries[1].neighbors.map(\.row) == [2, 3])
    #expect(layer.queries[1].neighbors.map(\.distance) == [0.5, 0.75])
    #expect(layer.queries[1].neighbors.map(\.label) == ["b", "b"])
    #expect(layer.queries[0].prediction == "a" && layer.queries[1].prediction == "b")
  }

  @Test("Row ids are numbers where they are, and text where a number would lose something")
  func ids() throws {
    let text = try Self.contents("neighbors.json", .json)
    #expect(text.contains("\"id\": 10,") && text.contains("\"id\": \"x\""))
    #expect(text.contains("\"id\": \"013\""))
  }

  @Test("What the model says is there where it is known")
  func model() throws {
    let report = Self.report(predictions: ["a", "a", "b"])
    let layer = try #require(try Self.json(report).layers.first)
    #expect(layer.queries.map(\.modelPrediction) == ["a", "a", "b"])
    #expect(layer.agreement != nil && layer.backOff?.isEmpty == false)
    #expect(report.files(.svg).map(\.name).contains("back-off.svg"))
    #expect(report.terminalText(width: 100).contains("The model alone is right in 66.7 %"))
  }

  @Test("The text has a row a layer, and the neighbors of the queries that were asked for")
  func text() throws {
    let text = Self.report(shown: [1]).terminalText(width: 100)
    #expect(
      text.hasPrefix("run: the 2 nearest neighbors of 3 queries in a bank of 4 samples, in 1"))
    #expect(text.contains("layer      k = 1   k = 2  posterior  entropy"))
    #expect(text.contains("Query 1, class b; row id (class) and distance of its neighbors:\n\n"))
    #expect(text.contains("1          12 (b) 0.500\n2         013 (b) 0.750\n"))
    #expect(try Self.contents("neighbors.txt", .text) == Self.report().terminalText(width: 100))
  }

  @Test("Without labels there is no accuracy in any form")
  func unlabelled() throws {
    let report = Self.report(labels: nil)
    let layer = try #require(try Self.json(report).layers.first)
    #expect(layer.accuracy == nil && layer.queries.allSatisfy { $0.label == nil })
    #expect(!report.terminalText(width: 100).contains("k = 1"))
    #expect(report.files(.svg).map(\.name) == ["neighbor-occurrences.svg"])
  }

  @Test("Tables have a row a layer and k, and a row a layer and query")
  func tables() throws {
    let accuracies = try Self.contents("neighbors.csv", .csv).split(separator: "\n")
    #expect(accuracies[0] == "layer,k,accuracy,lower,upper,labelEntropy,agreement")
    #expect(accuracies.count == 1 + 2)
    let predictions = try Self.contents("neighbor-predictions.csv", .csv).split(separator: "\n")
    #expect(predictions.count == 1 + 3)
    #expect(predictions[1].hasPrefix("layer<1>,0,run.h5,a,a,a,"))
  }

  @Test("Figures are well-formed; there is no page")
  func figures() throws {
    let report = Self.report()
    let files = report.files(.svg)
    #expect(files.map(\.name) == ["neighbor-accuracy.svg", "neighbor-occurrences.svg"])
    for file in files { _ = try XMLDocument(xmlString: file.contents) }
    #expect(report.files(.html).isEmpty)
  }
}
