import Foundation
import TestSupport
import Testing
import YAML

/// The workflow file for users' repositories, its steps run in order as a runner would run them: in
/// a shell that stops at the first error, with the files that a runner passes from step to step.
///
/// What the user fills in (`HERE`) is filled in here. `SNN_WORKFLOW=long` clones this repository
/// and runs the step that builds the command too, which takes minutes.
@Suite struct WorkflowTests {
  private struct Step {
    let name, uses, run, workingDirectory, condition: String?
    let with: [String: String]?

    init(_ node: YAMLNode) {
      name = node["name"]?.text
      uses = node["uses"]?.text
      run = node["run"]?.text
      workingDirectory = node["working-directory"]?.text
      condition = node["if"]?.text
      with = node["with"]?.mapping.map { members in
        Dictionary(members.map { ($0.key.text ?? "", $0.value.text ?? "") }) { first, _ in first }
      }
    }
  }

  private static let isLong = ProcessInfo.processInfo.environment["SNN_WORKFLOW"] == "long"
  private static let source = Command.root.appendingPathComponent("notebooks-data/ci")
  private static let digits = Command.root.appendingPathComponent("notebooks-data/digits-mlp.h5")
    .path
  private static let entangled = Command.root.appendingPathComponent(
    "notebooks-data/digits-mlp-entangled.h5"
  ).path
  private static let recording = "python3 record.py activations.h5"

  private let folder: TemporaryFolder
  private let steps: [Step]

  /// A repository that follows the head of the file.
  init() throws {
    folder = try TemporaryFolder()
    let text = try String(
      contentsOf: Self.source.appendingPathComponent("entanglement.yml"), encoding: .utf8)
    #expect(text.components(separatedBy: " # HERE: ").count == 3)
    let nodes = try YAMLNode.document(text)?["jobs"]?["check"]?["steps"]?.list
    steps = try #require(nodes).map(Step.init)
    let place = folder.url.appendingPathComponent("entanglement")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: Self.source.appendingPathComponent("rules.yml"),
      to: place.appendingPathComponent("rules.yml"))
    let made = try Command.run(
      [
        "baseline", Self.digits, "-o", "entanglement/baseline.json", "--rules",
        "entanglement/rules.yml",
      ], in: folder.url)
    try #require(made.status == 0, "\(made.errors)")
  }

  /// Runs the steps; how the first one ended that failed, or the last one.
  private func runSteps(recording activations: String) throws -> Command.Outcome {
    let (pathFile, summary) = (folder.path("github-path"), folder.path("summary.md"))
    for file in [pathFile, summary] { try Data().write(to: URL(fileURLWithPath: file)) }
    var path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    var outcome: Command.Outcome?
    for step in steps {
      guard var script = step.run else {
        try use(step)
        continue
      }
      if step.workingDirectory == "snn-analyze" && !Self.isLong {
        path = Command.executable.deletingLastPathComponent().path + ":" + path
        continue
      }
      if step.name == "Record the activations" {
        #expect(script.contains(Self.recording))
        script = script.replacingOccurrences(
          of: Self.recording, with: "cp '\(activations)' activations.h5")
      }
      let file = folder.path("step.sh")
      try Data(script.utf8).write(to: URL(fileURLWithPath: file))
      let ended = try Command.run(
        ["-e", file], executable: URL(fileURLWithPath: "/bin/bash"),
        in: step.workingDirectory.map { folder.url.appendingPathComponent($0) } ?? folder.url,
        environment: [
          "PATH": path, "GITHUB_ACTIONS": "true", "GITHUB_PATH": pathFile,
          "GITHUB_STEP_SUMMARY": summary,
        ])
      outcome = ended
      if ended.status != 0 { break }
      for line in try String(contentsOfFile: pathFile, encoding: .utf8).split(separator: "\n") {
        path = line + ":" + path
      }
    }
    return try #require(outcome)
  }

  /// Stands in for an action.
  private func use(_ step: Step) throws {
    switch (step.uses, step.with?["path"]) {
    case ("actions/checkout@v4"?, nil): break
    case ("actions/checkout@v4"?, "snn-analyze"?):
      #expect(step.with?["repository"] == "OWNER/snn-analyze")
      guard Self.isLong else { break }
      let cloned = try Command.run(
        ["git", "clone", "--quiet", Command.root.path, "snn-analyze"],
        executable: URL(fileURLWithPath: "/usr/bin/env"), in: folder.url)
      try #require(cloned.status == 0, "\(cloned.errors)")
    case ("actions/upload-artifact@v4"?, "check"?):
      #expect(step.condition == "always()")
    default: Issue.record("nothing stands in for \(step)")
    }
  }

  private func summary() throws -> String {
    String(decoding: try folder.contents("summary.md"), as: UTF8.self)
  }

  /// What is uploaded.
  private func uploaded() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path("check")).sorted()
  }

  @Test("A run that is as good passes, with the verdict as the step's summary")
  func pass() throws {
    let outcome = try runSteps(recording: Self.digits)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(try summary().hasPrefix("## snn-analyze check\n\n**Pass: "))
    #expect(outcome.output.contains("::notice title=snn-analyze check%3A identical activations"))
    #expect(try uploaded() == ["check.json", "check.md", "check.xml"])
  }

  @Test("Hidden layers that are entangled stop the build, and say so before they do")
  func regression() throws {
    let outcome = try runSteps(recording: Self.entangled)
    #expect(outcome.status == 1, "\(outcome.output)\(outcome.errors)")
    #expect(try summary().hasPrefix("## snn-analyze check\n\n**Regression: "))
    #expect(outcome.output.contains("::error title=snn-analyze check%3A regression"))
    #expect(try uploaded() == ["check.json", "check.md", "check.xml"])
  }

  @Test("A file that is none stops the build with 2, and the summary has the reason")
  func unreadable() throws {
    let outcome = try runSteps(recording: folder.path("entanglement/rules.yml"))
    #expect(outcome.status == 2, "\(outcome.output)\(outcome.errors)")
    #expect(try summary().contains("activations.h5"))
    #expect(try uploaded() == ["check.json", "check.md", "check.xml"])
  }
}
