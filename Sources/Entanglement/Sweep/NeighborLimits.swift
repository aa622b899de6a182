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
  private let gaps: [(gap: Double, logCount: Double, weight: Double)]
  /// The sum of their weights.
  private let counted: Double

  /// - Parameter draw: The anchors that stand for all; nil where all are.
  init(_ sums: some NeighborSums, of samples: DistanceSamples, draw: AnchorDraw? = nil) {
    var limit = 0.0
    var infinite = false
    let range = sums.distanceRange
    var smallest = range.smallestPositive
    var ties = 0.0
    var (within, across) = (0, 0)
    var gaps: [(gap: Double, logCount: Double, weight: Double)] = []
    var (counted, tied) = (0.0, 0.0)
    let positions = draw.map { draw in draw.runs.flatMap(Array.init) } ?? Array(0..<samples.count)
    for anchor in positions {
      let weight = draw?.weight(ofClass: Int(samples.order.classes[anchor])) ?? 1
      tied += weight
      let same = sums.extremes(at: anchor, .same)
      let other = sums.extremes(at: anchor, .other)
      ties += weight * Self.nearestCount(same, other)
      if same.nearest == 0 { within += 1 }
      if other.nearest == 0 { across += 1 }
      guard same.nearest < .infinity, other.nearest < .infinity else { continue }
      var gap = same.nearest - other.nearest
      if abs(gap) <= Self.tieTolerance * max(same.nearest, other.nearest) { gap = 0 }
      if gap > 0 { infinite = true }
      counted += weight
      if gap == 0 {
        limit += weight * NeighborOdds.loss(odds: other.nearestCount / same.nearestCount)
      }
      if gap != 0 { smallest = min(smallest, abs(gap)) }
      let classSize = samples.order.run(at: anchor).count
      gaps.append((samples.outer(gap), Elementary.log(Double(classSize - 1)), weight))
    }
    limitAtZero = infinite ? nil : limit / max(counted, 1)
    self.farthest = samples.outer(range.largest) * (1 + 1e-5)
    smallestScale = samples.outer(smallest)
    duplicates = Duplicates(within: within, across: across)
    tieCount = ties / max(tied, 1)
    self.counted = counted
    self.gaps = gaps
  }

  /// mean_i max(0, g_i/T − log(n_{y_i} − 1)): no loss at T is below it.
  func lowerBound(at temperature: Double) -> Double {
    var sum = 0.0
    for (gap, logCount, weight) in gaps where gap > 0 {
      sum +=
        weight
        * AnchorAlgebra.lowerBound(gap: gap, logSameCount: logCount, temperature: temperature)
    }
    return sum / max(counted, 1)
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
