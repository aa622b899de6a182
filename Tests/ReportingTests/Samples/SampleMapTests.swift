import Entanglement
import Foundation
import PairwiseDistances
import Reporting
import Testing

@Suite struct SampleMapTests {
  private static func report(_ history: EntanglementHistory) throws -> Report {
    try Report(history, options: ReportOptions(version: "1", title: "run"))
  }

  @Test("The sample map has the loss in its titles and a row for each sample")
  func sampleMap() throws {
    let report = try Self.report(History.mapped(checkpoints: 2))
    let svg = try #require(report.files(.svg).first { $0.name == "sample-map.svg" })
    #expect(svg.contents.contains(">&lt;a&gt;</text>"))
    #expect(svg.contents.contains(">Epoch 0: 0.991 nats</text>"))
    #expect(svg.contents.contains(">PC 1 (50 %)</text>"))
    #expect(svg.contents.components(separatedBy: "class=\"cloud\"").count == 1 + 2 * 2)
    let csv = try #require(report.files(.csv).first { $0.name == "sample-map.csv" })
    let lines = csv.contents.split(separator: "\n")
    #expect(lines.count == 1 + 2 * 30)
    #expect(lines[2] == "epoch_0,0,<a>,2,1,1.0,2.0")
    let one = try Self.report(History.mapped()).files(.svg).first { $0.name == "sample-map.svg" }
    #expect(one?.contents.contains(">Loss: 0.991 nats</text>") == true)
  }
}
