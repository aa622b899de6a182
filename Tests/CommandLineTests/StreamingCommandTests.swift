import Activations
import Foundation
import TestSupport
import Testing

/// Layers that are larger than `--memory`.
@Suite struct StreamingCommandTests {
  private let folder: TemporaryFolder
  private static let limit = "24M"

  init() throws {
    folder = try TemporaryFolder()
    let (count, features) = (1500, 3000)
    var random = RandomActivations(seed: 8)
    let labels = random.labels(count, classes: 4)
    var values = random.values(labels, features: features, separation: 0.1)
    for index in 700 * features..<701 * features { values[index] = 0 }
    let shape = [count, features]
    for (name, values, chunk) in [
      ("float32.h5", HDF5Fixture.Values.float32(values.map(Float.init)), nil),
      ("float64.h5", .float64(values), [Int]?.some([100, 1000])),
    ] {
      try HDF5Fixture.write(
        to: folder.path(name),
        datasets: [
          .init("layer", shape: shape, values, chunk: chunk),
          .init("labels", shape: [count], .int64(labels.indices.map(Int64.init))),
        ])
    }
  }

  private func names(in output: String) -> [String] {
    FileManager.default.enumerator(atPath: folder.path(output))?.compactMap { $0 as? String } ?? []
  }

  @Test(
    "A small --memory gives the bytes of a large one, and leaves nothing",
    arguments: ["float32.h5", "float64.h5"], ["squared-euclidean", "cosine"])
  func sameBytes(file: String, distance: String) throws {
    for (name, more) in [("all", []), ("drawn", ["--samples", "1400"])] {
      for (output, limit) in [("large", "2G"), ("small", Self.limit)] {
        let outcome = try Command.run(
          [
            folder.path(file), "--distance", distance, "--zero-rows", "skip", "--memory", limit,
            "--output", folder.path(name + output), "--quiet", "--threads", "2",
          ] + more)
        #expect(outcome.status == 0, "\(outcome.errors)")
      }
      for file in ["report.json", "report.csv", "report.html"] {
        #expect(
          try folder.contents("\(name)small/\(file)") == folder.contents("\(name)large/\(file)"))
      }
      #expect(names(in: name + "small").allSatisfy { !$0.contains("rows-") })
    }
  }

  @Test("A baseline and a check within a small --memory are those of a large one")
  func check() throws {
    let rules = folder.path("rules.yml")
    try Data(
      """
      rules:
      - {quantity: minimum, side: both}
      - {quantity: temperature, rtol: 0.2}
      - {quantity: accuracy}
      - {quantity: loss, at: 3000}
      - {quantity: perplexity, at: 30}
      - {quantity: pair, pair: [0, 2]}
      """.utf8
    ).write(to: URL(fileURLWithPath: rules))
    for (name, limit) in [("large", "2G"), ("small", Self.limit)] {
      let made = try Command.run([
        "baseline", folder.path("float64.h5"), "-o", folder.path("\(name).json"), "--rules", rules,
        "--memory", limit, "--threads", "2",
      ])
      try #require(made.status == 0, "\(made.errors)")
      // Rounded to float32, so that no number is the baseline's to the bit.
      let checked = try Command.run([
        "check", folder.path("float32.h5"), "--baseline", folder.path("\(name).json"), "--rules",
        rules, "--memory", limit, "--output", folder.path(name), "--quiet", "--threads", "2",
      ])
      #expect(checked.status == 0, "\(checked.errors)")
      // The layer is the same one, however it was read.
      let other = try Command.run([
        "check", folder.path("float64.h5"), "--baseline", folder.path("large.json"), "--memory",
        limit, "--output", folder.path("again"), "--threads", "2",
      ])
      #expect(other.output.contains("All activations are the baseline's, bit for bit"))
    }
    #expect(try folder.contents("small.samples") == folder.contents("large.samples"))
    #expect(try folder.contents("small.json") == folder.contents("large.json"))
    let reports = try ["large", "small"].map {
      String(decoding: try folder.contents("\($0)/check.json"), as: UTF8.self)
    }
    #expect(
      reports[1].replacingOccurrences(of: "small.json", with: "large.json")
        == reports[0].replacingOccurrences(of: "small.json", with: "large.json"))
    #expect(folder.names.allSatisfy { !$0.contains("rows-") })
    let tiny = try Command.run([
      "check", folder.path("float32.h5"), "--baseline", folder.path("large.json"), "--memory", "4M",
      "--output", folder.path("tiny"),
    ])
    #expect(tiny.status == 2)
    #expect(tiny.errors.contains("Raise --memory"), "\(tiny.errors)")
  }

  @Test("Rows are put aside in --scratch, and beside what is written without it")
  func scratch() throws {
    let file = folder.path("float32.h5")
    let small = ["--memory", Self.limit, "--threads", "2"]
    let baseline = folder.path("b.json")
    _ = try Command.run(["baseline", file, "-o", baseline, "--memory", "2G"])
    let runs = [
      ["report", file, "--output", folder.path("r"), "--quiet", "--compute", "curve"],
      [
        "compare", "a=\(file)", "b=\(file)", "--output", folder.path("c"), "--quiet", "--compute",
        "curve",
      ],
      ["baseline", file, "-o", folder.path("other.json"), "--quiet"],
      ["check", file, "--baseline", baseline, "--output", folder.path("k"), "--quiet"],
    ]
    try FileManager.default.createDirectory(
      atPath: folder.path("space"), withIntermediateDirectories: true)
    for run in runs {
      let missing = folder.path("missing")
      let refusal = try Command.run(run + small + ["--scratch", missing])
      #expect(refusal.status == 2, "\(run[0])")
      #expect(refusal.errors.contains(missing), "\(run[0]): \(refusal.errors)")
      #expect(refusal.errors.contains("another disk with --scratch"), "\(refusal.errors)")
      let done = try Command.run(run + small + ["--scratch", folder.path("space")])
      #expect(done.status == 0, "\(run[0]): \(done.errors)")
      #expect(names(in: "space").isEmpty)
    }
  }

  @Test("inspect says that a layer is streamed and what that takes")
  func inspect() throws {
    let small = try Command.run(["inspect", folder.path("float32.h5"), "--memory", Self.limit])
    #expect(
      small.output.contains(
        "1 layer is larger than --memory (24 MiB) and streamed, one at a time: rows are put aside "
          + "on the disk, up to 34 MiB"), "\(small.output)")
    let large = try Command.run(["inspect", folder.path("float32.h5"), "--memory", "2G"])
    #expect(!large.output.contains("streamed"))
    let tiny = try Command.run(["inspect", folder.path("float32.h5"), "--memory", "4M"])
    #expect(tiny.output.contains("raise --memory"), "\(tiny.output)")
  }

  @Test("A run that is killed leaves no rows behind")
  func killed() throws {
    for delay in [50_000, 150_000, 300_000] {
      let process = try Command.start(
        [
          folder.path("float32.h5"), "--memory", Self.limit, "--output", folder.path("killed"),
          "--quiet", "--no-cache",
        ], in: folder.url)
      usleep(UInt32(delay))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      #expect(names(in: "killed").allSatisfy { !$0.contains("rows-") })
    }
  }
}
