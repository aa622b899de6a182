internal import ActivationFiles
internal import Activations

/// The rows of a layer in a file, or those drawn of it, read as they are asked for.
struct LayerRows: ActivationSource {
  private let collection: ActivationCollection
  private let layer: LayerEntry
  private let drawn: [Int]?
  private let bytesAtATime: Int

  /// - Parameters:
  ///   - rows: The rows of the layer that are its rows, in any order; nil for all.
  ///   - bytesAtATime: What is read at once where single rows are wanted.
  init(
    _ collection: ActivationCollection, _ layer: LayerEntry, rows: [Int]?, bytesAtATime: Int
  ) {
    self.collection = collection
    self.layer = layer
    self.bytesAtATime = min(bytesAtATime, 1 << 23)
    drawn = rows
  }

  var sampleCount: Int { drawn?.count ?? layer.sampleCount }
  var featureCount: Int { layer.featureCount }
  var isDouble: Bool { layer.isDouble }
  var rowAlignment: Int { drawn == nil ? layer.rowAlignment : 1 }

  func rows(_ range: Range<Int>) throws -> ActivationMatrix {
    guard let drawn else { return try collection.rows(range, of: layer) }
    return try gatheredFromFile(Array(drawn[range]))
  }

  /// Some rows, in the given order.
  func gathered(_ rows: [Int]) throws -> ActivationMatrix {
    try gatheredFromFile(drawn.map { drawn in rows.map { drawn[$0] } } ?? rows)
  }

  /// All rows.
  /// - Parameter limit: Rows drawn of a layer of less than half of it are read with the others.
  func matrix(within limit: Int) throws -> ActivationMatrix {
    guard let drawn, layer.memorySize < limit / 2 else { return try rows(0..<sampleCount) }
    return try collection.activations(of: layer).rows(drawn)
  }

  /// Rows are read by their place in the file, those of a block together, and put to the places
  /// where they are wanted.
  private func gatheredFromFile(_ rows: [Int]) throws -> ActivationMatrix {
    let capacity = rows.count * featureCount
    var singles = isDouble ? [] : Array(repeating: Float(0), count: capacity)
    var doubles = isDouble ? Array(repeating: 0.0, count: capacity) : []
    let places = rows.indices.sorted { rows[$0] < rows[$1] }
    let affordable = max(1, bytesAtATime / max(rowSize, 1))
    let aligned = max(affordable / layer.rowAlignment, 1) * layer.rowAlignment
    let step = aligned <= 4 * affordable ? aligned : affordable
    var next = 0
    while next < places.count {
      let block = rows[places[next]] / step
      var end = next
      while end < places.count, rows[places[end]] / step == block { end += 1 }
      // No more of the block than from the first row wanted to the last.
      let start = rows[places[next]]
      let read = try collection.rows(start..<rows[places[end - 1]] + 1, of: layer)
      for place in places[next..<end] {
        let from = (rows[place] - start) * featureCount
        let to = place * featureCount..<(place + 1) * featureCount
        switch read.values {
        case .float32(let values):
          singles.replaceSubrange(to, with: values[from..<from + featureCount])
        case .float64(let values):
          doubles.replaceSubrange(to, with: values[from..<from + featureCount])
        }
      }
      next = end
    }
    return ActivationMatrix(
      sampleCount: rows.count, featureCount: featureCount,
      values: isDouble ? .float64(doubles) : .float32(singles))
  }
}

extension LayerEntry {
  /// Whether reading gives 64-bit values.
  var isDouble: Bool { memorySize == 8 * sampleCount * featureCount && memorySize > 0 }
}
