import ActivationFiles
import Activations
import Foundation
import TestSupport
import Testing

/// Layouts of chunks as h5py writes them, against what h5py reads.
///
/// `SNN_LAYOUTS`, `SNN_CHUNK_MUTANTS` and `SNN_MUTATION_SEED` make these the long tests; see
/// Scripts/test-hostile-files.
@Suite struct ChunkLayoutTests {
  private static let python = Python(having: "numpy, h5py")
  private let folder: TemporaryFolder
  private let seed = Self.number("SNN_MUTATION_SEED") ?? 1

  init() throws {
    folder = try TemporaryFolder()
  }

  private static func number(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap(Int.init)
  }

  @Test(
    "Random layouts are read as h5py reads them; rows that were never written are refused",
    .enabled(if: python != nil, "needs python3 with numpy and h5py; SNN_PYTHON may name it"))
  func random() throws {
    let count = Self.number("SNN_LAYOUTS") ?? 120
    let outcome = try #require(Self.python).run([
      "chunk_layouts.py", folder.path(""), "\(count)", "\(seed)",
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
    let lines = String(decoding: try folder.contents("layouts.txt"), as: UTF8.self)
      .split(separator: "\n")
    #expect(lines.count == count)
    for line in lines {
      let words = line.split(separator: " ", maxSplits: 3)
      var options = ReadingOptions()
      options.pooling = .flatten
      options.sampleAxis = Int(words[1])
      let expected = try folder.contents("\(words[0]).f8")
      let numbers = expected.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
      do {
        let collection = try ActivationCollection(
          paths: [folder.path("\(words[0]).h5")], options: options)
        let matrix = try collection.activations(of: collection.checkpoints[0].layers[0])
        let values = (0..<matrix.sampleCount).flatMap { row in
          (0..<matrix.featureCount).map { matrix[row, $0] }
        }
        #expect(values == numbers, "\(line)")
      } catch {
        #expect(words[2] == "0" && "\(error)".contains("never written"), "\(line): \(error)")
      }
    }
  }

  @Test(
    "Mutants of compressed chunks give no numbers where h5py refuses them",
    .enabled(if: python != nil, "needs python3 with numpy and h5py; SNN_PYTHON may name it"))
  func mutants() throws {
    let count = Self.number("SNN_CHUNK_MUTANTS") ?? 60
    let outcome = try #require(Self.python).run([
      "chunk_mutants.py", folder.path(""), "\(count)", "\(seed)",
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
    let lines = String(decoding: try folder.contents("verdicts.txt"), as: UTF8.self)
      .split(separator: "\n")
    #expect(lines.count == count)
    for line in lines {
      let words = line.split(separator: " ")
      let outcome = try Command.run([
        folder.path("\(words[0]).h5"), "--compute", "curve", "--temperatures", "1", "--quiet",
        "--no-cache", "--formats", "json", "--patience", "5", "--output", folder.path("out"),
      ])
      #expect([0, 2].contains(outcome.status), "\(line): \(outcome.status) \(outcome.errors)")
      if words[1] == "refused" { #expect(outcome.status == 2, "\(line): numbers") }
    }
  }
}
