import Activations
import Foundation
import TestSupport
import Testing

@Suite struct CompareCommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func write(
    _ name: String, separation: Double, steps: [Int], layer: String = "layer1"
  ) throws -> String {
    var random = RandomActivations(seed: 9)
    let labels = random.labels(60, classes: 3)
    let path = folder.path(name)
    try HDF5Fixture.write(
      to: path,
      datasets: steps.map { step in
        .init(
          (steps.count > 1 ? "step_\(step)/" : "") + layer, shape: [60, 4],
          .float32(
            random.values(labels, features: 4, separation: separation * Double(step + 1))
              .map(Float.init)))
      } + [.init("labels", shape: [60], .int64(labels.indices.map(Int64.init)))])
    return path
  }

  @Test("Two runs over training are set side by side in every format")
  func runs() throws {
    let plain = try write("a.h5", separation: 1, steps: [0, 1, 2])
    let other = try write("b.h5", separation: 0.2, steps: [0, 2, 5])
    let outcome = try Command.run([
      "compare", "plain=\(plain)", "mixed=\(other)", "--output", folder.path("out"),
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("mixed is more entangled than plain in every layer"))
    #expect(
      try Command.results(in: folder.path("out")).sorted() == [
        "compare.html", "compare.json", "compare.txt", "comparison-at-perplexity.csv",
        "comparison-at-perplexity.svg", "comparison.csv", "comparison.svg",
      ])
    let json = try #require(
      try JSONSerialization.jsonObject(with: try folder.contents("out/compare.json"))
        as? [String: Any])
    let layers = try #require(json["layers"] as? [[String: Any]])
    #expect(layers.map { $0["step"] as? Int } == [0, 2])
    #expect(
      !String(decoding: try folder.contents("out/compare.json"), as: UTF8.self).contains("out"))
  }

  @Test("A run may be of several files, and one and three threads give the same bytes")
  func files() throws {
    let files = try [0, 1].flatMap { step in
      [
        "a=" + (try write("step_\(step).h5", separation: 1, steps: [step])),
        "b=" + (try write("later_\(step).h5", separation: 2, steps: [step])),
      ]
    }
    for (name, threads) in [("x", "1"), ("y", "3")] {
      let outcome = try Command.run(
        ["compare"] + files + [
          "--output", folder.path(name), "--threads", threads, "--quiet", "--checkpoint-pattern",
          "_([0-9]+)",
        ])
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    for name in try Command.results(in: folder.path("x")) {
      #expect(try folder.contents("x/" + name) == folder.contents("y/" + name), "\(name)")
    }
  }

  @Test("One run, no name, and nothing in common are refused in words")
  func refusals() throws {
    let first = try write("a.h5", separation: 1, steps: [0])
    let other = try write("b.h5", separation: 1, steps: [0], layer: "other")
    for arguments in [
      ["a=\(first)"], ["a=\(first)", "a=\(other)"], [first, other], ["=\(first)"],
    ] {
      #expect(try Command.run(["compare"] + arguments).status == 64)
    }
    let outcome = try Command.run(
      ["compare", "a=\(first)", "b=\(other)", "--output", folder.path("out")])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("no layer of one checkpoint is in two runs"))
    #expect(folder.names.allSatisfy { !$0.hasPrefix(".") })
  }

  @Test("report names compare where several files each hold several checkpoints")
  func report() throws {
    let files = try ["a.h5", "b.h5"].map { try write($0, separation: 1, steps: [0, 1]) }
    let outcome = try Command.run(files + ["--output", folder.path("out")])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("snn-analyze compare"))
  }
}
