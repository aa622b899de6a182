import Charts
import Entanglement
import Foundation
import PairwiseDistances
import Reporting
import Testing

@Suite struct StoredHistoryTests {
  private static func files(
    _ format: ReportFormat, _ histories: [EntanglementHistory], _ style: FigureStyle = .screen,
    look: FigureLook = FigureLook()
  ) throws -> [ReportFile] {
    try Report(
      histories,
      options: ReportOptions(figureStyle: style, look: look, version: "1", title: "run")
    ).files(format)
  }

  private static func text(_ histories: [EntanglementHistory]) throws -> String {
    try #require(try files(.json, histories).first).contents
  }

  @Test("A report.json gives every figure again, to the byte, but those it is said not to hold")
  func redrawn() throws {
    let plain = try StudyReportTests.history()
    let labelings = [plain, plain].enumerated().map { index, history in
      EntanglementHistory(
        distance: history.distance, quantities: history.quantities, profiles: history.profiles,
        labeling: ["class", "domain"][index])
    }
    let counted = try StudyReportTests.history(.count(7))
    let measured = EntanglementHistory(
      distance: plain.distance, quantities: plain.quantities,
      profiles: plain.profiles.enumerated().map { index, profile in
        EntanglementProfile(
          checkpoint: profile.checkpoint, step: profile.step, file: profile.file,
          layers: profile.layers,
          metrics: [
            .init(name: "test_accuracy", value: 0.5 + 0.1 * Double(index)),
            .init(name: "train_loss", value: 2.5 - Double(index)),
          ])
      })
    for histories in [[plain], [measured], labelings, [counted], [History.mapped(checkpoints: 2)]] {
      let stored = try StoredHistory(decoding: Data(Self.text(histories).utf8))
      for style in [FigureStyle.screen, .icml] {
        let before = try Self.files(.svg, histories, style)
        let after = try Self.files(.svg, stored.histories, style)
        let missing = before.filter { figure in !after.contains { $0.name == figure.name } }
        #expect(missing.allSatisfy { $0.name.hasPrefix("sample-map") })
        #expect(after == before.filter { !missing.contains($0) })
        #expect(after.count >= 4)
      }
    }
  }

  @Test("What is no report, or none that has these numbers, is refused")
  func refusals() throws {
    func refusal(_ text: String) -> StoredReport.Refusal? {
      do throws(StoredReport.Refusal) {
        _ = try StoredHistory(decoding: Data(text.utf8))
        return nil
      } catch {
        return error
      }
    }
    #expect(refusal("{}") == .noReport)
    #expect(refusal("[1, 2") == .noReport)
    let text = try Self.text([try StudyReportTests.history()])
    #expect(refusal(text) == nil)
    #expect(
      refusal(text.replacing("report/1", with: "report/2")) == .otherSchema("snn-analyze/report/2"))
    #expect(
      refusal(text.replacing(#""sampleCount": 60"#, with: #""sampleCount": -60"#)) == .damaged)
    #expect(refusal(text.replacing("squared-euclidean", with: "manhattan")) == .damaged)
    #expect(refusal(text.replacing(#"{"name": "0","#, with: #"{"name": "9","#)) == .damaged)
    #expect(refusal(try Self.text([History.history([])])) == .noLayer)
  }

  @Test("Figures take names, order and colours of layers, names of classes, titles and letters")
  func looks() throws {
    let history = try StudyReportTests.history()
    var look = FigureLook(
      figures: ["entanglement-over-training", "class-confusion", "sample-size"],
      hasPanelLetters: true, layerNames: ["first": "Stem"], layerOrder: ["second"],
      classNames: ["0": "airplane"], titles: ["class-confusion": "Who is near whom"])
    look.layerColors = ["first": try #require(RGB(parsing: "#d55e00"))]
    let figures = Dictionary(
      uniqueKeysWithValues: try Self.files(.svg, [history], look: look).map {
        ($0.name, $0.contents)
      })
    #expect(
      Set(figures.keys) == [
        "entanglement-over-training.svg", "class-confusion.svg", "sample-size.svg",
      ])
    let lines = try #require(figures["entanglement-over-training.svg"])
    let names = lines.matches(of: /data-name="([^"]*)"/).map { String($0.1) }
    #expect(names == ["second", "Stem"])
    #expect(lines.contains("stroke=\"#d55e00\""))
    let confusion = try #require(figures["class-confusion.svg"])
    #expect(confusion.contains(">Who is near whom<") && confusion.contains(">airplane<"))
    #expect(confusion.contains(">(a) second<") && confusion.contains(">(d) Stem<"))
    #expect(try #require(figures["sample-size.svg"]).contains(">(b) "))
    // Data and words keep the names of the file.
    #expect(try Self.text([history]).contains("\"first\""))
    #expect(try Self.files(.json, [history], look: look) == Self.files(.json, [history]))
  }
}
