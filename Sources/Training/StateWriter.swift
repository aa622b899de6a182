/// Numbers as bytes, little end first.
struct StateWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ values: [UInt64]) {
    for value in values { withUnsafeBytes(of: value.littleEndian) { bytes += $0 } }
  }

  mutating func write(_ values: [Float]) {
    for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
  }
}
