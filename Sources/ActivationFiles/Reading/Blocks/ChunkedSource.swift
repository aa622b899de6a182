import Activations
import Synchronization

/// A chunked dataset: each thread takes a few chunks from the library in its turn, then undoes their
/// filters and puts their elements into place while the others take theirs.
final class ChunkedSource: BlockSource, Sendable {
  private let dataset: SharedDataset
  private let form: ChunkForm
  private let sampleAxis: Int?
  private let fillValue: [UInt8]
  private let threadCount: Int
  /// Whether all that the index holds was found by looking it up.
  private let isFoundWhole = Atomic(false)

  /// Stored chunks a thread takes at a time: enough that turns are rare, few enough to share.
  private static let bytesOfTurn = 1 << 20
  private static let bytesOfBuffers = 1 << 28

  /// - Parameter sampleAxis: the axis of the samples; nil if the array is a single one.
  init(
    dataset: SharedDataset, form: ChunkForm, sampleAxis: Int?, fillValue: [UInt8],
    threadCount: Int
  ) {
    self.dataset = dataset
    self.form = form
    self.sampleAxis = sampleAxis
    self.fillValue = fillValue
    self.threadCount = threadCount
  }

  func read(
    _ block: ArrayBlock, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ActivationFileError) {
    guard block.count > 0 else { return }
    let grid = ChunkGrid(block, chunk: form.chunk)
    let largest = max(1, form.largestStoredSize)
    let perTurn = min(grid.count, max(1, Self.bytesOfTurn / largest))
    let turns = (grid.count + perTurn - 1) / perTurn
    // Three buffers a thread: of huge chunks only as many at once as stay small beside the layer.
    let workers = max(1, min(threadCount, turns, Self.bytesOfBuffers / 3 / largest))
    let next = Atomic(0)
    let failure = Mutex<ActivationFileError?>(nil)
    let written = Mutex(WrittenRows(of: grid, along: sampleAxis))
    let isWhole = Atomic(true)
    nonisolated(unsafe) let target = buffer
    @Sendable func work(_: Int) {
      do throws(ActivationFileError) {
        var taken = try TakenChunks(form: form, count: perTurn, at: dataset.site)
        var scratch = ChunkBuffer(capacity: form.pipeline == nil ? 0 : largest)
        while true {
          let turn = next.wrappingAdd(1, ordering: .relaxed).oldValue
          guard turn < turns, failure.withLock({ $0 == nil }) else { return }
          let numbers = turn * perTurn..<min((turn + 1) * perTurn, grid.count)
          try dataset.exclusively { open throws(ActivationFileError) in
            try taken.take(numbers, of: grid, from: open, at: dataset.site)
          }
          for chunk in taken.chunks {
            try put(chunk, of: grid, in: block, with: &scratch, into: target)
          }
          written.withLock { rows in
            for chunk in taken.chunks where chunk.isWritten { rows.note(chunk.index) }
          }
          if !taken.chunks.allSatisfy(\.isWritten) { isWhole.store(false, ordering: .relaxed) }
        }
      } catch {
        failure.withLock { $0 = $0 ?? error }
      }
    }
    Threads.forEach(workers, on: workers, work)
    if let error = failure.withLock({ $0 }) { throw error }
    if !isWhole.load(ordering: .relaxed) { try requireNoneLost() }
    try written.withLock { $0 }.require(of: form.extents, at: dataset.site)
  }

  /// Throws if the index holds a chunk that nobody asks for: then its entry is damaged, and the chunk
  /// that was there before is lost, not one that was never written.
  private func requireNoneLost() throws(ActivationFileError) {
    guard !isFoundWhole.load(ordering: .relaxed) else { return }
    try dataset.exclusively { open throws(ActivationFileError) in
      guard open.findsAllChunks(of: form) else { throw open.failure(at: dataset.site) }
    }
    isFoundWhole.store(true, ordering: .relaxed)
  }

  /// Puts the elements of a chunk that lie in the block into their places.
  private func put(
    _ chunk: TakenChunks.Chunk, of grid: ChunkGrid, in block: ArrayBlock,
    with scratch: inout ChunkBuffer, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ActivationFileError) {
    let part = grid.part(at: chunk.origin)
    let target = BlockRuns(part.within(block.start), in: block.extents)
    switch chunk.content {
    case .none:
      let size = target.length * form.elementSize
      target.visit { start in
        let place = start * form.elementSize
        fill(UnsafeMutableRawBufferPointer(rebasing: buffer[place..<place + size]))
      }
    case .elements(let bytes):
      copy(bytes, BlockRuns(part.within(part.start), in: part.extents), to: target, of: buffer)
    case .stored(let bytes, let mask):
      guard let pipeline = form.pipeline, pipeline.decode(bytes, mask: mask, with: &scratch) else {
        throw .cannotRead(dataset.site, detail: nil)
      }
      copy(
        scratch.contents, BlockRuns(part.within(chunk.origin), in: form.chunk), to: target,
        of: buffer)
    }
  }

  private func copy(
    _ bytes: UnsafeRawBufferPointer, _ source: BlockRuns, to target: BlockRuns,
    of buffer: UnsafeMutableRawBufferPointer
  ) {
    guard let base = buffer.baseAddress, let bytes = bytes.baseAddress else { return }
    // Runs of the chunk and of the block may differ in length: the shorter divides the longer.
    let length = min(source.length, target.length)
    let (size, byteCount) = (form.elementSize, length * form.elementSize)
    for (from, to) in zip(source.starts(ofRunsOf: length), target.starts(ofRunsOf: length)) {
      (base + to * size).copyMemory(from: bytes + from * size, byteCount: byteCount)
    }
  }

  private func fill(_ target: UnsafeMutableRawBufferPointer) {
    for start in stride(from: 0, to: target.count, by: form.elementSize) {
      for index in 0..<form.elementSize { target[start + index] = fillValue[index] }
    }
  }

  func convertToDoubles(
    _ buffer: UnsafeMutableRawBufferPointer, count: Int
  ) throws(ActivationFileError) {
    try dataset.convertToDoubles(buffer, count: count)
  }

  func close() { dataset.close() }
}

extension TakenChunks.Chunk {
  fileprivate var isWritten: Bool {
    if case .none = content { false } else { true }
  }
}

extension ArrayBlock {
  /// The same elements, counted from another origin.
  fileprivate func within(_ origin: [Int]) -> ArrayBlock {
    ArrayBlock(start: zip(start, origin).map { $0 - $1 }, extents: extents)
  }
}

extension BlockRuns {
  /// Where runs of a shorter length begin that divide these.
  fileprivate func starts(ofRunsOf length: Int) -> [Int] {
    var starts: [Int] = []
    visit { start in
      for part in stride(from: 0, to: self.length, by: length) { starts.append(start + part) }
    }
    return starts
  }
}
