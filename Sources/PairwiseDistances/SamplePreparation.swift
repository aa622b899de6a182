internal import Activations
internal import CDistanceKernels

/// Where the values as read and the packed rows of a layer lie.
protocol SampleStore: AnyObject {
  var isDouble: Bool { get }
  var panels: UnsafePointer<Float>? { get }
  /// How many blocks of the pass may be in memory at a time; nil if all are.
  var residentBlockCount: Int? { get }

  func withValues<Result>(_ body: (UnsafeRawPointer?) -> Result) -> Result

  /// Gives back the memory of rows, and of the positions they are packed at.
  func drop(rows: Range<Int>, packedAs positions: Range<Int>)
}

extension SampleStore {
  func withSamples<Result>(
    rows: [Int64], scales: [Double], featureCount: Int, norms: UnsafePointer<Double>?,
    heavy: [Int64] = [], factor: Double, zeroBelow: Double,
    _ body: (UnsafePointer<snn_samples>) -> Result
  ) -> Result {
    withValues { values in
      rows.withUnsafeBufferPointer { rows in
        scales.withUnsafeBufferPointer { scales in
          heavy.withUnsafeBufferPointer { heavy in
            var samples = snn_samples(
              count: Int64(rows.count), feature_count: Int64(featureCount), panels: panels,
              norms: norms, spreads: norms.map { $0 + rows.count }, heavy: heavy.baseAddress,
              heavy_count: Int64(heavy.count), values: values, values_are_double: isDouble,
              rows: rows.baseAddress, scales: scales.baseAddress, factor: factor,
              zero_below: zeroBelow)
            return body(&samples)
          }
        }
      }
    }
  }
}

/// All in memory.
final class MatrixStore: SampleStore {
  private let matrix: ActivationMatrix
  let packed: UnsafeMutableBufferPointer<Float>

  /// - Parameter count: How many of the rows are packed.
  init(_ matrix: ActivationMatrix, packing count: Int) {
    self.matrix = matrix
    let width = DistanceSamples.panelWidth
    let panelCount = (count + width - 1) / width
    // A spare panel: the widest kernels take two at a time.
    packed = .allocate(capacity: max((panelCount + 1) * width * matrix.featureCount, 1))
    UnsafeMutableRawBufferPointer(packed).preferLargePages()
  }

  deinit { packed.deallocate() }

  var isDouble: Bool { matrix.isDouble }
  var panels: UnsafePointer<Float>? { UnsafePointer(packed.baseAddress) }
  var residentBlockCount: Int? { nil }

  func withValues<Result>(_ body: (UnsafeRawPointer?) -> Result) -> Result {
    matrix.withBytes { body($0.baseAddress) }
  }

  func drop(rows: Range<Int>, packedAs positions: Range<Int>) {}
}

/// What a layer needs before the pass: the centre, the exponent of its unit, and packed rows.
///
/// A store that holds rows on the disk is walked a run of positions at a time; the numbers are the
/// same for any length of the runs.
struct SamplePreparation {
  let rows: [Int64]
  let scales: [Double]
  let distance: Distance
  let featureCount: Int
  let exponent: Int
  /// |x|² of the packed rows, by position, and behind them their spreads (`snn_samples`).
  let norms: UnsafeMutableBufferPointer<Double>
  /// The features whose products are float64 (`snn_samples`).
  private(set) var heavy: [Int64] = []
  private let center: [Double]
  private var work: [Double]
  private let store: any SampleStore

  var factor: Double { distance == .cosine ? 0.5 : 1 }
  var panelCount: Int { (rows.count + DistanceSamples.panelWidth - 1) / DistanceSamples.panelWidth }

  /// - Parameters:
  ///   - rows: The row of the store at each position.
  ///   - origin: The position of the sample that means are measured from: the same one in any order.
  ///   - scales: A factor for each position; nil for 1.
  init(
    _ store: any SampleStore, rows: [Int64], origin: Int, scales: [Double]?, distance: Distance,
    featureCount: Int, threadCount: Int = 1
  ) {
    var scales = scales ?? Array(repeating: 1, count: rows.count)
    let parts = Self.parts(ofFeatures: featureCount, in: store, threadCount: threadCount)
    var center = Array(repeating: 0.0, count: featureCount)
    var rests = center
    center.withUnsafeMutableBufferPointer { center in
      rests.withUnsafeMutableBufferPointer { rests in
        nonisolated(unsafe) let (center, rests, store) = (center, rests, store)
        let scales = scales
        Threads.forEach(parts.count, on: threadCount) { index in
          let part = parts[index]
          for run in Self.runs(of: rows.count, in: store) {
            store.walk(run, rows, scales, featureCount) {
              snn_feature_means(
                $0, Int64(origin), Int64(run.lowerBound), Int64(run.upperBound),
                Int64(part.lowerBound), Int64(part.upperBound), center.baseAddress,
                rests.baseAddress)
            }
          }
        }
      }
    }
    let runs = Self.runs(of: rows.count, in: store, threadCount: threadCount)
    var deviations = Array(repeating: 0.0, count: runs.count)
    deviations.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let (deviations, store) = (buffer, store)
      let fixed = (scales, center)
      Threads.forEach(runs.count, on: store.residentBlockCount == nil ? threadCount : 1) {
        index in
        let run = runs[index]
        deviations[index] = store.walk(run, rows, fixed.0, featureCount) {
          snn_largest_deviation($0, fixed.1, Int64(run.lowerBound), Int64(run.upperBound))
        }
      }
    }
    let largest = deviations.max() ?? 0
    exponent = largest > 0 && largest.isFinite ? min(30 - Int(largest.exponent), 1000) : 0
    let unit = Double(sign: .plus, exponent: exponent, significand: 1)
    for position in scales.indices { scales[position] *= unit }
    for feature in center.indices { center[feature] *= unit }
    self.store = store
    self.rows = rows
    self.scales = scales
    self.distance = distance
    self.featureCount = featureCount
    self.center = center
    work = Array(repeating: 0, count: 2 * featureCount)
    norms = .allocate(capacity: max(2 * rows.count, 1))
  }

  /// Packs a range of panels into memory, and adds their rows to the scatter: what it returns is
  /// that of all rows once the panels went in order.
  mutating func pack(panels: Range<Int>, into memory: UnsafeMutablePointer<Float>?) -> Double {
    let run =
      min(
        panels.lowerBound * DistanceSamples.panelWidth, rows.count)..<min(
        panels.upperBound * DistanceSamples.panelWidth, rows.count)
    return store.walk(run, rows, scales, featureCount) { samples in
      snn_pack(
        samples, center, Int64(panels.lowerBound), Int64(panels.upperBound), memory,
        norms.baseAddress, norms.baseAddress.map { $0 + rows.count })
      return work.withUnsafeMutableBufferPointer { work in
        let (first, second) = (work.baseAddress, work.baseAddress.map { $0 + featureCount })
        snn_add_scatter(
          samples, center, Int64(run.lowerBound), Int64(run.upperBound), 0, Int64(featureCount),
          first, second)
        return snn_scatter(Int64(rows.count), Int64(featureCount), first, second)
      }
    }
  }

  /// Finds the features that carry much of the scatter, all panels being packed, and brings the spreads
  /// to the others.
  mutating func setHeavyFeaturesApart(threadCount: Int = 1) {
    var found = Array(repeating: Int64(0), count: Int(snn_most_heavy))
    let (count, featureCount) = (rows.count, featureCount)
    let foundCount = work.withUnsafeBufferPointer { work in
      snn_heavy_features(
        Int64(count), Int64(featureCount), work.baseAddress,
        work.baseAddress.map { $0 + featureCount }, &found)
    }
    heavy = Array(found.prefix(Int(foundCount)))
    if !heavy.isEmpty { lightenSpreads(threadCount: threadCount) }
  }

  private func lightenSpreads(threadCount: Int) {
    let width = DistanceSamples.panelWidth
    let runs = Self.runs(
      of: self.rows.count, in: self.store, threadCount: threadCount, multipleOf: width)
    nonisolated(unsafe) let (norms, store) = (self.norms, self.store)
    let (rows, scales, heavy) = (self.rows, self.scales, self.heavy)
    let featureCount = self.featureCount
    let isResident = store.residentBlockCount == nil
    Threads.forEach(runs.count, on: isResident ? threadCount : 1) { index in
      let run = runs[index]
      let panels = run.lowerBound / width..<(run.upperBound + width - 1) / width
      store.withSamples(
        rows: rows, scales: scales, featureCount: featureCount, norms: nil, heavy: heavy, factor: 1,
        zeroBelow: 0
      ) { samples in
        snn_lighten(
          samples, Int64(panels.lowerBound), Int64(panels.upperBound),
          store.panels.map { $0 + panels.lowerBound * width * featureCount },
          norms.baseAddress.map { $0 + rows.count })
      }
      if !isResident { store.drop(rows: 0..<0, packedAs: run) }
    }
  }

  /// Packs all panels of a store in memory, as `pack(panels:into:)` does, on several threads.
  mutating func packAll(
    into memory: UnsafeMutablePointer<Float>?, threadCount: Int
  ) -> Double {
    guard threadCount > 1, let memory else { return pack(panels: 0..<panelCount, into: memory) }
    let packingCount = 4 * threadCount
    let features = Self.parts(ofFeatures: featureCount, in: store, threadCount: threadCount)
    let (panelCount, featureCount) = (panelCount, featureCount)
    let panelSize = DistanceSamples.panelWidth * featureCount
    let count = rows.count
    return work.withUnsafeMutableBufferPointer { work in
      nonisolated(unsafe) let (first, second) = (
        work.baseAddress, work.baseAddress.map { $0 + featureCount }
      )
      nonisolated(unsafe) let (memory, norms, store) = (memory, norms, store)
      let (rows, scales, center) = (rows, scales, center)
      Threads.forEach(features.count + packingCount, on: threadCount) { index in
        store.walk(0..<count, rows, scales, featureCount) { samples in
          if index < features.count {
            snn_add_scatter(
              samples, center, 0, Int64(count), Int64(features[index].lowerBound),
              Int64(features[index].upperBound), first, second)
          } else {
            let part = index - features.count
            let firstPanel = part * panelCount / packingCount
            snn_pack(
              samples, center, Int64(firstPanel), Int64((part + 1) * panelCount / packingCount),
              memory + firstPanel * panelSize, norms.baseAddress,
              norms.baseAddress.map { $0 + count })
          }
        }
      }
      return snn_scatter(Int64(count), Int64(featureCount), first, second)
    }
  }

  /// Features for each thread to go through all samples with: whole lines of the cache, and all of
  /// them at once where samples are on the disk.
  private static func parts(
    ofFeatures count: Int, in store: any SampleStore, threadCount: Int
  ) -> [Range<Int>] {
    guard store.residentBlockCount == nil, threadCount > 1 else { return [0..<count] }
    let size = max((count + threadCount - 1) / threadCount, 32)
    return stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }

  /// Runs of positions to walk: of a block each where not all is in memory.
  private static func runs(
    of count: Int, in store: any SampleStore, threadCount: Int = 1, multipleOf width: Int = 1
  ) -> [Range<Int>] {
    let isResident = store.residentBlockCount == nil
    let share = max((count + threadCount - 1) / threadCount, 1)
    let size = isResident ? (share + width - 1) / width * width : PairwisePass.side
    return stride(from: 0, to: max(count, 1), by: size).map { $0..<min($0 + size, count) }
  }
}

extension SampleStore {
  /// Calls with the samples, to look at a run of positions, and gives their memory back.
  fileprivate func walk<Result>(
    _ run: Range<Int>, _ rows: [Int64], _ scales: [Double], _ featureCount: Int,
    _ body: (UnsafePointer<snn_samples>) -> Result
  ) -> Result {
    defer {
      // Rows that lie on the disk lie there by position, and so a run of them together.
      if residentBlockCount != nil, let first = run.first, let last = run.last {
        drop(rows: Int(rows[first])..<Int(rows[last]) + 1, packedAs: 0..<0)
      }
    }
    return withSamples(
      rows: rows, scales: scales, featureCount: featureCount, norms: nil, factor: 1, zeroBelow: 0,
      body)
  }
}
