import ActivationFiles
import Activations
import TestSupport
import Testing

/// Six samples of four features as in the fixtures: row × 4 + column − 5.
private let storedValues = (0..<24).map { Double($0 - 5) }

@Suite("Reading layers")
struct ReadingTests {
  @Test("A training run as h5py writes it")
  func run() throws {
    let run = try ActivationCollection(paths: [fixture("run.h5")])
    try run.requireSound()
    #expect(run.checkpoints.map(\.name) == ["epoch_0", "epoch_9", "epoch_10"])
    #expect(run.checkpoints.map(\.step) == [0, 9, 10])
    for checkpoint in run.checkpoints {
      #expect(
        checkpoint.layers.map(\.name) == ["stem", "layer2", "layer10", "layer1", "conv", "logits"])
      #expect(try run.labels(of: checkpoint) == ClassLabels([0, 1, 2, 0, 1, 2].map(Int64.init)))
      #expect(try run.sampleIDs(of: checkpoint) == (100..<106).map(String.init))
      #expect(checkpoint.labelsPath == "/labels")
      let layer = checkpoint.layers[1]
      #expect(layer.path == "/\(checkpoint.name)/layer2")
      #expect(layer.typeDescription == "float16")
      #expect(layer.storageDescription == "chunked 4×4, shuffle, gzip")
      #expect(layer.byteSize == 48 && layer.memorySize == 96)
      let offset = Double(checkpoint.step ?? 0)
      #expect(try run.activations(of: layer).allValues == storedValues.map { $0 + offset })
    }
    let conv = run.checkpoints[0].layers[4]
    #expect(conv.shape == [6, 3, 2, 2] && conv.featureCount == 12 && conv.pooling == .flatten)
    #expect(try run.activations(of: conv).allValues == (0..<72).map(Double.init))
    #expect(run.leftOut.map(\.path).contains("/epoch_9/predictions"))
  }

  @Test("Every type and storage gives the same numbers")
  func types() throws {
    let file = try ActivationCollection(
      paths: [fixture("types.h5")], options: options { $0.storedType = .uint16 })
    let layers = file.checkpoints[0].layers
    #expect(layers.count == 26)
    for layer in layers {
      let expected: [Double] =
        switch layer.name {
        case "bool": storedValues.map { $0 > 0 ? 1.0 : 0.0 }
        case "u1", "u2", "u4", "u8", "be_u2", "be_u8": storedValues.map { abs($0) }
        default: storedValues
        }
      let matrix = try file.activations(of: layer)
      #expect(matrix.allValues == expected, "\(layer.name)")
      let isWide = ["f8", "i4", "u4", "i8", "u8", "long_double", "scaled"].contains {
        layer.name.hasSuffix($0)
      }
      if case .float64 = matrix.values {
        #expect(isWide, "\(layer.name)")
      } else {
        #expect(!isWide, "\(layer.name)")
      }
      #expect(layer.memorySize == matrix.values.count * (isWide ? 8 : 4))
    }
    let names = Dictionary(uniqueKeysWithValues: layers.map { ($0.name, $0.typeDescription) })
    #expect(names["be_f2"] == "float16 big-endian")
    #expect(names["bfloat16"] == "bfloat16")
    #expect(names["i1"] == "int8")
    #expect(names["be_u8"] == "uint64 big-endian")
    #expect(names["long_double"] == "80-bit float")
  }

  @Test("What Swift writes through the library comes back", arguments: [false, true])
  func writtenHere(isBigEndian: Bool) throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.h5"
      let halves: [UInt16] = [0x3C00, 0xC000, 0x0001, 0x7BFF, 0x8000, 0x3555]
      try HDF5Fixture.write(
        to: path,
        datasets: [
          .init("e_1/z", shape: [3, 2], .float16(halves), isBigEndian: isBigEndian),
          .init(
            "e_1/b", shape: [3, 2], .float64([1e150, -1e-150, 0, 1, 2, 3]),
            isBigEndian: isBigEndian, chunk: [2, 2], gzipLevel: 4),
          .init("e_1/x", shape: [3, 1], .int8([-128, 0, 127])),
          .init("labels", shape: [3], .strings(["x10", "x2", "x10"])),
        ], tracksOrder: true)
      let file = try ActivationCollection(
        paths: [path], options: options { $0.checkpointPattern = "e_(\\d+)" })
      let checkpoint = file.checkpoints[0]
      #expect(checkpoint.name == "e_1" && checkpoint.step == 1)
      #expect(checkpoint.layers.map(\.name) == ["z", "b", "x"])
      #expect(
        try file.activations(of: checkpoint.layers[0]).allValues
          == halves.map { Double(HalfPrecision.float($0)) })
      #expect(
        try file.activations(of: checkpoint.layers[1]).allValues == [1e150, -1e-150, 0, 1, 2, 3])
      #expect(try file.activations(of: checkpoint.layers[2]).allValues == [-128, 0, 127])
      #expect(
        try file.labels(of: checkpoint)
          == ClassLabels(indices: [1, 0, 1], names: ["x2", "x10"]))
    }
  }

  @Test("The attribute layer_names gives the order")
  func layerNames() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.h5"
      try HDF5Fixture.write(
        to: path,
        datasets: ["a", "b", "c"].map { .init("epoch_1/\($0)", shape: [1, 1], .float32([0])) },
        layerNames: ["/epoch_1": ["c", "a", "b"]])
      let file = try ActivationCollection(paths: [path])
      #expect(file.checkpoints[0].layers.map(\.name) == ["c", "a", "b"])
    }
  }

  @Test("Several files are read as one run")
  func severalFiles() throws {
    try withTemporaryFolder { folder in
      let paths = [10, 9].map { "\(folder)/step_\($0).h5" }
      for (index, path) in paths.enumerated() {
        try HDF5Fixture.write(
          to: path,
          datasets: [
            .init("a", shape: [2, 1], .float32([Float(index), 5])),
            .init("y", shape: [2], .int64([0, 1])),
          ])
      }
      let run = try ActivationCollection(paths: paths)
      #expect(run.checkpoints.map(\.name) == ["step_9", "step_10"])
      #expect(run.checkpoints.map(\.file) == paths.reversed())
      #expect(try run.activations(of: run.checkpoints[0].layers[0]).allValues == [1, 5])
      #expect(
        message { _ = try ActivationCollection(paths: [paths[0], paths[0]]) }
          == "this file was given twice. Give each checkpoint once.")
    }
  }

  @Test("Threads may read at once")
  func threads() async throws {
    let run = try ActivationCollection(paths: [fixture("run.h5")])
    let layers = run.checkpoints.flatMap(\.layers)
    let sums = try await withThrowingTaskGroup(of: Double.self) { group in
      for layer in layers + layers {
        group.addTask { try run.activations(of: layer).allValues.reduce(0, +) }
      }
      return try await group.reduce(0, +)
    }
    let one = try layers.reduce(0) { try $0 + run.activations(of: $1).allValues.reduce(0, +) }
    #expect(sums == 2 * one)
  }
}

@Suite("Pooling")
struct PoolingTests {
  private func pooled(_ shape: [Int], _ pooling: Pooling) throws -> [Double] {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.h5"
      let values = (0..<shape.reduce(1, *)).map { Float($0) }
      try HDF5Fixture.write(to: path, datasets: [.init("a", shape: shape, .float32(values))])
      let file = try ActivationCollection(
        paths: [path],
        options: options {
          $0.pooling = pooling
          $0.sampleAxis = 0
        })
      let layer = file.checkpoints[0].layers[0]
      let matrix = try file.activations(of: layer)
      #expect(matrix.featureCount == layer.featureCount)
      return matrix.allValues
    }
  }

  @Test("Tokens × features are pooled over the tokens")
  func tokens() throws {
    // Sample 0: tokens (0, 1), (2, 3), (4, 5).
    #expect(try pooled([2, 3, 2], .mean) == [2, 3, 8, 9])
    #expect(try pooled([2, 3, 2], .max) == [4, 5, 10, 11])
    #expect(try pooled([2, 3, 2], .first) == [0, 1, 6, 7])
    #expect(try pooled([2, 3, 2], .last) == [4, 5, 10, 11])
    #expect(try pooled([2, 3, 2], .flatten) == (0..<12).map(Double.init))
  }

  @Test("Images are pooled over the two equal axes, wherever the channels are")
  func images() throws {
    #expect(try pooled([1, 3, 2, 2], .mean) == [1.5, 5.5, 9.5])
    #expect(try pooled([1, 2, 2, 3], .mean) == [4.5, 5.5, 6.5])
    #expect(try pooled([1, 3, 2, 2], .last) == [3, 7, 11])
  }

  @Test("Matrices stay as they are")
  func matrices() throws {
    #expect(try pooled([2, 2], .mean) == [0, 1, 2, 3])
  }
}
