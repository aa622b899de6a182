/// A dataset that only the library can read: compact, virtual, external, or with a filter that is
/// not undone here.
struct LibrarySource: BlockSource {
  let dataset: SharedDataset
  let extents: [Int]
  /// Nil where it is not stored in chunks.
  let chunk: [Int]?
  let sampleAxis: Int?

  func read(
    _ block: ArrayBlock, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ActivationFileError) {
    try dataset.exclusively { open throws(ActivationFileError) in
      try requireWritten(block, of: open)
      let isRead =
        block.extents.isEmpty ? open.readScalar(into: buffer) : open.read(block, into: buffer)
      guard isRead else { throw open.failure(at: dataset.site) }
    }
  }

  private func requireWritten(
    _ block: ArrayBlock, of open: borrowing HDF5Dataset
  ) throws(ActivationFileError) {
    guard let chunk, let sampleAxis, block.count > 0, chunk.count == block.extents.count,
      chunk.allSatisfy({ $0 > 0 })
    else { return }
    let grid = ChunkGrid(block, chunk: chunk)
    var written = WrittenRows(of: grid, along: sampleAxis)
    for index in 0..<grid.count {
      Patience.noteProgress()
      guard let size = open.storedSize(ofChunkAt: grid.origin(of: index)) else {
        throw open.failure(at: dataset.site)
      }
      if size > 0 { written.note(index) }
    }
    try written.require(of: extents, at: dataset.site)
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
