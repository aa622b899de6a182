/// Reads the bytes of a `StateWriter`; what does not fit was written for another network.
struct StateReader {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { place == bytes.count }

  mutating func integers(_ count: Int) throws(TrainingError) -> [UInt64] {
    try take(count, of: UInt64.self).map(UInt64.init(littleEndian:))
  }

  mutating func floats(_ count: Int) throws(TrainingError) -> [Float] {
    try take(count, of: UInt32.self).map { Float(bitPattern: UInt32(littleEndian: $0)) }
  }

  private mutating func take<Value: FixedWidthInteger & BitwiseCopyable>(
    _ count: Int, of type: Value.Type
  ) throws(TrainingError) -> [Value] {
    let size = MemoryLayout<Value>.size
    guard bytes.count - place >= count * size else { throw .otherState }
    let values = bytes.withUnsafeBytes { bytes in
      (0..<count).map { bytes.loadUnaligned(fromByteOffset: place + $0 * size, as: type) }
    }
    place += count * size
    return values
  }
}
