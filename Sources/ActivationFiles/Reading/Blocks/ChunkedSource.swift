import Dispatch
import Synchronization

/// A chunked dataset whose filters are undone here: each thread takes a few stored chunks from the
/// library in its turn, then inflates them while the others take theirs.
struct ChunkedSource: BlockSource {
  private let dataset: SharedDataset
  private let extents: [Int]
  private let chunk: [Int]
  private let sampleAxis: Int?
  private let elementSize: Int
  private let pipeline: ChunkPipeline
  private let fillValue: [UInt8]
  private let threadCount: Int

  /// Stored chunks a thread takes at a time: enough that turns are rare, few enough to share.
  private static let bytesOfTurn = 1 << 20
  private static let bytesOfBuffers = 1 << 28

  init(
    dataset: SharedDataset, extents: [Int], chunk: [Int], sampleAxis: Int?, elementSize: Int,
    pipeline: ChunkPipeline, fillValue: [UInt8], threadCount: Int
  ) {
    self.dataset = dataset
    self.extents = extents
    self.chunk = chunk
    self.sampleAxis = sampleAxis
    self.elementSize = elementSize
    self.pipeline = pipeline
    self.fillValue = fillValue
    self.threadCount = threadCount
  }

  func read(
    _ block: ArrayBlock, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ActivationFileError) {
    guard block.count > 0 else { return }
    let grid = ChunkGrid(block, chunk: chunk)
    let chunkSize = chunk.reduce(elementSize, *)
    let perTurn = max(1, Self.bytesOfTurn / max(1, chunkSize))
    let turns = (grid.count + perTurn - 1) / perTurn
    // Two buffers a thread: of huge chunks only as many at once as stay small beside the layer.
    let affordable = Self.bytesOfBuffers / (2 * pipeline.largestStoredSize)
    let workers = max(1, min(threadCount, turns, affordable))
    let next = Atomic(0)
    let failure = Mutex<ActivationFileError?>(nil)
    let written = Mutex(WrittenRows(of: grid, along: sampleAxis))
    nonisolated(unsafe) let target = buffer
    @Sendable func work(_: Int) {
      var stored = ChunkBuffer(capacity: pipeline.largestStoredSize)
      while true {
        let turn = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard turn < turns, failure.withLock({ $0 == nil }) else { return }
        for index in turn * perTurn..<min((turn + 1) * perTurn, grid.count) {
          do throws(ActivationFileError) {
            if try read(grid.origin(of: index), of: block, with: &stored, into: target) {
              written.withLock { $0.note(index) }
            }
          } catch {
            failure.withLock { $0 = $0 ?? error }
            return
          }
        }
      }
    }
    if workers == 1 {
      work(0)
    } else {
      DispatchQueue.concurrentPerform(iterations: workers, execute: work)
    }
    if let error = failure.withLock({ $0 }) { throw error }
    try written.withLock { $0 }.require(of: extents, at: dataset.site)
  }

  /// Reads the part of a chunk that lies in the block; whether the chunk was ever written.
  private func read(
    _ origin: [Int], of block: ArrayBlock, with stored: inout ChunkBuffer,
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(ActivationFileError) -> Bool {
    var mask: UInt32 = 0
    let isStored = try dataset.exclusively { open throws(ActivationFileError) -> Bool in
      guard let size = open.storedSize(ofChunkAt: origin), size <= pipeline.largestStoredSize
      else { throw open.failure(at: dataset.site) }
      guard size > 0 else { return false }
      let isRead = stored.load(count: size) {
        guard let found = open.readChunk(at: origin, into: $0) else { return false }
        mask = found
        return true
      }
      guard isRead else { throw open.failure(at: dataset.site) }
      return true
    }
    if isStored {
      guard pipeline.decode(&stored, mask: mask) else {
        throw .cannotRead(dataset.site, detail: nil)
      }
    }
    let part = ArrayBlock.intersection(block, origin: origin, extents: chunk)
    let target = BlockRuns(part.within(block.start), in: block.extents)
    let source = BlockRuns(part.within(origin), in: chunk)
    // Runs of the chunk and of the block may differ in length: the shorter divides the longer.
    let length = min(source.length, target.length)
    let from = source.starts(ofRunsOf: length)
    let to = target.starts(ofRunsOf: length)
    let byteCount = length * elementSize
    guard let base = buffer.baseAddress else { return isStored }
    for (from, to) in zip(from, to) {
      let place = base + to * elementSize
      if isStored, let bytes = stored.contents.baseAddress {
        place.copyMemory(from: bytes + from * elementSize, byteCount: byteCount)
      } else {
        fill(UnsafeMutableRawBufferPointer(start: place, count: byteCount))
      }
    }
    return isStored
  }

  private func fill(_ target: UnsafeMutableRawBufferPointer) {
    for start in stride(from: 0, to: target.count, by: elementSize) {
      for index in 0..<elementSize { target[start + index] = fillValue[index] }
    }
  }

  func convertToDoubles(
    _ buffer: UnsafeMutableRawBufferPointer, count: Int
  ) throws(ActivationFileError) {
    try dataset.convertToDoubles(buffer, count: count)
  }

  func close() { dataset.close() }
}

extension ArrayBlock {
  fileprivate static func intersection(
    _ block: ArrayBlock, origin: [Int], extents: [Int]
  ) -> ArrayBlock {
    let start = zip(block.start, origin).map { max($0, $1) }
    let end = block.start.indices.map {
      min(block.start[$0] + block.extents[$0], origin[$0] + extents[$0])
    }
    return ArrayBlock(start: start, extents: zip(start, end).map { $1 - $0 })
  }

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
