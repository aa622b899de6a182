import Activations
import Foundation
import TestSupport
import Testing

/// The Python module, and the built command on what it writes.
///
/// Skipped where no interpreter has what a test needs; `SNN_PYTHON` names one.
@Suite struct PythonTests {
  private static let numpy = Python(having: "numpy")
  private static let arrays = Python(having: "numpy, h5py")
  private static let yaml = Python(having: "yaml")
  private static let torch = Python(having: "numpy, h5py, torch")
  private static let plugins = Python(having: "numpy, h5py, hdf5plugin")
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test(
    "The recorder keeps to its specification, and to what it wrote when it is killed",
    .enabled(if: arrays != nil, "needs python3 with numpy and h5py; SNN_PYTHON may name it"))
  func recorder() throws {
    let outcome = try #require(Self.arrays).run(["-m", "unittest", "test_recorder"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("\nOK"))
  }

  @Test(
    "The PyTorch module agrees with autograd, and with the command to 1e-5",
    .enabled(if: torch != nil, "needs python3 with torch, numpy and h5py; SNN_PYTHON may name it"))
  func module() throws {
    let outcome = try #require(Self.torch).run(
      ["-m", "unittest", "test_loss"], environment: ["SNN_ANALYZE": Command.executable.path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("module against command"))
  }

  @Test(
    "The module gives the command's numbers from arrays, its sentences as errors, and all its options",
    .enabled(if: numpy != nil, "needs python3 with numpy; SNN_PYTHON may name it"))
  func package() throws {
    let outcome = try #require(Self.numpy).run(
      ["-m", "unittest", "test_module"], environment: ["SNN_ANALYZE": Command.executable.path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("\nOK"))
  }

  @Test(
    "The callbacks log what is recorded, in a training of each framework that is there",
    .enabled(if: arrays != nil, "needs python3 with numpy and h5py; SNN_PYTHON may name it"))
  func callbacks() throws {
    let outcome = try #require(Self.arrays).run(
      ["-m", "unittest", "test_callbacks"], environment: ["SNN_ANALYZE": Command.executable.path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("\nOK"))
  }

  @Test(
    "The action and the hook stop what entangles, step by step",
    .enabled(if: yaml != nil, "needs python3 with yaml; SNN_PYTHON may name it"))
  func workflows() throws {
    let outcome = try #require(Self.yaml).run(
      ["-m", "unittest", "test_workflows"], environment: ["SNN_ANALYZE": Command.executable.path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("\nOK"))
  }

  @Test(
    "What is recorded from arrays, the command reads: order, steps, names and values",
    .enabled(if: arrays != nil, "needs python3 with numpy and h5py; SNN_PYTHON may name it"),
    arguments: ["", "compress=True", "dtype='float16'", "separate=True"])
  func recorded(options: String) throws {
    // Every value is a small multiple of 1/4, and so exact in every type.
    let script = """
      import sys
      import numpy as np
      from snn_analyze.record import Recorder
      i, f = np.arange(45)[:, None], np.arange(6)
      labels = np.arange(45) % 3
      recorder = Recorder(
          sys.argv[1], labels, sample_ids=[f"row {row}" for row in range(45)],
          class_names=["ant", "bee", "cat"], columns={"domain": labels % 2}, \(options))
      for step in (0, 9, 10):
          values = ((i * 7 + f * 13 + step) % 17).astype(np.float32) / 4
          tokens = np.stack([values, -values, values * 0], axis=1)
          with recorder.checkpoint(step, unit="step") as point:
              for rows in (slice(0, 20), slice(20, 45)):
                  mask = np.tile([1, 0, 0], (len(i[rows]), 1))
                  point.append({"second": tokens[rows], "first": values[rows] / 4},
                               predictions=labels[rows], mask=mask, pooling="mean")
      """
    let outcome = try #require(Self.arrays).run(["-c", script, folder.path("run.h5")])
    try #require(outcome.status == 0, "\(outcome.errors)")
    let files = folder.names.map(folder.path)
    #expect(files.count == (options.hasPrefix("separate") ? 3 : 1))

    let report = try Command.run(
      files + ["--output", folder.path("out"), "--temperatures", "2,8", "--formats", "json"])
    try #require(report.status == 0, "\(report.errors)")
    let json = try JSONDecoder().decode(Report.self, from: try folder.contents("out/report.json"))
    #expect(json.checkpoints.map(\.step) == [0, 9, 10])
    for checkpoint in json.checkpoints {
      #expect(checkpoint.layers.map(\.name) == ["second", "first"])
      let values = (0..<45 * 6).map {
        Float(($0 / 6 * 7 + $0 % 6 * 13 + checkpoint.step) % 17) / 4
      }
      let labels = ClassLabels((0..<45).map { Int64($0 % 3) })
      for (layer, scale) in zip(checkpoint.layers, [Float(1), 0.25]) {
        #expect(layer.classes.map(\.name) == ["ant", "bee", "cat"])
        let matrix = ActivationMatrix(
          sampleCount: 45, featureCount: 6, values: values.map { $0 * scale })
        #expect(layer.curve.map(\.temperature) == [2, 8])
        for point in layer.curve {
          let naive = NaiveLoss(matrix, labels, temperature: point.temperature)
          #expect(isClose(point.loss, naive.loss, relative: 2e-6))
        }
      }
    }
  }

  @Test(
    "Layers that h5py compressed by plugins have the numbers of those it did not, where a folder is named",
    .enabled(if: plugins != nil, "needs python3 with numpy, h5py and hdf5plugin"))
  func filters() throws {
    let script = """
      import sys
      import h5py, hdf5plugin
      import numpy as np
      filters = {
          "blosc": hdf5plugin.Blosc(cname="lz4", shuffle=hdf5plugin.Blosc.BITSHUFFLE),
          "blosc2": hdf5plugin.Blosc2(cname="zstd"), "zstd": hdf5plugin.Zstd(),
          "lz4": hdf5plugin.LZ4(), "bitshuffle": hdf5plugin.Bitshuffle(),
      }
      values = np.random.default_rng(0).normal(size=(90, 8)).astype("float32")
      labels = np.arange(90) % 3
      values[:, 0] += labels
      for name in [None, *filters]:
          with h5py.File(f"{sys.argv[1]}/{name or 'plain'}.h5", "w") as file:
              options = filters[name] if name else {}
              file.create_dataset("layer1", data=values, chunks=(32, 8), **options)
              file["labels"] = labels
      print(hdf5plugin.PLUGIN_PATH)
      """
    let outcome = try #require(Self.plugins).run(["-c", script, folder.path("")])
    try #require(outcome.status == 0, "\(outcome.errors)")
    let plugins = outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    func layers(_ name: String, _ options: [String], environment: [String: String] = [:]) throws
      -> (outcome: Command.Outcome, report: Data?)
    {
      let outcome = try Command.run(
        [folder.path("\(name).h5"), "--output", folder.path("out-\(name)"), "--formats", "csv"]
          + ["--no-cache"] + options, environment: environment)
      return (outcome, try? folder.contents("out-\(name)/report.csv"))
    }
    let plain = try #require(try layers("plain", []).report)
    func rows(_ csv: Data) -> [String] {
      // What a row says beside the file's name.
      String(decoding: csv, as: UTF8.self).split(separator: "\n").map {
        $0.split(separator: ",").dropFirst().joined(separator: ",")
      }
    }
    for name in ["blosc", "blosc2", "zstd", "lz4", "bitshuffle"] {
      let refused = try layers(name, [])
      #expect(refused.outcome.status == 2 && refused.report == nil)
      #expect(refused.outcome.errors.contains("--plugins"), "\(name): \(refused.outcome.errors)")
      let named = try layers(name, ["--plugins", plugins])
      #expect(named.outcome.status == 0, "\(name): \(named.outcome.errors)")
      #expect(try rows(#require(named.report)) == rows(plain), "\(name)")
      let found = try layers(name, [], environment: ["HDF5_PLUGIN_PATH": plugins])
      #expect(found.outcome.status == 0, "\(name): \(found.outcome.errors)")
    }
  }

  private struct Report: Decodable {
    struct Checkpoint: Decodable {
      let step: Int
      let layers: [Layer]
    }
    struct Layer: Decodable {
      let name: String
      let classes: [Class]
      let curve: [Point]
    }
    struct Class: Decodable { let name: String }
    struct Point: Decodable {
      let temperature: Double
      let loss: Double
    }
    let checkpoints: [Checkpoint]
  }
}
