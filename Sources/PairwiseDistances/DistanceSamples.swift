public import Activations
internal import CDistanceKernels

/// The samples of a layer, ready for the pass over all pairs: in class order, centred, scaled to a
/// safe range, and packed for the kernels; the values as read stay at hand for near-duplicates.
///
/// Distances inside of the pass are in units of this layer: d · `unit`², where `unit` is a power of
/// two chosen so that neither 1e-12 nor 1e150 leaves the range of float32. `inner(_:)` and
/// `outer(_:)` convert.
public final class DistanceSamples: @unchecked Sendable {
  // Unchecked: the buffers are written by `init` alone and read-only ever after.

  public let order: ClassOrder
  public let distance: Distance
  public var count: Int { matrix.sampleCount }
  public var featureCount: Int { matrix.featureCount }

  /// The mean off-diagonal distance, in closed form 2·Σ_f s²_f (s²_f the unbiased variance of a
  /// feature; of the unit rows and halved for cosine). Infinite if it is beyond a Double.
  public let meanDistance: Double
  /// A bound no distance exceeds, in inner units.
  package let largestDistance: Double

  private let matrix: ActivationMatrix
  private let rows: [Int64]
  private let scales: [Double]
  private let exponent: Int
  private let panels: UnsafeMutableBufferPointer<Float>
  private let norms: UnsafeMutableBufferPointer<Double>

  /// - Precondition: one label a row, finite values, and for cosine no row of zeros.
  public init(_ matrix: ActivationMatrix, order: ClassOrder, distance: Distance) {
    precondition(order.rows.count == matrix.sampleCount, "one label is needed for each row")
    self.matrix = matrix
    self.order = order
    self.distance = distance
    let count = matrix.sampleCount
    let featureCount = matrix.featureCount
    rows = order.rows.map(Int64.init)
    let factor = distance == .cosine ? 0.5 : 1
    var scales =
      distance == .cosine
      ? order.rows.map { 1 / matrix.norm(ofRow: $0) } : Array(repeating: 1, count: count)

    let panelCount = (count + Self.panelWidth - 1) / Self.panelWidth
    // A spare panel: the widest kernels take two at a time.
    panels = .allocate(capacity: max((panelCount + 1) * Self.panelWidth * featureCount, 1))
    norms = .allocate(capacity: max(count, 1))
    var center = Array(repeating: 0.0, count: featureCount)
    let parts = Parts(
      matrix: matrix, rows: rows, panels: panels, norms: norms, factor: factor, zeroBelow: 0)
    let largest = parts.withSamples(scales: scales) {
      snn_feature_means($0, &center)
      return snn_largest_deviation($0, center)
    }
    exponent = largest > 0 && largest.isFinite ? min(30 - Int(largest.exponent), 1000) : 0
    let unit = Double(sign: .plus, exponent: exponent, significand: 1)
    for position in scales.indices { scales[position] *= unit }
    for feature in center.indices { center[feature] *= unit }
    self.scales = scales

    var work = Array(repeating: 0.0, count: 2 * featureCount)
    let scatter = parts.withSamples(scales: scales) {
      snn_pack($0, center, 0, Int64(panelCount), parts.panels.baseAddress, parts.norms.baseAddress)
      return snn_scatter($0, center, &work)
    }
    let inner = count > 1 ? 2 * factor * scatter / Double(count - 1) : 0
    meanDistance = inner.scaled(by: -2 * exponent)
    // (|a| + |b|)² ≤ 4·max |x|²; a little more for the rounding of the rows to float32.
    largestDistance = 4 * factor * (norms.prefix(count).max() ?? 0) * (1 + 1e-5)
  }

  deinit {
    panels.deallocate()
    norms.deallocate()
  }

  /// A distance or temperature in inner units. Beyond the range of a Double it ends there.
  package func inner(_ value: Double) -> Double {
    min(value.scaled(by: 2 * exponent), .greatestFiniteMagnitude)
  }

  /// A distance or temperature in the units of the values as read.
  package func outer(_ value: Double) -> Double { value.scaled(by: -2 * exponent) }

  /// The values as read.
  var values: ActivationMatrix.Values { matrix.values }

  static let panelWidth = Int(snn_panel_width)

  func withKernelSamples<Result>(_ body: (UnsafePointer<snn_samples>) -> Result) -> Result {
    // Unit rows of one direction differ by rounding alone: some 1e-16 a coordinate.
    let unit = Double(sign: .plus, exponent: exponent, significand: 1)
    let parts = Parts(
      matrix: matrix, rows: rows, panels: panels, norms: norms,
      factor: distance == .cosine ? 0.5 : 1,
      zeroBelow: distance == .cosine ? 4e-31 * unit * unit : 0)
    return parts.withSamples(scales: scales, body)
  }

  /// What the kernels' description of a layer points at.
  private struct Parts {
    let matrix: ActivationMatrix
    let rows: [Int64]
    let panels: UnsafeMutableBufferPointer<Float>
    let norms: UnsafeMutableBufferPointer<Double>
    let factor: Double
    let zeroBelow: Double

    func withSamples<Result>(
      scales: [Double], _ body: (UnsafePointer<snn_samples>) -> Result
    ) -> Result {
      matrix.withValues { values, areDouble in
        rows.withUnsafeBufferPointer { rows in
          scales.withUnsafeBufferPointer { scales in
            var samples = snn_samples(
              count: Int64(matrix.sampleCount), feature_count: Int64(matrix.featureCount),
              panels: panels.baseAddress, norms: norms.baseAddress, values: values,
              values_are_double: areDouble, rows: rows.baseAddress, scales: scales.baseAddress,
              factor: factor, zero_below: zeroBelow)
            return body(&samples)
          }
        }
      }
    }
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

  fileprivate func withValues<Result>(
    _ body: (_ values: UnsafeRawPointer?, _ areDouble: Bool) -> Result
  ) -> Result {
    switch values {
    case .float32(let values):
      values.withUnsafeBytes { body($0.baseAddress, false) }
    case .float64(let values):
      values.withUnsafeBytes { body($0.baseAddress, true) }
    }
  }
}
