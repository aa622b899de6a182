import Activations
import Foundation
import TestSupport
import Testing

/// Sub-samples, batches, schedules and identity checks of `report`, as a process.
@Suite struct StudyCommandTests {
  private let folder: TemporaryFolder
  private static let digits = Command.root.appendingPathComponent("notebooks-data/digits-mlp.h5")
    .path
  private static let studies = [
    "--sample-sizes", "100:800", "--batch-size", "64", "--batches", "5", "--temperature-schedule",
    "1:0.55",
  ]

  init() throws {
    folder = try TemporaryFolder()
  }

  @discardableResult
  private func run(
    _ arguments: [String], to output: String, status: Int32 = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let outcome = try Command.run(
      arguments + ["--output", folder.path(output), "--quiet"], in: folder.url)
    #expect(outcome.status == status, "\(outcome.errors)", sourceLocation: sourceLocation)
    return outcome.errors
  }

  /// Every layer of a report, by checkpoint and name.
  private func layers(_ output: String) throws -> [String: [String: Any]] {
    let json = try JSONSerialization.jsonObject(with: folder.contents(output + "/report.json"))
    let checkpoints = try #require((json as? [String: Any])?["checkpoints"] as? [[String: Any]])
    var layers: [String: [String: Any]] = [:]
    for checkpoint in checkpoints {
      for layer in try #require(checkpoint["layers"] as? [[String: Any]]) {
        layers["\(checkpoint["name"] ?? "")/\(layer["name"] ?? "")"] = layer
      }
    }
    return layers
  }

  private func scheduled(_ output: String) throws -> [String: Double] {
    try layers(output).compactMapValues {
      ($0["scheduled"] as? [String: Any])?["temperature"] as? Double
    }
  }

  @Test("All of it is in every format, the same bytes on any threads, anew or resumed")
  func bytes() throws {
    let arguments =
      [Self.digits, "--layers", "l*s", "--checkpoints", "epoch_0[05]*"] + Self.studies
    try run(arguments + ["--threads", "1", "--no-cache"], to: "one")
    try run(arguments + ["--threads", "3", "--memory", "1G"], to: "three")
    let names = try Command.results(in: folder.path("one")).sorted()
    for name in ["sample-size", "batches", "entanglement-at-schedule"] {
      #expect(names.contains(name + ".svg") && names.contains(name + ".csv"))
    }
    func expectSame(_ output: String) throws {
      #expect(try Command.results(in: folder.path(output)).sorted() == names)
      for name in names {
        #expect(
          try folder.contents("\(output)/\(name)") == folder.contents("one/\(name)"), "\(name)")
      }
    }
    try expectSame("three")
    // From the cache, with the report gone.
    try FileManager.default.removeItem(atPath: folder.path("three/report.json"))
    try run(arguments, to: "three")
    try expectSame("three")
    let layer = try #require(try layers("one")["epoch_055/logits"])
    let sizes = try #require(layer["sampleSizes"] as? [[String: Any]])
    #expect(sizes.map { $0["sampleCount"] as? Int } == [100, 200, 400, 800, 899])
    #expect((layer["batches"] as? [String: Any])?["size"] as? Int == 64)
    #expect(try scheduled("one")["epoch_000/logits"] == 1)
    #expect(
      isClose(
        try #require(try scheduled("one")["epoch_055/logits"]), pow(56, -0.55), relative: 1e-12))
  }

  @Test("Each option is a result of its own, and the same one is not computed again")
  func cache() throws {
    let one = [Self.digits, "--layers", "logits", "--checkpoints", "epoch_055"]
    let variants = [
      [], ["--sample-sizes", "100"], ["--sample-sizes", "100,200"],
      ["--sample-sizes", "100", "--seed", "1"], ["--batch-size", "64", "--batches", "2"],
      ["--batch-size", "64", "--batches", "3"], ["--batch-size", "65", "--batches", "2"],
      ["--temperature-schedule", "1:0.55"], ["--temperature-schedule", "1:0.5"],
    ]
    for variant in variants + variants { try run(one + variant, to: "out") }
    let entries = try FileManager.default.contentsOfDirectory(atPath: folder.path("out/.cache"))
    #expect(entries.count == variants.count)
  }

  @Test(
    "Wrong options end with 64",
    arguments: [
      ["--sample-sizes", "0:10"], ["--sample-sizes", "10:5"], ["--sample-sizes", "many"],
      ["--sample-sizes", "1,2"], ["--sample-sizes", "1:2:3"], ["--sample-sizes", ""],
      ["--batch-size", "1"], ["--batches", "5"], ["--batches", "1", "--batch-size", "8"],
      ["--temperature-schedule", "0:1"], ["--temperature-schedule", "1:x"],
      ["--temperature-schedule", ":"], ["--temperature-schedule", "1:2:3"],
      ["--temperature-schedule", "0.5"],
    ])
  func usage(options: [String]) throws {
    let message = try run([Self.digits] + options, to: "out", status: 64)
    #expect(message.contains(options[0]), "\(message)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out")))
  }

  private func write(
    _ name: String, groups: [String] = ["epoch_0", "epoch_1"],
    numbers: [(of: String, name: String, value: Double)] = [],
    datasets: [HDF5Fixture.Dataset] = []
  ) throws -> String {
    var random = RandomActivations(seed: 9)
    let labels = random.labels(40, classes: 3)
    let path = folder.path(name)
    let layers = groups.flatMap { group in
      ["layer1", "layer2"].map { layer in
        HDF5Fixture.Dataset(
          "\(group)/\(layer)", shape: [40, 3],
          .float32(random.values(labels, features: 3, separation: 1).map(Float.init)))
      }
    }
    try HDF5Fixture.write(
      to: path,
      datasets: layers + [
        .init("labels", shape: [40], .int64(labels.indices.map(Int64.init)))
      ] + datasets, numbers: numbers)
    return path
  }

  @Test(
    "A logged temperature is found at the layer, its checkpoint and the file, the nearest first")
  func logged() throws {
    let path = try write(
      "logged.h5",
      numbers: [
        ("epoch_0", "T_layer2", 3), ("epoch_0", "T", 2), ("/", "T", 7),
        ("epoch_1/layer1", "T", 5),
      ])
    try run([path, "--temperature-schedule", "T"], to: "out")
    #expect(
      try scheduled("out") == [
        "epoch_0/layer1": 2, "epoch_0/layer2": 3, "epoch_1/layer1": 5, "epoch_1/layer2": 7,
      ])
    let stored = try write(
      "stored.h5",
      datasets: [
        .init("epoch_0/tau", shape: [], .float32([0.5])),
        .init("epoch_1/tau_layer1", shape: [1], .float64([0.25])),
      ])
    try run([stored, "--temperature-schedule", "tau"], to: "stored")
    // A layer that none is logged for has none where others have.
    #expect(
      try scheduled("stored") == [
        "epoch_0/layer1": 0.5, "epoch_0/layer2": 0.5, "epoch_1/layer1": 0.25,
      ])
    let names = try Command.results(in: folder.path("stored"))
    #expect(names.contains("entanglement-at-schedule.svg"))
  }

  @Test("The value is that of the curve at the same temperature")
  func value() throws {
    let path = try write("value.h5", numbers: [("/", "T", 0.75)])
    try run([path, "--temperature-schedule", "T"], to: "out")
    try run([path, "--temperatures", "0.75,1"], to: "curve")
    let curves = try layers("curve")
    for (name, layer) in try layers("out") {
      let scheduled = try #require(layer["scheduled"] as? [String: Double])
      let curve = try #require(curves[name]?["curve"] as? [[String: Double]])
      #expect(curve.first == scheduled)
    }
  }

  @Test("What has no temperature says what, where and how to mend, and ends with 2")
  func missing() throws {
    let half = try write("half.h5", numbers: [("epoch_0", "T", 2)])
    #expect(
      try run([half, "--temperature-schedule", "T"], to: "out", status: 2)
        == "Error: \(half): the checkpoint epoch_1 has no temperature called T or T_layer1. Record it "
        + "as an attribute, or a single number, of the checkpoint's group or of the file, or give "
        + "--temperature-schedule ETA:GAMMA.\n")
    let zero = try write("zero.h5", numbers: [("/", "T", 0)])
    #expect(
      try run([zero, "--temperature-schedule", "T"], to: "out", status: 2)
        == "Error: \(zero): /epoch_0/layer1 (checkpoint epoch_0) has T = 0.0, and a temperature is a "
        + "positive, finite number. Log T itself, in the units of the distance.\n")
    let plain = try write("plain.h5", groups: ["acts"])
    #expect(
      try run([plain, "--temperature-schedule", "1:0.55"], to: "out", status: 2)
        == "Error: \(plain): the checkpoint plain has no step to anneal the temperature by. Say where "
        + "its name holds one with --checkpoint-pattern, or give the name of a logged temperature to "
        + "--temperature-schedule.\n")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out/report.json")))
    // The other checkpoints are reported where that is wanted.
    let message = try run(
      [half, "--temperature-schedule", "T", "--keep-going"], to: "kept", status: 2)
    #expect(message.contains("the checkpoint epoch_1 has no temperature"))
    #expect(try scheduled("kept").keys.sorted() == ["epoch_0/layer1", "epoch_0/layer2"])
  }

  @Test("A run of `train` has the learned temperatures of its hidden layers")
  func trained() throws {
    var random = RandomActivations(seed: 20)
    let labels = random.labels(120, classes: 3)
    let values = random.values(labels, features: 8, separation: 1).map(Float.init)
    let classes = labels.indices.map(Int64.init)
    try HDF5Fixture.write(
      to: folder.path("data.h5"),
      datasets: [
        .init("train/inputs", shape: [80, 8], .float32(Array(values[..<640]))),
        .init("train/labels", shape: [80], .int64(Array(classes[..<80]))),
        .init("test/inputs", shape: [40, 8], .float32(Array(values[640...]))),
        .init("test/labels", shape: [40], .int64(Array(classes[80...]))),
      ])
    let trained = try Command.run(
      ["train", "data.h5", "--alpha", "-0.1", "--epochs", "2", "-o", "run.h5"], in: folder.url)
    #expect(trained.status == 0, "\(trained.errors)")
    try run(["run.h5", "--temperature-schedule", "temperature"], to: "out")
    let found = try scheduled("out")
    #expect(found.count == 9)
    #expect(found.keys.allSatisfy { $0.contains("/hidden") })
    #expect(found["epoch_000/hidden1"] != found["epoch_002/hidden1"])
  }

  @Test("--verbose checks identities on stderr, and leaves the report as it is")
  func identities() throws {
    let arguments = [Self.digits, "--checkpoints", "epoch_055"]
    try run(arguments, to: "plain")
    let errors = try run(arguments + ["--verbose"], to: "verbose")
    let lines = errors.split(separator: "\n").filter { $0.hasPrefix("Check: ") }
    #expect(lines.count == 8, "\(errors)")
    #expect(lines.allSatisfy { $0.hasSuffix(": agrees.") }, "\(errors)")
    #expect(lines.count { $0.contains("labels shuffled 20 times (899 samples)") } == 4)
    #expect(lines.count { $0.contains("two halves of 450 and 449 samples") } == 4)
    #expect(!errors.contains("Warning"))
    for name in try Command.results(in: folder.path("plain")) {
      #expect(
        try folder.contents("plain/\(name)") == folder.contents("verbose/\(name)"), "\(name)")
    }
  }

  @Test("A layer larger than --memory has the same studies as in memory")
  func streamed() throws {
    var random = RandomActivations(seed: 8)
    let labels = random.labels(1500, classes: 4)
    let values = random.values(labels, features: 3000, separation: 0.1).map(Float.init)
    try HDF5Fixture.write(
      to: folder.path("large.h5"),
      datasets: [
        .init("layer", shape: [1500, 3000], .float32(values)),
        .init("labels", shape: [1500], .int64(labels.indices.map(Int64.init))),
      ])
    for limit in ["24M", "2G"] {
      try run(
        [
          "large.h5", "--sample-sizes", "100,1400", "--batch-size", "128", "--batches", "3",
          "--memory", limit, "--threads", "2", "--formats", "json,csv",
        ], to: limit)
    }
    for name in ["report.json", "sample-size.csv", "batches.csv"] {
      #expect(try folder.contents("24M/\(name)") == folder.contents("2G/\(name)"), "\(name)")
    }
  }
}
