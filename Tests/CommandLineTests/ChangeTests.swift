import Foundation
import TestSupport
import Testing

/// What a run says of the way from its first checkpoint to its last.
@Suite struct ChangeTests {
  private static let digits = Command.root.appendingPathComponent("notebooks-data/digits-mlp.h5")
    .path

  private func report(_ folder: TemporaryFolder, _ arguments: [String]) throws -> [String: Any] {
    let outcome = try Command.run(
      [Self.digits, "--output", folder.path("out"), "--no-cache"] + arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
    let json = try JSONSerialization.jsonObject(with: folder.contents("out/report.json"))
    return try #require(json as? [String: Any])
  }

  @Test("Rows that pair give the change an interval that two apart could not")
  func pairs() throws {
    let folder = try TemporaryFolder()
    let report = try report(folder, ["--checkpoints", "epoch_000", "--checkpoints", "epoch_001"])
    let changes = try #require(report["changes"] as? [[String: Any]])
    let checkpoints = try #require(report["checkpoints"] as? [[String: Any]])
    let layers = checkpoints.map { $0["layers"] as? [[String: Any]] ?? [] }
    #expect(changes.map { $0["layer"] as? String } == layers[1].map { $0["name"] as? String })
    for (index, change) in changes.enumerated() {
      let ends = layers.map { $0[index]["atPerplexity"] as? [String: Any] ?? [:] }
      let losses = ends.compactMap { $0["loss"] as? Double }
      let difference = try #require(change["difference"] as? Double)
      #expect(isClose(difference, losses[1] - losses[0], relative: 1e-12))
      let interval = try #require(change["interval"] as? [Double])
      #expect(isClose((interval[0] + interval[1]) / 2, difference, relative: 1e-9))
      let apart = ends.compactMap { $0["interval"] as? [Double] }.map { ($0[1] - $0[0]) / 2 }
      let half = (interval[1] - interval[0]) / 2
      #expect(half > 0 && half < (apart[0] * apart[0] + apart[1] * apart[1]).squareRoot())
    }
    let text = String(decoding: try folder.contents("out/report.txt"), as: UTF8.self)
    #expect(text.contains("Change of it from epoch_000 to epoch_001, paired by sample"))
    let table = String(decoding: try folder.contents("out/changes.csv"), as: UTF8.self)
    #expect(table.split(separator: "\n").count == 1 + changes.count)
  }

  @Test("Superclasses have the share of checkpoints that have them; the whole has all")
  func superclasses() throws {
    let folder = try TemporaryFolder()
    let report = try report(folder, ["--layers", "logits", "--formats", "json"])
    let checkpoints = try #require(report["checkpoints"] as? [[String: Any]])
    let trees = checkpoints.compactMap { checkpoint -> [[String: Any]]? in
      let layer = (checkpoint["layers"] as? [[String: Any]])?.first
      return (layer?["classTree"] as? [String: Any])?["merges"] as? [[String: Any]]
    }
    #expect(trees.count == checkpoints.count)
    let branches = trees.map { tree in
      Set(tree.map { Set($0["classes"] as? [String] ?? []) })
    }
    for merge in trees.joined() {
      let classes = Set(merge["classes"] as? [String] ?? [])
      let share = Double(branches.count { $0.contains(classes) }) / Double(trees.count)
      #expect(merge["checkpointShare"] as? Double == share)
    }
    #expect(trees.allSatisfy { $0.last?["checkpointShare"] as? Double == 1 })
  }

  @Test("One checkpoint has no change")
  func alone() throws {
    let folder = try TemporaryFolder()
    let report = try report(folder, ["--checkpoints", "epoch_000", "--formats", "json,csv"])
    #expect(report["changes"] == nil)
    #expect(!folder.names.contains("out/changes.csv"))
  }
}
