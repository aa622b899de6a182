import Activations
import Foundation
import TestSupport
import Testing

/// `neighbors` and `outliers` where a query is a sample of the bank, too: held against the votes
/// counted from the definition.
@Suite struct SharedSampleTests {
  private static let count = 60
  private static let shared = 20
  private static let k = 3

  private let folder: TemporaryFolder
  private let values: [[Float]]
  private let labels: [Int64]

  init() throws {
    folder = try TemporaryFolder()
    // Classes that the features say little of: a sample that finds itself is right too often.
    var random = RandomActivations(seed: 5)
    labels = (0..<Self.count).map { Int64($0 * 7 % 3) }
    values = labels.map { label in (0..<4).map { _ in Float(random.normal() + Double(label) / 4) } }
  }

  private func write(
    _ name: String, _ rows: [Int], labels: HDF5Fixture.Values? = nil,
    with others: [HDF5Fixture.Dataset] = []
  ) throws -> String {
    let path = folder.path(name)
    try HDF5Fixture.write(
      to: path,
      datasets: [
        .init("layer1", shape: [rows.count, 4], .float32(rows.flatMap { values[$0] })),
        .init("labels", shape: [rows.count], labels ?? .int64(rows.map { self.labels[$0] })),
      ] + others)
    return path
  }

  private func neighbors(_ arguments: [String]) throws -> (json: [String: Any], said: String) {
    let outcome = try Command.run(
      ["neighbors"] + arguments + ["-k", "\(Self.k)", "--output", folder.path("out")])
    try #require(outcome.status == 0, "\(outcome.errors)")
    let json = try JSONSerialization.jsonObject(with: folder.contents("out/neighbors.json"))
    return (try #require(json as? [String: Any]), outcome.errors + outcome.output)
  }

  private func accuracy(_ json: [String: Any]) throws -> Double {
    let layer = try #require((json["layers"] as? [[String: Any]])?.first)
    return try #require(layer["accuracy"] as? Double)
  }

  /// The share of the first rows that their neighbors among all rows get right.
  private func share(leavingOutItself: Bool) -> Double {
    let right = (0..<Self.shared).count { query in
      let ranked = (0..<Self.count).filter { !leavingOutItself || $0 != query }
        .map { row in
          (row, zip(values[query], values[row]).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) })
        }
        .sorted { ($0.1, $0.0) < ($1.1, $1.0) }.prefix(Self.k).map { labels[$0.0] }
      let most = ranked.map { label in ranked.count { $0 == label } }.max() ?? 0
      return ranked.first { label in ranked.count { $0 == label } == most } == labels[query]
    }
    return Double(right) / Double(Self.shared)
  }

  @Test("A query that is the same row of the same file is left out of its own neighbors")
  func sameFile() throws {
    let bank = try write("bank.h5", Array(0..<Self.count))
    let alone = try neighbors([bank])
    let both = try neighbors([bank, "--bank", bank])
    #expect(both.said.contains("60 of 60 queries are samples of the bank, too (the same rows of"))
    #expect(try accuracy(alone.json) == accuracy(both.json))
    #expect((both.json["notices"] as? [String])?.count == 1)
    // By another path, and as a part of the same file.
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link.h5"), withDestinationPath: bank)
    #expect(
      try accuracy(neighbors([folder.path("link.h5"), "--bank", bank]).json)
        == accuracy(alone.json))
    let parts = (0..<Self.count).map { $0 < Self.shared ? "test" : "train" }
    let split = try write(
      "split.h5", Array(0..<Self.count),
      with: [.init("split", shape: [Self.count], .strings(parts))])
    let part = try neighbors([split + ":test", "--bank", split])
    #expect(part.said.contains("20 of 20 queries are samples of the bank, too"))
    #expect(isClose(try accuracy(part.json), share(leavingOutItself: true), relative: 1e-12))
  }

  @Test("A query of the same row id is left out, in any order of rows")
  func sameID() throws {
    let bank = try write(
      "bank.h5", (0..<Self.count).reversed(),
      with: [
        .init(
          "sample_ids", shape: [Self.count], .strings((0..<Self.count).reversed().map { "im\($0)" })
        )
      ])
    let query = try write(
      "query.h5", Array(0..<Self.shared),
      with: [
        .init("sample_ids", shape: [Self.shared], .strings((0..<Self.shared).map { "im\($0)" }))
      ])
    let found = try neighbors([query, "--bank", bank])
    #expect(found.said.contains("20 of 20 queries are samples of the bank, too (the same row ids)"))
    #expect(isClose(try accuracy(found.json), share(leavingOutItself: true), relative: 1e-12))
  }

  @Test("Numbers that count other samples are no ids of the same")
  func countedAnew() throws {
    let ids = { (count: Int) in
      HDF5Fixture.Dataset("sample_ids", shape: [count], .int64((0..<count).map { Int64($0) }))
    }
    let bank = try write(
      "bank.h5", Array(Self.shared..<Self.count), with: [ids(Self.count - Self.shared)])
    let query = try write("query.h5", Array(0..<Self.shared), with: [ids(Self.shared)])
    let found = try neighbors([query, "--bank", bank])
    #expect(found.said.contains("taken for other samples, counted anew"))
    let plain = try neighbors([
      try write("plain.h5", Array(0..<Self.shared)), "--bank",
      try write("others.h5", Array(Self.shared..<Self.count)),
    ])
    #expect(!plain.said.contains("Note"))
    #expect(try accuracy(found.json) == accuracy(plain.json))
    // The same numbers of the same samples are ids.
    let whole = try write("whole.h5", Array(0..<Self.count), with: [ids(Self.count)])
    let same = try neighbors([query, "--bank", whole])
    #expect(same.said.contains("20 of 20 queries are samples of the bank, too (the same row ids)"))
  }

  @Test("Equal rows without ids are told, with the votes with and without them")
  func equalRows() throws {
    let bank = try write("bank.h5", Array(0..<Self.count))
    let query = try write("query.h5", Array(0..<Self.shared))
    let found = try neighbors([query, "--bank", bank])
    #expect(isClose(try accuracy(found.json), share(leavingOutItself: false), relative: 1e-12))
    let layer = try #require((found.json["layers"] as? [[String: Any]])?.first)
    let equal = try #require(layer["equalRows"] as? [String: Any])
    #expect(equal["queries"] as? Int == Self.shared)
    let without = try #require(equal["accuracyWithout"] as? Double)
    #expect(isClose(without, share(leavingOutItself: true), relative: 1e-12))
    #expect(without < share(leavingOutItself: false))
    #expect(found.said.contains("In layer1, 20 of 20 queries equal a row of the bank"))
  }

  @Test("Outliers of the bank or of the calibration are judged by the others")
  func outliers() throws {
    let bank = try write("bank.h5", Array(0..<Self.count))
    let outcome = try Command.run([
      "outliers", bank, "--bank", bank, "-k", "5", "--output", folder.path("out"),
    ])
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("48 of 60 samples are samples of the bank, too"))
    #expect(outcome.errors.contains("12 of 60 samples of"))
    #expect(outcome.errors.contains("each is judged by the others."))
    let json = try JSONSerialization.jsonObject(with: folder.contents("out/outliers.json"))
    #expect(((json as? [String: Any])?["notices"] as? [String])?.count == 2)
  }

  @Test(
    "Labels of which no class is the bank's are refused, in both",
    arguments: ["neighbors", "outliers"])
  func otherClasses(_ subcommand: String) throws {
    let names = labels.map { ["ape", "bee", "cow"][Int($0)] }
    let bank = try write("bank.h5", Array(0..<Self.count), labels: .strings(names))
    let query = try write("query.h5", Array(0..<Self.shared))
    let outcome = try Command.run([
      subcommand, query, "--bank", bank, "-k", "3", "--output", folder.path("out"),
    ])
    #expect(outcome.status == 2)
    #expect(
      outcome.errors.contains(
        "row 0 is of class 0, which \(bank) has no sample of, and so are all others: its classes are "
          + "ape, bee, cow."), "\(outcome.errors)")
  }
}
