import Activations
import Foundation
import TestSupport
import Testing

/// An option means one thing wherever it is offered, and is offered only where it does it.
@Suite struct OptionTests {
  private let folder: TemporaryFolder
  /// Three classes, 40 samples, two layers.
  private let file: String

  init() throws {
    folder = try TemporaryFolder()
    file = folder.path("run.h5")
    var random = RandomActivations(seed: 4)
    let labels = random.labels(40, classes: 3)
    let values = random.values(labels, features: 4, separation: 1).map(Float.init)
    try HDF5Fixture.write(
      to: file,
      datasets: [
        .init("layer1", shape: [40, 4], .float32(values)),
        .init("layer2", shape: [40, 4], .float32(values.map { $0 * $0 })),
        .init("labels", shape: [40], .int64(labels.indices.map(Int64.init))),
        .init("domain", shape: [40], .int64(labels.indices.map { Int64($0) % 2 })),
      ])
  }

  /// Which subcommands have an option that some have and others have not.
  private static let offers: [(option: String, subcommands: Set<String>)] = [
    ("cache", ["report", "compare"]), ("no-cache", ["report", "compare"]),
    ("keep-going", ["report", "compare"]),
    ("scratch", ["report", "compare", "baseline", "check"]),
    ("compute", ["report", "compare", "inspect"]),
    ("formats", ["report", "compare", "neighbors", "outliers"]),
    ("figure-style", ["report", "compare", "neighbors", "outliers"]),
    (
      "memory",
      ["report", "compare", "inspect", "baseline", "check", "neighbors", "outliers", "train"]
    ),
    ("show", ["neighbors"]), ("sample-sizes", ["report"]), ("cite", ["report"]),
  ]
  private static let subcommands: Set<String> = [
    "report", "inspect", "compare", "baseline", "check", "neighbors", "outliers", "train", "points",
  ]

  /// The subcommand with what it cannot do without.
  private func required(_ subcommand: String) -> [String] {
    switch subcommand {
    case "compare": [subcommand, "a=\(file)", "b=\(file)"]
    case "train": [subcommand, file, "-o", folder.path("none")]
    case "points": [subcommand, "-o", folder.path("none")]
    default: [subcommand, file]
    }
  }

  @Test("An option is in the help of the subcommands that use it, and unknown to all others")
  func offers() throws {
    for subcommand in Self.subcommands {
      let help = try Command.run([subcommand, "--help"]).output
      for (option, users) in Self.offers {
        let isOffered = help.contains("--\(option) ") || help.contains("--\(option)\n")
        let isUsed = users.contains(subcommand)
        #expect(isOffered == isUsed, "\(subcommand) --\(option)")
        guard !isUsed else { continue }
        let refusal = try Command.run(required(subcommand) + ["--\(option)", "a=1"])
        #expect(refusal.status == 64, "\(subcommand) --\(option)")
        #expect(refusal.errors.contains("Unknown option '--\(option)'"), "\(refusal.errors)")
      }
    }
  }

  /// The formats of each subcommand, with arguments that make it write.
  private func writers() -> [(arguments: [String], formats: [String])] {
    let all = ["text", "svg", "html", "json", "csv"]
    let withoutPage = ["text", "svg", "json", "csv"]
    return [
      (["report", file], all), (["compare", "a=\(file)", "b=\(file)"], all),
      (["neighbors", file, "-k", "3"], withoutPage),
      (["outliers", file, "--bank", file, "-k", "3"], withoutPage),
    ]
  }

  @Test("Every format that is offered is written, and any other is wrong usage that lists them")
  func formats() throws {
    for (arguments, formats) in writers() {
      for format in formats {
        let place = folder.path("\(arguments[0])-\(format)")
        let outcome = try Command.run(
          arguments + ["--formats", format, "--output", place, "--quiet", "--threads", "1"])
        #expect(outcome.status == 0, "\(arguments[0]) \(format): \(outcome.errors)")
        let ending = format == "text" ? ".txt" : "." + format
        let names = try Command.results(in: place)
        #expect(!names.isEmpty && names.allSatisfy { $0.hasSuffix(ending) }, "\(names)")
      }
      let others =
        formats.contains("html") ? ["docx", "text,docx"] : ["docx", "html", "json,html"]
      for other in others {
        let refusal = try Command.run(
          arguments + ["--formats", other, "--output", folder.path("none")])
        #expect(refusal.status == 64)
        let unknown = other.split(separator: ",").last ?? ""
        #expect(
          refusal.errors.contains(
            "There is no \(unknown) here, but " + formats.joined(separator: ", ")),
          "\(refusal.errors)")
      }
    }
    #expect(!folder.names.contains("none"))
  }

  @Test("compare computes what it compares, and knows of nothing else")
  func computed() throws {
    let arguments = [
      "compare", "a=\(file)", "b=\(file)", "--output", folder.path("out"), "--quiet",
    ]
    for name in ["curve", "minimum", "perplexity", "curve,minimum,perplexity,intervals"] {
      #expect(try Command.run(arguments + ["--compute", name]).status == 0)
    }
    for name in ["map", "samples", "permutations", "resamples"] {
      let refusal = try Command.run(arguments + ["--compute", name])
      #expect(refusal.status == 64)
      #expect(
        refusal.errors.contains(
          "There is no \(name) here, but curve, minimum, perplexity, intervals"),
        "\(refusal.errors)")
    }
  }

  @Test("Where one labeling is used, a second one is wrong usage")
  func labelings() throws {
    let twice = ["--labels", "labels", "--labels", "domain"]
    for arguments in [
      ["inspect", file], ["compare", "a=\(file)", "b=\(file)"], ["check", file],
      ["baseline", file, "-o", folder.path("b.json")], ["neighbors", file], ["outliers", file],
    ] {
      let refusal = try Command.run(arguments + twice)
      #expect(refusal.status == 64, "\(arguments[0]): \(refusal.errors)")
      #expect(refusal.errors.contains("give one of labels, domain"), "\(refusal.errors)")
    }
  }

  @Test("--show asks for the text that it is in")
  func shown() throws {
    let arguments = ["neighbors", file, "-k", "3", "--show", "0", "--output", folder.path("out")]
    #expect(try Command.run(arguments).output.contains("0"))
    let refusal = try Command.run(arguments + ["--formats", "csv,json"])
    #expect(refusal.status == 64)
    #expect(refusal.errors.contains("text to --formats"), "\(refusal.errors)")
  }

  @Test("--verbose says what is read, wherever a run reads layers")
  func verbose() throws {
    let baseline = folder.path("b.json")
    for arguments in [
      ["report", file, "--output", folder.path("a"), "--compute", "curve"],
      ["compare", "a=\(file)", "b=\(file)", "--output", folder.path("b"), "--compute", "curve"],
      ["baseline", file, "-o", baseline],
      ["check", file, "--baseline", baseline, "--output", folder.path("c")],
      ["neighbors", file, "--output", folder.path("d")],
      ["outliers", file, "--bank", file, "-k", "3", "--output", folder.path("e")],
    ] {
      let outcome = try Command.run(arguments + ["--quiet", "--verbose", "--threads", "1"])
      #expect(outcome.status == 0, "\(arguments[0]): \(outcome.errors)")
      #expect(outcome.errors.contains("layer2"), "\(arguments[0]): \(outcome.errors)")
    }
  }

  @Test(
    "What no run can do is refused before anything is read",
    arguments: [
      ["--threads", "9223372036854775807"], ["--threads", "0"],
      ["--batch-size", "8", "--batches", "9223372036854775807"], ["--figure-width", "1in"],
      ["--output", ""],
    ])
  func ranges(options: [String]) throws {
    let outcome = try Command.run([folder.path("missing.h5"), "--quiet"] + options)
    #expect(outcome.status == 64, "\(outcome.errors)")
    #expect(
      outcome.errors.contains(
        options == ["--output", ""] ? "empty name" : options.dropLast().last ?? ""))
  }

  @Test("A training never writes over its own data")
  func trainingOverItself() throws {
    let data = folder.path("data.h5")
    try Data("data".utf8).write(to: URL(fileURLWithPath: data))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link.h5"), withDestinationPath: data)
    for arguments in [
      [data, "--output", data], [data, "--output", folder.path("link.h5")],
      [data, "--output", folder.path("run.h5"), "--parts", folder.path("./run.h5")],
    ] {
      let outcome = try Command.run(["train"] + arguments + ["--overwrite"])
      #expect(outcome.status == 64, "\(outcome.errors)")
      #expect(outcome.errors.contains("are the same file"))
    }
    #expect(try folder.contents("data.h5") == Data("data".utf8))
  }

  @Test("A figure of the least width is drawn")
  func leastWidth() throws {
    let outcome = try Command.run([
      file, "--output", folder.path("out"), "--quiet", "--formats", "svg", "--figure-width", "2in",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
  }
}
