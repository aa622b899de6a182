/// The list of a zip archive's members, as far as `.npz` needs it: stored or deflated, also beyond
/// 4 GiB. Format: APPNOTE.TXT of PKWARE, sections 4.3.7, 4.3.12, 4.3.16 and 4.5.3.
struct ZipArchive {
  struct Entry {
    let name: String
    let isDeflated: Bool
    let storedSize: Int
    /// The bytes that come out of it.
    let byteSize: Int
    /// Their CRC-32.
    let checksum: UInt32
    /// Where the member with its header begins in the file.
    let start: Int
    /// Where its bytes begin.
    let dataStart: Int

    var end: Int { dataStart + storedSize }
  }

  static let signature: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
  let entries: [Entry]

  private static let entryLimit = 100_000

  init(_ file: borrowing ReadableFile, path: String) throws(ActivationFileError) {
    guard let directory = Self.directory(file) else { throw .isDamagedArchive(path) }
    guard directory.count <= Self.entryLimit else {
      throw .holdsTooMuch(path, limit: Self.entryLimit)
    }
    var entries: [Entry] = []
    var rest = directory.bytes[...]
    for _ in 0..<directory.count {
      guard let (entry, length) = Self.entry(rest, file) else { throw .isDamagedArchive(path) }
      if let entry { entries.append(entry) }
      rest = rest.dropFirst(length)
    }
    // Members that share bytes are no writer's: thousands of them would cost a file of one.
    let sorted = entries.sorted { $0.start < $1.start }
    for (entry, next) in zip(sorted, sorted.dropFirst()) where entry.end > next.start {
      throw .membersOverlap(path, entry.name, next.name)
    }
    self.entries = entries
  }

  /// The central directory, found by the record at the end of the file.
  private static func directory(_ file: borrowing ReadableFile) -> (bytes: [UInt8], count: Int)? {
    let start = max(0, file.byteSize - 65_557)
    let tail = file.bytes(at: start, count: file.byteSize - start)
    guard tail.count >= 22,
      let end = (0...tail.count - 22).reversed().first(where: {
        tail[$0...].starts(with: [0x50, 0x4B, 0x05, 0x06])
      })
    else { return nil }
    let record = tail[end...]
    var count = record.number(at: 10, 2)
    var size = record.number(at: 12, 4)
    var offset = record.number(at: 16, 4)
    if count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF, end >= 20 {
      let locator = tail[(end - 20)...]
      guard locator.starts(with: [0x50, 0x4B, 0x06, 0x07]) else { return nil }
      let record = file.bytes(at: locator.number(at: 8, 8), count: 56)[...]
      guard record.count == 56, record.starts(with: [0x50, 0x4B, 0x06, 0x06]) else { return nil }
      count = record.number(at: 32, 8)
      size = record.number(at: 40, 8)
      offset = record.number(at: 48, 8)
    }
    guard offset >= 0, size >= 0, offset <= file.byteSize, size <= file.byteSize - offset else {
      return nil
    }
    return (file.bytes(at: offset, count: size), count)
  }

  /// The entry that the rest of the directory begins with, nil as entry if it is encrypted or
  /// packed in another way, and its length in the directory.
  private static func entry(
    _ rest: ArraySlice<UInt8>, _ file: borrowing ReadableFile
  ) -> (Entry?, Int)? {
    guard rest.count >= 46, rest.starts(with: [0x50, 0x4B, 0x01, 0x02]) else { return nil }
    let nameLength = rest.number(at: 28, 2)
    let extraLength = rest.number(at: 30, 2)
    let length = 46 + nameLength + extraLength + rest.number(at: 32, 2)
    guard rest.count >= length else { return nil }
    var storedSize = rest.number(at: 20, 4)
    var byteSize = rest.number(at: 24, 4)
    var offset = rest.number(at: 42, 4)
    // Sizes of 64 bits, in the order of those that do not fit their field.
    var extra = rest.dropFirst(46 + nameLength).prefix(extraLength)
    while extra.count >= 4 {
      let size = extra.number(at: 2, 2)
      if extra.number(at: 0, 2) == 1 {
        var field = 4
        if byteSize == 0xFFFF_FFFF, extra.count >= field + 8 {
          byteSize = extra.number(at: field, 8)
          field += 8
        }
        if storedSize == 0xFFFF_FFFF, extra.count >= field + 8 {
          storedSize = extra.number(at: field, 8)
          field += 8
        }
        if offset == 0xFFFF_FFFF, extra.count >= field + 8 { offset = extra.number(at: field, 8) }
      }
      extra = extra.dropFirst(4 + size)
    }
    let name = String(decoding: rest.dropFirst(46).prefix(nameLength), as: UTF8.self)
    let method = rest.number(at: 10, 2)
    guard method == 0 || method == 8, rest.number(at: 8, 2) & 1 == 0 else { return (nil, length) }
    let local = file.bytes(at: offset, count: 30)[...]
    guard offset >= 0, local.count == 30, local.starts(with: signature) else { return nil }
    let start = offset + 30 + local.number(at: 26, 2) + local.number(at: 28, 2)
    guard storedSize >= 0, start <= file.byteSize, storedSize <= file.byteSize - start,
      byteSize >= 0, method == 8 || byteSize == storedSize
    else { return nil }
    return (
      Entry(
        name: name, isDeflated: method == 8, storedSize: storedSize, byteSize: byteSize,
        checksum: UInt32(truncatingIfNeeded: rest.number(at: 16, 4)), start: offset,
        dataStart: start), length
    )
  }
}

extension ArraySlice<UInt8> {
  /// The little-endian number at an offset from the slice's start; −1 where it is beyond 2⁶³.
  fileprivate func number(at offset: Int, _ size: Int) -> Int {
    let bytes = dropFirst(offset).prefix(size)
    return Int(exactly: bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }) ?? -1
  }
}
