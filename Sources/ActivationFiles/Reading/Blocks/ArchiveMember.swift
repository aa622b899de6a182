import CZlib
import Synchronization

/// A member of a zip archive: where its bytes are, and the checksum that they must have.
///
/// A class, so that all who hold it know that the bytes were once found sound.
package final class ArchiveMember: Sendable, Equatable {
  let offset: Int
  let storedSize: Int
  /// The bytes that come out of it.
  let byteSize: Int
  private let checksum: UInt32
  private let isSound = Atomic(false)

  static let wrongChecksum = "The bytes do not have the checksum (CRC-32) that the archive says."

  init(offset: Int, storedSize: Int, byteSize: Int, checksum: UInt32) {
    self.offset = offset
    self.storedSize = storedSize
    self.byteSize = byteSize
    self.checksum = checksum
  }

  var isKnownToBeSound: Bool { isSound.load(ordering: .relaxed) }

  /// Whether this is the checksum of the whole member.
  func accept(_ found: Checksum) -> Bool {
    guard found.byteCount == byteSize, found.value == checksum else { return false }
    isSound.store(true, ordering: .relaxed)
    return true
  }

  package static func == (one: ArchiveMember, other: ArchiveMember) -> Bool {
    one.offset == other.offset && one.storedSize == other.storedSize
      && one.byteSize == other.byteSize && one.checksum == other.checksum
  }
}

/// The CRC-32 of a number of bytes.
struct Checksum {
  private(set) var value: UInt32 = 0
  private(set) var byteCount = 0

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
    value = UInt32(truncatingIfNeeded: crc32_z(UInt(value), start, bytes.count))
    byteCount += bytes.count
  }

  /// That of these bytes and then those.
  func followed(by other: Checksum) -> Checksum {
    var whole = self
    whole.value = UInt32(
      truncatingIfNeeded: crc32_combine(UInt(value), UInt(other.value), other.byteCount))
    whole.byteCount += other.byteCount
    return whole
  }
}
