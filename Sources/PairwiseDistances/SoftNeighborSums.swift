internal import Activations
internal import CDistanceKernels

/// For every anchor and each kind of neighbor (same class, other class) the sums that give the
/// loss, its derivatives and the perplexity at every temperature of a sweep, from one pass.
///
/// With β = 1/T, each temperature keeps Σ e^{−β(d−base)} and the first moment (second, with
/// `curvature`) of β(d − base) under these weights. How, depends on the temperature:
/// - Hot, above a third of the largest distance 2h: no exponential is needed. The moments Σ uᵏ,
///   k ≤ 12, of u = d/h − 1 give Σ e^{−βd} = e^{−βh} Σ_k (−βh)ᵏ/k! Σ uᵏ to 1.5¹³/13! ≈ 3e-8.
/// - Warm, down to 1/600 of the largest distance: e^{−βd} is a normal Double for every d, and the base is 0.
/// - Cold: the base is the nearest distance of the anchor and kind, so that same and other class
///   do not underflow against each other.
package final class SoftNeighborSums: NeighborSums, TileReduction, @unchecked Sendable {
  // Unchecked: the pass never absorbs for one anchor from two threads, and anchors share nothing.

  /// Hot to cold, in inner units.
  package let temperatures: [Double]
  private let count: Int
  private let hotCount: Int
  private let warmCount: Int
  private let curvature: Bool
  private let center: Double
  private let classes: [Int32]
  private let gapScale: Double
  private let betas: [Double]
  private let rates: [Float]
  // Block by block of the pass, as `snn_neighbor_sums` has them.
  private let extremes: Column<snn_extremes>
  private let ranges: Column<snn_range>
  private let sums: Column<Double>
  private let moments: Column<Double>

  /// - Parameter temperatures: In inner units, descending, positive.
  package init(_ samples: DistanceSamples, temperatures: [Double], curvature: Bool) {
    precondition(temperatures.allSatisfy { $0 > 0 }, "temperatures must be positive")
    self.temperatures = temperatures
    self.curvature = curvature
    count = samples.count
    classes = samples.order.classes
    let largest = samples.largestDistance
    center = largest / 2
    hotCount = temperatures.prefix { $0 >= largest / 3 }.count
    warmCount = temperatures.prefix { $0 >= largest / Self.mostExponent }.count - hotCount
    betas = temperatures.dropFirst(hotCount).map { min(1 / $0, .greatestFiniteMagnitude) }
    gapScale =
      largest > 0 ? Double(sign: .plus, exponent: -Int(largest.exponent) - 1, significand: 1) : 1
    let rateScale = Self.log2e / gapScale
    rates = betas.map { Float(min($0 * rateScale, 1e38)) }
    let blockCount = (count + PairwisePass.side - 1) / PairwisePass.side
    let cells = 2 * blockCount * PairwisePass.side
    extremes = Column(snn_extremes(nearest: .infinity, nearest_count: 0), count: cells)
    ranges = Column(snn_range(smallest_positive: .infinity, largest: 0), count: blockCount)
    sums = Column(0, count: cells * (curvature ? 3 : 2) * betas.count)
    moments = Column(0, count: hotCount > 0 ? cells * Self.momentCount : 0)
  }

  package var scratchSize: Int { withSweep { Int(snn_absorb_scratch_size($0)) } }

  package func absorb(_ tile: DistanceTile) {
    withSweep { sweep in
      classes.withUnsafeBufferPointer { classes in
        var state = snn_neighbor_sums(
          classes: classes.baseAddress, extremes: extremes.values.baseAddress,
          ranges: ranges.values.baseAddress, sums: sums.values.baseAddress,
          moments: moments.values.baseAddress)
        var kernelTile = tile.kernelTile
        snn_absorb_tile(tile.level, tile.samples, sweep, &kernelTile, &state, tile.scratch)
      }
    }
  }

  private func withSweep<Result>(_ body: (UnsafePointer<snn_sweep>) -> Result) -> Result {
    betas.withUnsafeBufferPointer { betas in
      rates.withUnsafeBufferPointer { rates in
        var sweep = snn_sweep(
          warm_count: Int64(warmCount), cold_count: Int64(betas.count - warmCount),
          betas: betas.baseAddress, rates: rates.baseAddress, gap_scale: gapScale,
          moments: hotCount > 0,
          moment_center: center, moment_inverse_range: center > 0 ? 1 / center : 0,
          cut: Self.cut(sampleCount: count), curvature: curvature)
        return body(&sweep)
      }
    }
  }

  package func extremes(at anchor: Int, _ kind: NeighborKind) -> NeighborExtremes {
    let found = extremes.values[place(of: anchor, kind, width: 1)]
    return NeighborExtremes(nearest: found.nearest, nearestCount: found.nearest_count)
  }

  /// To the accuracy of the expansion.
  package var distanceRange: (smallestPositive: Double, largest: Double) {
    (
      ranges.values.map(\.smallest_positive).min() ?? .infinity,
      ranges.values.map(\.largest).max() ?? 0
    )
  }

  package func sum(at anchor: Int, _ kind: NeighborKind, temperature index: Int) -> NeighborSum? {
    let nearest = extremes.values[place(of: anchor, kind, width: 1)].nearest
    guard nearest < .infinity else { return nil }
    guard index >= hotCount else { return momentSum(of: anchor, kind, temperature: index) }
    let quantity = betas.count * PairwisePass.side
    let place =
      place(of: anchor, kind, width: betas.count * (curvature ? 3 : 2))
      + (index - hotCount) * PairwisePass.side
    let sums = sums.values
    let sum = sums[place]
    let first = -sums[place + quantity] / sum * Self.ln2
    let second =
      curvature ? sums[place + 2 * quantity] / sum * Self.ln2 * Self.ln2 - first * first : 0
    return NeighborSum(
      base: index < hotCount + warmCount ? 0 : nearest, sum: sum, mean: first,
      variance: max(second, 0))
  }

  /// Where the state of an anchor begins, of so many numbers an anchor and kind.
  private func place(of anchor: Int, _ kind: NeighborKind, width: Int) -> Int {
    let (block, index) = anchor.quotientAndRemainder(dividingBy: PairwisePass.side)
    return (block * 2 + kind.rawValue) * width * PairwisePass.side + index
  }

  private func momentSum(
    of anchor: Int, _ kind: NeighborKind, temperature index: Int
  ) -> NeighborSum {
    let moments = moments.values
    let place = place(of: anchor, kind, width: Self.momentCount)
    let step = -center / temperatures[index]
    // Σ_k stepᵏ/k! · m_{k+shift}: the sum and its derivatives by the order of the moment.
    func series(shift: Int) -> Double {
      var term = 1.0
      var total = 0.0
      for k in 0..<Self.momentCount - shift {
        total += term * moments[place + (k + shift) * PairwisePass.side]
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

  private static let momentCount = Int(snn_moment_count)
  private static let log2e = 1.4426950408889634
  private static let ln2 = 0.6931471805599453
  /// e^{−600} and its products with N and d stay normal.
  private static let mostExponent = 600.0

  /// Exponents so far below that of the nearest neighbor are dropped: together they are below
  /// N·e^{−cut} = 2e-9 of its share.
  static func cut(sampleCount: Int) -> Double { 20 + logarithmBound(sampleCount) }

  /// At least ln n.
  private static func logarithmBound(_ n: Int) -> Double {
    Double(Int.bitWidth - n.leadingZeroBitCount) * ln2
  }
}
