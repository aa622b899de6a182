import Entanglement
import Foundation
import PairwiseDistances
import Reporting
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct ReportTests {
  private static let options = ReportOptions(version: "1.2.3", title: "run")

  private static func report(_ history: EntanglementHistory) throws -> Report {
    try Report(history, options: options)
  }

  private static func json(_ history: EntanglementHistory) throws -> [String: Any] {
    let file = try #require(try report(history).files(.json).first)
    #expect(file.name == "report.json")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(file.contents.utf8)) as? [String: Any])
  }

  @Test("report.json holds the history by the keys of its schema")
  func jsonValues() throws {
    let history = History.history([("a \"quoted\"\n\u{1}層", [1.1, 0.3]), ("b", [2, 0.1 + 0.2])])
    let report = try Self.json(history)
    #expect(report["schema"] as? String == "snn-analyze/report/1")
    #expect(report["version"] as? String == "1.2.3")
    #expect(report["distance"] as? String == "squared-euclidean")
    #expect(report["failed"] == nil)
    let checkpoints = try #require(report["checkpoints"] as? [[String: Any]])
    #expect(checkpoints.map { $0["name"] as? String } == ["epoch_0", "epoch_1"])
    #expect(checkpoints.map { $0["step"] as? Int } == [0, 1])
    #expect(checkpoints.first?["file"] as? String == "run.h5")
    for (checkpoint, profile) in zip(checkpoints, history.profiles) {
      let layers = try #require(checkpoint["layers"] as? [[String: Any]])
      for (layer, expected) in zip(layers, profile.layers) {
        #expect(layer["name"] as? String == expected.name)
        #expect(layer["index"] as? Int == expected.index)
        #expect(layer["shape"] as? [Int] == [899, 64])
        #expect(layer["sampleCount"] as? Int == 899)
        #expect(layer["featureCount"] as? Int == 64)
        #expect(layer["anchorCount"] as? Int == 899)
        #expect(layer["singletonCount"] as? Int == 0)
        #expect(layer["chance"] as? Double == expected.entanglement.chance)
        #expect(layer["meanDistance"] as? Double == 40)
        let minimum = try #require(layer["minimum"] as? [String: Any])
        #expect(minimum["position"] as? String == "interior")
        #expect(minimum["refined"] as? Bool == true)
        #expect((layer["localMinima"] as? [Any])?.count == 1)
        let classes = try #require(layer["classes"] as? [[String: Any]])
        #expect(classes.map { $0["count"] as? Int } == [450, 449])
      }
    }
  }

  /// What `JSONDecoder` reads, which rounds every number correctly.
  private struct Numbers: Decodable {
    struct Checkpoint: Decodable { let layers: [Layer] }
    struct Layer: Decodable {
      let curve: [Point]
      let minimum: Minimum
    }
    struct Point: Decodable {
      let temperature, relativeTemperature, loss, slope, perplexity: Double
    }
    struct Minimum: Decodable { let loss: Double }
    let checkpoints: [Checkpoint]
  }

  @Test("Every number reads back to the same Double")
  func exactNumbers() throws {
    let history = History.history([
      ("a", [1.1, 1e-300]), ("b", [.leastNonzeroMagnitude, 0.1 + 0.2]),
    ])
    let file = try #require(try Self.report(history).files(.json).first)
    let numbers = try JSONDecoder().decode(Numbers.self, from: Data(file.contents.utf8))
    for (checkpoint, profile) in zip(numbers.checkpoints, history.profiles) {
      for (layer, expected) in zip(checkpoint.layers, profile.layers) {
        #expect(layer.minimum.loss == expected.entanglement.minimum?.loss)
        for (point, expected) in zip(layer.curve, expected.entanglement.curve) {
          #expect(point.temperature == expected.temperature)
          #expect(point.relativeTemperature == expected.relativeTemperature)
          #expect(point.loss == expected.loss)
          #expect(point.slope == expected.slope)
          #expect(point.perplexity == expected.perplexity)
        }
      }
    }
  }

  @Test("A minimum at an end has null for its temperatures; no perplexity where none was asked for")
  func jsonEnds() throws {
    let report = try Self.json(History.single(History.layer(loss: 0, position: .zero)))
    let checkpoint = try #require((report["checkpoints"] as? [[String: Any]])?.first)
    #expect(checkpoint["step"] is NSNull)
    let layer = try #require((checkpoint["layers"] as? [[String: Any]])?.first)
    let minimum = try #require(layer["minimum"] as? [String: Any])
    #expect(minimum["temperature"] is NSNull)
    #expect(minimum["relativeTemperature"] is NSNull)
    #expect(minimum["position"] as? String == "zero")
    let curve = try #require(layer["curve"] as? [[String: Any]])
    #expect(curve.allSatisfy { $0["perplexity"] == nil })
  }

  @Test("What failed is listed in the data and in the text")
  func failures() throws {
    let failure = LayerFailure(checkpoint: "epoch_0", layer: "c", reason: "NaN in row 3.")
    let history = History.history([("a", [1.0])], failures: [failure])
    let failed = try #require(try Self.json(history)["failed"] as? [[String: String]])
    #expect(failed == [["checkpoint": "epoch_0", "layer": "c", "reason": "NaN in row 3."]])
    #expect(
      try Self.report(history).terminalText(width: 100, color: false)
        .contains("epoch_0 c: NaN in row 3."))
  }

  @Test("NaN and infinity never enter a report", arguments: [Double.nan, .infinity])
  func nonFinite(value: Double) {
    #expect(throws: ReportError.self) {
      try Self.report(History.single(History.layer(loss: value)))
    }
  }

  @Test("report.csv has a row for each checkpoint, layer and temperature, quoted where needed")
  func csv() throws {
    let history = History.history([("a,\"b\"", [1.0, 0.5]), ("c", [2, 1.5])])
    let files = try Self.report(history).files(.csv)
    #expect(
      files.map(\.name) == [
        "report.csv", "minima.csv", "entanglement-over-training.csv", "temperature-curves.csv",
        "temperature-curves-by-checkpoint.csv", "perplexity-curves.csv",
        "layer-checkpoint-heatmap.csv",
      ])
    #expect(
      files[2].contents
        == "checkpoint,step,layer,loss,lower,upper,position,chance\n"
        + "epoch_0,0,\"a,\"\"b\"\"\",1.0,,,interior,2.3\nepoch_0,0,c,2.0,,,interior,2.3\n"
        + "epoch_1,1,\"a,\"\"b\"\"\",0.5,,,interior,2.3\nepoch_1,1,c,1.5,,,interior,2.3\n")
    #expect(files[6].contents == "layer,epoch_0,epoch_1\n\"a,\"\"b\"\"\",1.0,0.5\nc,2.0,1.5\n")
    let lines = files[0].contents.split(separator: "\n")
    #expect(
      lines[0]
        == "checkpoint,step,layer,temperature,relativeTemperature,loss,slope,perplexity")
    #expect(lines.count == 1 + 2 * 2 * 7)
    #expect(lines[1].hasPrefix("epoch_0,0,\"a,\"\"b\"\"\",0.04,0.001,"))
    #expect(files[1].contents.split(separator: "\n").count == 1 + 4)
  }

  @Test("Each figure is well-formed, says in words what it shows, and is the same each time")
  func figures() throws {
    let histories = [
      History.history([("a<&\">", [2.2, 1.1, 0.4]), ("b", [2, 1, 0.2])]),
      History.history(
        (0..<60).map { ("encoder.layers.\($0).mlp", (0..<200).map { 2 / Double($0 + 1) }) }),
      History.single(History.layer(loss: 0, position: .zero)),
      History.history([]),
    ]
    for history in histories {
      let files = try Self.report(history).files(.svg)
      let tables = try Self.report(history).files(.csv).dropFirst(2).map(\.name)
      #expect(files.map(\.name) == tables.map { $0.replacing(".csv", with: ".svg") })
      // A lone checkpoint has neither a matrix nor, here, perplexities.
      #expect(files.count >= (history.profiles.count > 1 ? 5 : 2))
      #expect(try Self.report(history).files(.svg) == files)
      for file in files {
        let document = try XMLDocument(xmlString: file.contents)
        let names = document.rootElement()?.children?.compactMap(\.name) ?? []
        #expect(names.contains("title"))
        #expect(names.contains("desc"))
      }
    }
  }
}
