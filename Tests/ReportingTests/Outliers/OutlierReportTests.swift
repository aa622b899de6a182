import Activations
import Foundation
import Neighbors
import PairwiseDistances
import Reporting
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct OutlierReportTests {
  private static func classes(_ lists: [[Int32]]) -> NeighborClasses {
    NeighborClasses(neighborCount: 2, classes: lists.flatMap { $0 }, classCount: 2)
  }

  private static func samples(
    _ ids: [String], _ labels: [String]?, parts: [String]? = nil, predictions: [String]? = nil
  ) -> SampleSet {
    SampleSet(
      files: ids.map { _ in "run.h5" }, parts: parts, ids: ids,
      labels: labels.map { ClassLabels($0) }, predictions: predictions)
  }

  /// A hidden layer and the logits; a network that is surer of its classes than the neighbors are.
  private static func predicted() throws -> (OutlierReport, OutlierAnalysis) {
    let calibration = classes([[0, 0], [0, 0], [1, 1], [0, 1]])
    let queries = [classes([[0, 0], [1, 1]]), classes([[0, 1], [1, 1]])]
    let outliers = [
      classes([[0, 1], [1, 1], [0, 0]]), classes([[0, 0], [0, 0], [0, 0]]),
    ]
    let analysis = try OutlierAnalysis(
      distance: .cosine, pValue: .conformal, bankLabels: ClassLabels(["a", "a", "b", "b"]),
      layerNames: ["first", "logits"], calibration: [calibration, calibration],
      truth: [0, 0, 1, 0], calibrationShare: nil,
      queries: .init(
        samples: samples(["0", "1"], ["a", "b"], predictions: ["a", "b"]), layers: queries),
      outliers: .init(
        samples: samples(
          ["7", "8", "9"], nil, parts: ["far", "near", "near"], predictions: ["a", "a", "none"]),
        layers: outliers), seed: 3)
    let options = ReportOptions(version: "1.2.3", title: "run")
    return (OutlierReport(analysis, options: options), analysis)
  }

  @Test("Neighbors of the network's class are counted by layer, in hidden layers and in all")
  func byPrediction() throws {
    let (report, analysis) = try Self.predicted()
    let counts = try #require(analysis.byPrediction)
    #expect(counts.hiddenLayers == ["first"])
    // The network says a, a and a class that the bank has not.
    #expect(counts.queries == [[2, 2], [1, 2]] && counts.outliers == [[1, 0, 0], [2, 2, 0]])
    #expect(counts.detections.map(\.layers) == [.one("first"), .one("logits"), .hidden, .all])
    // Pairs in which the outlier has fewer, ties half.
    #expect(counts.detections.map(\.score.auroc) == [1, 0.5, 1, 5.5 / 6])
    let json = try #require(
      try JSONSerialization.jsonObject(
        with: Data(try Self.contents("outliers.json", .json, report).utf8)) as? [String: Any])
    let found = try #require(json["byPrediction"] as? [String: Any])
    #expect(found["hiddenLayers"] as? [String] == ["first"])
    #expect(
      (found["detection"] as? [[String: Any]])?.map { $0["layer"] as? String } == [
        "first", "logits",
      ])
    let sets = try #require(json["outlierSets"] as? [[String: Any]])
    #expect(sets.map { $0["name"] as? String } == ["run.h5:far", "run.h5:near"])
    #expect(sets.map { $0["count"] as? Int } == [1, 2])
    let outliers = try #require(json["outliers"] as? [[String: Any]])
    #expect(outliers.map { $0["part"] as? String } == ["far", "near", "near"])
    #expect(
      outliers.map { $0["neighborsOfModelPrediction"] as? [String: Int] } == [
        ["first": 1, "logits": 2], ["first": 0, "logits": 2], ["first": 0, "logits": 0],
      ])
    let text = report.terminalText(width: 100).replacing("\n", with: " ")
    #expect(text.contains("Hidden layers: first."))
    #expect(text.contains("run.h5:near"))
    let rows = try Self.contents("outlier-detection-by-prediction.csv", .csv, report)
      .split(separator: "\n")
    #expect(rows.count == 1 + 3 * 4)
    #expect(
      report.files(.svg).map(\.name).suffix(2) == [
        "neighbors-of-model-prediction.svg", "roc-by-prediction.svg",
      ])
    // The joint class's numbers are what they were.
    #expect(json["auroc"] != nil && (json["detection"] as? [Any])?.count == 3)
  }

  /// Two layers, four calibration samples, two queries and two outliers.
  private static func report(hasOutliers: Bool = true) throws -> OutlierReport {
    let calibration = classes([[0, 0], [0, 0], [1, 1], [0, 1]])
    let queries = classes([[0, 0], [1, 1]])
    let outliers = classes([[0, 1], [1, 0]])
    return OutlierReport(
      try OutlierAnalysis(
        distance: .cosine, pValue: .conformal, bankLabels: ClassLabels(["a", "a", "b", "b"]),
        layerNames: ["first", "second"], calibration: [calibration, calibration],
        truth: [0, 0, 1, 0], calibrationShare: nil,
        queries: .init(samples: samples(["0", "q,1"], ["a", "b"]), layers: [queries, queries]),
        outliers: hasOutliers
          ? .init(samples: samples(["7", "8"], nil), layers: [outliers, outliers]) : nil,
        seed: 3), options: ReportOptions(version: "1.2.3", title: "run"))
  }

  private static func contents(
    _ name: String, _ format: ReportFormat, _ report: OutlierReport
  ) throws -> String {
    try #require(report.files(format).first { $0.name == name }).contents
  }

  private struct JSON: Decodable {
    struct Area: Decodable { let value: Double }
    struct Detection: Decodable {
      let layer: String?
      let queryCount, outlierCount: Int
      let auroc: Area
    }
    struct Sample: Decodable {
      let label: String?
      let prediction: String
      let credibility: Double
      let pValues: [Double]
      let neighborsOfPrediction: [String: Int]
    }
    let schema, distance, pValue, seed: String
    let k, bankCount: Int
    let accuracy: Double?
    let auroc: Area?
    let detection: [Detection]?
    let queries: [Sample]
    let outliers: [Sample]?
  }

  private static func json(_ report: OutlierReport) throws -> JSON {
    try JSONDecoder().decode(
      JSON.self, from: Data(try contents("outliers.json", .json, report).utf8))
  }

  @Test("outliers.json has every sample and every layer's score, by the keys of its schema")
  func json() throws {
    let json = try Self.json(try Self.report())
    #expect(json.schema == "snn-analyze/outliers/1" && json.distance == "cosine")
    #expect(json.pValue == "conformal" && json.k == 2 && json.bankCount == 4 && json.seed == "3")
    #expect(json.accuracy == 1)
    #expect(json.queries.map(\.prediction) == ["a", "b"])
    #expect(json.queries.map(\.label) == ["a", "b"])
    #expect(json.queries[0].neighborsOfPrediction == ["first": 2, "second": 2])
    for sample in json.queries + (json.outliers ?? []) {
      #expect(sample.credibility == sample.pValues.max())
    }
    let detection = try #require(json.detection)
    #expect(detection.map(\.layer) == ["first", "second", nil])
    #expect(detection.allSatisfy { $0.queryCount == 2 && $0.outlierCount == 2 })
    #expect(json.auroc?.value == detection.last?.auroc.value)
  }

  @Test("The text says how well outliers are told, with a row a layer and one for all together")
  func text() throws {
    let text = try Self.report().terminalText(width: 100)
    let line = text.replacing("\n", with: " ")
    #expect(
      line.hasPrefix(
        "run: deep 2-nearest neighbors over 2 layers, bank of 4 samples, 4 calibration"))
    #expect(line.contains("Of 2 labelled queries 100.0 % are predicted right by their neighbors."))
    let rows = text.split(separator: "\n").drop { !$0.hasPrefix("layer ") }
    #expect(rows.first?.hasSuffix("neighbors in  out") == true)
    #expect(rows.dropFirst(2).prefix(3).map { $0.prefix(5) } == ["first", "secon", "all t"])
    #expect(
      try Self.contents("outliers.txt", .text, try Self.report()) == text)
  }

  @Test("Without outliers there are credibilities alone, in every form")
  func withoutOutliers() throws {
    let report = try Self.report(hasOutliers: false)
    let json = try Self.json(report)
    #expect(json.detection == nil && json.auroc == nil && json.outliers == nil)
    #expect(
      report.terminalText(width: 100).replacing("\n", with: " ")
        .contains("Give known outliers with --outliers to measure how well it tells them."))
    #expect(report.files(.csv).map(\.name) == ["outliers.csv"])
    #expect(
      report.files(.svg).map(\.name) == [
        "credibility.svg", "neighbors-of-prediction.svg", "reliability.svg",
      ])
  }

  @Test("Tables have a row a sample, outliers marked, and a row a layer")
  func tables() throws {
    let report = try Self.report()
    let samples = try Self.contents("outliers.csv", .csv, report).split(separator: "\n")
    #expect(
      samples[0].hasSuffix(
        "neighborsOfPrediction:first,neighborsOfPrediction:second,credibility:first,"
          + "credibility:second,p:a,p:b"))
    #expect(samples.count == 1 + 4)
    #expect(
      samples[1].hasPrefix("0,run.h5,0,a,a,") && samples[2].hasPrefix("\"q,1\",run.h5,0,b,b,"))
    #expect(samples[3].hasPrefix("7,run.h5,1,,"))
    let detections = try Self.contents("outlier-detection.csv", .csv, report)
    #expect(detections.split(separator: "\n").count == 1 + 3)
  }

  @Test("Figures are well-formed and say in words what they show")
  func figures() throws {
    let files = try Self.report().files(.svg)
    #expect(
      files.map(\.name) == [
        "credibility.svg", "neighbors-of-prediction.svg", "roc.svg", "precision-recall.svg",
        "reliability.svg",
      ])
    for file in files {
      let document = try XMLDocument(xmlString: file.contents)
      let names = document.rootElement()?.children?.compactMap(\.name) ?? []
      #expect(names.contains("title") && names.contains("desc"))
    }
  }
}
