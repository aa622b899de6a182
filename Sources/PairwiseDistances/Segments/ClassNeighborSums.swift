internal import Activations
internal import CDistanceKernels

/// At one temperature, for every anchor: the sums over each kind of neighbor, and over each class
/// if that is wanted: S_i[c] = Σ_{j≠i, y_j=c} e^{−βd_ij}.
///
/// Every sum keeps a shift of its own, so that none underflows against another: the pairwise loss
/// log(1 + S_i[c']/S_i[y_i]) is exact however far both classes are.
///
/// Memory: 64 bytes an anchor, and 16 an anchor and class.
package final class ClassNeighborSums: PairwiseReduction, @unchecked Sendable {
  // Unchecked: the pass never absorbs for one anchor from two threads, and anchors share nothing.

  package var beta: Double { runs.beta }
  /// The anchors that are summed for; others pass by.
  package let anchors: Range<Int>
  private let runs: ClassRuns
  private let classCount: Int
  private let kinds: UnsafeMutableBufferPointer<snn_soft_sum>
  private let classes: UnsafeMutableBufferPointer<snn_class_sum>?

  /// - Parameters:
  ///   - temperature: In inner units.
  ///   - isReported: Whether the sums end in a loss; for a standard error three digits will do.
  package init(
    _ samples: DistanceSamples, temperature: Double, anchors: Range<Int>, byClass: Bool,
    isReported: Bool = true
  ) {
    runs = ClassRuns(
      samples, beta: .inverse(ofTemperature: temperature), tolerance: isReported ? 1e-3 : 2e-2)
    classCount = samples.order.runs.count
    self.anchors = anchors
    kinds = .allocate(capacity: max(2 * anchors.count, 1))
    kinds.initialize(repeating: snn_soft_sum(exponent: .infinity, sum: 0, first: 0, second: 0))
    if byClass {
      let sums = UnsafeMutableBufferPointer<snn_class_sum>.allocate(
        capacity: max(anchors.count * classCount, 1))
      sums.initialize(repeating: snn_class_sum(exponent: .infinity, sum: 0))
      classes = sums
    } else {
      classes = nil
    }
  }

  deinit {
    kinds.deallocate()
    classes?.deallocate()
  }

  package func absorb(_ row: DistanceRow) {
    guard anchors.contains(row.anchor), let kinds = kinds.baseAddress else { return }
    let index = row.anchor - anchors.lowerBound
    var kernelRow = runs.kernelRow(row)
    snn_absorb_class_row(
      row.level, &kernelRow, kinds + 2 * index, kinds + 2 * index + 1,
      classes?.baseAddress.map { $0 + index * classCount })
  }

  /// The sum of an anchor over one kind; nil where there is no such neighbor.
  package func sum(at anchor: Int, _ kind: NeighborKind) -> NeighborSum? {
    let state = kinds[2 * (anchor - anchors.lowerBound) + kind.rawValue]
    guard state.exponent < .infinity else { return nil }
    let mean = state.first / state.sum
    return NeighborSum(
      base: base(state.exponent), sum: state.sum, mean: mean,
      variance: max(state.second / state.sum - mean * mean, 0))
  }

  /// S_i[c] of an anchor as e^{−β·base}·sum; nil where the class has no neighbor of it.
  package func sum(at anchor: Int, class index: Int) -> (base: Double, sum: Double)? {
    guard let state = classes?[(anchor - anchors.lowerBound) * classCount + index],
      state.exponent < .infinity
    else { return nil }
    return (base(state.exponent), state.sum)
  }

  /// For every class c the share S_i[c]/B_i, and the odds S_i[c]/S_i[own]: 0 for the own class and
  /// where there is no neighbor of the own class, infinite beyond the range of a Double.
  package func shares(
    at anchor: Int, into shares: UnsafeMutableBufferPointer<Double>, oddsAgainst own: Int,
    into odds: UnsafeMutableBufferPointer<Double>
  ) {
    guard let row = classes?.baseAddress.map({ $0 + (anchor - anchors.lowerBound) * classCount })
    else { return }
    snn_class_shares(row, Int64(classCount), Int64(own), shares.baseAddress, odds.baseAddress)
  }

  /// The distance whose exponential is 2^{−exponent}.
  private func base(_ exponent: Double) -> Double { exponent * Self.ln2 / beta }

  /// The bytes of the state of one anchor.
  package static func bytesPerAnchor(classCount: Int, byClass: Bool) -> Int {
    2 * MemoryLayout<snn_soft_sum>.stride
      + (byClass ? classCount * MemoryLayout<snn_class_sum>.stride : 0)
  }

  private static let ln2 = 0.6931471805599453
}
