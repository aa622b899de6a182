internal import Activations
internal import CDistanceKernels

/// For every anchor and each kind of neighbor (same class, other class) the sums that give the
/// loss, its derivatives and the perplexity at every temperature of a sweep, from one pass.
///
/// With β = 1/T and the nearest distance d_min of the anchor and kind as shift, each temperature
/// keeps Σ e^{−β(d−d_min)} and the first moment (second, with `curvature`) of β(d − d_min) under
/// these weights. Same and other class have a shift each, so neither underflows against the other.
/// Temperatures above twice the half range of d need no exponential: the moments Σ uᵏ, k ≤ 8, of
/// u = (d − c)/h with |u| ≤ 1 give Σ e^{−βd} = e^{−βc} Σ_k (−βh)ᵏ/k! Σ uᵏ to 0.5⁹/9! ≈ 5e-9.
package final class SoftNeighborSums: PairwiseReduction, @unchecked Sendable {
  // Unchecked: the pass never absorbs for one anchor from two threads, and anchors share nothing.

  /// Hot to cold, in inner units.
  package let temperatures: [Double]
  private let order: ClassOrder
  private let momentTemperatureCount: Int
  private let curvature: Bool
  private let center: Double
  private let rowsPerState: Int
  private let betas: UnsafeMutableBufferPointer<Double>
  private let rates: UnsafeMutableBufferPointer<Float>
  private let extremes: UnsafeMutableBufferPointer<snn_extremes>
  private let sums: UnsafeMutableBufferPointer<Double>
  private let moments: UnsafeMutableBufferPointer<Double>

  /// - Parameter temperatures: In inner units, descending, positive.
  package init(_ samples: DistanceSamples, temperatures: [Double], curvature: Bool) {
    precondition(temperatures.allSatisfy { $0 > 0 }, "temperatures must be positive")
    self.temperatures = temperatures
    self.order = samples.order
    self.curvature = curvature
    center = samples.largestDistance / 2
    let hottest = 2 * center
    momentTemperatureCount = temperatures.prefix { $0 >= hottest }.count
    let cold = temperatures.dropFirst(momentTemperatureCount)
    betas = .allocate(capacity: max(cold.count, 1))
    rates = .allocate(capacity: max(cold.count, 1))
    for (index, temperature) in cold.enumerated() {
      let beta = min(1 / temperature, .greatestFiniteMagnitude)
      betas[index] = beta
      rates[index] = Float(min(max(beta * Self.log2e, 1e-37), 1e38))
    }
    rowsPerState = curvature ? 3 : 2
    let states = 2 * samples.count
    extremes = .allocate(capacity: max(states, 1))
    extremes.initialize(
      repeating: snn_extremes(
        nearest: .infinity, nearest_count: 0, nearest_positive: .infinity, farthest: 0))
    sums = .allocate(capacity: max(states * rowsPerState * cold.count, 1))
    sums.initialize(repeating: 0)
    moments = .allocate(
      capacity: momentTemperatureCount > 0 ? states * Self.momentCount : 1)
    moments.initialize(repeating: 0)
  }

  deinit {
    betas.deallocate()
    rates.deallocate()
    extremes.deallocate()
    sums.deallocate()
    moments.deallocate()
  }

  package func absorb(_ row: DistanceRow) {
    let run = order.run(at: row.anchor)
    var sweep = snn_sweep(
      exponential_count: Int64(coldCount), betas: betas.baseAddress, rates: rates.baseAddress,
      moments: momentTemperatureCount > 0, moment_center: center,
      moment_inverse_range: center > 0 ? 1 / center : 0,
      // What lies beyond the cut is below N·e^{−cut} = 2e-9 of the nearest neighbor's share.
      cut: 20 + Self.logarithmBound(order.rows.count), curvature: curvature)
    snn_absorb_row(
      row.level, row.samples, &sweep, Int64(row.anchor), Int64(row.partners.lowerBound),
      Int64(row.partners.count), row.distances, Int64(run.lowerBound), Int64(run.upperBound),
      state(row.anchor, .same), state(row.anchor, .other))
  }

  /// The nearest neighbors of an anchor among one kind.
  package func extremes(at anchor: Int, _ kind: NeighborKind) -> NeighborExtremes {
    let found = extremes[2 * anchor + kind.rawValue]
    return NeighborExtremes(
      nearest: found.nearest, nearestCount: found.nearest_count,
      nearestPositive: found.nearest_positive, farthest: found.farthest)
  }

  /// The sum of an anchor over one kind at a temperature; nil where there is no such neighbor.
  package func sum(at anchor: Int, _ kind: NeighborKind, temperature index: Int) -> NeighborSum? {
    let state = 2 * anchor + kind.rawValue
    guard extremes[state].nearest < .infinity else { return nil }
    guard index >= momentTemperatureCount else { return momentSum(of: state, temperature: index) }
    let cold = index - momentTemperatureCount
    let start = state * rowsPerState * coldCount + cold
    let sum = sums[start]
    let first = -sums[start + coldCount] / sum * Self.ln2
    let second =
      curvature ? sums[start + 2 * coldCount] / sum * Self.ln2 * Self.ln2 - first * first : 0
    return NeighborSum(
      base: extremes[state].nearest, sum: sum, mean: first, variance: max(second, 0))
  }

  private func momentSum(of state: Int, temperature index: Int) -> NeighborSum {
    let step = -center / temperatures[index]
    let start = state * Self.momentCount
    // Σ_k stepᵏ/k! · m_{k+shift}: the sum and its derivatives by the order of the moment.
    func series(shift: Int) -> Double {
      var term = 1.0
      var total = 0.0
      for k in 0..<Self.momentCount - shift {
        total += term * moments[start + k + shift]
        term *= step / Double(k + 1)
      }
      return total
    }
    let sum = series(shift: 0)
    let first = series(shift: 1) / sum
    let second = series(shift: 2) / sum
    return NeighborSum(
      base: center, sum: sum, mean: -step * first,
      variance: step * step * max(second - first * first, 0))
  }

  private func state(_ anchor: Int, _ kind: NeighborKind) -> snn_neighbor_state {
    let state = 2 * anchor + kind.rawValue
    return snn_neighbor_state(
      extremes: extremes.baseAddress.map { $0 + state },
      sums: sums.baseAddress.map { $0 + state * rowsPerState * coldCount },
      moments: moments.baseAddress.map {
        $0 + (momentTemperatureCount > 0 ? state * Self.momentCount : 0)
      })
  }

  private var coldCount: Int { temperatures.count - momentTemperatureCount }
  private static let momentCount = Int(snn_moment_count)
  private static let log2e = 1.4426950408889634
  private static let ln2 = 0.6931471805599453

  /// At least ln n.
  private static func logarithmBound(_ n: Int) -> Double {
    Double(Int.bitWidth - n.leadingZeroBitCount) * ln2
  }
}

/// Whether neighbors share the anchor's class.
package enum NeighborKind: Int, CaseIterable, Sendable {
  case same, other
}

/// The nearest and farthest of an anchor's neighbors of one kind, in inner units.
package struct NeighborExtremes: Sendable {
  /// Infinity if there is none. By differences of the values as read, as is the count.
  package let nearest: Double
  /// The neighbors at that very distance.
  package let nearestCount: Double
  /// The smallest distance above 0 (to the accuracy of the expansion).
  package let nearestPositive: Double
  package let farthest: Double
}

/// Σ_j e^{−βd_j} = e^{−β·base}·sum, with the mean and the variance of β(d − base) under the weights.
package struct NeighborSum: Sendable {
  package let base: Double
  package let sum: Double
  package let mean: Double
  package let variance: Double
}
