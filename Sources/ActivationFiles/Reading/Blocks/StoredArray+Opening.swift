import CHDF5

extension StoredArray {
  /// Opens the array for reading blocks of it, in the fastest way its storage allows.
  /// - Parameter sampleAxis: the stored axis of the samples; nil if the array is a single sample.
  func open(
    for site: DatasetSite, sampleAxis: Int?, threadCount: Int
  ) throws(ActivationFileError) -> any BlockSource {
    try requireMeaning(at: site)
    switch place {
    case .bytes(let offset, let member):
      let source = try BytesSource(
        path: file, offset: offset, extents: extents, elementSize: elementSize, site: site)
      if let member { try source.requireSound(member, threadCount: threadCount) }
      return source
    case .deflated(let member, let skipped):
      return try DeflatedSource(
        path: file, member: member, skipped: skipped, extents: extents, elementSize: elementSize,
        site: site)
    case .dataset(let path):
      let dataset = try SharedDataset(self, path: path, site: site)
      do throws(ActivationFileError) {
        return try open(dataset, site: site, sampleAxis: sampleAxis, threadCount: threadCount)
      } catch {
        dataset.close()
        throw error
      }
    }
  }

  private func open(
    _ dataset: SharedDataset, site: DatasetSite, sampleAxis: Int?, threadCount: Int
  ) throws(ActivationFileError) -> any BlockSource {
    try dataset.exclusively { open throws(ActivationFileError) -> any BlockSource in
      switch open.storage.layout {
      case .contiguous:
        guard open.isInFile(of: site.file), let offset = open.byteOffset else { break }
        return ContiguousSource(
          dataset: dataset,
          bytes: try BytesSource(
            path: file, offset: offset, extents: extents, elementSize: elementSize, site: site))
      case .chunked(let chunk):
        guard chunk.count == extents.count, chunk.allSatisfy({ $0 > 0 }),
          let byteSize = chunk.byteSize(of: elementSize), byteSize <= UInt32.max
        else { throw .cannotRead(site, detail: nil) }
        return ChunkedSource(
          dataset: dataset,
          form: ChunkForm(
            extents: extents, chunk: chunk, elementSize: elementSize,
            pipeline: ChunkPipeline(open.filters, byteSize: byteSize),
            filtersEveryChunk: open.filtersEveryChunk),
          sampleAxis: sampleAxis, fillValue: open.fillValue, threadCount: threadCount)
      case .compact, .external, .virtual: break
      }
      return LibrarySource(dataset: dataset)
    }
  }
}

extension HDF5Dataset {
  /// Whether the values are in the file of this path, and not behind an external link.
  fileprivate func isInFile(of path: String) -> Bool {
    guard let file = HDF5Handle(H5Iget_file_id(id), closedBy: H5Fclose) else { return false }
    let length = H5Fget_name(file.id, nil, 0)
    guard (1...65_536).contains(length) else { return false }
    var name = [CChar](repeating: 0, count: Int(length) + 1)
    guard H5Fget_name(file.id, &name, name.count) == length else { return false }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      == path
  }
}
