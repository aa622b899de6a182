internal import Activations
internal import ElementaryFunctions
internal import PairwiseDistances

/// What the nearest and farthest neighbors of the anchors say about the loss at extreme
/// temperatures, in the units of the distances as read.
struct NeighborLimits: Sendable {
  /// lim l(T) as T → 0: the mean of log(1 + m_other/m_same) where the nearest neighbors of both
  /// kinds tie, 0 where one of the own class is strictly nearer; nil (infinite) if some anchor has
  /// a strictly nearer neighbor of another class.
  let limitAtZero: Double?
  /// A bound on every distance met.
  let farthest: Double
  /// The smallest scale that nearest neighbors show: below it (and some) every temperature has the
  /// limit's value.
  let smallestScale: Double
  /// The mean number of neighbors, of any class, at the nearest distance: the perplexity as T → 0.
  let tieCount: Double
  let duplicates: Duplicates

  /// How much nearer the nearest other-class neighbor is, and log of the number of same-class ones.
  private let gaps: [(gap: Double, logCount: Double)]

  init(_ sums: some NeighborSums, of samples: DistanceSamples) {
    var limit = 0.0
    var infinite = false
    let range = sums.distanceRange
    var smallest = range.smallestPositive
    var ties = 0.0
    var (within, across) = (0, 0)
    var gaps: [(gap: Double, logCount: Double)] = []
    for anchor in 0..<samples.count {
      let same = sums.extremes(at: anchor, .same)
      let other = sums.extremes(at: anchor, .other)
      ties += Self.nearestCount(same, other)
      if same.nearest == 0 { within += 1 }
      if other.nearest == 0 { across += 1 }
      guard same.nearest < .infinity, other.nearest < .infinity else { continue }
      var gap = same.nearest - other.nearest
      if abs(gap) <= Self.tieTolerance * max(same.nearest, other.nearest) { gap = 0 }
      if gap > 0 { infinite = true }
      if gap == 0 { limit += NeighborOdds.loss(odds: other.nearestCount / same.nearestCount) }
      if gap != 0 { smallest = min(smallest, abs(gap)) }
      let classSize = samples.order.run(at: anchor).count
      gaps.append((samples.outer(gap), Elementary.log(Double(classSize - 1))))
    }
    limitAtZero = infinite ? nil : limit / Double(max(gaps.count, 1))
    self.farthest = samples.outer(range.largest) * (1 + 1e-5)
    smallestScale = samples.outer(smallest)
    duplicates = Duplicates(within: within, across: across)
    tieCount = ties / Double(max(samples.count, 1))
    self.gaps = gaps
  }

  /// mean_i max(0, g_i/T − log(n_{y_i} − 1)): no loss at T is below it.
  func lowerBound(at temperature: Double) -> Double {
    var sum = 0.0
    for (gap, logCount) in gaps where gap > 0 {
      sum += AnchorAlgebra.lowerBound(gap: gap, logSameCount: logCount, temperature: temperature)
    }
    return sum / Double(max(gaps.count, 1))
  }

  /// How many neighbors of either kind are at the nearest distance of both.
  private static func nearestCount(_ same: NeighborExtremes, _ other: NeighborExtremes) -> Double {
    let nearest = min(same.nearest, other.nearest)
    guard nearest < .infinity else { return 0 }
    return [same, other].reduce(0) {
      $1.nearest <= nearest * (1 + tieTolerance) ? $0 + $1.nearestCount : $0
    }
  }

  /// Two float64 sums of squares this close are the same distance.
  private static let tieTolerance = 1e-12
}
