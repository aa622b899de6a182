/// A fingerprint of 128 bits: two contents that differ have, for all purposes but an attack, two
/// fingerprints. The same on every machine of one byte order.
///
/// Four lanes of 64 bits take eight bytes each a step, multiplied and rotated as in Collet's xxHash;
/// the ends are mixed twice over with different constants.
package struct ContentDigest: Sendable, Equatable, CustomStringConvertible {
  private var lanes: (UInt64, UInt64, UInt64, UInt64) = (
    0x9e37_79b9_7f4a_7c15, 0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb, 0x2545_f491_4f6c_dd1d
  )
  private var length: UInt64 = 0

  package init() {}

  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    add(word: UInt64(bytes.count))
    let whole = bytes.count / 32 * 32
    for offset in stride(from: 0, to: whole, by: 32) {
      add(
        bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
        bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self),
        bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self),
        bytes.loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self))
    }
    for offset in whole..<bytes.count { add(word: UInt64(bytes[offset])) }
  }

  package mutating func add(_ values: [some BitwiseCopyable]) {
    values.withUnsafeBytes { add($0) }
  }

  package mutating func add(_ text: String) { add(Array(text.utf8)) }

  package mutating func add(_ matrix: ActivationMatrix) {
    add([UInt64(matrix.sampleCount), UInt64(matrix.featureCount)])
    switch matrix.values {
    case .float32(let values): add(values)
    case .float64(let values):
      add("float64")
      add(values)
    }
  }

  /// The shape, and the values row by row: the same for any length of the blocks that are read, and
  /// not that of the whole matrix.
  package mutating func add(
    rowsOf source: some ActivationSource, blockSize: Int
  ) throws {
    add("rows")
    add([UInt64(source.sampleCount), UInt64(source.featureCount)])
    let rowSize = source.rowSize
    try source.forEachBlock(bytes: blockSize) { _, block in
      block.withBytes { bytes in
        for start in stride(from: 0, to: bytes.count, by: max(rowSize, 1)) {
          add(UnsafeRawBufferPointer(rebasing: bytes[start..<start + rowSize]))
        }
      }
    }
  }

  package mutating func add(_ labels: ClassLabels) {
    add(labels.indices)
    for name in labels.names { add(name) }
  }

  /// 32 hexadecimal digits.
  package var description: String {
    let mixed = [0x9fb2_1c65_1e98_df25, 0xd6e8_feb8_6659_fd93].map { (seed: UInt64) in
      [lanes.0, lanes.1, lanes.2, lanes.3].reduce(length ^ seed) {
        Self.round($0 ^ $1, seed) &* seed
      }
    }
    return mixed.map { word in
      let last = word ^ (word >> 29)
      let digits = String((last &* 0x9e37_79b1_85eb_ca87) ^ (last >> 32), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  package static func == (left: Self, right: Self) -> Bool {
    left.lanes == right.lanes && left.length == right.length
  }

  private mutating func add(word: UInt64) { add(word, length, word &* 31, ~word) }

  private mutating func add(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) {
    lanes.0 = Self.round(lanes.0, a)
    lanes.1 = Self.round(lanes.1, b)
    lanes.2 = Self.round(lanes.2, c)
    lanes.3 = Self.round(lanes.3, d)
    length &+= 32
  }

  private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
    let sum = lane &+ input &* 0xc2b2_ae3d_27d4_eb4f
    return (sum << 31 | sum >> 33) &* 0x9e37_79b1_85eb_ca87
  }
}
