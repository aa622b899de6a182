import CHDF5
import Foundation
import TestSupport
import Testing

/// What code can do that a file brings into the process: here a plugin of HDF5, which stands for a
/// file that has found a way in.
@Suite(.serialized) struct IsolationTests {
  private static let compiler = ["/usr/bin/cc", "/usr/bin/gcc", "/usr/bin/clang"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
  private enum Deed: UInt32 {
    case reach = 1
    case crash, hang, memory
  }

  private let folder: TemporaryFolder
  /// Which no word of a command line names.
  private let other: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    other = try TemporaryFolder()
    for name in ["secret", "victim"] {
      try Data("words".utf8).write(to: URL(fileURLWithPath: other.path(name)))
    }
  }

  /// A file of two layers, the first rows of the second through the filter: the last ones are looked
  /// at before anything is computed.
  private func write(_ deed: Deed) throws {
    let values = (0..<40).map { Float($0 % 7) - Float($0 % 3) }
    try HDF5Fixture.write(
      to: folder.path("run.h5"),
      datasets: [
        .init("epoch_0/layer1", shape: [20, 2], .float32(values)),
        .init("labels", shape: [20], .int64((0..<20).map { Int64($0 % 2) })),
      ])
    let file = H5Fopen(folder.path("run.h5"), chdf5_file_read_write(), chdf5_default())
    defer { H5Fclose(file) }
    let list = H5Pcreate(chdf5_dataset_creation())
    let space = H5Screate_simple(2, [20, 2], nil)
    H5Pset_chunk(list, 2, [10, 2])
    let status = H5Pset_filter(list, 32700, chdf5_optional_filter(), 1, [deed.rawValue])
    try #require(status >= 0)
    let set = H5Dcreate2(file, "epoch_0/layer2", chdf5_native_float(), space, 0, list, 0)
    try #require(set >= 0)
    for (start, unfiltered) in [(0, UInt32(0)), (10, 1)] {
      let isWritten = values[(2 * start)..<(2 * start + 20)].withUnsafeBytes {
        H5Dwrite_chunk(
          set, chdf5_default(), unfiltered, [hsize_t(start), 0], $0.count, $0.baseAddress)
      }
      try #require(isWritten >= 0)
    }
    H5Dclose(set)
    H5Sclose(space)
    H5Pclose(list)
  }

  private func run(
    _ deed: Deed, _ options: String..., output: String = "out"
  ) throws -> Command.Outcome {
    try write(deed)
    let plugins = folder.path("plugins")
    try FileManager.default.createDirectory(atPath: plugins, withIntermediateDirectories: true)
    let source = Command.root.appendingPathComponent("Tests/CommandLineTests/Hostile/plugin.c")
    let made = try Command.run(
      [
        "-shared", "-fPIC", "-DOTHER=\"\(other.url.path)\"", source.path, "-o",
        plugins + "/libhostile.so",
      ], executable: URL(fileURLWithPath: try #require(Self.compiler)))
    try #require(made.status == 0, "\(made.errors)")
    return try Command.run(
      ["run.h5", "--plugins", "plugins", "-o", output, "--formats", "json", "--verbose"] + options,
      in: folder.url)
  }

  /// What the system grants, by the program's own word.
  private func holds(_ part: String, in outcome: Command.Outcome) -> Bool {
    outcome.errors.split(separator: "\n")
      .contains { $0.hasPrefix("isolation: ") && $0.contains(part) }
  }

  @Test(
    "Code in the process reaches no file but those named, and no network",
    .enabled(if: compiler != nil, "needs a C compiler"))
  func reach() throws {
    let isolated = try run(.reach)
    #expect(isolated.status == 0, "\(isolated.errors)")
    #expect(isolated.errors.contains("tried\n"))
    if holds("files", in: isolated) {
      for deed in ["read", "make", "remove"] {
        #expect(!isolated.errors.contains("did \(deed)"), "\(isolated.errors)")
      }
      #expect(other.names == ["secret", "victim"])
    }
    if holds("system calls", in: isolated) { #expect(!isolated.errors.contains("did socket")) }
    #expect(folder.names.contains("out"))

    let free = try run(.reach, "--no-isolate", output: "free")
    #expect(free.status == 0, "\(free.errors)")
    for deed in ["read", "make", "remove", "socket"] {
      #expect(free.errors.contains("did \(deed)"), "\(free.errors)")
    }
    #expect(!holds("", in: free))
    func report(_ name: String) throws -> Data { try folder.contents(name + "/report.json") }
    #expect(try report("out") == report("free"))
  }

  @Test(
    "A crash and a hang of the library are a sentence and status 2, finished layers are kept",
    .enabled(if: compiler != nil, "needs a C compiler"), arguments: [Deed.crash.rawValue, 3])
  func crash(deed: UInt32) throws {
    let deed = try #require(Deed(rawValue: deed))
    let outcome = try run(deed, "--patience", "2", "--threads", "1")
    #expect(outcome.status == 2, "\(outcome.errors)")
    let said =
      deed == .crash ? "it made the HDF5 library crash" : "made no progress on this file for 2.0 s"
    #expect(outcome.errors.contains("Error: run.h5: "), "\(outcome.errors)")
    #expect(outcome.errors.contains(said), "\(outcome.errors)")
    let kept = try FileManager.default.contentsOfDirectory(atPath: folder.path("out/.cache"))
    #expect(kept.count == 1, "\(kept)")
  }

  @Test(
    "More memory than the machine has is refused in the process, and a sentence",
    .enabled(if: compiler != nil, "needs a C compiler"))
  func memory() throws {
    let outcome = try run(.memory)
    #expect(outcome.status == 2, "\(outcome.errors)")
    #expect(outcome.errors.contains("Error: run.h5: "), "\(outcome.errors)")
    if holds("memory", in: outcome) {
      #expect(outcome.errors.contains("no memory\n"), "\(outcome.errors)")
    }
  }

  @Test("Figures are converted by a program that has a folder for what it puts aside, and no other")
  func converter() throws {
    try write(.reach)
    let programs = folder.path("programs")
    try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: true)
    let script = """
      #!/bin/sh
      while [ "$1" != --output ]; do shift; done
      echo aside > "$TMPDIR/aside" && cp "$TMPDIR/aside" "$2"
      echo taken > '\(other.path("made"))'
      exit 0
      """
    try Data(script.utf8).write(to: URL(fileURLWithPath: programs + "/rsvg-convert"))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: programs + "/rsvg-convert")
    let outcome = try Command.run(
      ["run.h5", "--layers", "layer1", "-o", "out", "--formats", "png", "--verbose"],
      in: folder.url, environment: ["PATH": programs + ":/usr/bin:/bin"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!outcome.errors.contains("CFSocket"), "\(outcome.errors)")
    #expect(
      try folder.contents("out/entanglement-by-layer.png") == Data("aside\n".utf8))
    if holds("files", in: outcome) { #expect(other.names == ["secret", "victim"]) }
  }

  @Test("A file that cannot be read leaves no folder behind")
  func folders() throws {
    try Data("no HDF5".utf8).write(to: URL(fileURLWithPath: folder.path("run.h5")))
    for options in [[], ["-o", "a/b/c"], ["--cache", "kept"]] {
      let outcome = try Command.run(["run.h5"] + options, in: folder.url)
      #expect(outcome.status == 2, "\(outcome.errors)")
      #expect(folder.names == ["run.h5"])
    }
  }

  @Test("Files that patterns, links and names stand for are named")
  func named() throws {
    let digits = Command.root.appendingPathComponent("notebooks-data/digits-mlp.h5").path
    let data = folder.path("data")
    try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: data + "/run.h5", withDestinationPath: digits)
    for words in [
      ["inspect", "data"], ["inspect", "data/*.h5"], ["inspect", "d*/run.h5"],
      ["inspect", "data/run.h5", "--labels=\(digits):labels"],
    ] {
      let outcome = try Command.run(words, in: folder.url)
      #expect(outcome.status == 0, "\(words): \(outcome.errors)")
    }
  }
}
