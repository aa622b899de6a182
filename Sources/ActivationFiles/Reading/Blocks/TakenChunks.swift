/// The chunks that a thread takes from the library in one turn, before it undoes their filters.
///
/// Whether a chunk is there, its size and its bytes are asked in one go, by one and the same way of
/// looking it up; where that finds none, reading from the dataset decides whether it was never
/// written or cannot be found.
struct TakenChunks: ~Copyable {
  struct Chunk {
    let index: Int
    /// Its first element.
    let origin: [Int]
    let content: Content
  }

  enum Content {
    /// It was never written.
    case none
    /// The stored bytes, and a bit for each filter that they did not go through.
    case stored(UnsafeRawBufferPointer, mask: UInt32)
    /// The elements of the block that it holds, side by side.
    case elements(UnsafeRawBufferPointer)
  }

  private(set) var chunks: [Chunk] = []
  private let buffer: GuardedBuffer
  private let form: ChunkForm

  /// - Parameter count: the most chunks that are taken at once.
  init(form: ChunkForm, count: Int, at site: DatasetSite) throws(ActivationFileError) {
    guard let size = [count].byteSize(of: form.largestStoredSize),
      let buffer = GuardedBuffer(byteCount: size)
    else {
      throw .cannotOpen(site.file, reason: "there is no memory for the chunks of \(site.path)")
    }
    self.buffer = buffer
    self.form = form
    chunks.reserveCapacity(count)
  }

  /// Takes the chunks with these numbers, instead of those that were taken before.
  mutating func take(
    _ numbers: Range<Int>, of grid: ChunkGrid, from dataset: borrowing HDF5Dataset,
    at site: DatasetSite
  ) throws(ActivationFileError) {
    chunks.removeAll(keepingCapacity: true)
    var filled = 0
    for index in numbers {
      Patience.noteProgress()
      let origin = grid.origin(of: index)
      let content = try content(
        at: origin, of: grid, from: dataset, into: filled, site: site)
      switch content {
      case .none: break
      case .stored(let bytes, _), .elements(let bytes): filled += bytes.count
      }
      chunks.append(Chunk(index: index, origin: origin, content: content))
    }
  }

  private func content(
    at origin: [Int], of grid: ChunkGrid, from dataset: borrowing HDF5Dataset, into filled: Int,
    site: DatasetSite
  ) throws(ActivationFileError) -> Content {
    guard let size = dataset.storedSize(ofChunkAt: origin) else {
      let first = ArrayBlock(start: grid.part(at: origin).start, extents: origin.map { _ in 1 })
      let place = UnsafeMutableRawBufferPointer(
        rebasing: buffer.bytes[filled..<filled + form.elementSize])
      guard dataset.read(first, into: place) else { throw dataset.failure(at: site) }
      return .none
    }
    guard form.pipeline != nil else {
      let part = grid.part(at: origin)
      let place = UnsafeMutableRawBufferPointer(
        rebasing: buffer.bytes[filled..<filled + part.count * form.elementSize])
      guard dataset.read(part, into: place) else { throw dataset.failure(at: site) }
      return .elements(UnsafeRawBufferPointer(place))
    }
    guard size <= form.largestStoredSize else { throw .cannotRead(site, detail: nil) }
    let place = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[filled..<filled + size])
    guard let mask = dataset.readChunk(at: origin, into: place) else {
      throw dataset.failure(at: site)
    }
    return .stored(
      UnsafeRawBufferPointer(place), mask: form.isUnfiltered(at: origin) ? .max : mask)
  }
}

/// How the chunks of a dataset are stored.
struct ChunkForm {
  /// The extents of the dataset and of its chunks.
  let extents: [Int]
  let chunk: [Int]
  let elementSize: Int
  /// Nil where there are no filters, or some that only the library undoes.
  let pipeline: ChunkPipeline?
  /// Whether chunks that reach beyond the dataset go through the filters as all others do.
  let filtersEveryChunk: Bool

  /// The bytes of a chunk's elements.
  var byteSize: Int { chunk.reduce(elementSize, *) }

  /// The most bytes that are taken of a chunk.
  var largestStoredSize: Int { pipeline?.largestStoredSize ?? byteSize }

  /// Whether the chunk at an origin is one at the edge that no filter was applied to.
  func isUnfiltered(at origin: [Int]) -> Bool {
    !filtersEveryChunk && origin.indices.contains { origin[$0] + chunk[$0] > extents[$0] }
  }
}

extension HDF5Dataset {
  /// Whether looking up every chunk finds as many bytes as the index holds.
  func findsAllChunks(of form: ChunkForm) -> Bool {
    let whole = ArrayBlock(start: form.extents.map { _ in 0 }, extents: form.extents)
    let grid = ChunkGrid(whole, chunk: form.chunk)
    var left = storedByteSize
    for index in 0..<grid.count where left > 0 {
      Patience.noteProgress()
      left -= storedSize(ofChunkAt: grid.origin(of: index)) ?? 0
    }
    return left == 0
  }
}
