import Activations
import Foundation
import TestSupport
import Testing

/// `compare` of groups: several trainings of one name.
@Suite struct GroupComparisonTests {
  private let folder: TemporaryFolder
  private static let count = 60
  private static let labels = ClassLabels((0..<count).map { Int64($0 % 3) })

  init() throws {
    folder = try TemporaryFolder()
  }

  private struct Comparison: Decodable {
    struct Group: Decodable {
      struct Run: Decodable {
        let name: String
        let file: String
        let seed: Int?
      }
      let name: String
      let runs: [Run]
    }
    struct Row: Decodable {
      let group: String
      let checkpoint: String
      let step: Int?
      let layer: String?
      let quantity: String
      let n: Int
      let mean: Double
      let interval: [Double]?
      let values: [Double?]
    }
    struct Difference: Decodable {
      struct Permutation: Decodable {
        let p: Double
        let smallest: Double
      }
      struct Variance: Decodable {
        let runs: Double
        let samples: Double
      }
      let group: String
      let to: String
      let layer: String?
      let checkpoint: String
      let quantity: String
      let paired: Bool
      let difference: Double
      let interval: [Double]?
      let p: Double?
      let pAdjusted: Double?
      let permutation: Permutation?
      let variance: Variance?
    }
    let groups: [Group]
    let rows: [Row]
    let differences: [Difference]
    let notices: [String]
  }

  /// A training: the same samples each time, with noise that grows with the step and the seed's own.
  @discardableResult
  private func write(
    _ name: String, seed: UInt64, separation: Double = 0.9, steps: [Int] = [0, 10],
    layers: [String] = ["layer1", "layer2"], count: Int = count, ids: Bool = true,
    predictions: Bool = false
  ) throws -> String {
    var base = RandomActivations(seed: 4)
    var noise = RandomActivations(seed: seed)
    let labels = ClassLabels((0..<count).map { Int64($0 % 3) })
    var datasets: [HDF5Fixture.Dataset] = []
    for step in steps {
      for layer in layers {
        let values = base.values(labels, features: 4, separation: separation)
        datasets.append(
          .init(
            (steps.count > 1 ? "step_\(step)/" : "") + layer, shape: [count, 4],
            .float32(values.map { Float($0 + 0.5 * noise.normal()) })))
      }
      if predictions {
        datasets.append(
          .init(
            "step_\(step)/predictions", shape: [count],
            .int64((0..<count).map { Int64($0 < Int(seed) ? ($0 + 1) % 3 : $0 % 3) })))
      }
    }
    datasets.append(.init("labels", shape: [count], .int64(labels.indices.map(Int64.init))))
    if ids {
      datasets.append(
        .init("sample_ids", shape: [count], .strings((0..<count).map { "sample \($0)" })))
    }
    let path = folder.path(name)
    try HDF5Fixture.write(to: path, datasets: datasets)
    return path
  }

  private func compare(_ arguments: [String]) throws -> (json: Comparison, text: String) {
    let outcome = try Command.run(["compare", "--output", folder.path("out")] + arguments)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return (
      try JSONDecoder().decode(Comparison.self, from: try folder.contents("out/compare.json")),
      outcome.output
    )
  }

  private func group(_ name: String, seeds: [UInt64], separation: Double = 0.9) throws -> String {
    for seed in seeds {
      try write(
        "\(name)_seed\(seed).h5", seed: seed + (name == "b" ? 100 : 0), separation: separation)
    }
    return "\(name)=\(folder.path(name + "_seed*.h5"))"
  }

  @Test("Files of one name and several seeds are runs, in the order of the seeds, and pair by them")
  func seeds() throws {
    let first = try group("a", seeds: [1, 2, 10])
    let second = try group("b", seeds: [1, 2, 10], separation: 0.4)
    let (json, text) = try compare([first, second])
    #expect(json.groups.map(\.name) == ["a", "b"])
    #expect(json.groups[0].runs.map(\.seed) == [1, 2, 10])
    #expect(json.groups[1].runs.map(\.name) == ["b_seed1", "b_seed2", "b_seed10"])
    let rows = json.rows.filter { $0.quantity == "minimum" && $0.step == 10 }
    #expect(rows.map(\.layer) == ["layer1", "layer1", "layer2", "layer2"])
    #expect(rows.map(\.group) == ["a", "b", "a", "b"])
    for row in rows {
      let values = row.values.compactMap(\.self)
      let mean = values.reduce(0, +) / 3
      let error = (values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 2 / 3).squareRoot()
      #expect(row.n == 3 && isClose(row.mean, mean, relative: 1e-12))
      // stats.t.isf(0.025, 2)
      let interval = try #require(row.interval)
      #expect(isClose(interval[1] - row.mean, 4.302652729749464 * error, relative: 1e-9))
    }
    let differences = json.differences.filter {
      $0.quantity == "minimum" && $0.checkpoint == "step_10"
    }
    for (difference, layer) in zip(differences, ["layer1", "layer2"]) {
      let both = rows.filter { $0.layer == layer }
      #expect(difference.group == "b" && difference.to == "a" && difference.paired)
      #expect(isClose(difference.difference, both[1].mean - both[0].mean, relative: 1e-9))
      #expect(difference.permutation == nil, "three pairs tell nothing")
      #expect((difference.pAdjusted ?? 0) >= (difference.p ?? 1))
      #expect((difference.variance?.samples ?? 0) > 0 && (difference.variance?.runs ?? 0) > 0)
    }
    #expect(text.contains("b − a is paired by seed"))
    #expect(
      try Command.results(in: folder.path("out")).contains("comparison-runs.svg"))
  }

  @Test("The tidy table has a row for each number of each run, and the page and figures every run")
  func tidy() throws {
    let first = try group("a", seeds: [1, 2, 3])
    _ = try compare([first, "--formats", "text,svg,html,json,csv,latex"])
    let rows = String(decoding: try folder.contents("out/runs.csv"), as: UTF8.self)
      .split(separator: "\n")
    #expect(rows[0] == "group,run,seed,checkpoint,step,layer,labeling,quantity,value")
    #expect(rows[1].hasPrefix("a,a_seed1,1,step_0,0,layer1,"))
    // 3 runs × 2 checkpoints × 2 layers of the minimum.
    #expect(rows.count { $0.contains(",minimum,") } == 12)
    #expect(rows.count { $0.contains(",class:0,") } == 12)
    let latex = String(decoding: try folder.contents("out/compare.tex"), as: UTF8.self)
    #expect(latex.contains("\\toprule") && latex.contains("\\pm"))
    let svg = String(decoding: try folder.contents("out/comparison.svg"), as: UTF8.self)
    #expect(svg.contains("class=\"threads\"") && svg.contains("class=\"band\""))
    let strip = String(decoding: try folder.contents("out/comparison-runs.svg"), as: UTF8.self)
    #expect(strip.contains("class=\"whisker\""))
  }

  @Test("Two runs have single values, no interval, and the reason; other seeds are not paired")
  func few() throws {
    let first = try group("a", seeds: [1, 2])
    let second = try group("b", seeds: [2, 3])
    let (json, _) = try compare([first, second])
    #expect(json.rows.allSatisfy { $0.interval == nil && $0.n <= 2 && $0.values.count == 2 })
    #expect(json.differences.allSatisfy { !$0.paired && $0.interval == nil && $0.p == nil })
    #expect(json.notices.contains { $0.hasPrefix("a has 2 runs: no interval") })
    #expect(
      json.notices.contains {
        $0.contains("not paired by seed, because the seeds 1, 3 are in one of them only")
      })
  }

  @Test(
    "Where files may be checkpoints or runs, the answer names the option, and the option decides")
  func question() throws {
    let files = try (1...3).map {
      "a=" + (try write("model\(["x", "y", "z"][$0 - 1]).h5", seed: UInt64($0), steps: [0]))
    }
    let outcome = try Command.run(["compare", "--output", folder.path("out")] + files)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("Say --each-file checkpoint or --each-file run."))
    let (json, _) = try compare(files + ["--each-file", "run"])
    #expect(json.groups[0].runs.map(\.seed) == [nil, nil, nil])
    let other = try write("other.h5", seed: 9, steps: [0])
    let single = try Command.run(
      ["compare", "b=\(other)", "--each-file", "checkpoint", "--output", folder.path("single")]
        + files)
    #expect(single.status == 2 && single.errors.contains("no layer of one checkpoint"))
  }

  @Test("Files of one seed are one training, each with its checkpoints")
  func severalFilesOfSeeds() throws {
    for seed in 1...3 {
      try FileManager.default.createDirectory(
        atPath: folder.path("seed\(seed)"), withIntermediateDirectories: true)
      for step in [1, 2] {
        try write("seed\(seed)/step_\(step).h5", seed: UInt64(10 * seed + step), steps: [step])
      }
    }
    let (json, _) = try compare(["a=\(folder.path("seed*/step_*.h5"))"])
    #expect(json.groups[0].runs.map(\.seed) == [1, 2, 3])
    #expect(Set(json.rows.map(\.step)) == [1, 2])
    #expect(json.rows.allSatisfy { $0.n == 3 || $0.quantity == "temperature" })
  }

  @Test("A run that lacks a layer or a step is named")
  func missing() throws {
    try write("a_seed1.h5", seed: 1)
    try write("a_seed2.h5", seed: 2, layers: ["layer1"])
    try write("a_seed3.h5", seed: 3, steps: [0, 10, 20])
    let (json, text) = try compare(["a=\(folder.path("a_seed*.h5"))"])
    #expect(json.notices.contains { $0.hasPrefix("a: a_seed2 lacks layer2 at step_0, layer2 at") })
    #expect(json.notices.contains { $0.hasPrefix("a: a_seed1 lacks layer1 at step_20") })
    #expect(text.contains("lacks"))
  }

  @Test("Accuracy is that of the predictions in the file")
  func accuracy() throws {
    for seed in [3, 6, 9] {
      try write("a_seed\(seed).h5", seed: UInt64(seed), predictions: true)
    }
    let (json, _) = try compare(["a=\(folder.path("a_seed*.h5"))"])
    let row = try #require(json.rows.first { $0.quantity == "accuracy" })
    #expect(row.layer == nil && row.values == [57, 54, 51].map { $0 / 60 })
  }

  @Test("What is no group of runs is refused in words")
  func refusals() throws {
    let one = try write("a_seed1.h5", seed: 1)
    let alone = try Command.run(["compare", "a=\(one)", "--each-file", "run"])
    #expect(alone.status == 64 && alone.errors.contains("A mean over runs needs several"))
    try FileManager.default.copyItem(atPath: one, toPath: folder.path("a_seed2.h5"))
    let copy = try Command.run(["compare", "a=\(folder.path("a_seed*.h5"))"])
    #expect(copy.status == 2 && copy.errors.contains("are the same bytes. A copy is no other seed"))
    try write("b_seed1.h5", seed: 1)
    try write("b_seed2.h5", seed: 2, count: 57)
    let fewer = try Command.run(
      ["compare", "b=\(folder.path("b_seed*.h5"))", "--output", folder.path("out")])
    #expect(fewer.status == 2 && fewer.errors.contains("there are 60 samples and 57"))
    // The same activations under another seed's name, in a file of other bytes.
    try write("c_seed1.h5", seed: 1)
    try write("c_seed2.h5", seed: 1, ids: false)
    let same = try Command.run(
      ["compare", "c=\(folder.path("c_seed*.h5"))", "--output", folder.path("out")])
    #expect(same.status == 2 && same.errors.contains("are the same to the last sample"))
    let report = try Command.run([one, folder.path("b_seed1.h5"), "--each-file", "run"])
    #expect(report.status == 64 && report.errors.contains("snn-analyze compare GROUP=FILE"))
  }

  @Test("Listed values are compared as measured ones are, and runs.csv is such a list")
  func listed() throws {
    let first = try group("a", seeds: [1, 2, 3])
    let second = try group("b", seeds: [1, 2, 3], separation: 0.4)
    let measured = try compare([first, second]).json
    let table = folder.path("table.csv")
    try folder.contents("out/runs.csv").write(to: URL(fileURLWithPath: table))
    let listed = try compare(["--values", table]).json
    #expect(listed.rows.count == measured.rows.count)
    for row in measured.rows {
      let other = try #require(
        listed.rows.first {
          $0.group == row.group && $0.checkpoint == row.checkpoint && $0.layer == row.layer
            && $0.quantity == row.quantity
        })
      #expect(other.mean == row.mean && other.interval == row.interval)
    }
    let p = { (json: Comparison) in
      json.differences.filter { $0.quantity == "perplexity" }.map(\.pAdjusted)
    }
    #expect(p(listed) == p(measured))
  }

  @Test("A table that is no list of runs is refused with its line")
  func tables() throws {
    func outcome(_ text: String) throws -> (status: Int32, errors: String) {
      let path = folder.path("t.csv")
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      let outcome = try Command.run([
        "compare", "--values", path, "--output", folder.path("none"),
      ])
      return (outcome.status, outcome.errors)
    }
    for (text, reason) in [
      ("group,seed,value\na,1,2\n", "there is no column quantity"),
      ("group,quantity,value\na,q,2\n", "neither a column run nor seed"),
      ("group,seed,quantity,value\na,1,q,2\na,2,q,nan\n", "line 3: the value is nan"),
      ("group,seed,quantity,value\na,1,q,2\na,1,q,2\n", "line 3: q of a, seed1 is listed twice"),
      ("group,seed,quantity,value\na,x,q,2\n", "the seed x is no whole number"),
      ("group,seed,quantity,value\n", "no line of values"),
    ] {
      let found = try outcome(text)
      #expect(found.status == 2 && found.errors.contains(reason), "\(found.errors)")
    }
    #expect(try Command.run(["compare", "--values", "x.csv", "a=b.h5"]).status == 64)
  }

  @Test("One and three threads give the same bytes")
  func threads() throws {
    let first = try group("a", seeds: [1, 2, 3])
    let second = try group("b", seeds: [1, 2, 3])
    for (name, threads) in [("x", "1"), ("y", "3")] {
      let outcome = try Command.run([
        "compare", first, second, "--output", folder.path(name), "--threads", threads, "--quiet",
      ])
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    for name in try Command.results(in: folder.path("x")) {
      #expect(try folder.contents("x/" + name) == folder.contents("y/" + name), "\(name)")
    }
  }
}
