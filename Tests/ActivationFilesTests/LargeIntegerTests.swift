import ActivationFiles
import Foundation
import TestSupport
import Testing

/// Integers of 64 bits, of which a double keeps 53.
@Suite("Large integers")
struct LargeIntegerTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Seven samples of three features, one of them given, as NumPy writes them.
  private func write(_ bits: UInt64, type: String, isFortran: Bool = false) throws -> String {
    let path = folder.path("layer.npy")
    let order = isFortran ? "True" : "False"
    var bytes = Array(
      "\u{93}NUMPY\u{1}\u{0}".unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
    var header = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': (7, 3), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    bytes += [UInt8(header.utf8.count), 0] + Array(header.utf8)
    for index in 0..<21 {
      // Row 5, column 1.
      let value = index == (isFortran ? 1 * 7 + 5 : 5 * 3 + 1) ? bits : UInt64(index)
      withUnsafeBytes(of: type.hasPrefix(">") ? value.bigEndian : value.littleEndian) {
        bytes += $0
      }
    }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let labels = (0..<7).map { "\($0 % 2)\n" }.joined()
    try Data(("label\n" + labels).utf8)
      .write(to: URL(fileURLWithPath: folder.path("labels.csv")))
    return path
  }

  private func values(_ path: String) throws -> [Double] {
    let run = try ActivationCollection(
      paths: [path], options: options { $0.labels = [folder.path("labels.csv") + ":label"] })
    return try run.activations(of: run.checkpoints[0].layers[0]).allValues
  }

  @Test(
    "What a double does not hold is refused with its row and value",
    arguments: ["<i8", ">i8", "<u8", ">u8"], [false, true])
  func inexact(_ type: String, isFortran: Bool) throws {
    var inexact: [UInt64] = [1 << 53 + 1, 1 << 62 + 1]
    if type.hasSuffix("u8") {
      inexact += [UInt64.max, 1 << 63 + 1]
    } else {
      inexact.append(UInt64(bitPattern: -9_007_199_254_740_993))
    }
    for bits in inexact {
      let path = try write(bits, type: type, isFortran: isFortran)
      let text = type.hasSuffix("u8") ? "\(bits)" : "\(Int64(bitPattern: bits))"
      let error = try #require(throws: ActivationFileError.self) { _ = try values(path) }
      #expect(
        error.message.contains("has \(text) in row 5, which a double does not hold"), "\(error)")
    }
    for bits: UInt64 in [1 << 53, 1 << 62, 1 << 60] {
      let found = try values(try write(bits, type: type, isFortran: isFortran))
      #expect(found[5 * 3 + 1] == Double(bits))
      #expect(found[6 * 3 + 2] == 20 && found[0] == 0)
    }
  }

  @Test("In HDF5 as well, by the row of its own dataset")
  func parts() throws {
    let rows = (0..<12).map { Int64($0) }
    let path = folder.path("run.h5")
    var last = rows
    last[9] = Int64.min + 1
    try HDF5Fixture.write(
      to: path,
      datasets: [
        .init("part_0/layer", shape: [4, 3], .int64(rows)),
        .init("part_1/layer", shape: [4, 3], .int64(last)),
        .init("part_0/labels", shape: [4], .int64([0, 1, 0, 1])),
        .init("part_1/labels", shape: [4], .int64([0, 1, 0, 1])),
      ])
    let run = try ActivationCollection(
      paths: [path], options: options { $0.groupContent = .shard })
    let error = try #require(throws: ActivationFileError.self) {
      _ = try run.activations(of: run.checkpoints[0].layers[0])
    }
    #expect(
      error.description.contains("/part_1/layer has -9223372036854775807 in row 3"), "\(error)")
  }
}
