import Activations
import Synchronization

/// An array that lies in its file as it is: a contiguous dataset, a NumPy array.
final class BytesSource: BlockSource, Sendable {
  private let file: ReadableFile
  private let offset: Int
  private let extents: [Int]
  private let elementSize: Int
  private let site: DatasetSite

  /// - Throws: if the file ends before the array does.
  init(
    path: String, offset: Int, extents: [Int], elementSize: Int, site: DatasetSite
  ) throws(ActivationFileError) {
    file = try ReadableFile(path: path)
    guard let size = extents.byteSize(of: elementSize), offset >= 0,
      offset <= file.byteSize, size <= file.byteSize - offset
    else { throw .cannotRead(site, detail: nil) }
    self.offset = offset
    self.extents = extents
    self.elementSize = elementSize
    self.site = site
  }

  func read(
    _ block: ArrayBlock, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ActivationFileError) {
    let runs = BlockRuns(block, in: extents)
    let runSize = runs.length * elementSize
    var filled = 0
    try runs.visit { position throws(ActivationFileError) in
      let target = UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<filled + runSize])
      guard file.read(into: target, at: offset + position * elementSize) else {
        throw .cannotRead(site, detail: nil)
      }
      filled += runSize
    }
  }

  /// Throws if the bytes of the archive's member that holds the array do not have its checksum.
  func requireSound(
    _ member: ArchiveMember, threadCount: Int
  ) throws(ActivationFileError) {
    guard !member.isKnownToBeSound else { return }
    let parts = max(1, min(threadCount, member.storedSize / Self.bytesOfPart))
    let partSize = (member.storedSize + parts - 1) / parts
    let sums = Mutex<[Int: Checksum]>([:])
    Threads.forEach(parts, on: parts) { part in
      let start = part * partSize
      let sum = checksum(
        at: member.offset + start, byteCount: min(partSize, member.storedSize - start))
      sums.withLock { $0[part] = sum }
    }
    let found = sums.withLock { sums in (0..<parts).compactMap { sums[$0] } }
    let whole = found.reduce(Checksum()) { $0.followed(by: $1) }
    guard found.count == parts, member.accept(whole) else {
      throw .cannotRead(site, detail: ArchiveMember.wrongChecksum)
    }
  }

  /// Bytes that are worth a thread of their own.
  private static let bytesOfPart = 1 << 22

  /// Nil where the file ends before.
  private func checksum(at offset: Int, byteCount: Int) -> Checksum? {
    var sum = Checksum()
    var piece = [UInt8](repeating: 0, count: min(byteCount, 1 << 18))
    while sum.byteCount < byteCount {
      let count = min(piece.count, byteCount - sum.byteCount)
      let isRead = piece.withUnsafeMutableBytes { piece in
        let target = UnsafeMutableRawBufferPointer(rebasing: piece[..<count])
        guard file.read(into: target, at: offset + sum.byteCount) else { return false }
        sum.add(UnsafeRawBufferPointer(target))
        return true
      }
      guard isRead else { return nil }
    }
    return sum
  }
}
