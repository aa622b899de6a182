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

  /// The same lists give the same bytes.
  package static func write(
    _ layers: [Layer], bankIDs: [String], queryIDs: [String], to path: String
  ) throws(ActivationFileError) {
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
