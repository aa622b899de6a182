import ActivationFiles
import Activations
import Foundation
import TestSupport
import Testing

@Suite("Files that change")
struct ChangedFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func write(_ value: Int8, to path: String) throws {
    try HDF5Fixture.write(
      to: path,
      datasets: [
        .init("layer", shape: [6, 4], .int8(Array(repeating: value, count: 24))),
        .init("labels", shape: [6], .int64([0, 1, 2, 0, 1, 2])),
      ])
  }

  @Test("A file that is overwritten, replaced or longer than it was is not read on")
  func changed() throws {
    let path = folder.path("run.h5")
    let changes: [(String) throws -> Void] = [
      { path in
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: 2048)
        try file.write(contentsOf: Data([1, 2, 3]))
        try file.close()
      },
      { path in
        let other = path + ".new"
        try self.write(2, to: other)
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: other, toPath: path)
      },
      { path in
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data([0]))
        try file.close()
      },
      { try FileManager.default.removeItem(atPath: $0) },
    ]
    for change in changes {
      try? FileManager.default.removeItem(atPath: path)
      try write(1, to: path)
      // Times are told in steps of the kernel's clock.
      Thread.sleep(forTimeInterval: 0.05)
      let run = try ActivationCollection(paths: [path])
      let layer = try #require(run.checkpoints.first?.layers.first)
      #expect(try run.activations(of: layer).sampleCount == 6)
      try change(path)
      #expect(throws: ActivationFileError.self) { try run.activations(of: layer) }
      #expect(throws: ActivationFileError.self) { try run.labels(of: run.checkpoints[0]) }
    }
  }

  @Test("What a file does not keep from being read is no change: a time of access, a second name")
  func unchanged() throws {
    let path = folder.path("run.h5")
    try write(1, to: path)
    let run = try ActivationCollection(paths: [path])
    let layer = try #require(run.checkpoints.first?.layers.first)
    try FileManager.default.linkItem(atPath: path, toPath: folder.path("other.h5"))
    _ = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(try run.activations(of: layer).sampleCount == 6)
  }

  @Test("Lists of neighbors of layers whose names collide are refused with the names")
  func clash() throws {
    func layer(_ name: String) -> NeighborListWriter.Layer {
      .init(name: name, neighborCount: 1, rows: [0, 1], distances: [0, 1])
    }
    let path = folder.path("neighbors.h5")
    let error = #expect(throws: ActivationFileError.self) {
      try NeighborListWriter.write(
        [layer("a"), layer("a/rows")], bankIDs: ["x", "y"], queryIDs: ["x", "y"], to: path)
    }
    #expect(error?.message.contains("the neighbors of a/rows and of a:") == true)
    #expect(!FileManager.default.fileExists(atPath: path))
    try NeighborListWriter.write(
      [layer("a"), layer("a/b")], bankIDs: ["x", "y"], queryIDs: ["x", "y"], to: path)
  }
}
