/// The filters of a chunked dataset, undone here: gzip, shuffle, fletcher32 and lzf, which need no
/// lock of the library and never read past a chunk that inflates short (the library does).
struct ChunkPipeline {
  private enum Step {
    case gzip
    case shuffle(elementSize: Int)
    case fletcher32
    case lzf
  }

  private let steps: [Step]
  private let byteSize: Int

  /// Nil if there is none, or one that is not among these.
  /// - Parameter byteSize: the bytes of a chunk's elements.
  init?(_ filters: [HDF5Dataset.Filter], byteSize: Int) {
    var steps: [Step] = []
    for filter in filters {
      switch filter.number {
      case 1: steps.append(.gzip)
      case 2:
        guard let size = filter.values.first, size > 0 else { return nil }
        steps.append(.shuffle(elementSize: Int(size)))
      case 3: steps.append(.fletcher32)
      case 32_000: steps.append(.lzf)
      default: return nil
      }
    }
    guard !steps.isEmpty else { return nil }
    self.steps = steps
    self.byteSize = byteSize
  }

  /// The most bytes that a chunk is stored in; more is damage. Gzip's worst case adds five bytes
  /// in 16 KiB; checksums and headers are small.
  var largestStoredSize: Int { byteSize + byteSize / 256 + 1024 }

  /// Undoes the filters of a chunk, and leaves its bytes in `buffer`.
  /// - Parameters:
  ///   - stored: the bytes it is stored in, which must outlive the use of the buffer.
  ///   - mask: a bit for each filter that was left out for this chunk.
  /// - Returns: whether this gave the chunk's bytes.
  func decode(_ stored: UnsafeRawBufferPointer, mask: UInt32, with buffer: inout ChunkBuffer)
    -> Bool
  {
    buffer.begin(with: stored)
    for (index, step) in steps.enumerated().reversed()
    where mask & (1 << UInt32(truncatingIfNeeded: index)) == 0 {
      switch step {
      case .gzip:
        guard buffer.replace({ Inflater.inflate($0, into: $1) }) else { return false }
      case .lzf:
        guard buffer.replace({ LZF.decompress($0, into: $1) }) else { return false }
      case .shuffle(let elementSize):
        guard buffer.replace({ Self.unshuffle($0, into: $1, elementSize: elementSize) }) else {
          return false
        }
      case .fletcher32:
        guard buffer.checkAndDropChecksum() else { return false }
      }
    }
    return buffer.count == byteSize
  }

  /// First bytes of all elements, then second bytes, and so on: put together again. Bytes behind
  /// the last whole element were left as they are.
  private static func unshuffle(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer, elementSize: Int
  ) -> Int? {
    guard let source = input.baseAddress?.assumingMemoryBound(to: UInt8.self),
      let target = output.baseAddress, output.count >= input.count
    else { return input.isEmpty ? 0 : nil }
    let count = input.count / elementSize
    guard count > 0 else {
      target.copyMemory(from: source, byteCount: input.count)
      return input.count
    }
    switch elementSize {
    case 2:
      let values = target.assumingMemoryBound(to: UInt16.self)
      for index in 0..<count {
        values[index] = (UInt16(source[index]) | UInt16(source[count + index]) << 8).littleEndian
      }
    case 4:
      let values = target.assumingMemoryBound(to: UInt32.self)
      for index in 0..<count {
        let low = UInt32(source[index]) | UInt32(source[count + index]) << 8
        let high = UInt32(source[2 * count + index]) | UInt32(source[3 * count + index]) << 8
        values[index] = (low | high << 16).littleEndian
      }
    default:
      let bytes = target.assumingMemoryBound(to: UInt8.self)
      for place in 0..<elementSize {
        let plane = source + place * count
        for index in 0..<count { bytes[index * elementSize + place] = plane[index] }
      }
    }
    let rest = count * elementSize
    if rest < input.count {
      (target + rest).copyMemory(from: source + rest, byteCount: input.count - rest)
    }
    return input.count
  }
}

/// The bytes of one chunk and room for the next step's, used again for every chunk of a thread.
struct ChunkBuffer: ~Copyable {
  private(set) var contents = UnsafeRawBufferPointer(start: nil, count: 0)
  private var spare: UnsafeMutableRawBufferPointer
  private var other: UnsafeMutableRawBufferPointer

  var count: Int { contents.count }

  init(capacity: Int) {
    // Aligned for the widest element that is put together in place.
    spare = .allocate(byteCount: capacity, alignment: 16)
    other = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit {
    spare.deallocate()
    other.deallocate()
  }

  mutating func begin(with stored: UnsafeRawBufferPointer) { contents = stored }

  /// Puts what `step` makes of the contents in their place; false where it makes nothing.
  mutating func replace(
    _ step: (UnsafeRawBufferPointer, UnsafeMutableRawBufferPointer) -> Int?
  ) -> Bool {
    guard let made = step(contents, spare) else { return false }
    contents = UnsafeRawBufferPointer(rebasing: spare[..<made])
    swap(&spare, &other)
    return true
  }

  /// Takes the checksum off the end; whether it is right. Early writers had its halves swapped.
  mutating func checkAndDropChecksum() -> Bool {
    guard count >= 4 else { return false }
    let stored = contents.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self).littleEndian
    contents = UnsafeRawBufferPointer(rebasing: contents[..<(count - 4)])
    let sum = Fletcher32.checksum(contents)
    let swapped = (sum & 0x00FF_00FF) << 8 | (sum & 0xFF00_FF00) >> 8
    return stored == sum || stored == swapped
  }
}
