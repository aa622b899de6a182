/// A dataset whose bytes are not looked for in its file by other ways than the library's: compact,
/// virtual, external, or behind a link.
struct LibrarySource: BlockSource {
  let dataset: SharedDataset

  func read(
    _ block: ArrayBlock, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ActivationFileError) {
    try dataset.exclusively { open throws(ActivationFileError) in
      let isRead =
        block.extents.isEmpty ? open.readScalar(into: buffer) : open.read(block, into: buffer)
      guard isRead else { throw open.failure(at: dataset.site) }
    }
  }

  func convertToDoubles(
    _ buffer: UnsafeMutableRawBufferPointer, count: Int
  ) throws(ActivationFileError) {
    try dataset.convertToDoubles(buffer, count: count)
  }

  func close() { dataset.close() }
}

/// A contiguous dataset: its bytes are read past the library, at the speed of the disk.
struct ContiguousSource: BlockSource {
  let dataset: SharedDataset
  let bytes: BytesSource

  func read(
    _ block: ArrayBlock, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ActivationFileError) {
    try bytes.read(block, into: buffer)
  }

  func convertToDoubles(
    _ buffer: UnsafeMutableRawBufferPointer, count: Int
  ) throws(ActivationFileError) {
    try dataset.convertToDoubles(buffer, count: count)
  }

  func close() { dataset.close() }
}

extension SharedDataset {
  func convertToDoubles(
    _ buffer: UnsafeMutableRawBufferPointer, count: Int
  ) throws(ActivationFileError) {
    try exclusively { open throws(ActivationFileError) in
      guard open.convertToDoubles(buffer, count: count) else { throw open.failure(at: site) }
    }
  }
}
