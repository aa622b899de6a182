/// Writes lists of neighbors that are too long for text: for each layer `rows`, which count from 0
/// in the bank, and `distances`, both queries × k; and the row ids of both sides.
package enum NeighborListWriter {
  package struct Layer: Sendable {
    let name: String
    let neighborCount: Int
    let rows: [Int32]
    let distances: [Double]

    package init(name: String, neighborCount: Int, rows: [Int32], distances: [Double]) {
      self.name = name
      self.neighborCount = neighborCount
      self.rows = rows
      self.distances = distances
    }
  }

  /// Two layers of which one would be a group where the other is a dataset.
  private static func clash(of names: [String]) -> (String, String)? {
    func path(_ name: String) -> String { "/" + name.split(separator: "/").joined(separator: "/") }
    var datasets = ["/bank_ids": "all layers", "/query_ids": "all layers"]
    for name in names {
      for list in ["/rows", "/distances"] { datasets[path(name) + list] = name }
    }
    for name in names {
      var group = ""
      for part in name.split(separator: "/") {
        group += "/" + part
        if let other = datasets[group] { return (name, other) }
      }
    }
    return nil
  }

  /// The same lists give the same bytes.
  package static func write(
    _ layers: [Layer], bankIDs: [String], queryIDs: [String], to path: String
  ) throws(ActivationFileError) {
    if let (first, second) = clash(of: layers.map(\.name)) {
      throw ActivationFileError(
        file: path,
        "cannot hold the neighbors of \(first) and of \(second): one's name is where the other's "
          + "lists would be. Leave one out with --except.")
    }
    try HDF5Library.exclusively(reading: path) { () throws(ActivationFileError) in
      do throws(WritingFailure) {
        let file = try HDF5Output(path: path, isNew: true)
        try file.write(bankIDs, at: "/bank_ids")
        try file.write(queryIDs, at: "/query_ids")
        for layer in layers {
          // A name such as `encoder/0` is a group in a group.
          var group = ""
          for part in layer.name.split(separator: "/") {
            group += "/" + part
            if try !file.has(group) { try file.makeGroup(group) }
          }
          let shape = [queryIDs.count, layer.neighborCount]
          try file.write(layer.rows, shape: shape, at: group + "/rows")
          try file.write(layer.distances, shape: shape, at: group + "/distances")
        }
        try file.flush()
      } catch {
        throw ActivationFileError(
          file: path, "cannot be written (\(error.call)). Is the disk full?",
          detail: HDF5ErrorStack.current().detail)
      }
    }
  }
}
