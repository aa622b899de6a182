import Foundation
import TestSupport
import Testing

/// The README's examples for schedulers that are Python, as they stand there.
@Suite struct SchedulerTests {
  private static let dask = Python(having: "dask.distributed")
  private static let ray = Python(having: "ray")

  /// The block of code that names a package, for this machine and four shards.
  private static func example(_ package: String) throws -> String {
    let readme = try String(
      contentsOf: Command.root.appendingPathComponent("README.md"), encoding: .utf8)
    let blocks = readme.split(separator: "```").filter { $0.hasPrefix("python\n") }
    let block = try #require(
      blocks.first { $0.contains("import \(package)") || $0.contains("from \(package).") })
    return String(block.dropFirst("python\n".count))
      .replacing("range(256)", with: "range(4)")
      .replacing("\"snn-analyze\"", with: "\"\(Command.executable.path)\"")
      .replacing(
        "Client(\"scheduler:8786\")", with: "Client(processes=False, dashboard_address=None)"
      )
      .replacing("num_cpus=8", with: "num_cpus=1")
  }

  private func drive(_ python: Python?, _ package: String) throws {
    let python = try #require(python)
    let folder = try TemporaryFolder()
    let digits = Command.root.appendingPathComponent("notebooks-data/digits-mlp.h5").path
    let words = ["plan", digits, "--shards", "4", "-o", "run", "--even-if-small", "--quiet"]
    #expect(try Command.run(words, in: folder.url).status == 0)
    let script = folder.path("drive.py")
    let code = "import os\nos.chdir(\"\(folder.url.path)\")\n" + (try Self.example(package))
    try Data((code + "\nassert statuses == [0] * 4, statuses\n").utf8)
      .write(to: URL(fileURLWithPath: script))
    let outcome = try python.run([script])
    #expect(outcome.status == 0, "\(outcome.errors.suffix(2000))")
    let whole = try Command.run([digits, "-o", "whole", "--no-cache", "--quiet"], in: folder.url)
    #expect(whole.status == 0)
    for name in ["report.json", "report.html", "report.csv"] {
      #expect(try folder.contents("report/\(name)") == folder.contents("whole/\(name)"))
    }
  }

  @Test("Dask works on every shard", .enabled(if: dask != nil, "no Python with dask[distributed]"))
  func underDask() throws { try drive(Self.dask, "dask") }

  @Test("Ray works on every shard", .enabled(if: ray != nil, "no Python with ray"))
  func underRay() throws { try drive(Self.ray, "ray") }
}
