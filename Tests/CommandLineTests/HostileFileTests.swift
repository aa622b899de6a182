import Activations
import Foundation
import TestSupport
import Testing

/// Files that were changed by accident or on purpose: a sentence and status 2, or a result; never a
/// signal, never a wait without end, never more memory than was allowed.
@Suite struct HostileFileTests {
  private let folder: TemporaryFolder

  /// Small files of every kind, each the seed of many mutants.
  private static let seeds = [
    "Zoo/layouts/anndata.h5ad", "Zoo/layouts/few_shot.h5", "Zoo/layouts/hidden_states.h5",
    "Zoo/layouts/matlab.mat", "Zoo/layouts/netcdf.nc", "Zoo/layouts/pandas_fixed.h5",
    "Zoo/layouts/pytables_carray.h5", "Zoo/layouts/per_sample_labels.h5", "Zoo/types/compound.h5",
    "Zoo/types/floats.h5", "Zoo/filters/known.h5", "Zoo/filters/labels_lzf.h5",
    "Zoo/external/virtual.h5", "Zoo/external/links.h5", "Zoo/numpy/stored.npz",
    "Zoo/numpy/deflated.npz", "Zoo/numpy/alone.npy", "Fixtures/run.h5", "Fixtures/types.h5",
    "Fixtures/labels/variable.h5", "Fixtures/labels/enum.h5",
  ].map { Command.root.appendingPathComponent("Tests/ActivationFilesTests/\($0)") }

  init() throws {
    folder = try TemporaryFolder()
  }

  /// `SNN_MUTANTS` and `SNN_MUTATION_SEED` make this the long test; see Scripts/test-hostile-files.
  @Test("Mutants of every kind of file end with a sentence or a result")
  func mutants() throws {
    let environment = ProcessInfo.processInfo.environment
    let count = environment["SNN_MUTANTS"].flatMap(Int.init) ?? 120
    let seed = environment["SNN_MUTATION_SEED"].flatMap(UInt64.init) ?? 1
    for number in 0..<count {
      var mutation = Mutation(seed: seed &* 1_000_003 &+ UInt64(number))
      let original = Self.seeds[number % Self.seeds.count]
      let bytes = mutation.applied(to: try Data(contentsOf: original))
      let url = folder.url.appendingPathComponent("mutant.\(original.pathExtension)")
      try bytes.write(to: url)
      let (status, errors) = try limited([
        url.path, "--pool", "mean", "--keep-going", "--compute", "curve", "--temperatures", "1",
        "--quiet", "--formats", "json", "--memory", "256M", "--output", folder.path("out"),
      ])
      let isFine = status == 0 || status == 2 && errors.contains("Error: ")
      #expect(isFine, "mutant \(number) of \(original.lastPathComponent): \(status) \(errors)")
      guard !isFine, let kept = environment["SNN_KEEP_MUTANTS"] else { continue }
      let name = "\(seed)-\(number)-\(original.lastPathComponent)"
      try? FileManager.default.copyItem(atPath: url.path, toPath: "\(kept)/\(name)")
    }
  }

  /// Runs the command in 4 GiB of address space (threads and libraries take most of it) and 20 s.
  private func limited(_ arguments: [String]) throws -> (status: Int32, errors: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let errors = folder.path("errors")
    process.arguments =
      [
        "-c", "ulimit -v 4194304; ulimit -t 20; exec \"$@\" 2>\(errors)", "sh",
        Command.executable.path,
      ]
      + arguments
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let text = String(decoding: try folder.contents("errors"), as: UTF8.self)
    // A signal is no status: told apart from statuses by its sign.
    let isSignal = process.terminationReason == .uncaughtSignal
    return (isSignal ? -process.terminationStatus : process.terminationStatus, text)
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

/// A few changes of a file's bytes, the same ones for the same seed.
private struct Mutation {
  private var random: SplitMix64

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
  }

  private static let numbers: [UInt64] = [
    0, 1, 0xFF, 0xFFFF_FFFF, 0x7FFF_FFFF, 1 << 40, UInt64.max, UInt64.max / 2,
  ]

  mutating func applied(to original: Data) -> Data {
    var bytes = Array(original)
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
    return Data(bytes)
  }
}
