/// An array that lies in its file as it is: a contiguous dataset, a NumPy array.
final class BytesSource: BlockSource {
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
}
