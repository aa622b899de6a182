import ActivationFiles
import Activations
import Foundation
import TestSupport
import Testing

/// Samples that are named, and labels that are only a list: which is whose.
@Suite struct SampleOrderTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// A file with a vector a name; the label of sample i is i % 2.
  /// - Parameter isRows: with three rows in each, which makes it a part of the samples.
  private func write(
    _ names: [String], leaf: String = "", isRows: Bool = false, tracksOrder: Bool = false,
    more: [HDF5Fixture.Dataset] = []
  ) throws -> String {
    let path = folder.path("run.h5")
    try HDF5Fixture.write(
      to: path,
      datasets: names.enumerated().map { index, name in
        let row = [Float(index), Float(index % 2), 1]
        return isRows
          ? .init(name + leaf, shape: [3, 3], .float32(row + row + row))
          : .init(name + leaf, shape: [3], .float32(row))
      } + more, tracksOrder: tracksOrder)
    return path
  }

  private func csv(_ text: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path("labels.csv")))
    return folder.path("labels.csv")
  }

  /// The labels as read, beside the second feature of each sample, which says what is right.
  private func read(
    _ path: String, labels: String, _ change: (inout ReadingOptions) -> Void = { _ in }
  ) throws -> (labels: [String], right: [String], join: LabelJoin) {
    let collection = try ActivationCollection(
      paths: [path],
      options: options {
        $0.labels = [labels]
        $0.isPerSample = true
        change(&$0)
      })
    let checkpoint = collection.checkpoints[0]
    let (found, join) = try collection.joinedLabels(of: checkpoint)
    let values = try collection.activations(of: checkpoint.layers[0]).allValues
    return (
      found.indices.map { found.names[Int($0)] },
      stride(from: 1, to: values.count, by: 3).map { "\(Int(values[$0]))" }, join
    )
  }

  private func question(_ body: () throws -> Void) throws -> String {
    let error = try #require(throws: ActivationFileError.self, performing: body)
    #expect(error.asks)
    return error.description
  }

  @Test(
    "Where orders of names differ, labels without ids are asked about, and each order can be said")
  func differing() throws {
    let names = (0..<13).map { "img_\($0)" }
    let path = try write(names)
    let right = (0..<13).map { "\($0 % 2)" }
    let natural = try csv("label\n" + right.joined(separator: "\n") + "\n")
    let asked = try question { _ = try read(path, labels: natural + ":label") }
    #expect(
      asked.contains(
        "number 2 (from 0) is img_2 where names are in natural order, and img_10 as text"))
    #expect(asked.contains("--sample-order natural"))
    let said = try read(path, labels: natural + ":label") { $0.sampleOrder = .natural }
    #expect(said.labels == said.right && said.labels == right && said.join == .position)
    // As a loop over h5py's keys writes them.
    let listed = try csv(
      "label\n"
        + names.sorted().map { "\((Int($0.dropFirst(4)) ?? 0) % 2)" }.joined(separator: "\n") + "\n"
    )
    let byName = try read(path, labels: listed + ":label") { $0.sampleOrder = .name }
    #expect(byName.labels == byName.right && byName.labels != right)
    let unkept = try #require(throws: ActivationFileError.self) {
      _ = try read(path, labels: listed + ":label") { $0.sampleOrder = .creation }
    }
    #expect(unkept.description.contains("--sample-order creation: the file did not keep"))
  }

  @Test("The order of creation differs too, where the file keeps it")
  func creation() throws {
    let names = (0..<12).reversed().map { String(format: "s%03d", $0) }
    let path = try write(names, tracksOrder: true)
    let right = (0..<12).map { "\($0 % 2)" }
    let table = try csv("label\n" + right.joined(separator: "\n") + "\n") + ":label"
    #expect(try question { _ = try read(path, labels: table) }.contains("s011 by creation"))
    let said = try read(path, labels: table) { $0.sampleOrder = .creation }
    #expect(said.labels == said.right && said.labels == right)
    let other = try read(path, labels: table) { $0.sampleOrder = .natural }
    #expect(other.labels != other.right)
  }

  @Test("Names that do not count say nothing of the order of a list; ids do")
  func words() throws {
    let names = "ant bee cat dog eel fox gnu hen ibis jay".split(separator: " ").map(String.init)
    let path = try write(names)
    let table = try csv("label\n" + names.indices.map { "\($0 % 2)\n" }.joined()) + ":label"
    let asked = try question { _ = try read(path, labels: table) }
    #expect(asked.contains("names such as ant and jay do not count"))
    let said = try read(path, labels: table) { $0.sampleOrder = .name }
    #expect(said.labels == said.right)
    let ids = try csv(
      "name,label\n" + names.indices.reversed().map { "\(names[$0]),\($0 % 2)\n" }.joined())
    let joined = try read(path, labels: ids + ":label")
    #expect(joined.labels == joined.right && joined.join == .id(key: "name"))
  }

  @Test("Names that count with as many digits are in one order: nothing is asked")
  func certain() throws {
    let names = (0..<12).map { String(format: "img_%02d", $0) }
    let table = try csv("label\n" + names.indices.map { "\($0 % 2)\n" }.joined()) + ":label"
    let found = try read(try write(names), labels: table)
    #expect(found.labels == found.right)
    // Labels that are stored with each sample need no order.
    let own = (0..<13).map {
      HDF5Fixture.Dataset("img_\($0)/label", shape: [], .int64([Int64($0 % 2)]))
    }
    let path = try write((0..<13).map { "img_\($0)" }, leaf: "/features", more: own)
    let collection = try ActivationCollection(
      paths: [path], options: options { $0.isPerSample = true })
    let labels = try collection.labels(of: collection.checkpoints[0])
    #expect(labels.indices == (0..<13).map { Int32($0 % 2) })
  }

  @Test("A list beside named samples in their file is asked about as well")
  func beside() throws {
    let labels = HDF5Fixture.Dataset("labels", shape: [13], .int64((0..<13).map { $0 % 2 }))
    let path = try write((0..<13).map { "img_\($0)" }, leaf: "/features", more: [labels])
    let collection = try ActivationCollection(
      paths: [path], options: options { $0.isPerSample = true })
    let asked = try question { _ = try collection.labels(of: collection.checkpoints[0]) }
    #expect(asked.contains("/labels carries no ids"))
  }

  @Test(
    "Parts of the samples are joined in the order that is said, where their labels are one list")
  func parts() throws {
    let names = (0..<11).map { "batch_\($0)" }
    let path = try write(names, leaf: "/features", isRows: true)
    let rows = names.sorted().flatMap { name in
      Array(repeating: "\((Int(name.dropFirst(6)) ?? 0) % 2)", count: 3)
    }
    let table = try csv("label\n" + rows.joined(separator: "\n") + "\n") + ":label"
    func read(_ order: SampleOrdering?) throws -> (
      labels: [String], right: [String], join: LabelJoin
    ) {
      try self.read(path, labels: table) {
        $0.isPerSample = false
        $0.groupContent = .shard
        $0.sampleOrder = order
      }
    }
    #expect(try question { _ = try read(nil) }.contains("batch_10 as text"))
    let said = try read(.name)
    #expect(said.labels == said.right && said.labels == rows)
    let other = try read(.natural)
    #expect(other.labels != other.right)
  }

  @Test("So are files: one a sample, or one a part")
  func files() throws {
    func write(_ name: String, _ rows: [[Float]], isPart: Bool) throws {
      try HDF5Fixture.write(
        to: folder.path("dump/\(name).h5"),
        datasets: [
          .init(
            "features", shape: isPart ? [rows.count, 3] : [3], .float32(rows.flatMap(\.self)))
        ])
    }
    for isPart in [false, true] {
      try? FileManager.default.removeItem(atPath: folder.path("dump"))
      try FileManager.default.createDirectory(
        atPath: folder.path("dump"), withIntermediateDirectories: true)
      let names = (0..<11).map { "part_\($0)" }
      for (index, name) in names.enumerated() {
        let row = [Float(index), Float(index % 2), 1]
        try write(name, isPart ? [row, row] : [row], isPart: isPart)
      }
      let rows = names.sorted().flatMap { name in
        Array(repeating: "\((Int(name.dropFirst(5)) ?? 0) % 2)", count: isPart ? 2 : 1)
      }
      let table = try csv("label\n" + rows.joined(separator: "\n") + "\n") + ":label"
      func read(_ order: SampleOrdering?) throws -> (
        labels: [String], right: [String], join: LabelJoin
      ) {
        try self.read(folder.path("dump"), labels: table) {
          $0.isPerSample = !isPart
          $0.fileContent = isPart ? .shard : nil
          $0.sampleOrder = order
        }
      }
      #expect(try question { _ = try read(nil) }.contains("as text"))
      let said = try read(.name)
      #expect(said.labels == said.right && said.labels == rows)
    }
  }
}
