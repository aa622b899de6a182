/// The checksums of an HDF5 file's metadata in the newer format, found so that they can be made
/// right again after a change: a wrong one is refused before anything behind it is looked at.
public struct HDF5Checksums {
  private struct Block {
    let range: Range<Int>
    /// Where the checksum is: behind the block, or for a heap's direct block inside of it.
    let place: Int
  }

  private let blocks: [Block]

  private static let signatures = [
    "OHDR", "OCHK", "FRHP", "FHIB", "BTHD", "BTIN", "BTLF", "FAHD", "FADB", "EAHD", "EAIB", "EASB",
    "EADB", "SMTB", "SMLI", "FSHD", "FSSE", "MDCI", "\u{89}HDF",
  ].map { $0.unicodeScalars.map { UInt8($0.value) } }
  private static let largestBlock = 2048

  /// Finds the blocks of a sound file: those behind a signature whose checksum is right.
  public init(of bytes: [UInt8]) {
    var blocks: [Block] = []
    for start in 0..<max(0, bytes.count - 8) {
      let signature = Array(bytes[start..<start + 4])
      if signature == Array("FHDB".utf8) {
        blocks += Self.directBlock(at: start, in: bytes).map { [$0] } ?? []
      } else if Self.signatures.contains(signature) {
        let most = min(Self.largestBlock, bytes.count - 4 - start)
        let count = (8...max(8, most)).first { count in
          count <= most
            && Self.number(in: bytes, at: start + count)
              == Self.checksum(bytes[start..<start + count])
        }
        if let count { blocks.append(Block(range: start..<start + count, place: start + count)) }
      }
    }
    self.blocks = blocks
  }

  public var count: Int { blocks.count }

  /// Makes the checksums of changed bytes of the same file right.
  public func repair(_ bytes: inout [UInt8]) {
    for block in blocks
    where block.place + 4 <= bytes.count && block.range.upperBound <= bytes.count {
      Self.put(Self.checksum(of: block, in: bytes), at: block.place, of: &bytes)
    }
  }

  /// A direct block of a heap has its checksum behind an offset of 1 to 8 bytes, taken as 0.
  private static func directBlock(at start: Int, in bytes: [UInt8]) -> Block? {
    for size in (5...16).map({ 1 << $0 }) where start + size <= bytes.count {
      for width in 1...8 where 13 + width + 4 <= size {
        let block = Block(range: start..<start + size, place: start + 13 + width)
        if number(in: bytes, at: block.place) == checksum(of: block, in: bytes) { return block }
      }
    }
    return nil
  }

  private static func checksum(of block: Block, in bytes: [UInt8]) -> UInt32 {
    guard block.range.contains(block.place) else { return checksum(bytes[block.range]) }
    var copy = Array(bytes[block.range])
    put(0, at: block.place - block.range.lowerBound, of: &copy)
    return checksum(copy[...])
  }

  private static func number(in bytes: [UInt8], at place: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
  }

  private static func put(_ number: UInt32, at place: Int, of bytes: inout [UInt8]) {
    for index in 0..<4 {
      bytes[place + index] = UInt8(truncatingIfNeeded: number >> UInt32(8 * index))
    }
  }

  /// Bob Jenkins' lookup3, `hashlittle` with initial value 0.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var a: UInt32 = 0xDEAD_BEEF &+ UInt32(truncatingIfNeeded: bytes.count)
    var (b, c) = (a, a)
    func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 {
      value << count | value >> (32 - count)
    }
    func word(_ start: Int) -> UInt32 {
      var word: UInt32 = 0
      for index in 0..<4 where start + index < bytes.endIndex {
        word |= UInt32(bytes[start + index]) << UInt32(8 * index)
      }
      return word
    }
    var place = bytes.startIndex
    while bytes.endIndex - place > 12 {
      a &+= word(place)
      b &+= word(place + 4)
      c &+= word(place + 8)
      a = (a &- c) ^ rotated(c, 4)
      c &+= b
      b = (b &- a) ^ rotated(a, 6)
      a &+= c
      c = (c &- b) ^ rotated(b, 8)
      b &+= a
      a = (a &- c) ^ rotated(c, 16)
      c &+= b
      b = (b &- a) ^ rotated(a, 19)
      a &+= c
      c = (c &- b) ^ rotated(b, 4)
      b &+= a
      place += 12
    }
    guard place < bytes.endIndex else { return c }
    a &+= word(place)
    b &+= word(place + 4)
    c &+= word(place + 8)
    c = (c ^ b) &- rotated(b, 14)
    a = (a ^ c) &- rotated(c, 11)
    b = (b ^ a) &- rotated(a, 25)
    c = (c ^ b) &- rotated(b, 16)
    a = (a ^ c) &- rotated(c, 4)
    b = (b ^ a) &- rotated(a, 14)
    c = (c ^ b) &- rotated(b, 24)
    return c
  }
}
