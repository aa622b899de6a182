import Activations
import Foundation
import TestSupport
import Testing

/// `--formats tensorboard`.
@Suite struct TensorBoardTests {
  private let folder: TemporaryFolder
  private let file: String
  private static let name = "events.out.tfevents.0.snn-analyze"
  private static let python = Python(having: "tensorboard.backend.event_processing")

  init() throws {
    folder = try TemporaryFolder()
    file = folder.path("run.h5")
    var random = RandomActivations(seed: 5)
    let labels = random.labels(60, classes: 3)
    let datasets = [0, 300].map { step -> HDF5Fixture.Dataset in
      let values = random.values(labels, features: 4, separation: 1 + Double(step) / 300)
      return .init("step_\(step)/block/conv", shape: [60, 4], .float32(values.map(Float.init)))
    }
    try HDF5Fixture.write(
      to: file,
      datasets: datasets + [.init("labels", shape: [60], .int64(labels.indices.map(Int64.init)))],
      numbers: [("/step_0", "test_accuracy", 0.25), ("/step_300", "test_accuracy", 0.875)])
  }

  private func write(_ output: String, _ formats: String, threads: Int) throws {
    let outcome = try Command.run([
      file, "--formats", formats, "--compute", "+classes", "--output", folder.path(output),
      "--threads", "\(threads)", "--no-cache", "--quiet",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test(
    "The event file is the only one of its format, with the same bytes on any number of threads")
  func bytes() throws {
    try write("one", "tensorboard", threads: 1)
    try write("three", "tensorboard,json", threads: 3)
    #expect(try Command.results(in: folder.path("one")) == [Self.name])
    #expect(
      try folder.contents("one/\(Self.name)") == folder.contents("three/\(Self.name)"))
    #expect(try Command.results(in: folder.path("three")).sorted() == [Self.name, "report.json"])
  }

  @Test("A comparison has no scalars of its own, and says what it writes")
  func comparison() throws {
    let outcome = try Command.run([
      "compare", "a=\(file)", "b=\(file)", "--formats", "tensorboard", "--output", folder.path("c"),
    ])
    #expect(
      outcome.status == 64 && outcome.errors.contains("There is no tensorboard here, but text"))
  }

  @Test(
    "TensorBoard reads every scalar of report.json at the step of its checkpoint",
    .enabled(if: python != nil, "needs python3 with tensorboard; SNN_PYTHON may name it"))
  func reader() throws {
    try write("out", "tensorboard,json", threads: 2)
    let script = """
      import json, sys
      from tensorboard.backend.event_processing import event_file_loader
      found = {}
      for event in event_file_loader.LegacyEventFileLoader(sys.argv[1]).Load():
          assert event.wall_time == 0
          for value in event.summary.value:
              key = (value.tag, event.step)
              assert key not in found, key
              found[key] = value.simple_value
      report = json.load(open(sys.argv[2]))
      expected = {}
      for checkpoint in report["checkpoints"]:
          step = checkpoint["step"]
          expected["metrics/test_accuracy", step] = checkpoint["metrics"]["test_accuracy"]
          for layer in checkpoint["layers"]:
              def put(quantity, value):
                  expected[f"snnl/{layer['name']}/{quantity}", step] = value
              put("chance", layer["chance"])
              put("meanDistance", layer["meanDistance"])
              for key, member, of in [
                  ("minimumLoss", "loss", "minimum"), ("minimumTemperature", "temperature", "minimum"),
                  ("perplexityLoss", "loss", "atPerplexity"),
                  ("perplexityTemperature", "temperature", "atPerplexity"),
                  ("perplexityMedian", "median", "atPerplexity"),
                  ("perplexityNull", "null", "atPerplexity")]:
                  if layer[of][member] is not None:
                      put(key, layer[of][member])
              for item in layer["classLosses"]:
                  put("classLoss:" + item["name"], item["loss"])
      for key, value in expected.items():
          assert abs(found[key] - value) <= 1e-6 * abs(value), (key, found.get(key), value)
      assert {step for _, step in found} == {0, 300}
      print(len(expected), len(found))
      """
    let outcome = try #require(Self.python).run(
      ["-c", script, folder.path("out/\(Self.name)"), folder.path("out/report.json")])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let counts = outcome.output.split { !$0.isNumber }.compactMap { Int($0) }
    // What is found beside them are the relative temperature and the ends of intervals.
    #expect(counts.count == 2 && counts[0] >= 24 && counts[0] <= counts[1], "\(outcome.output)")
  }
}
