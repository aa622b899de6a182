import Foundation
import TestSupport
import Testing

/// Figures of a report again, without its activations.
@Suite struct RenderCommandTests {
  private let folder: TemporaryFolder
  private static let report = Command.root
    .appendingPathComponent("Reports/digits-mlp/report.json").path

  init() throws {
    folder = try TemporaryFolder()
  }

  private func render(
    _ arguments: [String], to name: String = "out", environment: [String: String] = [:]
  ) throws -> Command.Outcome {
    try Command.run(
      ["render", Self.report, "--output", folder.path(name)] + arguments,
      environment: environment)
  }

  @Test("A shipped report is drawn in another style, and what it does not hold is named")
  func style() throws {
    let outcome = try render(["--figure-style", "nature"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("Left out: sample-map, as a report.json does not hold "))
    let files = try Command.results(in: folder.path("out"))
    #expect(files.contains("class-confusion.svg") && !files.contains("sample-map.svg"))
    #expect(files.allSatisfy { $0.hasSuffix(".svg") })
    for file in files {
      let svg = String(decoding: try folder.contents("out/\(file)"), as: UTF8.self)
      #expect(svg.contains("mm\" height=\""), "\(file)")
    }
  }

  @Test("--figures draws those alone; one that there is not is named with those that there are")
  func chosen() throws {
    let outcome = try render([
      "--figures", "class-confusion,entanglement-by-layer", "--formats", "svg,csv",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("Note: There is no figure entanglement-by-layer of this run"))
    let files = try Command.results(in: folder.path("out"))
    #expect(files.filter { $0.hasSuffix(".svg") } == ["class-confusion.svg"])
    let unknown = try render(["--figures", "confusion"])
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("There is no figure confusion, but entanglement-over-training"))
    let none = try render(["--figures", "entanglement-by-layer"], to: "none")
    #expect(none.status == 2)
    #expect(none.errors.contains("holds nothing that these figures show"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("none")))
  }

  /// A stand-in that writes what it was told.
  private static let converter = """
    #!/bin/sh
    echo "$@" > "$4"
    test -s "$8" || test -s "$5"

    """

  @Test("PNG and PDF are made by a converter on the search path; without one that is said")
  func converted() throws {
    let bin = folder.path("bin")
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
    try Data(Self.converter.utf8).write(to: URL(fileURLWithPath: bin + "/rsvg-convert"))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: bin + "/rsvg-convert")
    let arguments = [
      "--figures", "perplexity-curves", "--formats", "png,pdf", "--figure-style", "icml",
    ]
    let outcome = try render(arguments, environment: ["PATH": "\(bin):/usr/bin:/bin"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let files = try Command.results(in: folder.path("out")).sorted()
    #expect(files == ["perplexity-curves.pdf", "perplexity-curves.png"])
    let told = String(decoding: try folder.contents("out/perplexity-curves.png"), as: UTF8.self)
    // 3.25 inches of 300 pixels.
    #expect(told.hasPrefix("--format png --output ") && told.contains("--width 975 "))
    let without = try render(arguments, to: "without", environment: ["PATH": folder.path("")])
    #expect(without.status == 64)
    #expect(without.errors.contains("Install rsvg-convert"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("without")))
  }

  @Test("A file of settings names layers and classes; every mistake in it is named with its line")
  func settings() throws {
    func outcome(_ yaml: String) throws -> Command.Outcome {
      let path = folder.path("look.yaml")
      try Data(yaml.utf8).write(to: URL(fileURLWithPath: path))
      return try render(["--figure-settings", path, "--figures", "layer-checkpoint-heatmap"])
    }
    let good = try outcome(
      "layers:\n  names: { layer1: Stem }\n  order: [logits, layer1]\n  colors: { layer1: '#0072b2' }\n"
        + "titles: { layer-checkpoint-heatmap: Losses }\n")
    #expect(good.status == 0, "\(good.errors)")
    let svg = String(
      decoding: try folder.contents("out/layer-checkpoint-heatmap.svg"), as: UTF8.self)
    #expect(svg.contains(">Stem<") && svg.contains(">Losses<") && !svg.contains(">layer1<"))
    for (yaml, words) in [
      ("layers:\n  nams: { a: b }\n", ":2: unknown key nams in layers"),
      ("layers:\n  colors: { a: red }\n", "the colour of a is no #rrggbb: red"),
      ("titles:\n  confusion: A\n", "there is no figure confusion"),
      ("layers:\n  names: { a: x, b: x }\n", "gives one name twice"),
      ("layers: &a\n  names: *a\n", "has anchors or aliases"),
      ("- a\n", "the file is no mapping of layers, classes, titles"),
    ] {
      let wrong = try outcome(yaml)
      #expect(wrong.status == 2, "\(yaml)")
      #expect(wrong.errors.contains(words), "\(wrong.errors)")
    }
  }

  @Test("What is no report is refused")
  func refused() throws {
    let path = folder.path("other.json")
    try Data("{}".utf8).write(to: URL(fileURLWithPath: path))
    let outcome = try Command.run(["render", path, "--output", folder.path("out")])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("is no report.json of snn-analyze"))
  }
}
