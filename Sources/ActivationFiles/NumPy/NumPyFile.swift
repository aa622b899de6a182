import Activations

/// Files of NumPy: one array in a `.npy`, several by name in an `.npz`.
enum NumPyFile {
  /// What the file holds, without reading it; nil if it is neither.
  static func description(of path: String) throws(ActivationFileError) -> FileDescription? {
    let file = try ReadableFile(path: path)
    if file.bytes(at: 0, count: 6) == NumPyHeader.signature {
      guard let header = NumPyHeader(file.bytes(at: 0, count: NumPyHeader.largestSize)) else {
        throw .isDamagedArray(path)
      }
      return FileDescription(
        file: path,
        datasets: [
          dataset(
            header, file: path, components: [path.fileStem], name: path,
            place: .bytes(offset: header.dataStart, of: nil), room: file.byteSize - header.dataStart
          )
        ])
    }
    guard file.bytes(at: 0, count: 4) == ZipArchive.signature else { return nil }
    let archive = try ZipArchive(file, path: path)
    guard archive.entries.contains(where: { $0.name.hasSuffix(".npy") }) else {
      throw archive.entries.contains { $0.name.hasSuffix("data.pkl") }
        ? .isTorchFile(path) : .isZipFile(path)
    }
    var datasets: [DatasetDescription] = []
    for entry in archive.entries where entry.name.hasSuffix(".npy") {
      datasets.append(try dataset(entry, in: file, path))
    }
    return FileDescription(
      file: path, datasets: datasets.sorted { $0.path.naturallyPrecedes($1.path) })
  }

  private static func dataset(
    _ entry: ZipArchive.Entry, in file: borrowing ReadableFile, _ path: String
  ) throws(ActivationFileError) -> DatasetDescription {
    let components = entry.name.dropLast(4).split(separator: "/").map(String.init)
    let name = "/" + components.joined(separator: "/")
    let front = file.bytes(
      at: entry.dataStart, count: min(entry.storedSize, NumPyHeader.largestSize))
    guard let header = NumPyHeader(entry.isDeflated ? inflatedFront(front) : front) else {
      throw .isDamagedArray("\(path):\(name)")
    }
    let member = ArchiveMember(
      offset: entry.dataStart, storedSize: entry.storedSize, byteSize: entry.byteSize,
      checksum: entry.checksum)
    let place: StoredArray.Place =
      entry.isDeflated
      ? .deflated(member, skipped: header.dataStart)
      : .bytes(offset: entry.dataStart + header.dataStart, of: member)
    // Deflate packs at most 1032 : 1.
    let room =
      (entry.isDeflated ? entry.storedSize.multipliedOrMax(by: 1032) : entry.storedSize)
      - header.dataStart
    return dataset(
      header, file: path, components: components, name: name, place: place, room: room)
  }

  private static func dataset(
    _ header: NumPyHeader, file: String, components: [String], name: String,
    place: StoredArray.Place, room: Int
  ) -> DatasetDescription {
    let type = header.type
    let isDeflated = if case .deflated = place { true } else { false }
    let extents = header.isFortranOrder ? header.shape.reversed() : header.shape
    let isPlausible = header.shape.byteSize(of: type.size).map { $0 <= room } ?? false
    return DatasetDescription(
      components: components, shape: header.shape, type: type,
      storage: StorageDescription(filters: isDeflated ? ["deflate"] : []),
      obstacle: header.holdsObjects
        ? objects
        : isPlausible
          ? nil
          : "claims the shape \(header.shape.asExtents), more than its file can hold. "
            + "The file is damaged: copy or export it again",
      array: StoredArray(
        file: file, place: place, name: name, extents: extents, type: type,
        isFortranOrder: header.isFortranOrder),
      view: header.isFortranOrder && header.shape.count > 1
        ? AxisView(rank: extents.count, order: extents.indices.reversed()) : nil)
  }

  private static let objects =
    "holds Python objects, which are pickled. Save it as text or numbers, as with numpy.save(path, "
    + "array.astype(str)) or array.astype('float32')"

  private static func inflatedFront(_ stored: [UInt8]) -> [UInt8] {
    stored.withUnsafeBytes { stored in
      guard let stream = InflateStream(stored, .none) else { return [] }
      // Sixteen bytes tell how long the header is; a whole array may be shorter than the limit.
      var front = [UInt8](repeating: 0, count: 12)
      guard front.withUnsafeMutableBytes({ stream.read(into: $0) }) == 12 else { return [] }
      let length = front[8..<(front[6] == 1 ? 10 : 12)].reversed().reduce(0) { $0 << 8 | Int($1) }
      guard length <= NumPyHeader.largestSize else { return [] }
      var rest = [UInt8](repeating: 0, count: max(0, length - (front[6] == 1 ? 2 : 0)))
      guard rest.withUnsafeMutableBytes({ stream.read(into: $0) }) == rest.count else { return [] }
      return front + rest
    }
  }
}
