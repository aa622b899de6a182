package import Activations
internal import CDistanceKernels

/// The samples of a layer, ready for the pass over all pairs: in class order, centred, scaled to a
/// safe range, and packed for the kernels; the values as read stay at hand for near-duplicates.
///
/// Distances inside of the pass are in units of this layer: d · `unit`², where `unit` is a power of
/// two chosen so that neither 1e-12 nor 1e150 leaves the range of float32. `inner(_:)` and
/// `outer(_:)` convert.
package final class DistanceSamples: @unchecked Sendable {
  // Unchecked: the buffers are written by `init` alone and read-only ever after.

  package let order: ClassOrder
  package let distance: Distance
  package var count: Int { rows.count }
  package let featureCount: Int

  /// The mean off-diagonal distance, in closed form 2·Σ_f s²_f (s²_f the unbiased variance of a
  /// feature; of the unit rows and halved for cosine). Infinite if it is beyond a Double.
  package let meanDistance: Double
  /// A bound no distance exceeds, in inner units.
  package let largestDistance: Double

  private let store: any SampleStore
  private let rows: [Int64]
  private let scales: [Double]
  private let exponent: Int
  private let norms: UnsafeMutableBufferPointer<Double>
  private let heavy: [Int64]

  /// - Parameter kept: The rows to use, ascending; the positions of `order` are among these. nil for
  ///   all; the values are not copied.
  /// - Precondition: one label a row, finite values, and for cosine no row of zeros.
  package convenience init(
    _ matrix: ActivationMatrix, keeping kept: [Int]? = nil, order: ClassOrder, distance: Distance,
    threadCount: Int = 1
  ) {
    let count = kept?.count ?? matrix.sampleCount
    precondition(order.rows.count == count, "one label is needed for each row")
    let rows = kept.map { kept in order.rows.map { kept[$0] } } ?? order.rows
    let scales = distance == .cosine ? rows.map { 1 / matrix.norm(ofRow: $0) } : nil
    let store = MatrixStore(matrix, packing: count)
    var preparation = SamplePreparation(
      store, rows: rows.map(Int64.init), origin: order.firstPosition, scales: scales,
      distance: distance,
      featureCount: matrix.featureCount, threadCount: threadCount)
    let scatter = preparation.packAll(into: store.packed.baseAddress, threadCount: threadCount)
    preparation.setHeavyFeaturesApart(threadCount: threadCount)
    self.init(preparation, scatter: scatter, store: store, order: order)
  }

  /// What preparation found, the rows being packed.
  init(
    _ preparation: SamplePreparation, scatter: Double, store: any SampleStore, order: ClassOrder
  ) {
    self.store = store
    self.order = order
    distance = preparation.distance
    featureCount = preparation.featureCount
    rows = preparation.rows
    scales = preparation.scales
    exponent = preparation.exponent
    norms = preparation.norms
    heavy = preparation.heavy
    let count = preparation.rows.count
    let factor = preparation.factor
    let inner = count > 1 ? 2 * factor * scatter / Double(count - 1) : 0
    meanDistance = inner.scaled(by: -2 * exponent)
    // (|a| + |b|)² ≤ 4·max |x|²; a little more for the rounding of the rows to float32.
    largestDistance = 4 * factor * (norms.prefix(count).max() ?? 0) * (1 + 1e-5)
  }

  deinit { norms.deallocate() }

  /// A distance or temperature in inner units. Beyond the range of a Double it ends there.
  package func inner(_ value: Double) -> Double {
    min(value.scaled(by: 2 * exponent), .greatestFiniteMagnitude)
  }

  /// A distance or temperature in the units of the values as read.
  package func outer(_ value: Double) -> Double { value.scaled(by: -2 * exponent) }

  /// The distances of a position to all, by differences of the values as read, in inner units.
  package func exactDistances(from anchor: Int, instructionSet: InstructionSet) -> [Double] {
    withKernelSamples { samples in
      (0..<count).map {
        snn_exact_distance(instructionSet.level, samples, Int64(anchor), Int64($0))
      }
    }
  }

  static let panelWidth = Int(snn_panel_width)

  /// Whether the values as read are 64 bits wide.
  var isDouble: Bool { store.isDouble }

  /// How many blocks of the pass may be in memory at a time; nil if all are.
  var residentBlockCount: Int? { store.residentBlockCount }

  /// Gives back the memory of a block of the pass that was read.
  func drop(block: Int) {
    let positions = block * PairwisePass.side..<min((block + 1) * PairwisePass.side, count)
    guard let first = positions.first, let last = positions.last else { return }
    store.drop(rows: Int(rows[first])..<Int(rows[last]) + 1, packedAs: positions)
  }

  func withKernelSamples<Result>(_ body: (UnsafePointer<snn_samples>) -> Result) -> Result {
    // Unit rows of one direction differ by rounding alone: some 1e-16 a coordinate.
    let unit = Double(sign: .plus, exponent: exponent, significand: 1)
    return store.withSamples(
      rows: rows, scales: scales, featureCount: featureCount, norms: norms.baseAddress,
      heavy: heavy,
      factor: distance == .cosine ? 0.5 : 1,
      zeroBelow: distance == .cosine ? 4e-31 * unit * unit : 0, body)
  }
}

extension Double {
  /// This number times 2^exponent, through the subnormal and beyond the finite where it must be.
  fileprivate func scaled(by exponent: Int) -> Double {
    let half = exponent / 2
    return self * Double(sign: .plus, exponent: half.clamped, significand: 1)
      * Double(sign: .plus, exponent: (exponent - half).clamped, significand: 1)
  }
}

extension Int {
  fileprivate var clamped: Int { Swift.min(Swift.max(self, -1022), 1023) }
}

extension ActivationMatrix {
  /// |x| of a row, without overflow or underflow on the way.
  package func norm(ofRow row: Int) -> Double {
    var largest = 0.0
    for feature in 0..<featureCount { largest = max(largest, abs(self[row, feature])) }
    guard largest > 0, largest.isFinite else { return largest }
    let unit = Double(sign: .plus, exponent: -Int(largest.exponent), significand: 1)
    var sum = 0.0
    for feature in 0..<featureCount {
      let value = self[row, feature] * unit
      sum += value * value
    }
    return sum.squareRoot() / unit
  }
}
