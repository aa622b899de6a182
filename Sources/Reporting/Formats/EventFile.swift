/// Scalars as TensorBoard reads them: a TFRecord file of `Event` messages (tensorflow/core/util/event.proto),
/// an event a step.
///
/// The wall time is 0 in all of them, so that equal results are equal bytes. Fields that hold their
/// default are not written, as protobuf's own writers leave them out.
struct EventFile {
  private(set) var bytes: [UInt8] = []

  /// Begins with the version that readers ask for.
  init() {
    var event = Message()
    event.add(3, text: "brain.Event:2")
    add(record: event.bytes)
  }

  /// - Parameter values: Tags and values, each tag once.
  mutating func add(step: Int, values: [(tag: String, value: Float)]) {
    var summary = Message()
    for (tag, value) in values {
      var message = Message()
      message.add(1, text: tag)
      message.add(2, float: value)
      summary.add(1, bytes: message.bytes)
    }
    var event = Message()
    if step != 0 { event.add(2, integer: step) }
    event.add(5, bytes: summary.bytes)
    add(record: event.bytes)
  }

  /// The length, its checksum, the record, its checksum; little-endian.
  private mutating func add(record: [UInt8]) {
    let length = UInt64(record.count).littleEndianBytes
    bytes += length
    bytes += Self.maskedChecksum(length).littleEndianBytes
    bytes += record
    bytes += Self.maskedChecksum(record).littleEndianBytes
  }

  // MARK: Checksums

  /// CRC-32C, rotated and shifted as TFRecord has it, since a checksum of data that holds checksums is weak.
  static func maskedChecksum(_ bytes: [UInt8]) -> UInt32 {
    let sum = ~bytes.reduce(UInt32.max) { sum, byte in
      table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ (sum >> 8)
    }
    return ((sum >> 15) | (sum << 17)) &+ 0xA282_EAD8
  }

  /// Of every byte, by Castagnoli's polynomial with its bits reversed.
  private static let table: [UInt32] = (0..<256 as Range<UInt32>).map { byte in
    (0..<8).reduce(byte) { sum, _ in sum & 1 == 1 ? (sum >> 1) ^ 0x82F6_3B78 : sum >> 1 }
  }

  // MARK: Messages

  /// A message of protobuf: fields behind their number and the kind of their encoding.
  private struct Message {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ field: Int, integer: Int) {
      add(varint: UInt64(field << 3))
      add(varint: UInt64(bitPattern: Int64(integer)))
    }

    mutating func add(_ field: Int, bytes content: [UInt8]) {
      add(varint: UInt64(field << 3 | 2))
      add(varint: UInt64(content.count))
      bytes += content
    }

    mutating func add(_ field: Int, text: String) { add(field, bytes: Array(text.utf8)) }

    mutating func add(_ field: Int, float: Float) {
      add(varint: UInt64(field << 3 | 5))
      bytes += float.bitPattern.littleEndianBytes
    }

    private mutating func add(varint: UInt64) {
      var rest = varint
      while rest > 0x7F {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      bytes.append(UInt8(rest))
    }
  }
}

extension FixedWidthInteger {
  fileprivate var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian, Array.init) }
}
