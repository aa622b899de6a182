import Activations
import Foundation
import TestSupport
import Testing

/// Sizes and names that a file tells are not to be believed: each ends with a true sentence, in the
/// memory and the time that were allowed.
@Suite struct BelievedSizeTests {
  private static let python = Python(having: "numpy, h5py")
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A kind of file, what makes it, and what is said of it.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let script: String
    let sentence: String

    var testDescription: String { name }
  }

  private static let cases = [
    Case(
      name: "a virtual dataset of rows of 512 GiB",
      script: """
        f["x"] = x
        layout = h5py.VirtualLayout((n, 2**36), "f8")
        layout[:, :4] = h5py.VirtualSource(".", "x", shape=(n, 4))
        f.create_virtual_dataset("layer", layout)
        """,
      sentence: "takes its values from sources that give only 256 of its 4398046511104 values"),
    Case(
      name: "ten million layers by an attribute",
      script: """
        import zlib
        k = 10**7
        d = f.create_dataset("layer", (n, k, 1), "i1", chunks=(n, k // 10, 1), compression="gzip")
        for c in range(10):
            d.id.write_direct_chunk((0, c * k // 10, 0), zlib.compress(bytes(n * k // 10), 9))
        d.attrs["num_layers"] = k
        """, sentence: "axis 1 would be more than 10000 layers"),
    Case(
      name: "an enumeration of three bytes",
      script: """
        t = h5py.h5t.STD_I32LE.copy(); t.set_size(3); t.set_precision(24)
        e = h5py.h5t.enum_create(t); e.enum_insert(b"a", 0); e.enum_insert(b"b", 1)
        f["layer"] = x
        del f["labels"]
        d = h5py.h5d.create(f.id, b"labels", e, h5py.h5s.create_simple((n,)))
        raw = np.zeros((n, 3), "u1"); raw[:, 0] = np.arange(n) % 2
        d.write(h5py.h5s.ALL, h5py.h5s.ALL, raw.view("V3").ravel(), mtype=e)
        """, sentence: "enumeration of 3 bytes"),
    Case(
      name: "a name that is not UTF-8",
      script: """
        f.create_dataset(b"caf\\xe9", data=x)
        """, sentence: "its name is not UTF-8"),
    Case(
      name: "groups nested 70 deep",
      script: """
        f["/".join("g%d" % i for i in range(70)) + "/layer"] = x
        """, sentence: "groups nested more than 64 deep"),
    Case(
      name: "long doubles within records",
      script: """
        t = np.dtype([("v", np.longdouble, (4,)), ("k", "i4")])
        d = f.create_dataset("table", (n,), t)
        d[...] = np.zeros(n, t)
        """, sentence: "within records, which is not read"),
  ]

  @Test(
    "Sizes and names that cannot be end with a sentence",
    .enabled(if: python != nil, "needs python3 with numpy and h5py; SNN_PYTHON may name it"),
    arguments: cases)
  func sentences(_ file: Case) throws {
    let path = folder.path("file.h5")
    let front = """
      import sys, h5py, numpy as np
      n = 64
      x = np.random.default_rng(0).normal(size=(n, 4))
      f = h5py.File(sys.argv[1], "w", libver=("v110", "v110"))
      f["labels"] = np.arange(n) % 2

      """
    let made = try #require(Self.python).run(["-c", front + file.script + "\nf.close()", path])
    try #require(made.status == 0, "\(made.errors)")
    let outcome = try Command.runLimited([
      path, "--output", folder.path("out"), "--quiet", "--memory", "1G",
    ])
    #expect(outcome.status == 2, "\(outcome.errors)")
    #expect(outcome.errors.contains(file.sentence), "\(outcome.errors)")
    #expect(!outcome.errors.contains("damaged"), "\(outcome.errors)")
  }

  @Test(
    "Types of NumPy that are larger than memory are refused",
    arguments: [
      "|V9223372036854775807", "|S9223372036854775807", "<U4611686018427387904", "|S1099511627776",
    ], ["(0,)", "()", "(3,)"])
  func elements(type: String, shape: String) throws {
    let path = folder.path("file.npy")
    try write("{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }", to: path)
    for command in [[path, "--output", folder.path("out")], ["inspect", path]] {
      let outcome = try Command.runLimited(command)
      #expect([0, 2].contains(outcome.status), "\(outcome.status): \(outcome.errors)")
    }
    let labels = folder.path("run.h5")
    try HDF5Fixture.write(
      to: labels, datasets: [.init("layer", shape: [4, 1], .int8([1, 2, 3, 5]))])
    let outcome = try Command.runLimited([
      labels, "--labels", path, "--output", folder.path("out"),
    ])
    #expect(outcome.status == 2, "\(outcome.status): \(outcome.errors)")
    #expect(outcome.errors.contains("Error: "))
  }

  private func write(_ header: String, to path: String) throws {
    let padded = header + String(repeating: " ", count: 117 - header.utf8.count % 64) + "\n"
    let count = padded.utf8.count
    let front: [UInt8] =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(count & 255), UInt8(count >> 8)]
    try Data(front + Array(padded.utf8)).write(to: URL(fileURLWithPath: path))
  }

  /// Sixty thousand entries of one stored member of 60 kB.
  @Test("Members of an archive that share their bytes are refused")
  func overlappingMembers() throws {
    func number(_ value: Int, _ size: Int) -> [UInt8] {
      (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let header =
      "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 4), }"
      + String(repeating: " ", count: 60_000) + "\n"
    let array =
      [0x93] + Array("NUMPY".utf8) + [2, 0] + number(header.utf8.count, 4) + Array(header.utf8)
      + Array(repeating: UInt8(0), count: 64)
    let sizes = number(array.count, 4) + number(array.count, 4)
    var bytes = [0x50, 0x4B, 3, 4] + number(20, 2) + number(0, 12) + sizes + number(5, 2)
    bytes += number(0, 2) + Array("a.npy".utf8) + array
    let start = bytes.count
    let count = 60_000
    for index in 0..<count {
      let name = Array("l\(index).npy".utf8)
      bytes += [0x50, 0x4B, 1, 2] + number(20, 2) + number(20, 2) + number(0, 12) + sizes
      bytes += number(name.count, 2) + number(0, 16) + name
    }
    let size = bytes.count - start
    bytes += [0x50, 0x4B, 5, 6] + number(0, 4) + number(count, 2) + number(count, 2)
    bytes += number(size, 4) + number(start, 4) + number(0, 2)
    let path = folder.path("file.npz")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let outcome = try Command.runLimited([path, "--output", folder.path("out")], seconds: 10)
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("share bytes of this zip archive"), "\(outcome.errors)")
  }

  @Test("Counts that no baseline and no report has are refused")
  func counts() throws {
    let path = folder.path("run.h5")
    try HDF5Fixture.write(
      to: path,
      datasets: [
        .init("layer", shape: [40, 1], .int8((0..<40).map { Int8($0 * 3 % 17) })),
        .init("labels", shape: [40], .int8((0..<40).map { Int8($0 % 3) })),
      ])
    let baseline = folder.path("baseline.json")
    try #require(try Command.run(["baseline", path, "-o", baseline, "--quiet"]).status == 0)
    let text = String(decoding: try folder.contents("baseline.json"), as: UTF8.self)
    let samples = try folder.contents("baseline.samples")
    for (key, value) in [
      ("sampleCount", "9223372036854775807"), ("sampleCount", "-1"),
      ("featureCount", "9223372036854775807"), ("count", "-5"), ("count", "9223372036854775807"),
    ] {
      let name = "bad-\(key)-\(value)"
      let bad = text.replacing(
        try Regex("\"\(key)\": [0-9]+"), with: "\"\(key)\": \(value)")
      #expect(bad != text)
      try Data(bad.utf8).write(to: folder.url.appendingPathComponent("\(name).json"))
      try samples.write(to: folder.url.appendingPathComponent("\(name).samples"))
      let outcome = try Command.runLimited([
        "check", path, "--baseline", folder.path("\(name).json"), "-o", folder.path("out"),
      ])
      #expect(outcome.status == 2, "\(name): \(outcome.status) \(outcome.errors)")
      #expect(outcome.errors.contains("is damaged"), "\(outcome.errors)")
    }
    try #require(
      try Command.run([path, "-o", folder.path("rep"), "--formats", "json", "--quiet"]).status == 0)
    let report = String(decoding: try folder.contents("rep/report.json"), as: UTF8.self)
    let rows = try Regex("\"rows\": \\[\\s*\\[")
    for (name, bad) in [
      (
        "count",
        report.replacing(
          try Regex("\"sampleCount\": [0-9]+"), with: "\"sampleCount\": 9223372036854775807")
      ),
      ("table", report.replacing(rows, with: "\"rows\": [[1], [")),
    ] {
      #expect(bad != report)
      let file = folder.path("report-\(name).json")
      try Data(bad.utf8).write(to: URL(fileURLWithPath: file))
      let outcome = try Command.runLimited([
        "check", file, "--baseline", baseline, "-o", folder.path("out"),
      ])
      #expect(outcome.status == 2, "\(name): \(outcome.status) \(outcome.errors)")
      #expect(outcome.errors.contains("is damaged"), "\(outcome.errors)")
    }
  }

  /// Texts that are small and would become large.
  private static let bombs: [(name: String, text: String)] = {
    let many = Array(repeating: "*b%", count: 10).joined(separator: ",")
    let lists = (1..<10).map { level in
      "&b\(level) [\(many.replacing("%", with: "\(level - 1)"))]"
    }
    return [
      ("deep", "rules: " + String(repeating: "[", count: 400_000)),
      ("map", "rules: " + String(repeating: "{a: ", count: 100_000)),
      (
        "key",
        "rules:\n- &b0 [x,x]\n" + lists.map { "- \($0)\n" }.joined()
          + "- {? *b9 : 1, ? [q] : 2}\n"
      ),
      (
        "root key",
        "? &b0 [x,x]\n: 1\n" + lists.map { "? \($0)\n: 1\n" }.joined() + "rules: []\n"
      ),
      ("large", "rules: [{layer: \"" + String(repeating: "x", count: 5_000_000) + "\"}]"),
      ("word", "rules: [{" + String(repeating: "x", count: 900_000) + ": 1}]"),
    ]
  }()

  @Test("Rules of exponential size or endless depth end with a short sentence", arguments: bombs)
  func rules(name: String, text: String) throws {
    let path = folder.path("rules.yml")
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    let outcome = try Command.runLimited(
      ["check", folder.path("run.h5"), "--rules", path, "-o", folder.path("out")], seconds: 5)
    #expect(outcome.status == 2, "\(outcome.status)")
    #expect(outcome.errors.hasPrefix("Error: \(path)"), "\(outcome.errors.prefix(300))")
    #expect(outcome.errors.utf8.count < 2000)
  }

  @Test("A class name of a megabyte is drawn as fast as any")
  func longName() throws {
    let path = folder.path("run.h5")
    let long = String(repeating: "a", count: 1_000_000)
    try HDF5Fixture.write(
      to: path,
      datasets: [
        .init("layer", shape: [40, 1], .int8((0..<40).map { Int8($0 * 3 % 17) })),
        .init("labels", shape: [40], .strings((0..<40).map { $0 % 3 == 0 ? long : "b\($0 % 3)" })),
      ])
    let outcome = try Command.runLimited(
      [path, "-o", folder.path("out"), "--quiet"], seconds: 15)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }
}
