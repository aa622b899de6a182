import Entanglement
import Foundation
import PairwiseDistances
import Reporting
import Testing

/// What numbers are in is said beside them, in every format.
@Suite struct ConventionTests {
  private static func text(_ format: ReportFormat, _ history: EntanglementHistory) throws -> String
  {
    let report = try Report(history, options: ReportOptions(version: "1", title: "run"))
    return report.files(format)[0].contents.replacing("\n", with: " ")
  }

  @Test("Units, distance, rule of T and number of samples are in text, HTML and JSON")
  func everywhere() throws {
    let history = History.history([("a", [1, 0.5]), ("b", [0.7, 0.2])])
    for format in [ReportFormat.text, .html, .json] {
      let text = try Self.text(format, history)
      for word in ["nats", "squared-euclidean", "899"] { #expect(text.contains(word), "\(format)") }
    }
    #expect(try Self.text(.text, history).contains("as a share of the layer's mean distance"))
    #expect(try Self.text(.html, history).contains("T and mean d in squared activation units"))
    #expect(
      try Self.text(.json, history).contains("\"relativeTemperature\": \"share of meanDistance\""))
  }

  @Test("Cosine distances are in units of their own")
  func cosine() throws {
    let history = History.single(History.layer(loss: 1))
    for format in [ReportFormat.html, .json] {
      let text = try Self.text(format, history)
      #expect(text.contains("units of 1 − cos"), "\(format)")
      #expect(!text.contains("squared activation units"), "\(format)")
    }
  }
}
