import Activations
import Foundation
import TestSupport
import Testing

/// `report --anchors` and `--within`, as a process.
@Suite struct EstimateCommandTests {
  private let folder: TemporaryFolder
  private static let digits = Command.root.appendingPathComponent("notebooks-data/digits-mlp.h5")
    .path

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test("Every format says that it is an estimate, with both intervals; from all it is the report")
  func formats() throws {
    let arguments = [Self.digits, "--checkpoints", "epoch_055", "--no-cache"]
    let estimate = try Command.run(
      arguments + ["--anchors", "200", "--output", folder.path("estimate")], in: folder.url)
    #expect(estimate.status == 0, "\(estimate.errors)")
    #expect(estimate.output.contains("Losses are estimates from 20"))
    let said = estimate.output.replacing("\n", with: " ")
    #expect(said.contains("95 % interval of the drawing"))
    let json = try #require(
      JSONSerialization.jsonObject(with: folder.contents("estimate/report.json"))
        as? [String: Any])
    let checkpoint = try #require((json["checkpoints"] as? [[String: Any]])?.first)
    for layer in try #require(checkpoint["layers"] as? [[String: Any]]) {
      let made = try #require(layer["estimate"] as? [String: Int])
      #expect((200...210).contains(made["anchors"] ?? 0) && made["of"] == 899)
      let matched = try #require(layer["atPerplexity"] as? [String: Any])
      let interval = try #require(matched["interval"] as? [Double])
      let total = try #require(matched["totalInterval"] as? [Double])
      #expect(total[0] <= interval[0] && interval[1] <= total[1])
    }
    let csv = String(decoding: try folder.contents("estimate/minima.csv"), as: UTF8.self)
    #expect(csv.hasPrefix("checkpoint,") && csv.contains(",estimateAnchors,perplexityTotalLower"))
    for name in ["temperature-curves.svg", "report.html"] {
      let text = String(decoding: try folder.contents("estimate/" + name), as: UTF8.self)
      #expect(text.contains("(estimate)"), "\(name)")
    }
    for (name, options) in [("all", ["--anchors", "100%"]), ("plain", [])] {
      let run = try Command.run(
        arguments + options + ["--formats", "json", "--output", folder.path(name)], in: folder.url)
      #expect(run.status == 0, "\(run.errors)")
    }
    #expect(try folder.contents("all/report.json") == folder.contents("plain/report.json"))
  }

  @Test(
    "What only all samples tell is refused",
    arguments: [
      ["--anchors", "100", "--within", "1%"], ["--anchors", "1"], ["--anchors", "0%"],
      ["--within", "5"], ["--anchors", "100", "--compute", "curve,permutations"],
      ["--within", "1%", "--compute", "classes"], ["--anchors", "100", "--precision", "double"],
      ["--anchors", "100", "--samples", "200"], ["--anchors", "100", "--batch-size", "32"],
    ])
  func refusals(options: [String]) throws {
    let run = try Command.run(
      [Self.digits, "--quiet", "--output", folder.path("refused")] + options, in: folder.url)
    #expect(run.status == 64, "\(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("refused")))
  }
}
