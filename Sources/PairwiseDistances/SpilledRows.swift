package import Activations
internal import CDistanceKernels

/// The values of a layer that is larger than memory, put aside on the disk in class order: what the
/// pass takes together lies together.
package final class SpilledRows: @unchecked Sendable {
  // Unchecked: all is written by `init` alone.

  /// The rows that hold a NaN or an infinity, ascending.
  package let nonFiniteRows: [Int]
  /// The rows without direction, ascending; looked for where the distance needs one.
  package let zeroRows: [Int]

  fileprivate let file: SpillFile
  fileprivate let distance: Distance
  let featureCount: Int
  let isDouble: Bool
  fileprivate let folder: String
  fileprivate let neededSize: Int
  /// By row, for cosine.
  fileprivate let norms: [Double]
  /// The place of each row in the file.
  fileprivate let places: [Int]

  /// Reads a layer once, in blocks of about so many bytes.
  /// - Throws: What the source throws, or `SpillError`.
  package init(
    _ source: some ActivationSource, order: ClassOrder, distance: Distance, into folder: String,
    blockSize: Int
  ) throws {
    precondition(order.rows.count == source.sampleCount, "one label is needed for each row")
    let rowSize = source.rowSize
    var places = Array(repeating: 0, count: source.sampleCount)
    for (position, row) in order.rows.enumerated() { places[row] = position }
    let neededSize = Self.size(
      sampleCount: source.sampleCount, featureCount: source.featureCount,
      isDouble: source.isDouble)
    let file = try SpillFile(
      size: source.sampleCount * rowSize, in: folder, neededSize: neededSize)
    var nonFinite: [Int] = []
    var zero: [Int] = []
    var norms: [Double] = []
    try source.forEachBlock(bytes: blockSize) { start, block in
      nonFinite += block.nonFiniteRows().map { $0 + start }
      if distance == .cosine {
        for row in 0..<block.sampleCount {
          norms.append(block.norm(ofRow: row))
          if norms[start + row] == 0 { zero.append(start + row) }
        }
      }
      try block.withBytes { bytes in
        var row = 0
        while row < block.sampleCount {
          // Rows that stay neighbors go in one piece.
          var end = row + 1
          while end < block.sampleCount, places[start + end] == places[start + end - 1] + 1 {
            end += 1
          }
          try file.write(
            UnsafeRawBufferPointer(rebasing: bytes[row * rowSize..<end * rowSize]),
            at: places[start + row] * rowSize)
          row = end
        }
      }
    }
    self.file = file
    self.distance = distance
    self.folder = folder
    self.neededSize = neededSize
    self.norms = norms
    self.places = places
    featureCount = source.featureCount
    isDouble = source.isDouble
    nonFiniteRows = nonFinite
    zeroRows = zero
  }

  /// The bytes on the disk that a layer takes: the values as read, and packed as float32.
  package static func size(sampleCount: Int, featureCount: Int, isDouble: Bool) -> Int {
    sampleCount * featureCount * (4 + (isDouble ? 8 : 4))
  }

  /// A copy of some rows.
  func copy(_ rows: [Int]) -> ActivationMatrix {
    let count = rows.count * featureCount
    let size = featureCount * (isDouble ? 8 : 4)
    func gather<Value: BitwiseCopyable>(_ zero: Value) -> [Value] {
      var values = Array(repeating: zero, count: count)
      values.withUnsafeMutableBytes { values in
        for (index, row) in rows.enumerated() {
          let start = places[row] * size
          values.baseAddress.map { $0 + index * size }?
            .copyMemory(from: file.base + start, byteCount: size)
          // The pages around the row are as good as memory of the process.
          file.drop(start..<start + size)
        }
      }
      return values
    }
    return ActivationMatrix(
      sampleCount: rows.count, featureCount: featureCount,
      values: isDouble ? .float64(gather(0)) : .float32(gather(0)))
  }

  /// The bytes of a block of the pass in memory.
  package static func blockSize(featureCount: Int, isDouble: Bool) -> Int {
    size(sampleCount: PairwisePass.side, featureCount: featureCount, isDouble: isDouble)
  }
}

/// Values and packed rows on the disk, some blocks of the pass in memory.
private final class SpillStore: SampleStore {
  private let values: SpillFile
  let packed: SpillFile
  let isDouble: Bool
  let residentBlockCount: Int?
  private let featureCount: Int

  init(_ rows: SpilledRows, panelCount: Int, residentBlockCount: Int) throws(SpillError) {
    values = rows.file
    isDouble = rows.isDouble
    featureCount = rows.featureCount
    self.residentBlockCount = residentBlockCount
    // A spare panel, of zeros: the widest kernels take two at a time.
    packed = try SpillFile(
      size: (panelCount + 1) * DistanceSamples.panelWidth * featureCount * 4, in: rows.folder,
      neededSize: rows.neededSize)
  }

  var panels: UnsafePointer<Float>? {
    UnsafePointer(packed.base.assumingMemoryBound(to: Float.self))
  }

  func withValues<Result>(_ body: (UnsafeRawPointer?) -> Result) -> Result {
    body(UnsafeRawPointer(values.base))
  }

  func drop(rows: Range<Int>, packedAs positions: Range<Int>) {
    let rowSize = featureCount * (isDouble ? 8 : 4)
    values.drop(rows.lowerBound * rowSize..<rows.upperBound * rowSize)
    let width = DistanceSamples.panelWidth
    let end = (positions.upperBound + width - 1) / width * width
    packed.drop(positions.lowerBound * featureCount * 4..<end * featureCount * 4)
  }
}

/// Some rows of a layer on the disk, ascending.
private struct SpilledPart: ActivationSource {
  let whole: SpilledRows
  let rows: [Int]

  var sampleCount: Int { rows.count }
  var featureCount: Int { whole.featureCount }
  var isDouble: Bool { whole.isDouble }
  var rowAlignment: Int { 1 }

  func rows(_ range: Range<Int>) -> ActivationMatrix { whole.copy(Array(rows[range])) }
}

extension DistanceSamples {
  /// A part of the samples on the disk, put aside once more in an order of its own: rows that do not
  /// lie together would each bring the pages around them into memory.
  /// - Parameters:
  ///   - kept: The rows of the part, ascending; the positions of `order` are among these.
  ///   - residentSize: As for the whole.
  package convenience init(
    partOf spilled: SpilledRows, keeping kept: [Int], order: ClassOrder, residentSize: Int
  ) throws {
    let part = try SpilledRows(
      SpilledPart(whole: spilled, rows: kept), order: order, distance: spilled.distance,
      into: spilled.folder, blockSize: min(residentSize / 4, 1 << 24))
    try self.init(
      part, keeping: Array(kept.indices), order: order, residentSize: residentSize)
  }

  /// Samples that stay on the disk, for a pass that has a few blocks of them in memory at a time.
  /// Every number is that of the same samples in memory.
  /// - Parameters:
  ///   - kept: The rows to use, ascending; the positions of `order` are among these.
  ///   - residentSize: The bytes of rows to have in memory: two blocks at the least.
  package convenience init(
    _ spilled: SpilledRows, keeping kept: [Int], order: ClassOrder, residentSize: Int
  ) throws(SpillError) {
    let blockSize = SpilledRows.blockSize(
      featureCount: spilled.featureCount, isDouble: spilled.isDouble)
    let width = DistanceSamples.panelWidth
    let store = try SpillStore(
      spilled, panelCount: (kept.count + width - 1) / width,
      residentBlockCount: max(2, residentSize / max(blockSize, 1)))
    let rows = order.rows.map { Int64(spilled.places[kept[$0]]) }
    let scales =
      spilled.distance == .cosine ? order.rows.map { 1 / spilled.norms[kept[$0]] } : nil
    var preparation = SamplePreparation(
      store, rows: rows, origin: order.firstPosition, scales: scales, distance: spilled.distance,
      featureCount: spilled.featureCount)
    let panelSize = width * spilled.featureCount
    let step = PairwisePass.side / width
    let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(step * panelSize, 1))
    defer { memory.deallocate() }
    var scatter = 0.0
    for start in stride(from: 0, to: preparation.panelCount, by: step) {
      let panels = start..<min(start + step, preparation.panelCount)
      scatter = preparation.pack(panels: panels, into: memory.baseAddress)
      do throws(SpillError) {
        try store.packed.write(
          UnsafeRawBufferPointer(
            UnsafeMutableBufferPointer(rebasing: memory[..<(panels.count * panelSize)])),
          at: start * panelSize * 4)
      } catch {
        preparation.norms.deallocate()
        throw error
      }
    }
    preparation.setHeavyFeaturesApart()
    self.init(preparation, scatter: scatter, store: store, order: order)
  }
}
