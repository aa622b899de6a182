import ActivationFiles
import Activations
import Foundation
import Testing

@Suite("Files of safetensors") struct SafetensorsTests {
  private static let zoo = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Zoo/safetensors").path

  @Test("Tensors of every type are layers, with the values that were saved")
  func types() throws {
    let file = try ActivationCollection(paths: [Self.zoo + "/types.safetensors"])
    let checkpoint = file.checkpoints[0]
    #expect(
      Set(checkpoint.layers.map(\.name))
        == ["layers.f64", "layers.f32", "layers.f16", "layers.bf16", "layers.u16"])
    for layer in checkpoint.layers {
      #expect(try file.activations(of: layer).allValues == (0..<24).map { Double($0) })
      #expect(try file.rows(2..<4, of: layer).allValues == (8..<16).map { Double($0) })
    }
    #expect(try file.labels(of: checkpoint) == ClassLabels((0..<6).map { Int64($0 % 3) }))
  }

  @Test("A folder of them is checkpoints by their steps; a file of weights is refused")
  func files() throws {
    let run = try ActivationCollection(paths: [Self.zoo + "/run"])
    #expect(run.checkpoints.map(\.step) == [1, 2, 10])
    #expect(run.checkpoints.allSatisfy { $0.layers.map(\.name) == ["conv1", "fc"] })
    let refusal = message {
      _ = try ActivationCollection(paths: [Self.zoo + "/weights.safetensors"])
    }
    #expect(refusal.contains("weights of a network"))
  }

  /// A file of a header and so many bytes of values.
  private func write(
    _ header: String, length: UInt64? = nil, values: Int, to path: String
  ) throws {
    var bytes = withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { Data($0) }
    bytes += Data(header.utf8) + Data(repeating: 0, count: values)
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  @Test(
    "Sizes that a damaged header claims are believed of none",
    arguments: [
      (#"{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,32]}}"#, "lies beyond its end"),
      (#"{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[8,4]}}"#, "lies beyond its end"),
      (#"{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[-8,8]}}"#, "lies beyond its end"),
      (#"{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0]}}"#, "lies beyond its end"),
      (#"{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,16]}}"#, "another number of bytes"),
      (#"{"a":{"dtype":"F32","shape":[-2,-2],"data_offsets":[0,16]}}"#, "another number of bytes"),
      (
        #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,16]}}"#,
        "another number of bytes"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"#
          + #""b":{"dtype":"F32","shape":[2,2],"data_offsets":[8,24]}}"#, "where another tensor is"
      ),
      (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,16]}}"#, "cannot be"),
      (#"{"a":{"dtype":"F32","shape":[2,2]"#, "cannot be read"),
      (#"{"a":7}"#, "cannot be read"),
    ])
  func damaged(_ header: String, _ words: String) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.safetensors"
      try write(header, values: 24, to: path)
      let refusal = message { _ = try ActivationCollection(paths: [path]) }
      #expect(refusal.contains("this file of safetensors is damaged"), "\(refusal)")
      #expect(refusal.contains(words), "\(refusal)")
    }
  }

  @Test("A header that would be longer than its file, or than any, is not read")
  func length() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.safetensors"
      for length: UInt64 in [1 << 20, .max, 1 << 63] {
        try write("{}", length: length, values: 0, to: path)
        #expect(
          message { _ = try ActivationCollection(paths: [path]) }
            .contains("its header would be \(length) bytes long"))
      }
    }
  }
}
