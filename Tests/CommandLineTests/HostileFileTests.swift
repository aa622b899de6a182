import Activations
import Foundation
import TestSupport
import Testing

/// Files that were changed by accident or on purpose: a sentence and status 2, or a result; never a
/// signal, never a wait without end, never more memory than was allowed.
@Suite struct HostileFileTests {
  private let folder: TemporaryFolder

  /// Small files of every kind, each the seed of many mutants.
  private static let seeds =
    [
      "Zoo/layouts/anndata.h5ad", "Zoo/layouts/few_shot.h5", "Zoo/layouts/hidden_states.h5",
      "Zoo/layouts/matlab.mat", "Zoo/layouts/netcdf.nc", "Zoo/layouts/pandas_fixed.h5",
      "Zoo/layouts/pytables_carray.h5", "Zoo/layouts/per_sample_labels.h5", "Zoo/types/compound.h5",
      "Zoo/types/floats.h5", "Zoo/filters/known.h5", "Zoo/filters/labels_lzf.h5",
      "Zoo/external/virtual.h5", "Zoo/external/links.h5", "Zoo/numpy/stored.npz",
      "Zoo/numpy/deflated.npz", "Zoo/numpy/alone.npy", "Fixtures/run.h5", "Fixtures/types.h5",
      "Fixtures/labels/variable.h5", "Fixtures/labels/enum.h5",
    ].map { Command.root.appendingPathComponent("Tests/ActivationFilesTests/\($0)") }
    + [
      "latest.h5", "shared.h5", "free-space.h5", "cache-image.h5",
    ].map { hostile.appendingPathComponent($0) }
  /// Sound files of rare kinds, and how each is made hostile; by `make_hostile.py` there.
  private static let hostile = Command.root.appendingPathComponent(
    "Tests/CommandLineTests/Hostile")

  init() throws {
    folder = try TemporaryFolder()
  }

  /// `SNN_MUTANTS` and `SNN_MUTATION_SEED` make this the long test; see Scripts/test-hostile-files.
  @Test("Mutants of every kind of file end with a sentence or a result")
  func mutants() throws {
    let environment = ProcessInfo.processInfo.environment
    let count = environment["SNN_MUTANTS"].flatMap(Int.init) ?? 120
    let seed = environment["SNN_MUTATION_SEED"].flatMap(UInt64.init) ?? 1
    let originals = try Self.seeds.map { try Specimen($0) }
    for number in 0..<count {
      var mutation = Mutation(seed: seed &* 1_000_003 &+ UInt64(number))
      let original = originals[number % originals.count]
      try check(mutation.applied(to: original), named: "\(seed)-\(number)-\(original.name)")
    }
  }

  /// One in five of them, unless `SNN_MUTANTS` asks for the long test.
  @Test("Files made hostile on purpose end with a sentence or a result")
  func crafted() throws {
    let list = try String(
      contentsOf: Self.hostile.appendingPathComponent("patches.txt"), encoding: .utf8)
    let isLong = ProcessInfo.processInfo.environment["SNN_MUTANTS"] != nil
    var originals: [String: Specimen] = [:]
    for (number, line) in list.split(separator: "\n").enumerated() where isLong || number % 5 == 0 {
      let words = line.split(separator: " ").map(String.init)
      let original =
        try originals[words[1]] ?? Specimen(Self.hostile.appendingPathComponent(words[1]))
      originals[words[1]] = original
      var bytes = original.bytes
      for patch in words.dropFirst(2) {
        let parts = patch.split(separator: ":")
        let place = try #require(Int(parts[0]))
        let new = try #require(Data(hexadecimal: String(parts[1])))
        bytes.replaceSubrange(place..<place + new.count, with: new)
      }
      original.checksums.repair(&bytes)
      try check(bytes, named: "\(words[0])-\(original.name)")
    }
  }

  /// libsz goes by them beyond its memory, and what it overwrites ends the process later.
  @Test(
    "Parameters of szip that no writer gives are refused",
    arguments: [
      (4, "00000000"), (4, "21000000"), (4, "ffffff7f"), (8, "00000000"), (8, "ffffff7f"),
      (12, "00000000"), (12, "ffffff7f"),
    ])
  func szip(offset: Int, parameter: String) throws {
    var bytes = try Specimen(Self.hostile.appendingPathComponent("earliest.h5")).bytes
    // The four parameters stand there: options, pixels of a block, bits of a pixel, pixels of a line.
    let place = 15520 + offset
    bytes.replaceSubrange(place..<place + 4, with: try #require(Data(hexadecimal: parameter)))
    let path = folder.path("szip.h5")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let outcome = try Command.runLimited([path, "--layers", "szip", "--output", folder.path("out")])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("/szip cannot be opened: its header is damaged."))
  }

  /// The records of a B-tree of version 1 hold size, filters and place of a chunk: a key of (4 + 4 + 8
  /// for each axis and for the element) bytes, then the address.
  @Test(
    "Two chunks at one place, or of sizes that are not theirs, are refused or never harm",
    arguments: [false, true])
  func chunkRecords(isZipped: Bool) throws {
    let path = folder.path("chunks.h5")
    try HDF5Fixture.write(
      to: path,
      datasets: [
        .init(
          "layer", shape: [24, 8], .float32((0..<192).map { Float($0 % 29) }), chunk: [4, 8],
          gzipLevel: isZipped ? 4 : nil),
        .init("labels", shape: [24], .int64((0..<24).map { $0 % 3 })),
      ])
    let sound = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    // The node of raw data; the layer's is the only one.
    let node = try #require(
      sound.indices.dropLast(8).first { Array(sound[$0..<$0 + 5]) == Array("TREE".utf8) + [1] })
    let record = 4 + 4 + 8 * 3 + 8
    func key(_ index: Int) -> Int { node + 24 + index * record }
    func little(_ value: Int, _ size: Int) -> [UInt8] {
      (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    #expect(Array(sound[key(1) + 8..<key(1) + 16]) == little(4, 8))
    func report() throws -> Data { try folder.contents("out/report.json") }
    let whole = try run(sound, named: "sound")
    #expect(whole.status == 0, "\(whole.errors)")
    let right = try report()
    for index in [0, 1, 5] {
      for place in [0, 4, 8] + [4 * (index - 1), 1 << 40] where place >= 0 {
        for size in [0, 1, 127, 128, 129, 4096, Int(UInt32.max)] {
          var bytes = sound
          bytes.replaceSubrange(key(index)..<key(index) + 4, with: little(size, 4))
          bytes.replaceSubrange(key(index) + 8..<key(index) + 16, with: little(place, 8))
          let isSound = bytes == sound
          let name = "chunk-\(index)-\(place)-\(size)"
          let outcome = try run(bytes, named: name)
          #expect([0, 2].contains(outcome.status), "\(name): \(outcome)")
          if outcome.status == 0 { #expect(try report() == right, "\(name): other numbers") }
          // A chunk that is not where it was leaves rows without values.
          #expect(
            isSound || place == 4 * index || outcome.status == 2,
            "\(name): rows of another chunk were read")
        }
      }
    }
  }

  @Test("The sound files that are made hostile are read")
  func sound() throws {
    for file in ["earliest.h5", "latest.h5", "shared.h5", "free-space.h5", "cache-image.h5"] {
      let original = try Specimen(Self.hostile.appendingPathComponent(file))
      #expect(file == "earliest.h5" || original.checksums.count > 1)
      #expect(try run(original.bytes, named: file).status == 0, "\(file)")
    }
  }

  /// The library follows them until its stack is full.
  @Test("Values that come from themselves end with a sentence, where other sources are allowed")
  func circle() throws {
    let outcome = try Command.runLimited([
      Self.hostile.appendingPathComponent("elsewhere.h5").path, "--follow-external", "--layers",
      "circle", "--output", folder.path("out"),
    ])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("Error: "))
  }

  private func check(_ bytes: [UInt8], named name: String) throws {
    let (status, errors) = try run(bytes, named: name)
    // 64 where what is left of the file allows two readings.
    let isFine = status == 0 || [2, 64].contains(status) && errors.contains("Error: ")
    #expect(isFine, "\(name): \(status) \(errors)")
    guard !isFine, let kept = ProcessInfo.processInfo.environment["SNN_KEEP_MUTANTS"] else {
      return
    }
    try? Data(bytes).write(to: URL(fileURLWithPath: "\(kept)/\(name)"))
  }

  private func run(
    _ bytes: [UInt8], named name: String
  ) throws -> (status: Int32, errors: String) {
    let path = folder.path("mutant." + (name as NSString).pathExtension)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return try Command.runLimited([
      path, "--pool", "mean", "--keep-going", "--compute", "curve", "--temperatures", "1",
      "--quiet", "--formats", "json", "--memory", "256M", "--patience", "2", "--output",
      folder.path("out"),
    ])
  }

  @Test("A library that makes no progress is given up")
  func patience() throws {
    let path = folder.path("slow.h5")
    let count = 400_000
    try HDF5Fixture.write(
      to: path,
      datasets: [
        .init("layer", shape: [count, 1], .int8(Array(repeating: 1, count: count))),
        .init("labels", shape: [count], .strings((0..<count).map { "class \($0 % 3)" })),
      ])
    let outcome = try Command.run([
      path, "--patience", "0.002", "--output", folder.path("out"), "--quiet",
    ])
    #expect(outcome.status == 2)
    #expect(
      outcome.errors
        == "Error: \(path): the HDF5 library made no progress on this file for 0.002 s. It is "
        + "damaged, or its disk is slow: copy or export it again, or wait longer with --patience.\n"
    )
    #expect(try Command.run([path, "--patience", "0"]).status == 64)
  }
}

/// A sound file.
private struct Specimen {
  let name: String
  let bytes: [UInt8]
  let checksums: HDF5Checksums

  init(_ url: URL) throws {
    name = url.lastPathComponent
    bytes = [UInt8](try Data(contentsOf: url))
    checksums = HDF5Checksums(of: bytes)
  }
}

extension Data {
  fileprivate init?(hexadecimal text: String) {
    let digits = text.compactMap(\.hexDigitValue)
    guard digits.count == text.count, digits.count.isMultiple(of: 2) else { return nil }
    self.init(
      stride(from: 0, to: digits.count, by: 2).map { UInt8(16 * digits[$0] + digits[$0 + 1]) })
  }
}

/// A few changes of a file's bytes, the same ones for the same seed.
private struct Mutation {
  private var random: SplitMix64

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
  }

  private static let numbers: [UInt64] = [
    0, 1, 0xFF, 0xFFFF_FFFF, 0x7FFF_FFFF, 1 << 40, UInt64.max, UInt64.max / 2,
  ]

  mutating func applied(to original: Specimen) -> [UInt8] {
    var bytes = original.bytes
    for _ in 0..<[1, 1, 2, 4, 16][Int.random(in: 0..<5, using: &random)] where bytes.count > 16 {
      // Headers are at the front, and more of them is worth changing than of the values.
      let reach = Bool.random(using: &random) ? bytes.count : min(bytes.count, 4096)
      let place = Int.random(in: 0..<reach, using: &random)
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<5: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 5..<7: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 7..<9:
        let number = Self.numbers[Int.random(in: 0..<Self.numbers.count, using: &random)]
        let width = [1, 2, 4, 8][Int.random(in: 0..<4, using: &random)]
        for index in 0..<min(width, bytes.count - place) {
          bytes[place + index] = UInt8(truncatingIfNeeded: number >> UInt64(8 * index))
        }
      default: bytes.removeLast(bytes.count - max(8, place))
      }
    }
    // Half of them with right checksums, so that what is behind these is reached.
    if Bool.random(using: &random) { original.checksums.repair(&bytes) }
    return bytes
  }
}
