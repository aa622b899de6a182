import ActivationFiles
import Activations
import Foundation
import TestSupport
import Testing

/// `snn-analyze train`, as a process.
@Suite struct TrainCommandTests {
  /// Overlapping classes as training data.
  private static func writeData(
    to path: String, shape: [Int] = [10], train: Int = 90, test: Int = 45
  ) throws {
    var random = RandomActivations(seed: 20)
    let labels = random.labels(train + test, classes: 3)
    let features = shape.reduce(1, *)
    let values = random.values(labels, features: features, separation: 1).map(Float.init)
    let classes = labels.indices.map { Int64($0) + 5 }
    try HDF5Fixture.write(
      to: path,
      datasets: [
        .init(
          "train/inputs", shape: [train] + shape, .float32(Array(values[..<(train * features)]))),
        .init("train/labels", shape: [train], .int64(Array(classes[..<train]))),
        .init("test/inputs", shape: [test] + shape, .float32(Array(values[(train * features)...]))),
        .init("test/labels", shape: [test], .int64(Array(classes[train...]))),
      ])
  }

  @Test("Both networks train, and the report of what they wrote has their layers in order")
  func training() throws {
    let folder = try TemporaryFolder()
    try Self.writeData(to: folder.path("data.h5"), shape: [6, 6])
    for (network, layers) in [
      ("mlp", ["hidden1", "hidden2", "hidden3", "logits"]),
      ("cnn", ["conv1", "conv2", "hidden", "logits"]),
    ] {
      let outcome = try Command.run(
        [
          "train", "data.h5", "--network", network, "--alpha", "-0.1", "--epochs", "3", "--every",
          "2", "-o", "\(network).h5",
        ], in: folder.url)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("epoch 3: cross-entropy"))
      let report = try Command.run(
        ["\(network).h5", "--formats", "json", "--output", network], in: folder.url)
      #expect(report.status == 0, "\(report.errors)")
      let json = try JSONSerialization.jsonObject(with: folder.contents("\(network)/report.json"))
      let checkpoints = try #require(
        (json as? [String: Any])?["checkpoints"] as? [[String: Any]])
      #expect(
        checkpoints.compactMap { $0["name"] as? String } == ["epoch_000", "epoch_002", "epoch_003"])
      for checkpoint in checkpoints {
        let found = try #require(checkpoint["layers"] as? [[String: Any]])
        #expect(found.compactMap { $0["name"] as? String } == layers)
        #expect(found.allSatisfy { $0["sampleCount"] as? Int == 45 })
      }
      #expect(!folder.names.contains("\(network).h5.state"))
    }
  }

  @Test("Some of the test samples are recorded in float16, and the accuracy is of all")
  func recording() throws {
    let folder = try TemporaryFolder()
    try Self.writeData(to: folder.path("data.h5"))
    func train(_ name: String, _ options: [String]) throws -> [String] {
      let outcome = try Command.run(
        ["train", "data.h5", "--epochs", "2", "--validation", "0.2", "-o", name] + options,
        in: folder.url)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return outcome.output.split(separator: "\n").map(String.init)
    }
    let all = try train("all.h5", ["--record-type", "float32"])
    let some = try train("some.h5", ["--record-samples", "12"])
    #expect(all[0] == some[0] && all[0].contains("on those held out 0."))
    #expect(all.count == 1)  // α = 0: there is no loss to speak of.
    let (whole, part) = (
      try ActivationCollection(paths: [folder.path("all.h5")]),
      try ActivationCollection(paths: [folder.path("some.h5")])
    )
    let (last, drawn) = (
      try #require(whole.checkpoints.last), try #require(part.checkpoints.last)
    )
    #expect(last.sampleCount == 45 && drawn.sampleCount == 12)
    #expect(last.layers.allSatisfy { $0.typeDescription == "float32" })
    #expect(drawn.layers.allSatisfy { $0.typeDescription == "float16" })
    let rows = try #require(try part.sampleIDs(of: drawn)).compactMap(Int.init)
    #expect(rows.count == 12 && rows == rows.sorted())
    func floats(_ collection: ActivationCollection, _ layer: LayerEntry) throws -> [Float] {
      if case .float32(let values) = try collection.activations(of: layer).values {
        values
      } else {
        []
      }
    }
    for (full, few) in zip(last.layers, drawn.layers) {
      let (values, rounded) = (try floats(whole, full), try floats(part, few))
      let width = full.featureCount
      for (place, row) in rows.enumerated() {
        for column in 0..<width {
          let value = values[row * width + column]
          // Half of a unit in the last place of ten bits.
          #expect(abs(rounded[place * width + column] - value) <= max(abs(value), 1e-4) * 0x1p-11)
        }
      }
    }
  }

  @Test("Temperatures and schedules are options of the run, and another is no run to go on with")
  func temperatures() throws {
    let folder = try TemporaryFolder()
    try Self.writeData(to: folder.path("data.h5"))
    let arguments = ["train", "data.h5", "--alpha", "-0.1", "--epochs", "2", "-o"]
    for (name, options) in [
      ("mean", ["--temperature", "mean"]), ("fixed", ["--temperature", "100"]),
      ("cosine", ["--schedule", "cosine"]), ("learned", []),
    ] {
      let outcome = try Command.run(
        arguments + ["\(name).h5", "--keep-state"] + options, in: folder.url)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("at T = 100.0000") == (name == "fixed"))
      let other = try Command.run(
        arguments + ["\(name).h5", "--resume", "--temperature", "7"], in: folder.url)
      #expect(other.status == 2 && other.errors.contains("had other data or options"))
    }
    // The cosine's end is part of what the run is; that of a constant rate is not.
    for (name, options, status) in [
      ("learned", [], Int32(0)), ("cosine", ["--schedule", "cosine"], 2),
    ] {
      let longer = try Command.run(
        ["train", "data.h5", "--alpha", "-0.1", "--epochs", "3", "-o", "\(name).h5", "--resume"]
          + options, in: folder.url)
      #expect(longer.status == status, "\(name): \(longer.errors)")
    }
  }

  @Test("Two runs write the same bytes, --alpha=-0.1 as well as --alpha -0.1")
  func sameBytes() throws {
    let folder = try TemporaryFolder()
    try Self.writeData(to: folder.path("data.h5"))
    for (name, alpha) in [("a", ["--alpha", "-0.1"]), ("b", ["--alpha=-0.1"])] {
      let outcome = try Command.run(
        ["train", "data.h5", "--epochs", "2", "--output", "\(name).h5"] + alpha, in: folder.url)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors == "Written to \(name).h5. Next: snn-analyze \(name).h5\n")
    }
    #expect(try folder.contents("a.h5") == folder.contents("b.h5"))
  }

  @Test("An interrupted run goes on and ends with the bytes of one that was not")
  func resuming() throws {
    let folder = try TemporaryFolder()
    try Self.writeData(to: folder.path("data.h5"), train: 600)
    let process = try Command.start(
      ["train", "data.h5", "--epochs", "100000", "-o", "run.h5", "--quiet"], in: folder.url)
    let deadline = Date(timeIntervalSinceNow: 60)
    while !folder.names.contains("run.h5.state"), Date() < deadline { usleep(2000) }
    usleep(60_000)
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationStatus == 143)
    let state = try folder.contents("run.h5.state")
    // The number of epochs stands first in the state, after a line of text.
    let start = try #require(state.firstIndex(of: 10)) + 1
    let epochs = state[start..<start + 8].reversed().reduce(0) { $0 << 8 | Int($1) } + 3
    let again = ["train", "data.h5", "--epochs", "\(epochs)", "--quiet", "-o"]
    let resumed = try Command.run(again + ["run.h5", "--resume"], in: folder.url)
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try Command.run(again + ["whole.h5"], in: folder.url).status == 0)
    #expect(try folder.contents("run.h5") == folder.contents("whole.h5"))
  }

  @Test("A run does not take the place of a file, and goes on only with the same data and options")
  func places() throws {
    let folder = try TemporaryFolder()
    try Self.writeData(to: folder.path("data.h5"))
    let arguments = ["train", "data.h5", "--epochs", "1", "-o", "run.h5"]
    #expect(try Command.run(arguments, in: folder.url).status == 0)
    let second = try Command.run(arguments, in: folder.url)
    #expect(second.status == 2)
    #expect(
      second.errors
        == "Error: run.h5: is there already. Go on with --resume, begin anew with --overwrite, or "
        + "choose another file with --output.\n")
    #expect(try Command.run(arguments + ["--overwrite"], in: folder.url).status == 0)
    let finished = try Command.run(arguments + ["--resume"], in: folder.url)
    #expect(finished.status == 2)
    #expect(finished.errors.contains("there is no run.h5.state to go on from"))
    try Data("something else".utf8).write(to: folder.url.appendingPathComponent("run.h5.state"))
    let other = try Command.run(arguments + ["--resume"], in: folder.url)
    #expect(other.status == 2)
    #expect(other.errors.contains("had other data or options"))
  }

  @Test("The last epoch of every part goes to a second file, which outliers reads without options")
  func parts() throws {
    let folder = try TemporaryFolder()
    var random = RandomActivations(seed: 22)
    let labels = random.labels(300, classes: 3)
    let values = random.values(labels, features: 36, separation: 2).map(Float.init)
    var datasets: [HDF5Fixture.Dataset] = []
    for (part, rows) in [("train", 0..<150), ("test", 150..<210), ("calibration", 210..<300)] {
      let inputs = Array(values[rows.lowerBound * 36..<rows.upperBound * 36])
      datasets += [
        .init("\(part)/inputs", shape: [rows.count, 6, 6], .float32(inputs)),
        .init("\(part)/labels", shape: [rows.count], .int64(labels.indices[rows].map(Int64.init))),
        .init("\(part)/sample_ids", shape: [rows.count], .int64(rows.map(Int64.init))),
      ]
    }
    // Outliers have no labels: far away, in a direction of their own.
    datasets.append(
      .init(
        "ood/inputs", shape: [40, 6, 6],
        .float32((0..<40 * 36).map { Float(random.normal() * 3 + ($0 % 2 == 0 ? 9 : -9)) })))
    try HDF5Fixture.write(to: folder.path("data.h5"), datasets: datasets)
    let arguments = [
      "train", "data.h5", "--network", "cnn", "--epochs", "4", "--every", "4", "-o", "run.h5",
      "--quiet", "--record-type", "float32",
    ]
    let outcome = try Command.run(
      arguments + ["--parts", "parts.h5", "--adversarial", "0.5", "--keep-state"], in: folder.url)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let detection = try Command.run(
      ["outliers", "parts.h5", "-k", "10", "--formats", "json", "--output", "out"], in: folder.url)
    #expect(detection.status == 0, "\(detection.errors)")
    let json = try #require(
      try JSONSerialization.jsonObject(with: folder.contents("out/outliers.json"))
        as? [String: Any])
    #expect(json["layers"] as? [String] == ["conv1", "conv2", "hidden", "logits"])
    let auroc = try #require((json["auroc"] as? [String: Any])?["value"] as? Double)
    #expect(auroc > 0.8)
    // The test part is what the run recorded last.
    let last = try ActivationCollection(paths: [folder.path("run.h5")])
    var options = ReadingOptions()
    options.group = "/test"
    let test = try ActivationCollection(paths: [folder.path("parts.h5")], options: options)
    let (run, part) = (
      try #require(last.checkpoints.last), try #require(test.checkpoints.first)
    )
    func floats(_ matrix: ActivationMatrix) -> [Float] {
      if case .float32(let values) = matrix.values { values } else { [] }
    }
    for (before, after) in zip(run.layers, part.layers) {
      let recorded = floats(try last.activations(of: before))
      #expect(try recorded == floats(test.activations(of: after)) && !recorded.isEmpty)
    }
    #expect(try last.sampleIDs(of: run) == test.sampleIDs(of: part))
    // What one network is fooled by is a part of another's data; the state gives it back as it was.
    let again = try Command.run(
      arguments + ["--resume", "--parts", "again.h5", "--adversarial", "0.5"], in: folder.url)
    #expect(again.status == 0, "\(again.errors)")
    #expect(try folder.contents("again.h5") == folder.contents("parts.h5"))
    #expect(!folder.names.contains("run.h5.state"))
    let taken = try Command.run(
      arguments + ["--overwrite", "--adversarial", "1"], in: folder.url)
    #expect(taken.status == 64)
  }

  @Test("Training data that is hostile ends with a sentence and status 2, and opens no other file")
  func hostile() throws {
    let folder = try TemporaryFolder()
    let labels = HDF5Fixture.Dataset("train/labels", shape: [4], .int64([0, 1, 0, 1]))
    let cases: [(HDF5Fixture.Dataset, [String], String)] = [
      (
        .init("train/inputs", shape: [4, 1 << 40], .none, chunk: [1, 1 << 20]), [],
        "/train/inputs has the shape 4×1099511627776, too much for the memory there is."
      ),
      (
        .init("train/inputs", shape: [4, 1000], .none, chunk: [1, 1000]), [],
        "/train/inputs was created but never written."
      ),
      (
        .init("train/inputs", shape: [4, 40_000], .float32(Array(repeating: 1, count: 160_000))),
        ["--memory", "100K"],
        "/train/inputs has the shape 4×40000, too much for the memory there is."
      ),
      (
        .init("train/inputs", shape: [4, 2], .strings(Array(repeating: "a", count: 8))), [],
        "/train/inputs does not hold numbers."
      ),
    ]
    for (inputs, options, message) in cases {
      try HDF5Fixture.write(to: folder.path("data.h5"), datasets: [inputs, labels])
      let outcome = try Command.run(
        ["train", "data.h5", "-o", "out.h5", "--epochs", "1"] + options, in: folder.url)
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
    // A gzip file that says it holds gigabytes.
    try Data([0x1f, 0x8b, 8, 0] + Array(repeating: 0, count: 4_000_000) + [255, 255, 255, 127])
      .write(to: folder.url.appendingPathComponent("train-images-idx3-ubyte.gz"))
    let outcome = try Command.run(
      ["train", ".", "-o", "out.h5", "--memory", "100M"], in: folder.url)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("is a damaged gzip file"), "\(outcome.errors)")
  }

  @Test("What cannot be trained on ends with a sentence and status 2, wrong options with 64")
  func refusals() throws {
    let folder = try TemporaryFolder()
    try Self.writeData(to: folder.path("data.h5"))
    try HDF5Fixture.write(
      to: folder.path("half.h5"),
      datasets: [.init("train/inputs", shape: [2, 2], .float32([1, 2, 3, 4]))])
    try HDF5Fixture.write(
      to: folder.path("uneven.h5"),
      datasets: [
        .init("train/inputs", shape: [2, 2], .float32([1, 2, 3, 4])),
        .init("train/labels", shape: [3], .int64([1, 2, 3])),
      ])
    let cases = [
      (["half.h5"], "half.h5: /train/labels is not there."),
      (["uneven.h5"], "uneven.h5: /train/inputs has 2 rows but /train/labels has 3."),
      (["data.h5", "--network", "cnn"], "data.h5: A convolutional network needs images"),
      (["missing.h5"], "missing.h5"), (["."], "has no train-images-idx3-ubyte"),
      (["data.h5", "--learning-rate", "1e30"], "The training diverged in epoch 1"),
    ]
    for (arguments, message) in cases {
      let outcome = try Command.run(
        ["train"] + arguments + ["-o", "out.h5", "--overwrite", "--epochs", "1"], in: folder.url)
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
    for arguments in [
      ["--epochs", "-1"], ["--batch-size", "1"], ["--learning-rate", "0"], ["--every", "0"],
      ["--alpha", "nan"], ["--resume", "--overwrite"], ["--network", "rnn"],
      ["--temperature", "0"], ["--temperature", "warm"], ["--schedule", "steps"],
      ["--validation", "1"], ["--validation", "-0.1"], ["--record-samples", "1"],
      ["--record-type", "float8"],
    ] {
      let outcome = try Command.run(
        ["train", "data.h5", "-o", "out.h5"] + arguments, in: folder.url)
      #expect(outcome.status == 64, "\(arguments)")
    }
  }

  @Test("IDX files train as HDF5 does, plain or gzip")
  func idx() throws {
    let folder = try TemporaryFolder()
    var random = RandomActivations(seed: 21)
    let labels = random.labels(120, classes: 3)
    let pixels = random.values(labels, features: 36, separation: 1)
      .map { UInt8(max(0, min(255, 128 + 25 * $0))) }
    for (name, rows) in [("train", 0..<80), ("t10k", 80..<120)] {
      func header(_ type: UInt8, _ extents: [Int]) -> [UInt8] {
        [0, 0, 8, type] + extents.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] }
      }
      let images =
        header(3, [rows.count, 6, 6]) + pixels[rows.lowerBound * 36..<rows.upperBound * 36]
      let classes = header(1, [rows.count]) + labels.indices[rows].map(UInt8.init)
      try Data(images).write(to: folder.url.appendingPathComponent("\(name)-images-idx3-ubyte"))
      try Data(classes).write(to: folder.url.appendingPathComponent("\(name)-labels-idx1-ubyte"))
    }
    let arguments = ["train", ".", "--network", "cnn", "--epochs", "1", "-o"]
    let plain = try Command.run(arguments + ["plain.h5"], in: folder.url)
    #expect(plain.status == 0, "\(plain.errors)")
    let gzip = URL(fileURLWithPath: "/usr/bin/gzip")
    guard FileManager.default.isExecutableFile(atPath: gzip.path) else { return }
    // Stored, fixed and dynamic blocks come with the levels and the content.
    try Command.run(
      ["-1"] + folder.names.filter { $0.hasSuffix("ubyte") }, executable: gzip, in: folder.url)
    #expect(!folder.names.contains("train-images-idx3-ubyte"))
    let zipped = try Command.run(arguments + ["zipped.h5"], in: folder.url)
    #expect(zipped.status == 0, "\(zipped.errors)")
    #expect(try folder.contents("plain.h5") == folder.contents("zipped.h5"))
    var damaged = try folder.contents("train-images-idx3-ubyte.gz")
    damaged[damaged.count / 2] ^= 0x10
    try damaged.write(to: folder.url.appendingPathComponent("train-images-idx3-ubyte.gz"))
    let refused = try Command.run(arguments + ["refused.h5"], in: folder.url)
    #expect(refused.status == 2)
    #expect(refused.errors.contains("gz: is a damaged gzip file. Fetch it again."))
  }
}
