import Activations
import Foundation
import TestSupport
import Testing

@Suite struct ReportCommandTests {
  private let folder: TemporaryFolder
  private static let digits = Command.root.appendingPathComponent("notebooks-data/digits-mlp.h5")
    .path

  init() throws {
    folder = try TemporaryFolder()
  }

  private func write(_ name: String, prefix: String = "epoch_0/") throws -> String {
    var random = RandomActivations(seed: 3)
    let labels = random.labels(60, classes: 3)
    let values = random.values(labels, features: 4, separation: 1).map(Float.init)
    let path = folder.path(name)
    try HDF5Fixture.write(
      to: path,
      datasets: [
        .init(prefix + "layer2", shape: [60, 4], .float32(values)),
        .init(prefix + "layer10", shape: [60, 4], .float32(values.map { $0 * $0 })),
        .init("labels", shape: [60], .int64(labels.indices.map(Int64.init))),
      ])
    return path
  }

  private func report(_ data: Data) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test("The values in report.json are those of the definition")
  func values() throws {
    let path = try write("run.h5")
    let outcome = try Command.run(
      [path, "--output", folder.path("out"), "--temperatures", "0.5,4,30"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("layer10"))
    let report = try report(try folder.contents("out/report.json"))
    #expect(report["schema"] as? String == "snn-analyze/report/1")
    let checkpoints = try #require(report["checkpoints"] as? [[String: Any]])
    let layers = try #require(checkpoints.first?["layers"] as? [[String: Any]])
    #expect(layers.map { $0["name"] as? String } == ["layer2", "layer10"])
    var random = RandomActivations(seed: 3)
    let labels = random.labels(60, classes: 3)
    let values = random.values(labels, features: 4, separation: 1).map(Float.init)
    let matrix = ActivationMatrix(sampleCount: 60, featureCount: 4, values: values)
    let curve = try #require(layers.first?["curve"] as? [[String: Double]])
    #expect(curve.map { $0["temperature"] } == [0.5, 4, 30])
    for point in curve {
      let naive = NaiveLoss(matrix, labels, temperature: try #require(point["temperature"]))
      #expect(isClose(try #require(point["loss"]), naive.loss, relative: 2e-6))
      #expect(isClose(try #require(point["perplexity"]), naive.perplexity, relative: 1e-5))
      #expect(
        isClose(try #require(point["slope"]), naive.slope, relative: 2e-5, absolute: 1e-7))
    }
  }

  @Test("Every format is written, and only the ones asked for")
  func formats() throws {
    let path = try write("run.h5")
    try #require(try Command.run([path, "--output", folder.path("all"), "--quiet"]).status == 0)
    let all = try Command.results(in: folder.path("all")).sorted()
    #expect(all.contains("report.json"))
    #expect(all.contains("report.csv"))
    #expect(all.contains("report.txt"))
    #expect(all.contains("report.html"))
    for figure in all.filter({ $0.hasSuffix(".svg") }) {
      #expect(all.contains(figure.replacing(".svg", with: ".csv")))
    }
    #expect(all.filter { $0.hasSuffix(".svg") }.count >= 3)
    #expect(all.allSatisfy { !$0.hasPrefix(".") })
    try #require(
      try Command.run([path, "--output", folder.path("one"), "--formats", "json"]).status == 0)
    #expect(
      try Command.results(in: folder.path("one")) == ["report.json"])
  }

  @Test("Nothing else in the output folder is touched, and an old report is replaced")
  func neighbors() throws {
    let path = try write("run.h5")
    let out = folder.url.appendingPathComponent("out")
    try FileManager.default.createDirectory(at: out, withIntermediateDirectories: true)
    try Data("mine".utf8).write(to: out.appendingPathComponent("notes.txt"))
    try Data("old".utf8).write(to: out.appendingPathComponent("report.json"))
    try #require(try Command.run([path, "--output", out.path, "--quiet"]).status == 0)
    #expect(try folder.contents("out/notes.txt") == Data("mine".utf8))
    #expect(try folder.contents("out/report.json").count > 100)
  }

  @Test("Two runs, and one thread or three, give the same bytes in every file")
  func determinism() throws {
    for (name, threads) in [("a", "1"), ("b", "3"), ("c", "1")] {
      let outcome = try Command.run([
        Self.digits, "--output", folder.path(name), "--threads", threads, "--quiet",
        "--checkpoints", "epoch_05*", "--checkpoints", "epoch_000",
      ])
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    let names = try Command.results(in: folder.path("a"))
    #expect(names.count >= 6)
    for name in names {
      let first = try folder.contents("a/" + name)
      #expect(try folder.contents("b/" + name) == first, "\(name)")
      #expect(try folder.contents("c/" + name) == first, "\(name)")
    }
  }

  /// What `Scripts/update-reports` writes: a folder and the arguments that fill it.
  private static let gallery: [[String]] = {
    let script = Command.root.appendingPathComponent("Scripts/update-reports")
    let text = (try? String(contentsOf: script, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { $0.hasPrefix("write ") }
      .map { $0.split(separator: " ").dropFirst().map(String.init) }
  }()

  @Test("The gallery is what the command makes today; Scripts/update-reports renews it")
  func galleryIsFresh() throws {
    #expect(Self.gallery.count >= 3)
    for line in Self.gallery {
      let name = line[0]
      let outcome = try Command.run(
        line.dropFirst() + [
          "--instruction-set", "portable", "--output", folder.path(name), "--quiet",
        ])
      try #require(outcome.status == 0, "\(outcome.errors)")
      let committed = Command.root.appendingPathComponent("Reports/" + name)
      let names = try Command.results(in: committed.path).sorted()
      #expect(
        try Command.results(in: folder.path(name)).sorted() == names)
      for file in names {
        let isFresh =
          try folder.contents(name + "/" + file)
          == Data(contentsOf: committed.appendingPathComponent(file))
        #expect(isFresh, "\(name)/\(file) is stale")
      }
    }
  }

  @Test("Several files are a checkpoint each, in natural order")
  func severalFiles() throws {
    let files = try ["step_10.h5", "step_9.h5"].map { try write($0, prefix: "") }
    try #require(
      try Command.run(files + ["--output", folder.path("out"), "--quiet"]).status == 0)
    let report = try report(try folder.contents("out/report.json"))
    let checkpoints = try #require(report["checkpoints"] as? [[String: Any]])
    #expect(checkpoints.map { $0["name"] as? String } == ["step_9", "step_10"])
    #expect(checkpoints.map { $0["step"] as? Int } == [9, 10])
  }

  @Test("--samples draws the same rows for one seed and says so")
  func samples() throws {
    let path = try write("run.h5")
    for (name, seed) in [("a", "7"), ("b", "7"), ("c", "8")] {
      try #require(
        try Command.run([
          path, "--output", folder.path(name), "--quiet", "--samples", "30", "--seed", seed,
        ]).status == 0)
    }
    let first = try folder.contents("a/report.json")
    #expect(try folder.contents("b/report.json") == first)
    #expect(try folder.contents("c/report.json") != first)
    #expect(String(decoding: first, as: UTF8.self).contains("\"sampleCount\": 30"))
  }

  @Test("An interrupted run ends with 130 and leaves the old report whole")
  func interruption() throws {
    var random = RandomActivations(seed: 4)
    let labels = random.labels(6000, classes: 3)
    let path = folder.path("large.h5")
    try HDF5Fixture.write(
      to: path,
      datasets: [
        .init(
          "layer", shape: [6000, 64],
          .float32(random.values(labels, features: 64, separation: 1).map(Float.init))),
        .init("labels", shape: [6000], .int64(labels.indices.map(Int64.init))),
      ])
    let out = folder.url.appendingPathComponent("out")
    try FileManager.default.createDirectory(at: out, withIntermediateDirectories: true)
    try Data("old".utf8).write(to: out.appendingPathComponent("report.json"))
    let process = try Command.start(
      [
        path, "--output", out.path, "--quiet", "--instruction-set", "portable", "--threads", "1",
        "--relative-temperatures", "1e-9:1e3:900",
      ], in: folder.url)
    // It writes nothing before it has computed, and computing takes longer than this.
    Thread.sleep(forTimeInterval: 0.5)
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(try folder.contents("out/report.json") == Data("old".utf8))
    #expect(try Command.results(in: out.path) == ["report.json"])
  }

  @Test("inspect prints what was found as a table and as JSON")
  func inspect() throws {
    let table = try Command.run(["inspect", Self.digits])
    #expect(table.status == 0)
    #expect(table.output.contains("10 checkpoints, 4 layers, 899 samples"))
    #expect(table.output.contains("/epoch_000/layer1"))
    let json = try Command.run(["inspect", Self.digits, "--json"])
    let found = try report(Data(json.output.utf8))
    #expect((found["checkpoints"] as? [Any])?.count == 10)
  }

  @Test("The page of 100 layers at 20 checkpoints is of a handy size, and says what it leaves out")
  func weight() throws {
    var random = RandomActivations(seed: 7)
    let labels = random.labels(40, classes: 4)
    let layers = (0..<20).flatMap { checkpoint in
      (0..<100).map { layer in
        HDF5Fixture.Dataset(
          "step_\(checkpoint * 500)/model.encoder.layers.\(layer).attention.output",
          shape: [40, 4],
          .float32(
            random.values(labels, features: 4, separation: Double(checkpoint + layer) / 60)
              .map(Float.init)))
      }
    }
    let path = folder.path("large.h5")
    try HDF5Fixture.write(
      to: path,
      datasets: layers + [.init("labels", shape: [40], .int64(labels.indices.map(Int64.init)))])
    let outcome = try Command.run(
      [path, "--output", folder.path("large"), "--quiet", "--formats", "html", "--no-cache"])
    try #require(outcome.status == 0, "\(outcome.errors)")
    let page = String(decoding: try folder.contents("large/report.html"), as: UTF8.self)
    #expect(page.utf8.count < 3_000_000)
    #expect(page.contains("Here are 3 of 20 checkpoints; minima.csv and report.json have all."))
    #expect(page.contains("id=\"explorer-data\""))
  }

  @Test(
    "inspect forecasts the memory of the layers that are computed side by side: small ones are, large ones not",
    arguments: [(1000, true), (5000, false)])
  func forecast(sampleCount: Int, isSmall: Bool) throws {
    let values = Array(repeating: Float(1), count: sampleCount * 50)
    let file = folder.path("layers.h5")
    try HDF5Fixture.write(
      to: file,
      datasets: [
        .init("a", shape: [sampleCount, 50], .float32(values)),
        .init("b", shape: [sampleCount, 50], .float32(values)),
        .init("labels", shape: [sampleCount], .int64((0..<sampleCount).map { Int64($0 % 2) })),
      ])
    func memory(_ layers: String...) throws -> Int {
      let outcome = try Command.run(
        ["inspect", file, "--json", "--threads", "2"] + layers.flatMap { ["--layers", $0] })
      let forecast = try #require(report(Data(outcome.output.utf8))["forecast"] as? [String: Any])
      return try #require(forecast["memorySize"] as? Int)
    }
    let one = try memory("a")
    let two = try memory("a", "b")
    #expect(isSmall ? two > one : two == one)
  }
}
