import Activations

/// Reads rows of a layer: blocks of stored bytes, made numbers, samples first, pooled.
struct LayerReader {
  private let layer: LayerEntry
  private let options: ReadingOptions
  /// Numbers that a row of the arrays gives: the features of a sample, or of all its tokens.
  private let width: Int
  private let pooling: Pooling?

  /// Stored bytes that are read at a time, at least one row of chunks: a small part of the memory
  /// there is, and no more than helps.
  private var bytesOfBand: Int { min(1 << 25, max(1 << 16, options.memoryLimit / 64)) }

  init(_ layer: LayerEntry, options: ReadingOptions) {
    self.layer = layer
    self.options = options
    width = layer.featureCount * (layer.tokens?.perSample ?? 1)
    pooling = layer.tokens == nil ? options.pooling : .flatten
  }

  /// - Precondition: the rows are rows of the layer, which has no problem.
  func values(ofRows rows: Range<Int>) throws(ActivationFileError) -> ActivationMatrix.Values {
    let isWide = layer.pieces.contains { $0.array.memorySize == 8 }
    guard let tokens = layer.tokens else {
      return isWide
        ? .float64(try numbers(Double.self, ofRows: rows))
        : .float32(try numbers(Float.self, ofRows: rows))
    }
    return isWide
      ? .float64(try numbers(Double.self, ofTokens: tokens.kept[rows], tokens.perSample))
      : .float32(try numbers(Float.self, ofTokens: tokens.kept[rows], tokens.perSample))
  }

  /// The features of tokens, by their places in samples × tokens, ascending.
  private func numbers<Number: DecodedNumber>(
    _: Number.Type, ofTokens tokens: ArraySlice<Int>, _ perSample: Int
  ) throws(ActivationFileError) -> [Number] {
    let features = layer.featureCount
    var numbers: [Number] = []
    numbers.reserveCapacity(tokens.count * features)
    let size = max(1, width * MemoryLayout<Number>.size)
    let samplesOfBlock = max(1, bytesOfBand / size)
    var next = tokens.startIndex
    while next < tokens.endIndex {
      let first = tokens[next] / perSample
      let last = tokens[tokens.endIndex - 1] / perSample
      let end = min(first + samplesOfBlock, last + 1)
      let block = try self.numbers(Number.self, ofRows: first..<end)
      while next < tokens.endIndex, tokens[next] < end * perSample {
        let place = (tokens[next] - first * perSample) * features
        numbers += block[place..<place + features]
        next += 1
      }
    }
    return numbers
  }

  private func numbers<Number: DecodedNumber>(
    _: Number.Type, ofRows rows: Range<Int>
  ) throws(ActivationFileError) -> [Number] {
    let width = width
    var failure: ActivationFileError?
    var missing: MissingRows?
    let numbers = [Number](unsafeUninitializedCapacity: rows.count * width) { buffer, filled in
      UnsafeMutableRawBufferPointer(buffer).preferLargePages()
      do throws(ActivationFileError) {
        var first = 0
        for piece in layer.pieces {
          let part = rows.clamped(to: first..<first + piece.rowCount)
          if !part.isEmpty {
            let place = (part.lowerBound - rows.lowerBound) * width
            let found = try read(
              part.lowerBound - first..<part.upperBound - first, of: piece,
              into: UnsafeMutableBufferPointer(
                rebasing: buffer[place..<place + part.count * width]))
            missing = missing ?? found.map { MissingRows(piece: piece, reason: $0) }
          }
          first += piece.rowCount
        }
        filled = rows.count * width
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    if let missing {
      let found = ActivationMatrix(
        sampleCount: rows.count, featureCount: width, values: Number.values(numbers)
      ).nonFiniteRows().map { $0 + rows.lowerBound }
      // Pooling may have passed over what is missing.
      if !found.isEmpty {
        let array = missing.piece.array
        throw .valuesAreMissing(
          DatasetSite(file: array.file, path: array.name, layer: layer.name), rows: found,
          because: missing.reason)
      }
    }
    return numbers
  }

  private struct MissingRows {
    let piece: LayerPiece
    let reason: String
  }

  /// - Returns: why a value is missing; nil if none is.
  private func read<Number: DecodedNumber>(
    _ rows: Range<Int>, of piece: LayerPiece, into output: UnsafeMutableBufferPointer<Number>
  ) throws(ActivationFileError) -> String? {
    var missing: String?
    let site = DatasetSite(file: piece.array.file, path: piece.array.name, layer: layer.name)
    let threads = options.threadCount
    let source = try piece.array.open(
      for: site, sampleAxis: piece.sampleAxis, threadCount: threads)
    defer { source.close() }
    let shape = Array(piece.shape.dropFirst())
    let band = piece.rowsOfBand(bytes: bytesOfBand, within: options.memoryLimit / 4)
    for start in stride(from: rows.lowerBound, to: rows.upperBound, by: band) {
      let part = start..<min(start + band, rows.upperBound)
      let row: RowShape
      do {
        row = try RowShape(
          shape: [part.count] + shape, pooling: pooling, channels: options.channels)
      } catch {
        throw .threeAxes(site, piece.shape)
      }
      let place = (part.lowerBound - rows.lowerBound) * width
      let target = UnsafeMutableBufferPointer(
        rebasing: output[place..<place + part.count * width])
      let found = try PieceBand(piece, rows: part, at: site).read(
        from: source, pooledBy: row, threadCount: threads, into: target)
      missing = missing ?? found
    }
    return missing
  }
}

extension LayerPiece {
  /// The stored axis of the samples; nil if the array is a single sample.
  fileprivate var sampleAxis: Int? { isOneSample ? nil : view.order.first }

  /// Rows that are read at a time: whole rows of chunks, of about so many bytes, if they stay within
  /// a limit.
  fileprivate func rowsOfBand(bytes: Int, within limit: Int) -> Int {
    guard let axis = sampleAxis, axis < array.extents.count else { return 1 }
    let others = array.extents.indices.filter { $0 != axis && $0 != view.fixed?.axis }
    let rowSize = max(1, others.reduce(array.elementSize) { $0 * array.extents[$1] })
    // Where samples are not the first axis, a band is many small reads: few large ones, then.
    let rows = max(1, (axis == 0 ? bytes : 16 * bytes) / rowSize)
    guard let chunk = array.chunk, axis < chunk.count, chunk[axis] > 0 else { return rows }
    let whole = max(1, rows / chunk[axis]) * chunk[axis]
    return min(whole, max(1, limit / rowSize))
  }
}

/// Some rows of a piece, as one block of its array.
private struct PieceBand {
  private let piece: LayerPiece
  private let site: DatasetSite
  private let block: ArrayBlock
  /// The extents of the block's numbers in the stored order of axes, without a fixed one.
  private let extents: [Int]

  init(_ piece: LayerPiece, rows: Range<Int>, at site: DatasetSite) {
    var block = ArrayBlock(
      start: piece.array.extents.map { _ in 0 }, extents: piece.array.extents)
    if let axis = piece.sampleAxis {
      block.start[axis] = rows.lowerBound
      block.extents[axis] = rows.count
    }
    if let fixed = piece.view.fixed {
      block.start[fixed.axis] = fixed.index
      block.extents[fixed.axis] = 1
    }
    self.piece = piece
    self.site = site
    self.block = block
    let all = block.extents + (piece.array.member?.extents ?? [])
    extents = all.indices.filter { $0 != piece.view.fixed?.axis }.map { all[$0] }
  }

  func read<Number: DecodedNumber>(
    from source: any BlockSource, pooledBy row: RowShape, threadCount: Int,
    into output: UnsafeMutableBufferPointer<Number>
  ) throws(ActivationFileError) -> String? {
    let decoder = ElementDecoder(type: piece.array.type)
    let isPlain = piece.view.keepsOrder && row.pooling == .flatten
    if isPlain, decoder.isIdentity, piece.array.member == nil,
      MemoryLayout<Number>.size == piece.array.type.size
    {
      try source.read(block, into: UnsafeMutableRawBufferPointer(output))
      return piece.array.meaning?.apply(to: output)
    }
    let bytes = try source.numbers(of: block, in: piece.array)
    defer { bytes.deallocate() }
    let count = extents.reduce(1, *)
    if isPlain {
      return try decode(bytes, by: decoder, from: source, threadCount, into: output)
    }
    let numbers = UnsafeMutableBufferPointer<Number>.allocate(capacity: count)
    defer { numbers.deallocate() }
    let missing = try decode(bytes, by: decoder, from: source, threadCount, into: numbers)
    guard !piece.view.keepsOrder else {
      row.pool(UnsafeBufferPointer(numbers), into: output)
      return missing
    }
    // Axes are counted without the fixed one here.
    let kept = piece.view.order.sorted()
    let order = piece.view.order.compactMap { axis in kept.firstIndex(of: axis) }
    if row.pooling == .flatten {
      Self.permute(UnsafeBufferPointer(numbers), extents, order, into: output)
    } else {
      let ordered = UnsafeMutableBufferPointer<Number>.allocate(capacity: count)
      defer { ordered.deallocate() }
      Self.permute(UnsafeBufferPointer(numbers), extents, order, into: ordered)
      row.pool(UnsafeBufferPointer(ordered), into: output)
    }
    return missing
  }

  /// Makes values of stored bytes.
  /// - Returns: why one is missing; nil if none is.
  private func decode<Number: DecodedNumber>(
    _ bytes: UnsafeMutableRawBufferPointer, by decoder: ElementDecoder,
    from source: any BlockSource, _ threadCount: Int,
    into numbers: UnsafeMutableBufferPointer<Number>
  ) throws(ActivationFileError) -> String? {
    if decoder.type.needsLibrary {
      try source.convertToDoubles(bytes, count: numbers.count)
      for index in 0..<numbers.count {
        numbers[index] = Number(bytes.load(fromByteOffset: 8 * index, as: Double.self))
      }
    } else {
      let stored = bytes[..<(numbers.count * decoder.type.size)]
      decoder.decode(UnsafeRawBufferPointer(rebasing: stored), on: threadCount, into: numbers)
    }
    let missing = piece.array.meaning?.apply(to: numbers)
    // What is missing may be marked by the largest integer there is.
    if let inexact = decoder.firstInexact(
      UnsafeRawBufferPointer(bytes), count: numbers.count, where: { !numbers[$0].isNaN })
    {
      throw .valueIsInexact(site, row: row(of: inexact.index), value: inexact.value)
    }
    return missing
  }

  /// The row that a number of the block belongs to, counted over the array.
  private func row(of index: Int) -> Int {
    guard let axis = piece.sampleAxis else { return 0 }
    let fixed = piece.view.fixed.map { $0.axis < axis ? 1 : 0 } ?? 0
    let inner = extents[(axis - fixed + 1)...].reduce(1, *)
    return block.start[axis] + index / inner % block.extents[axis]
  }

  /// Puts axes into another order.
  private static func permute<Number>(
    _ source: UnsafeBufferPointer<Number>, _ extents: [Int], _ order: [Int],
    into target: UnsafeMutableBufferPointer<Number>
  ) {
    var strides = Array(repeating: 1, count: extents.count)
    for axis in extents.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * extents[axis + 1]
    }
    guard let inner = order.last, !source.isEmpty else { return }
    var index = Array(repeating: 0, count: order.count - 1)
    var position = 0
    var filled = 0
    while filled < target.count {
      for step in 0..<extents[inner] {
        target[filled + step] = source[position + step * strides[inner]]
      }
      filled += extents[inner]
      for place in index.indices.reversed() {
        let axis = order[place]
        index[place] += 1
        position += strides[axis]
        if index[place] < extents[axis] { break }
        position -= extents[axis] * strides[axis]
        index[place] = 0
      }
    }
  }
}
