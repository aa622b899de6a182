/// An array in a compressed `.npz`: one deflated stream, which can only be read from its start.
struct DeflatedSource: BlockSource {
  private let stored: [UInt8]
  private let skipped: Int
  private let extents: [Int]
  private let elementSize: Int
  private let site: DatasetSite

  init(
    path: String, offset: Int, byteSize: Int, skipped: Int, extents: [Int], elementSize: Int,
    site: DatasetSite
  ) throws(ActivationFileError) {
    let file = try ReadableFile(path: path)
    stored = file.bytes(at: offset, count: byteSize)
    guard stored.count == byteSize else { throw .cannotRead(site, detail: nil) }
    self.skipped = skipped
    self.extents = extents
    self.elementSize = elementSize
    self.site = site
  }

  func read(
    _ block: ArrayBlock, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ActivationFileError) {
    let runs = BlockRuns(block, in: extents)
    let runSize = runs.length * elementSize
    var isWhole = true
    stored.withUnsafeBytes { stored in
      guard let stream = InflateStream(stored, .none) else {
        isWhole = false
        return
      }
      var position = -skipped
      var filled = 0
      runs.visit { start in
        guard isWhole else { return }
        let target = UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<filled + runSize])
        isWhole =
          Self.skip(start * elementSize - position, of: stream)
          && stream.read(into: target) == runSize
        position = start * elementSize + runSize
        filled += runSize
      }
    }
    guard isWhole else { throw .cannotRead(site, detail: nil) }
  }

  private static func skip(_ count: Int, of stream: InflateStream) -> Bool {
    var left = count
    var scratch = [UInt8](repeating: 0, count: min(max(count, 0), 1 << 16))
    while left > 0 {
      let part = min(left, scratch.count)
      let read = scratch.withUnsafeMutableBytes {
        stream.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<part]))
      }
      guard read == part else { return false }
      left -= part
    }
    return true
  }
}
