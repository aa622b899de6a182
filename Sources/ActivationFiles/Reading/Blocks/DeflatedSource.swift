/// An array in a compressed `.npz`: one deflated stream, which can only be read from its start.
struct DeflatedSource: BlockSource {
  private let stored: [UInt8]
  private let member: ArchiveMember
  private let skipped: Int
  private let extents: [Int]
  private let elementSize: Int
  private let site: DatasetSite

  init(
    path: String, member: ArchiveMember, skipped: Int, extents: [Int], elementSize: Int,
    site: DatasetSite
  ) throws(ActivationFileError) {
    let file = try ReadableFile(path: path)
    stored = file.bytes(at: member.offset, count: member.storedSize)
    guard stored.count == member.storedSize else { throw .cannotRead(site, detail: nil) }
    self.member = member
    self.skipped = skipped
    self.extents = extents
    self.elementSize = elementSize
    self.site = site
  }

  func read(
    _ block: ArrayBlock, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ActivationFileError) {
    let failure = stored.withUnsafeBytes { stored -> ActivationFileError? in
      do throws(ActivationFileError) {
        try read(block, from: stored, into: buffer)
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw failure }
  }

  private func read(
    _ block: ArrayBlock, from stored: UnsafeRawBufferPointer,
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(ActivationFileError) {
    let runs = BlockRuns(block, in: extents)
    let runSize = runs.length * elementSize
    guard let stream = MemberStream(stored, checks: !member.isKnownToBeSound) else {
      throw .cannotRead(site, detail: nil)
    }
    var filled = 0
    try runs.visit { start throws(ActivationFileError) in
      let target = UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<filled + runSize])
      guard stream.skip(to: skipped + start * elementSize), stream.read(into: target) == runSize
      else { throw .cannotRead(site, detail: nil) }
      filled += runSize
    }
    // The checksum is that of the whole stream: what is behind the block is inflated for it once.
    guard !member.isKnownToBeSound else { return }
    guard stream.skip(to: member.byteSize), stream.endsHere, member.accept(stream.checksum) else {
      throw .cannotRead(site, detail: ArchiveMember.wrongChecksum)
    }
  }
}

/// The bytes that come out of a deflated member, and their checksum as far as they were read.
private final class MemberStream {
  private let stream: InflateStream
  private let checks: Bool
  private var position = 0
  private(set) var checksum = Checksum()

  init?(_ stored: UnsafeRawBufferPointer, checks: Bool) {
    guard let stream = InflateStream(stored, .none) else { return nil }
    self.stream = stream
    self.checks = checks
  }

  /// The bytes it gave, nil if the stream is damaged.
  func read(into target: UnsafeMutableRawBufferPointer) -> Int? {
    guard let count = stream.read(into: target) else { return nil }
    position += count
    if checks { checksum.add(UnsafeRawBufferPointer(rebasing: target[..<count])) }
    return count
  }

  /// Whether the stream goes as far as the given position, which is not behind the next one.
  func skip(to end: Int) -> Bool {
    guard end > position else { return end == position }
    var scratch = [UInt8](repeating: 0, count: min(end - position, 1 << 16))
    while position < end {
      let count = min(end - position, scratch.count)
      let made = scratch.withUnsafeMutableBytes {
        self.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<count]))
      }
      guard made == count else { return false }
    }
    return true
  }

  /// Whether nothing is behind the position.
  var endsHere: Bool {
    var more: UInt8 = 0
    return withUnsafeMutableBytes(of: &more) { stream.read(into: $0) } == 0 && stream.isAtEnd
  }
}
