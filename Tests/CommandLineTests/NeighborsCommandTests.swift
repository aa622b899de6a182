import Activations
import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// `neighbors` and `outliers` as processes.
@Suite struct NeighborsCommandTests {
  private let folder: TemporaryFolder
  private static let digits = "notebooks-data/digits-outliers.h5"

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Samples of two layers in a file, or in a group of one.
  private struct Samples {
    let labels: ClassLabels
    let first: [Float]
    let second: [Float]

    /// - Parameter spread: Of the class means; at 0 every sample lies between the classes.
    init(seed: UInt64, count: Int, classes: Int, spread: Double = 1) {
      var random = RandomActivations(seed: seed)
      // One set of class means for every seed.
      var centers = RandomActivations(seed: 1)
      let means = (0..<10).map { _ in (0..<4).map { _ in centers.normal() * 2 } }
      labels = random.labels(count, classes: classes)
      var values: [Double] = []
      for label in labels.indices {
        values += means[Int(label)].map { $0 * spread + random.normal() }
      }
      first = values.map(Float.init)
      second = values.map { Float($0 * $0) }
    }

    func datasets(_ prefix: String = "", labelled: Bool = true) -> [HDF5Fixture.Dataset] {
      let count = labels.sampleCount
      let layers: [HDF5Fixture.Dataset] = [
        .init(prefix + "layer1", shape: [count, 4], .float32(first)),
        .init(prefix + "layer2", shape: [count, 4], .float32(second)),
      ]
      return labelled
        ? layers + [
          .init(prefix + "labels", shape: [count], .int64(labels.indices.map(Int64.init)))
        ]
        : layers
    }
  }

  private func write(_ name: String, _ datasets: [HDF5Fixture.Dataset]) throws -> String {
    let path = folder.path(name)
    try HDF5Fixture.write(to: path, datasets: datasets)
    return path
  }

  private func json(_ name: String) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: try folder.contents(name)) as? [String: Any])
  }

  private func succeed(_ arguments: [String], into output: String) throws -> Command.Outcome {
    let outcome = try Command.run(arguments + ["--output", folder.path(output)])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return outcome
  }

  private func refusal(_ arguments: [String], status: Int32 = 2) throws -> String {
    let outcome = try Command.run(arguments + ["--output", folder.path("refused")])
    #expect(outcome.status == status, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    return outcome.errors
  }

  @Test("neighbors.json holds the exact lists, by the contract")
  func lists() throws {
    let bank = Samples(seed: 2, count: 90, classes: 3)
    let queries = Samples(seed: 3, count: 30, classes: 3)
    let bankFile = try write(
      "bank.h5",
      bank.datasets() + [
        .init("sample_ids", shape: [90], .int64((0..<90).map { 1000 + $0 }))
      ])
    let queryFile = try write("queries.h5", queries.datasets())
    _ = try succeed(["neighbors", queryFile, "--bank", bankFile, "-k", "7"], into: "out")
    let report = try json("out/neighbors.json")
    #expect(report["schema"] as? String == "snn-analyze/neighbors/1")
    let layers = try #require(report["layers"] as? [[String: Any]])
    #expect(layers.map { $0["layer"] as? String } == ["layer1", "layer2"])
    let found = try #require(layers[0]["queries"] as? [[String: Any]])
    #expect(found.count == 30)
    var right = 0
    for (query, entry) in found.enumerated() {
      #expect(entry["id"] as? Int == query)
      let distances = (0..<90).map { row -> (Double, Int) in
        let squares = (0..<4).map { feature -> Double in
          let difference =
            Double(queries.first[query * 4 + feature]) - Double(bank.first[row * 4 + feature])
          return difference * difference
        }
        return (squares.reduce(0, +), row)
      }
      let expected = distances.sorted { $0 < $1 }.prefix(7)
      let neighbors = try #require(entry["neighbors"] as? [[String: Any]])
      #expect(neighbors.map { $0["id"] as? Int } == expected.map { $0.1 + 1000 })
      for (neighbor, expected) in zip(neighbors, expected) {
        #expect(
          isClose(try #require(neighbor["distance"] as? Double), expected.0, relative: 1e-12))
        #expect(neighbor["label"] as? String == String(bank.labels.indices[expected.1]))
      }
      if entry["prediction"] as? String == String(queries.labels.indices[query]) { right += 1 }
    }
    // JSONSerialization does not round every number correctly.
    #expect(
      isClose(
        try #require(layers[0]["accuracy"] as? Double), Double(right) / 30, relative: 1e-14))
    #expect(layers[0]["k"] as? Int == 7)
  }

  @Test("Without --bank every sample is looked up among the others")
  func leaveOneOut() throws {
    let file = try write("all.h5", Samples(seed: 4, count: 40, classes: 2).datasets())
    _ = try succeed(["neighbors", file, "-k", "39"], into: "out")
    let layers = try #require(try json("out/neighbors.json")["layers"] as? [[String: Any]])
    for (index, entry) in try #require(layers[0]["queries"] as? [[String: Any]]).enumerated() {
      let ids = try #require(entry["neighbors"] as? [[String: Any]]).compactMap { $0["id"] as? Int }
      #expect(Set(ids) == Set(0..<40).subtracting([index]))
    }
  }

  @Test("Groups, entries of a split dataset and files of their own give the same report")
  func parts() throws {
    let bank = Samples(seed: 5, count: 80, classes: 3)
    let calibration = Samples(seed: 6, count: 40, classes: 3)
    let queries = Samples(seed: 7, count: 30, classes: 3)
    let outliers = Samples(seed: 8, count: 20, classes: 3, spread: 0)
    let sides = [("train", bank), ("val", calibration), ("test", queries), ("ood", outliers)]
    let groups = try write("g.h5", sides.flatMap { $1.datasets($0 + "/") })
    let rows = sides.map { Array(repeating: $0.0, count: $0.1.labels.sampleCount) }
    let joined = try write(
      "s.h5",
      [
        .init("layer1", shape: [170, 4], .float32(sides.flatMap(\.1.first))),
        .init("layer2", shape: [170, 4], .float32(sides.flatMap(\.1.second))),
        .init("labels", shape: [170], .int64(sides.flatMap { $1.labels.indices.map(Int64.init) })),
        .init("split", shape: [170], .strings(rows.flatMap { $0 })),
      ])
    let files = try sides.map { try write("\($0).h5", $1.datasets()) }
    _ = try succeed(["outliers", groups, "-k", "9"], into: "groups")
    _ = try succeed(["outliers", joined, "-k", "9"], into: "split")
    _ = try succeed(
      ["outliers", "\(joined):test", "--bank", "\(groups):train", "--calibration", "\(joined):val"]
        + ["--outliers", "\(groups):ood", "-k", "9"], into: "parts")
    _ = try succeed(
      ["outliers", files[2], "--bank", files[0], "--calibration", files[1], "--outliers", files[3]]
        + ["-k", "9"], into: "files")
    let expected = try json("groups/outliers.json")
    let area = try #require((expected["auroc"] as? [String: Any])?["value"] as? Double)
    func credibilities(_ key: String) throws -> [Double] {
      try #require(expected[key] as? [[String: Any]]).compactMap { $0["credibility"] as? Double }
    }
    // Pairs in which the outlier is the less credible, ties half.
    var won = 0.0
    for outlier in try credibilities("outliers") {
      for query in try credibilities("queries") {
        won += outlier < query ? 1 : outlier == query ? 0.5 : 0
      }
    }
    #expect(isClose(area, won / 600, relative: 1e-12))
    for name in ["split", "parts", "files"] {
      let report = try json("\(name)/outliers.json")
      for key in ["auroc", "aupr", "fprAt95", "reliability", "detection", "calibration"] {
        let value = try #require(report[key] as? NSObject)
        #expect(value == expected[key] as? NSObject, "\(name) \(key)")
      }
    }
    let queriesFound = try #require(expected["queries"] as? [[String: Any]])
    #expect(queriesFound.count == 30)
    #expect((queriesFound[0]["pValues"] as? [Double])?.count == 3)
    #expect((queriesFound[0]["neighborsOfPrediction"] as? [String: Int])?.count == 2)
  }

  @Test("Classes that the bank has not are refused, or taken as outliers")
  func unknownClasses() throws {
    let bank = try write("bank.h5", Samples(seed: 5, count: 80, classes: 3).datasets())
    let queries = try write("q.h5", Samples(seed: 9, count: 60, classes: 4).datasets())
    #expect(
      try refusal(["outliers", queries, "--bank", bank, "-k", "5"])
        == "Error: \(queries): 15 samples are of the classes 3, which \(bank) has no sample of. Give "
        + "them with --outliers, or take them as outliers with --unknown-classes-are-outliers.\n")
    _ = try succeed(
      ["outliers", queries, "--bank", bank, "-k", "5", "--unknown-classes-are-outliers"],
      into: "out")
    let report = try json("out/outliers.json")
    #expect((report["queries"] as? [Any])?.count == 45)
    #expect((report["outliers"] as? [Any])?.count == 15)
    #expect(
      (report["calibration"] as? [String: Any])?["count"] as? Int == 16, "a fifth of the bank")
  }

  @Test("Refusals say what, where and how to mend")
  func refusals() throws {
    let bank = Samples(seed: 5, count: 20, classes: 3)
    let bankFile = try write("bank.h5", bank.datasets())
    let oneLayer = try write("one.h5", Array(bank.datasets().dropFirst()))
    let wide = try write(
      "wide.h5",
      [
        .init("layer1", shape: [10, 8], .float32(bank.first)),
        .init("layer2", shape: [10, 4], .float32(Array(bank.second.prefix(40)))),
        .init("labels", shape: [10], .int64((0..<10).map { $0 % 3 })),
      ])
    #expect(
      try refusal(["neighbors", bankFile, "-k", "20"])
        == "Error: \(bankFile): /layer1: k = 20 neighbors are wanted of 20 rows, of which a sample "
        + "has 19 others. Give a smaller -k.\n")
    #expect(
      try refusal(["outliers", bankFile, "--bank", bankFile, "-k", "17"]).contains(
        "k = 17 neighbors are wanted of a bank of 16 rows"))
    #expect(
      try refusal(["neighbors", oneLayer, "--bank", bankFile])
        == "Error: \(oneLayer): has no layer layer1, which \(bankFile) has. Choose layers of both "
        + "with --layers, or leave it out with --except layer1.\n")
    #expect(
      try refusal(["neighbors", wide, "--bank", bankFile]).contains(
        "/layer1 has 8 features but \(bankFile): /layer1 has 4"))
    #expect(
      try refusal(["outliers", bankFile]).contains("Give the training samples with --bank"))
    #expect(
      try refusal(["neighbors", "\(bankFile):test"]).contains(
        "neither a group /test nor a dataset named split"))
    #expect(try refusal(["neighbors", bankFile, "-k", "0"], status: 64).contains("-k must be 1"))
    #expect(
      try refusal(["outliers", bankFile, "--p-value", "magic"], status: 64).contains("magic"))
    #expect(
      try refusal(["neighbors", bankFile, "-k", "3", "--show", "77"]).contains("--show 77"))
  }

  @Test("Queries without labels have neighbors and predictions, but no accuracy")
  func unlabelled() throws {
    let bank = try write("bank.h5", Samples(seed: 5, count: 30, classes: 3).datasets())
    let queries = try write(
      "q.h5", Samples(seed: 6, count: 5, classes: 3).datasets(labelled: false))
    let outcome = try succeed(["neighbors", queries, "--bank", bank, "-k", "3"], into: "out")
    #expect(outcome.errors.contains("without labels of the queries"))
    let layers = try #require(try json("out/neighbors.json")["layers"] as? [[String: Any]])
    #expect(layers[0]["accuracy"] is NSNull)
    _ = try succeed(["outliers", queries, "--bank", bank, "-k", "3"], into: "out")
    let report = try json("out/outliers.json")
    #expect(report["auroc"] == nil)
    #expect((report["queries"] as? [Any])?.count == 5)
  }

  @Test("More than a million entries go to neighbors.h5, which reads back as they are")
  func manyEntries() throws {
    let samples = Samples(seed: 10, count: 1100, classes: 3)
    let file = try write("large.h5", samples.datasets())
    _ = try succeed(["neighbors", file, "-k", "460", "--formats", "json"], into: "out")
    let report = try json("out/neighbors.json")
    #expect(report["lists"] as? String == "neighbors.h5")
    #expect(folder.names.contains("out"))
    let inspected = try Command.run(["inspect", folder.path("out/neighbors.h5")])
    #expect(inspected.output.contains("layer1/distances"))
    #expect(inspected.output.contains("1100"))
    _ = try succeed(
      ["neighbors", file, "-k", "460", "--formats", "json", "--threads", "1"], into: "again")
    #expect(
      try folder.contents("out/neighbors.h5") == folder.contents("again/neighbors.h5"))
  }

  @Test("Figures are well-formed and one thread gives the bytes of three")
  func determinism() throws {
    for (name, threads) in [("a", "1"), ("b", "3")] {
      for command in [
        ["outliers", Self.digits + ":test", "--bank", Self.digits + ":train", "--outliers"]
          + [Self.digits + ":photographs"],
        ["neighbors", Self.digits + ":test", "--bank", Self.digits + ":train"],
      ] {
        _ = try succeed(command + ["-k", "10", "--threads", threads, "--quiet"], into: name)
      }
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("a"))
    #expect(names.count >= 15)
    for name in names {
      #expect(try folder.contents("a/" + name) == folder.contents("b/" + name), "\(name)")
      if name.hasSuffix(".svg") { _ = try XMLDocument(data: folder.contents("a/" + name)) }
    }
  }
}
