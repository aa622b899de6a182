import Activations
import Foundation
import TestSupport
import Testing

/// Runs that are divided among processes: `plan`, `work`, `merge`, `submit`.
@Suite struct DividedRunTests {
  private let folder: TemporaryFolder
  private let file: String

  init() throws {
    folder = try TemporaryFolder()
    file = folder.path("run.h5")
    try Self.write(to: file)
  }

  /// Three checkpoints of layers of several sizes.
  private static func write(to path: String, nanIn broken: String? = nil) throws {
    var random = RandomActivations(seed: 4)
    let count = 90
    let labels = random.labels(count, classes: 3)
    var datasets: [HDF5Fixture.Dataset] = []
    for epoch in [0, 5, 10] {
      for (name, features) in [("conv1", 17), ("conv2", 3), ("fc", 40), ("logits", 3)] {
        let separation = 0.1 * Double(epoch + 1)
        var values = random.values(labels, features: features, separation: separation)
          .map(Float.init)
        let layer = "epoch_\(epoch)/\(name)"
        if layer == broken { values[7] = .nan }
        datasets.append(.init(layer, shape: [count, features], .float32(values)))
      }
    }
    datasets.append(.init("labels", shape: [count], .int64(labels.indices.map(Int64.init))))
    datasets.append(.init("domain", shape: [count], .int64((0..<count).map { Int64($0 % 2) })))
    datasets.append(
      .init("sample_ids", shape: [count], .int64((0..<count).map { Int64(($0 * 7) % 90) })))
    try HDF5Fixture.write(to: path, datasets: datasets)
  }

  @discardableResult
  private func run(_ words: [String], status: Int32 = 0) throws -> Command.Outcome {
    let outcome = try Command.run(words, in: folder.url)
    #expect(outcome.status == status, "\(words): \(outcome.errors)")
    return outcome
  }

  private func plan(
    _ run: String = "run", _ options: [String] = [], shards: Int = 4
  ) throws {
    try self.run(
      ["plan", file, "--shards", "\(shards)", "-o", run, "--even-if-small", "--quiet"] + options)
  }

  /// Every shard, the last first, on one thread and on two.
  private func work(_ run: String = "run", shards: Int = 4) throws {
    for shard in (0..<shards).reversed() {
      try self.run(
        ["work", run, "--shard", "\(shard)", "--threads", "\(1 + shard % 2)", "--quiet"])
    }
  }

  private func units(_ run: String = "run") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path("\(run)/units"))) ?? [])
      .sorted()
  }

  private func names(_ path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path(path))) ?? []).sorted()
      .filter { $0 != ".cache" && $0 != ".inputs" }
  }

  private func expectSameReport(_ first: String, _ second: String) throws {
    #expect(!names(first).isEmpty && names(first) == names(second))
    for name in names(first) {
      #expect(
        try folder.contents("\(first)/\(name)") == folder.contents("\(second)/\(name)"), "\(name)")
    }
  }

  @Test(
    "A merged report has the bytes of the report of one process",
    arguments: [
      [],
      ["--labels", "labels", "--labels", "/domain"],
      ["--labels", "labels", "--labels", "/domain", "--samples", "50", "--seed", "3"],
      [
        "--compute",
        "curve,minimum,perplexity,map,intervals,classes,samples,permutations,resamples",
      ],
      ["--compute", "curve", "--temperatures", "0.5:20:7"],
      ["--layers", "conv*", "--layers", "fc", "--except", "conv2", "--checkpoints", "epoch_1*"],
      ["--distance", "cosine", "--at-perplexity", "12", "--relative-temperatures", "0.1,1,10"],
      ["--sample-sizes", "20:80", "--batch-size", "16", "--temperature-schedule", "1:0.55"],
      ["--instruction-set", "portable", "--precision", "double", "--memory", "64M"],
    ])
  func sameBytes(options: [String]) throws {
    let report = try run([file, "-o", "whole", "--no-cache"] + options)
    try plan("run", options)
    try work()
    let merged = try run(["merge", "run", "-o", "merged"])
    try expectSameReport("whole", "merged")
    #expect(merged.output == report.output)
  }

  @Test("Paths start where the plan was made, wherever work and merge run; style is merge's own")
  func workingDirectory() throws {
    try Command.run(
      ["plan", "run.h5", "--shards", "2", "-o", "run", "--even-if-small"], in: folder.url)
    let elsewhere = folder.url.appendingPathComponent("elsewhere")
    try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
    for shard in ["0", "1"] {
      let outcome = try Command.run(["work", "../run", "--shard", shard], in: elsewhere)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let style = ["--figure-style", "neurips", "--formats", "svg,json"]
    let merged = try Command.run(["merge", "../run", "-o", "merged"] + style, in: elsewhere)
    #expect(merged.status == 0, "\(merged.errors)")
    try run(["run.h5", "-o", "whole", "--no-cache"] + style)
    try expectSameReport("whole", "elsewhere/merged")
  }

  @Test("Units that are missing end a merge with 75 and the line that computes just those")
  func missing() throws {
    try plan(shards: 12)
    try work(shards: 12)
    #expect(units().count == 12)
    try run(["merge", "run", "-o", "first"])
    let before = try units().map { try folder.contents("run/units/" + $0) }
    for unit in ["0003.json", "0004.json", "0009.json"] {
      try FileManager.default.removeItem(atPath: folder.path("run/units/" + unit))
    }
    let merged = try run(["merge", "run", "-o", "second"], status: 75)
    #expect(merged.errors.contains("3 of 12 units are missing: logits of epoch_0 ("))
    #expect(names("second").isEmpty)
    let start = try #require(merged.errors.range(of: "--array="))
    let list = String(merged.errors[start.upperBound...].prefix { $0 != " " })
    let status = try run(["plan", "--status", "run"], status: 75)
    #expect(status.output.contains("9 of 12 units are done"))
    #expect(status.output.contains("Shards with work left: \(list)."))
    // The line as it stands, with the loop of the shell for the scheduler.
    try run([
      "submit", "run", "--engine", "shell", "--array=\(list)", "-o", "second", "--threads", "1",
      "--now",
    ])
    #expect(try units().map { try folder.contents("run/units/" + $0) } == before)
    try expectSameReport("first", "second")
    try run(["plan", "--status", "run"])
  }

  @Test("A unit that is damaged is named and ends a merge with 65, until it is computed anew")
  func damaged() throws {
    try plan()
    try work()
    let place = folder.url.appendingPathComponent("run/units/0002.json")
    let whole = try Data(contentsOf: place)
    var changed = whole
    changed[whole.count - 40] ^= 1
    for data in [changed, Data(), whole.prefix(100)] {
      try data.write(to: place)
      let merged = try run(["merge", "run", "-o", "merged"], status: 65)
      #expect(merged.errors.contains("1 unit is damaged: fc of epoch_0 ("))
      #expect(merged.errors.contains("run/units/0002.json"))
      try work()
      #expect(try Data(contentsOf: place) == whole)
    }
    try run(["merge", "run", "-o", "merged"])
  }

  @Test("A unit in the place of another, or of another plan, is refused with 4 and not overwritten")
  func foreign() throws {
    try plan()
    try work()
    try plan("other", ["--distance", "cosine"])
    let place = folder.url.appendingPathComponent("other/units/0001.json")
    for unit in ["0001", "0002"] {
      let data = try folder.contents("run/units/\(unit).json")
      try data.write(to: place)
      let merged = try run(["merge", "other", "-o", "merged"], status: 4)
      #expect(merged.errors.contains("of another plan or version: conv2 of epoch_0 ("))
      let statuses = try (0..<4).map { shard in
        try Command.run(["work", "other", "--shard", "\(shard)"], in: folder.url).status
      }
      #expect(statuses.sorted() == [0, 0, 0, 4])
      #expect(try Data(contentsOf: place) == data)
    }
  }

  @Test("Files that are not those of the plan end work and merge with 4")
  func changedFiles() throws {
    try plan()
    try work()
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_000_000)], ofItemAtPath: file)
    for words in [["work", "run", "--shard", "0"], ["merge", "run", "-o", "merged"]] {
      let outcome = try run(words, status: 4)
      #expect(outcome.errors.contains("run.h5: has changed since the plan was made"))
    }
    try FileManager.default.removeItem(atPath: file)
    let gone = try run(["merge", "run", "-o", "merged"], status: 4)
    #expect(gone.errors.contains("run.h5: is not there."))
  }

  @Test("A layer that cannot be computed is kept as failed, and reported as a run that keeps going")
  func failed() throws {
    try Self.write(to: file, nanIn: "epoch_5/conv2")
    let report = try run([file, "-o", "whole", "--no-cache", "--keep-going"], status: 2)
    try plan()
    try work()
    #expect(units().count == 12)
    let again = try run(["work", "run", "--shard", "0", "--retry-failed"])
    #expect(again.status == 0)
    let merged = try run(["merge", "run", "-o", "merged"], status: 2)
    #expect(merged.output == report.output)
    #expect(merged.errors.contains("NaN or infinity in row 2"))
    try expectSameReport("whole", "merged")
    let status = try run(["plan", "--status", "run"])
    #expect(status.output.contains("1 of them failed for good"))
  }

  @Test("Shards that are killed at any moment, and two at one shard, lose no finished unit")
  func killed() throws {
    let digits = Command.root.appendingPathComponent("notebooks-data/digits-mlp.h5").path
    try run(["plan", digits, "--shards", "2", "-o", "run", "--even-if-small", "--quiet"])
    var finished: [Int] = []
    for (round, number) in [SIGKILL, SIGTERM, SIGKILL, SIGTERM].enumerated() {
      let two = try (0..<2).map { index in
        try Command.start(
          ["work", "run", "--shard", "\(round < 2 ? 0 : index)", "--quiet"], in: folder.url)
      }
      usleep(UInt32.random(in: 50_000..<400_000))
      for process in two { kill(process.processIdentifier, number) }
      for process in two { process.waitUntilExit() }
      finished.append(units().count)
    }
    #expect(finished == finished.sorted())
    try work(shards: 2)
    try run(["merge", "run", "-o", "merged"])
    #expect(names("run") == ["plan.json", "units"])
    try run([digits, "-o", "whole", "--no-cache"])
    try expectSameReport("whole", "merged")
  }

  @Test("A disk that takes no more is said, finished units stay, and nothing half-written")
  func fullDisk() throws {
    try plan(shards: 1)
    try work(shards: 1)
    let places = units().map { folder.path("run/units/" + $0) }
    let sizes = try places.map { try Data(contentsOf: URL(fileURLWithPath: $0)).count }.sorted()
    for place in places { try FileManager.default.removeItem(atPath: place) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    // Half of the units are larger. In blocks of 512 bytes.
    process.arguments = [
      "-c", "trap '' XFSZ; ulimit -f \(sizes[sizes.count / 2] / 512); exec \"$@\" 2>errors", "sh",
      Command.executable.path,
      "work", "run", "--shard", "0", "--threads", "1",
    ]
    process.currentDirectoryURL = folder.url
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 2)
    let errors = String(decoding: try folder.contents("errors"), as: UTF8.self)
    #expect(errors.contains(".json: cannot be written: "))
    #expect(errors.contains("Units that are finished are kept."))
    #expect(names("run") == ["plan.json", "units"])
    try run(["work", "run", "--shard", "0"])
    try run(["merge", "run", "-o", "merged"])
  }

  @Test("What one machine does within a minute is divided only when told")
  func small() throws {
    let outcome = try run(["plan", file, "--shards", "4", "-o", "run"], status: 64)
    #expect(outcome.errors.contains("plan with --even-if-small"))
    #expect(names("run").isEmpty)
  }

  @Test("A plan that is none, edited, of another version or there already is refused")
  func refusals() throws {
    for words in [["work", "none", "--shard", "0"], ["merge", "none", "-o", "merged"]] {
      let outcome = try run(words, status: 2)
      #expect(outcome.errors.contains("is no folder of a plan"))
    }
    try plan()
    for shard in ["4", "-1"] {
      let beyond = try run(["work", "run", "--shard=\(shard)"], status: 64)
      #expect(beyond.errors.contains("There is no shard \(shard): the plan has 4, from 0 to 3."))
    }
    let again = try run(
      ["plan", file, "--shards", "4", "-o", "run", "--even-if-small"], status: 2)
    #expect(again.errors.contains("holds a plan already"))
    let place = folder.url.appendingPathComponent("run/plan.json")
    let text = try String(contentsOf: place, encoding: .utf8)
    for (from, to, status, sentence) in [
      (#""shardCount" : 4"#, #""shardCount" : 5"#, Int32(65), "is damaged or was edited"),
      ("snn-analyze/plan/1", "snn-analyze/plan/2", 4, "has the schema snn-analyze/plan/2"),
      (#""version" : ""#, #""version" : "9."#, 4, "the plan is of snn-analyze 9."),
      ("{", "[", 65, "is damaged or was edited"),
    ] {
      #expect(text.contains(from))
      try text.replacing(from, with: to).write(to: place, atomically: true, encoding: .utf8)
      let outcome = try run(["merge", "run", "-o", "merged"], status: status)
      #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
    }
  }

  @Test("Scripts for schedulers name every shard once, and print unless told to submit")
  func scripts() throws {
    try plan(shards: 20)
    let slurm = try run([
      "submit", "run", "--engine", "slurm", "--array=3,17-19", "--option=--partition=long",
      "--threads", "3",
    ]).output
    for line in [
      "#SBATCH --array=3,17-19", "#SBATCH --partition=long", "#SBATCH --cpus-per-task=3",
      "#SBATCH --requeue", "--dependency=\"afterany:${work%%;*}\"",
    ] {
      #expect(slurm.contains(line), "\(line)")
    }
    let shell = try run(["submit", "run", "--engine", "shell"]).output
    #expect(shell.contains("for shard in $(seq 0 19); do"))
    #expect(units().isEmpty)
    let pods = [
      "submit", "run", "--engine", "kubernetes", "--image", "example/snn:1", "--volume",
      "shared:/data",
    ]
    let whole = try run(pods).output
    #expect(whole.contains("completions: 20\n"))
    #expect(whole.contains("--shard \\\"$JOB_COMPLETION_INDEX\\\""))
    let some = try run(pods + ["--array=3,7"]).output
    #expect(some.contains("completions: 2\n"))
    #expect(some.contains("set -- 3 7; shift \\\"$JOB_COMPLETION_INDEX\\\""))
    try run(["submit", "run", "--engine", "kubernetes"], status: 64)
    try run(["submit", "run", "--engine", "slurm", "--array=20"], status: 64)
    try run(["submit", "run", "--engine", "slurm", "--array=x"], status: 64)
  }

  @Test("A gate from units, with samples, writes what one from the files does")
  func gate() throws {
    let rules = folder.path("rules.yml")
    try Data(
      """
      rules:
        - { layer: "*", quantity: minimum }
        - { layer: fc, checkpoint: epoch_5, quantity: pair, pair: ["0", "2"] }
        - { layer: logits, quantity: loss, at: 2.5 }
        - { layer: "conv*", quantity: accuracy }
      """.utf8
    ).write(to: URL(fileURLWithPath: rules))
    try plan("run", ["--rules", rules])
    try work()
    #expect(units().count == 12 + 4 + 4)
    try run(["baseline", file, "--rules", rules, "-o", "whole.json"])
    try run(["baseline", "--units", "run", "--rules", rules, "-o", "units.json"])
    for kind in ["json", "samples"] {
      #expect(try folder.contents("units.\(kind)") == folder.contents("whole.\(kind)"))
    }
    // Another recording of the same samples.
    var random = RandomActivations(seed: 4)
    let labels = random.labels(90, classes: 3)
    let values = (0..<4).map { _ in
      random.values(labels, features: 9, separation: 0.3).map(Float.init)
    }
    try HDF5Fixture.write(
      to: folder.path("other.h5"),
      datasets: zip(["conv1", "conv2", "fc", "logits"], values).flatMap { name, values in
        [5, 10].map {
          HDF5Fixture.Dataset("epoch_\($0)/\(name)", shape: [90, 9], .float32(values))
        }
      } + [.init("labels", shape: [90], .int64(labels.indices.map(Int64.init)))]
        + [.init("sample_ids", shape: [90], .int64((0..<90).map { Int64(($0 * 7) % 90) }))])
    try run(["baseline", "other.h5", "--rules", rules, "-o", "other.json"])
    for baseline in ["whole.json", "other.json"] {
      for more in [[], ["--rules", rules]] {
        let files = try Command.run(
          ["check", file, "--baseline", baseline, "-o", "files"] + more, in: folder.url)
        let units = try Command.run(
          ["check", "--units", "run", "--baseline", baseline, "-o", "units"] + more,
          in: folder.url)
        #expect(units.status == files.status, "\(units.errors)")
        for name in ["check.json", "check.md"] {
          #expect(try folder.contents("units/" + name) == folder.contents("files/" + name))
        }
        let text = String(decoding: try folder.contents("units/check.json"), as: UTF8.self)
        if baseline == "whole.json" { #expect(!text.contains("inconclusive")) }
      }
    }
    // What the plan does not measure is no silent gap.
    try run(["plan", file, "--shards", "1", "-o", "bare", "--even-if-small", "--gate", "--quiet"])
    let early = try run(["check", "--units", "bare", "--baseline", "whole.json"], status: 75)
    #expect(early.errors.contains("4 of 16 units are missing: the gate's conv1 of epoch_10"))
    try work("bare", shards: 1)
    try run(["check", "--units", "bare", "--baseline", "whole.json"])
    let beyond = try run(
      ["check", "--units", "bare", "--baseline", "whole.json", "--rules", rules], status: 2)
    #expect(beyond.errors.contains("the plan does not measure"))
    let settled = try run(
      ["check", "--units", "run", "--baseline", "whole.json", "--distance", "cosine"], status: 64)
    #expect(settled.errors.contains("--distance has no part with --units"))
  }

  @Test("A comparison of units has the bytes of one of the files")
  func comparison() throws {
    let options = ["--compute", "curve,minimum,perplexity,intervals"]
    try Self.write(to: folder.path("second.h5"), nanIn: "epoch_0/fc")
    try plan("first", options)
    try run(
      [
        "plan", folder.path("second.h5"), "--shards", "4", "-o", "second", "--even-if-small",
        "--quiet",
      ] + options)
    for run in ["first", "second"] { try work(run) }
    let whole = try run(
      [
        "compare", "a=\(file)", "b=\(folder.path("second.h5"))", "-o", "whole", "--no-cache",
        "--keep-going",
      ], status: 2)
    let units = try run(
      ["compare", "a=first", "b=second", "--units", "-o", "units"], status: 2)
    try expectSameReport("whole", "units")
    #expect(units.output == whole.output)
  }
}
