import ActivationFiles
import Activations

/// The rows of a layer in a file, or those drawn of it, read as they are asked for.
struct LayerRows: ActivationSource {
  private let collection: ActivationCollection
  private let layer: LayerEntry
  private let drawn: [Int]?
  private let bytesAtATime: Int

  /// - Parameters:
  ///   - rows: The rows of the layer that are its rows, ascending; nil for all.
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

  /// Some rows, ascending.
  func gathered(_ rows: [Int]) throws -> ActivationMatrix {
    try gatheredFromFile(drawn.map { drawn in rows.map { drawn[$0] } } ?? rows)
  }

  private func gatheredFromFile(_ rows: [Int]) throws -> ActivationMatrix {
    var singles: [Float] = []
    var doubles: [Double] = []
    let capacity = rows.count * featureCount
    if isDouble { doubles.reserveCapacity(capacity) } else { singles.reserveCapacity(capacity) }
    let affordable = max(1, bytesAtATime / max(rowSize, 1))
    let aligned = max(affordable / layer.rowAlignment, 1) * layer.rowAlignment
    let step = aligned <= 4 * affordable ? aligned : affordable
    var next = 0
    while next < rows.count {
      let block = rows[next] / step
      var end = next
      while end < rows.count, rows[end] / step == block { end += 1 }
      // No more of the block than from the first row wanted to the last.
      let start = rows[next]
      let read = try collection.rows(start..<rows[end - 1] + 1, of: layer)
      let wanted = read.rows(rows[next..<end].map { $0 - start })
      switch wanted.values {
      case .float32(let values): singles += values
      case .float64(let values): doubles += values
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
