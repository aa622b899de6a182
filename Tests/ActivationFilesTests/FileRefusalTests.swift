import ActivationFiles
import Activations
import CHDF5
import Foundation
import TestSupport
import Testing

private func refusal(_ path: String) -> String {
  message { _ = try ActivationCollection(paths: [path]) }
}

@Suite("Files that cannot be opened, by their words")
struct FileRefusalTests {
  @Test("No file, a directory, a device")
  func noFile() {
    #expect(refusal("/no/such/file.h5") == "there is no such file. Check the path.")
    #expect(
      refusal("/dev/null") == "this is not a regular file. Copy its content to one.")
  }

  @Test("An empty file and one of another format")
  func noHDF5() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.h5"
      try Data().write(to: URL(fileURLWithPath: path))
      #expect(
        refusal(path)
          == "this file is empty, not an HDF5 file. Was the export interrupted? Run it again.")
      try Data("PK and so on".utf8).write(to: URL(fileURLWithPath: path))
      #expect(
        refusal(path)
          == "this is not an HDF5 file: it lacks the signature. Give a file written by h5py or "
          + "another HDF5 library.")
    }
  }

  @Test("A file cut off anywhere is truncated", arguments: [12, 60, 95, 500, 5000, 43_000])
  func truncated(length: Int) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.h5"
      let whole = try Data(contentsOf: URL(fileURLWithPath: fixture("run.h5")))
      try whole.prefix(length).write(to: URL(fileURLWithPath: path))
      #expect(
        refusal(path)
          == "this file is truncated: it is shorter than its header says. Copy or export it again.")
    }
  }

  @Test("A file with a broken header is damaged")
  func damaged() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.h5"
      var whole = try Data(contentsOf: URL(fileURLWithPath: fixture("run.h5")))
      whole.replaceSubrange(13..<16, with: [0xFF, 0xFF, 0xFF])
      try whole.write(to: URL(fileURLWithPath: path))
      #expect(
        refusal(path)
          == "this HDF5 file is damaged and cannot be opened. Copy or export it again.")
    }
  }

  @Test("A file without permission", .enabled(if: geteuid() != 0, "root reads everything"))
  func permission() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.h5"
      try FileManager.default.copyItem(atPath: fixture("run.h5"), toPath: path)
      try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
      #expect(
        refusal(path) == "no permission to read this file. Ask its owner, or chmod +r it.")
    }
  }

  @Test("A file that a writer has locked")
  func locked() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.h5"
      try FileManager.default.copyItem(atPath: fixture("run.h5"), toPath: path)
      let descriptor = open(path, O_RDWR)
      defer { close(descriptor) }
      try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
      #expect(
        refusal(path)
          == "another program has this file open for writing. Wait until it has closed the file.")
    }
  }

  @Test("A file whose writer died")
  func leftOpen() {
    #expect(
      refusal(fixture("left-open.h5"))
        == "this file is marked as open for writing: a program still writes to it, or ended "
        + "without closing it. If none does, copy the file and run h5clear -s on the copy.")
  }

  @Test("What the library said is kept apart from the message")
  func detail() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.h5"
      let whole = try Data(contentsOf: URL(fileURLWithPath: fixture("run.h5")))
      try whole.prefix(5000).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: ActivationFileError.self) {
        _ = try ActivationCollection(paths: [path])
      }
      #expect(error?.detail?.contains("truncated file") == true)
      #expect(error?.message.contains("sblock") == false)
    }
  }
}

@Suite("Layers that cannot be read, by their words")
struct LayerRefusalTests {
  @Test(
    "One layer's problem is its own",
    arguments: [
      ("null", "has a NULL dataspace: it holds no values. Export it again"),
      ("unwritten", "was created but never written. Was the export interrupted? Export it again"),
      (
        "unwritten_chunks",
        "was created but never written. Was the export interrupted? Export it again"
      ),
      ("no_rows", "has zero rows: no sample was stored. Export it again"),
      ("no_columns", "has shape 6×0: its samples have zero features. Export it again"),
      (
        "complex",
        "holds values of type complex, which cannot be read as numbers. Store it as float16, "
          + "float32 or float64"
      ),
      (
        "opaque",
        "holds values of type opaque (2 bytes), which may be bits of another type. Say --dtype "
          + "bf16, --dtype f16, --dtype uint16 or --dtype int16"
      ),
      (
        "tokens",
        "has shape 6×5×4, three axes. Say what a sample's features are with --pool: mean, max, "
          + "first or last over the middle axis, or flatten; or which axis counts layers with "
          + "--layer-axis"
      ),
      ("axes", "has 9 axes; at most 8 can be read. Flatten it before storing"),
      (
        "external",
        "keeps its values in another file (external storage), which is not followed. Store it "
          + "inside with h5repack -l CONTI in.h5 out.h5, allow it with --follow-external"
      ),
      (
        "elsewhere",
        "is a link into another file, which is not followed. Give that file itself, or allow it "
          + "with --follow-external"
      ),
      (
        "virtual",
        "is a virtual dataset made of other.h5:layer1, which is not followed. Store the values "
          + "themselves, allow it with --follow-external"
      ),
    ])
  func problem(_ name: String, _ words: String) throws {
    let file = try ActivationCollection(paths: [fixture("refusals.h5")])
    let layer = try #require(file.checkpoints[0].layers.first { $0.name == name })
    let expected = "/\(name) \(words), or skip the layer with --except \(name)."
    #expect(layer.problem?.message == expected)
    #expect(message { _ = try file.activations(of: layer) } == expected)
  }

  @Test("The layers beside it can be read, and --except leaves only these")
  func others() throws {
    let file = try ActivationCollection(paths: [fixture("refusals.h5")])
    let fine = try #require(file.checkpoints[0].layers.first { $0.name == "fine" })
    #expect(try file.activations(of: fine).featureCount == 4)
    #expect(throws: ActivationFileError.self) { try file.requireSound() }
    let rest = file.checkpoints[0].layers.map(\.name).filter { $0 != "fine" }
    let sound = try ActivationCollection(
      paths: [fixture("refusals.h5")], options: options { $0.except = rest })
    try sound.requireSound()
  }

  @Test("Links that lead nowhere or round in a circle are shown")
  func links() throws {
    let file = try ActivationCollection(paths: [fixture("refusals.h5")])
    let reasons = Dictionary(uniqueKeysWithValues: file.leftOut.map { ($0.path, $0.reason) })
    #expect(reasons["/nowhere"] == "link to nothing")
    #expect(reasons["/loop"] == "link to /")
    #expect(reasons["/labels_axis"] == "dimension scale")
  }

  @Test("Rows behind a stated number of samples are padding and left out")
  func padding() throws {
    try withTemporaryFolder { folder in
      for count in [3, 2] {
        let path = "\(folder)/a.h5"
        try HDF5Fixture.write(
          to: path,
          datasets: [
            .init("all_feats", shape: [3, 1], .float32([1, 2, 0])),
            .init("all_labels", shape: [3], .int32([0, 1, 0])),
            .init("count", shape: [], .int64([Int64(count)])),
          ])
        let file = try ActivationCollection(paths: [path])
        try file.requireSound()
        #expect(
          try file.activations(of: file.checkpoints[0].layers[0]).allValues
            == Array([1, 2, 0].prefix(count)))
        #expect(try file.labels(of: file.checkpoints[0]).sampleCount == count)
        #expect(
          file.notes
            == (count == 3
              ? []
              : [
                "/all_feats has 3 rows, of which /count says 2 are samples; the rest is padding and "
                  + "left out."
              ]))
      }
    }
  }

  @Test("Weights and files of newer libraries are refused, or read where the library can")
  func wholeFiles() throws {
    #expect(
      refusal(fixture("weights.h5"))
        == "this file holds the weights of a network, not activations. Run the network on "
        + "labelled samples and store what its layers put out.")
  }

  @Test(
    "Files of newer libraries are told from damaged ones, and read where the library can",
    arguments: ["newer.h5", "newer_layout.h5"])
  func newerFormat(file: String) throws {
    var (major, minor, release) = (UInt32(0), UInt32(0), UInt32(0))
    H5get_libversion(&major, &minor, &release)
    let words = message { try ActivationCollection(paths: [fixture(file)]).requireSound() }
    let remedy =
      "was written in a newer format than HDF5 \(major).\(minor).\(release) reads, which this "
      + "build has. Write it again with libver=('earliest', 'v110'), read it with a build against "
      + "HDF5 2.0 or later, or "
    #expect(
      [
        "no error", "/layer1 \(remedy)skip the layer with --except layer1.",
        "this file \(remedy)convert it with the writer's own h5repack.",
      ].contains(words), "\(words)")
    #expect(words == "no error" || major < 2)
  }

  @Test("Data cut out of a chunk is damage, not a crash")
  func damagedChunk() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.h5"
      try HDF5Fixture.write(
        to: path,
        datasets: [
          .init(
            "a", shape: [32, 128], .float32((0..<4096).map { Float($0) }), chunk: [32, 128],
            gzipLevel: 1)
        ])
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      // The deflate stream: everything behind the headers of this small file.
      let start = bytes.count - 2000
      bytes.replaceSubrange(start..<start + 1000, with: Data(repeating: 0xFF, count: 1000))
      try bytes.write(to: URL(fileURLWithPath: path))
      let file = try ActivationCollection(paths: [path])
      #expect(
        message { _ = try file.activations(of: file.checkpoints[0].layers[0]) }
          == "/a cannot be read: its data is damaged or cut off. Copy or export the file again, or "
          + "skip the layer with --except a.")
    }
  }
}
