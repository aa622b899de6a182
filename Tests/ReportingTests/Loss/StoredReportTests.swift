import Entanglement
import Foundation
import RegressionChecks
import Reporting
import Testing

@Suite struct StoredReportTests {
  private static func text(_ histories: [EntanglementHistory]) throws -> String {
    let report = try Report(histories, options: ReportOptions(version: "1.2.3", title: "run"))
    return try #require(report.files(.json).first).contents
  }

  private static func refusal(_ text: String) -> StoredReport.Refusal? {
    do throws(StoredReport.Refusal) {
      _ = try StoredReport(decoding: Data(text.utf8))
      return nil
    } catch {
      return error
    }
  }

  @Test("The numbers of a report come back as measurements without single samples")
  func roundTrip() throws {
    let failure = LayerFailure(checkpoint: "epoch_1", layer: "c", reason: "It cannot be read.")
    let history = History.history(
      [("a", [1.1, 0.1 + 0.2]), ("b", [2, 0.5])], failures: [failure])
    let stored = try StoredReport(decoding: Data(Self.text([history]).utf8))
    #expect(stored.catalog.checkpoints.map(\.name) == ["epoch_0", "epoch_1"])
    #expect(stored.catalog.checkpoints.map(\.layers) == [["a", "b"], ["a", "b", "c"]])
    let measures: [Measure] = [
      .minimum, .temperature, .loss(temperature: 0.4), .loss(temperature: 0.5),
      .perplexity(.standard),
    ]
    let run = stored.run { _, _ in measures }
    #expect(run.settings == ["distance": "squared-euclidean", "samples": "default"])
    let last = try #require(run.checkpoints.last)
    #expect(last.samples.sampleCount == 899 && last.samples.labels == nil)
    #expect(last.layers[2].failure == failure.reason)
    let layer = history.profiles[1].layers[0].entanglement
    let outcomes = try #require(last.layers[0].measurements).outcomes
    #expect(
      outcomes[.minimum] == .measured(Measurement(value: 0.1 + 0.2, position: .interior)))
    #expect(
      outcomes[.temperature]
        == .measured(Measurement(value: layer.minimum?.temperature, position: .interior)))
    let point = try #require(layer.curve.first { $0.temperature == 0.4 })
    #expect(outcomes[.loss(temperature: 0.4)] == .measured(Measurement(value: point.loss)))
    for missing in measures.suffix(2) {
      guard case .absent? = outcomes[missing] else {
        Issue.record("\(missing) is in no such report")
        continue
      }
    }
  }

  @Test("What is no report, or not of this schema, is refused")
  func refusals() throws {
    let history = History.history([("a", [1.1])])
    let text = try Self.text([history])
    #expect(Self.refusal(text) == nil)
    #expect(
      Self.refusal(text.replacingOccurrences(of: StoredReport.schema, with: "snn-analyze/report/2"))
        == .otherSchema("snn-analyze/report/2"))
    for other in ["", "{}", "[1]", "not JSON"] { #expect(Self.refusal(other) == .noReport) }
    let empty = #"{"schema": "snn-analyze/report/1", "distance": "cosine", "checkpoints": []}"#
    #expect(Self.refusal(empty) == .noLayer)
  }

  @Test("A report of several labelings is refused by their names")
  func labelings() throws {
    let histories = ["species", "site"].map { labeling in
      let history = History.history([("a", [1.1])])
      return EntanglementHistory(
        distance: history.distance, quantities: history.quantities, profiles: history.profiles,
        labeling: labeling)
    }
    #expect(Self.refusal(try Self.text(histories)) == .severalLabelings(["site", "species"]))
  }
}
