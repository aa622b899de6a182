import ActivationFiles
import Foundation
import Testing

@Suite("Damaged NumPy files")
struct NumPyDamageTests {
  @Test("A flipped bit of a zip member is found by its checksum", arguments: [false, true])
  func checksum(isDeflated: Bool) throws {
    let sound = fixture("../Zoo/numpy/\(isDeflated ? "deflated" : "stored").npz")
    let original = [UInt8](try Data(contentsOf: URL(fileURLWithPath: sound)))
    let whole = try Self.values(of: sound)
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.npz"
      var refused = 0
      for place in stride(from: 30, to: original.count, by: 7) {
        var bytes = original
        bytes[place] ^= 0x10
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        // What is read must be what was written; a name or a date may be another.
        let values = try? Self.values(of: path)
        if let values {
          for (layer, numbers) in values where whole[layer] != nil {
            #expect(numbers == whole[layer], "byte \(place)")
          }
        } else {
          refused += 1
        }
      }
      #expect(refused > original.count / 7 / 4)
    }
  }

  private static func values(of path: String) throws -> [String: [Double]] {
    let collection = try ActivationCollection(
      paths: [path], options: options { $0.pooling = .mean })
    try collection.requireSound()
    return try collection.checkpoints.reduce(into: [:]) { values, checkpoint in
      for layer in checkpoint.layers {
        values[checkpoint.name + layer.name] = try collection.activations(of: layer).allValues
      }
      _ = try collection.labels(of: checkpoint)
    }
  }

  @Test(
    "Headers as Python may write them",
    arguments: [
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", true),
      ("{\"shape\":(3,2),\"fortran_order\":False,\"descr\":\"<f4\"}\n", true),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (3L, 2L), }", true),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2)", false),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (3, -2), }", false),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 2), }", false),
      ("{'descr': '<f4', 'fortran_order': False}", false),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), 'shape': (3, 1)}", false),
      ("{'descr", false), ("", false),
    ])
  func headers(text: String, isSound: Bool) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/layer.npy"
      try Self.write(text, values: [1, 2, 3, 4, 5, 6], to: path)
      let labels = "\(folder)/labels.npy"
      try Self.write(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}", values: [0, 1, 0], to: labels)
      let words = message {
        let collection = try ActivationCollection(
          paths: [path], options: options { $0.labels = [labels] })
        let layer = collection.checkpoints[0].layers[0]
        #expect(try collection.activations(of: layer).allValues == [1, 2, 3, 4, 5, 6])
      }
      #expect(
        words
          == (isSound
            ? "no error"
            : "this NumPy array has a damaged header or is cut off. Save it again with numpy.save."),
        "\(text)")
    }
  }

  @Test("A header of 64 KiB that never ends is read once", .timeLimit(.minutes(1)))
  func longHeader() throws {
    try withTemporaryFolder { folder in
      for piece in ["'shape':(", "((((((((", "'descr':'", "[[[['a'", "{{{{"] {
        let text = "{'fortran_order': False, 'shape':" + String(repeating: piece, count: 7000)
        let path = "\(folder)/a.npy"
        try Self.write(text, values: [], to: path)
        let start = ContinuousClock.now
        #expect(message { _ = try ActivationCollection(paths: [path]) }.contains("damaged header"))
        #expect(ContinuousClock.now - start < .seconds(2))
      }
    }
  }

  private static func write(_ header: String, values: [Float], to path: String) throws {
    let length = UInt32(header.utf8.count)
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [2, 0]
    bytes += (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    bytes += Array(header.utf8)
    for value in values {
      bytes += (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }
}
