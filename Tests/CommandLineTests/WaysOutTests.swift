import Foundation
import TestSupport
import Testing

/// A file may do nothing but be read: whatever a dataset is for and however its values would come
/// from another file, without `--follow-external` none of that file's values get into anything.
@Suite struct WaysOutTests {
  private static let python = Python(having: "numpy, h5py")
  private static let roles = [
    "layer", "labels", "categories", "ids", "split", "predictions", "count", "columns",
    "temperature",
  ]
  /// The ways that stay inside of the file.
  private static let harmless = ["committed", "reference", "region"]

  @Test(
    "No way out of a file is followed from a dataset of any role",
    .enabled(if: python != nil, "needs python3 with numpy and h5py; SNN_PYTHON may name it"))
  func waysOut() throws {
    let folder = try TemporaryFolder()
    let script = Command.root.appendingPathComponent(
      "Tests/CommandLineTests/Hostile/ways_out.py")
    let made = try #require(Self.python).run([script.path, folder.url.path])
    try #require(made.status == 0, "\(made.errors)")
    let files = folder.names.filter { $0.hasSuffix(".h5") }
    #expect(files.count > 200)
    for role in Self.roles { #expect(files.contains { $0.hasPrefix("\(role)-") }) }
    for file in files {
      let output = folder.path("out")
      try? FileManager.default.removeItem(atPath: output)
      // Its two blocks would pass for parts of the samples, which is asked about before anything is read.
      let groups = file.contains("later_printf") ? ["--each-group", "layer"] : []
      let report = try Command.run(
        [
          folder.path(file), "--output", output, "--quiet", "--compute", "curve,samples",
          "--temperatures", "1", "--formats", "json,csv,text", "--keep-going",
        ] + groups)
      let look = try Command.run(["inspect", folder.path(file), "--json"] + groups)
      #expect([0, 2].contains(report.status), "\(file): \(report.status) \(report.errors)")
      #expect([0, 1, 2].contains(look.status), "\(file): \(look.status) \(look.errors)")
      let written = (FileManager.default.enumerator(atPath: output)?.allObjects ?? [])
        .compactMap { $0 as? String }
        .compactMap { FileManager.default.contents(atPath: output + "/" + $0) }
        .map { String(decoding: $0, as: UTF8.self) }
      for text in written + [report.output, report.errors, look.output, look.errors] {
        // The word, the number, and the word read as a number.
        for secret in ["SECRET77", "777777", "3978741452514739539"] {
          #expect(!text.contains(secret), "\(file): another file's values are told")
        }
      }
      let isWhole = Self.harmless.contains { file.contains("-\($0)") }
      if !isWhole, file.hasPrefix("layer-") || file.hasPrefix("labels-") {
        #expect(report.status == 2, "\(file): \(report.output)")
        #expect(report.errors.contains("Error: "), "\(file): \(report.errors)")
      }
    }
  }

  @Test(
    "With --follow-external, sources that are short or were never written are refused",
    .enabled(if: python != nil, "needs python3 with numpy and h5py; SNN_PYTHON may name it"),
    arguments: [
      ("short", "which is shorter than what is taken of it"),
      ("unwritten", "which was never written"),
      ("partial", "sources that give only 48 of its 96 values"),
      ("raw", "which is shorter than what is taken of it"), ("sound", nil),
    ])
  func sources(kind: String, fault: String?) throws {
    let folder = try TemporaryFolder()
    let script = """
      import sys, h5py, numpy as np
      folder, kind = sys.argv[1:]
      n = 24
      x = np.random.default_rng(0).normal(size=(n, 4))
      with h5py.File(folder + "/far.h5", "w") as f:
          f["short"], f["sound"], f["partial"] = x[:20], x, x
          f.create_dataset("unwritten", (n, 4), "f8")
      open(folder + "/far.raw", "wb").write(x[:20].tobytes())
      with h5py.File(folder + "/run.h5", "w") as f:
          f["labels"] = np.arange(n) % 2
          if kind == "raw":
              f.create_dataset("layer", (n, 4), "f8", external=[(folder + "/far.raw", 0, n * 32)])
          else:
              layout = h5py.VirtualLayout((n, 4), "f8")
              rows = 12 if kind == "partial" else n
              layout[:rows] = h5py.VirtualSource("far.h5", kind, shape=(n, 4))[:rows]
              f.create_virtual_dataset("layer", layout)
      """
    let made = try #require(Self.python).run(["-c", script, folder.url.path, kind])
    try #require(made.status == 0, "\(made.errors)")
    let outcome = try Command.run([
      folder.path("run.h5"), "--follow-external", "--output", folder.path("out"), "--quiet",
      "--compute", "curve",
    ])
    #expect(outcome.status == (fault == nil ? 0 : 2), "\(outcome.errors)")
    if let fault { #expect(outcome.errors.contains(fault), "\(outcome.errors)") }
  }
}
