internal import ElementaryFunctions
package import PairwiseDistances

/// The equation of the loss at one anchor and one temperature, and what follows from it: everything
/// else in this module adds these numbers up.
///
/// For anchor i let S_same and S_other be Σ_j e^{−βd_ij} over the neighbors of its class and over those
/// of the others, β = 1/T. With A = S_same and B = S_same + S_other, equation 1 reads
///
///     l = −log(A/B) = log(1 + r),    r = S_other/S_same the odds of another class,
///     q = S_other/B = r/(1 + r),     A/B = 1/(1 + r) = e^{−l}
///
/// **Log-sum-exp.** A sum is kept as e^{−β·base}·sum, the base of each kind near its own nearest
/// distance, so that neither sum underflows against the other:
///
///     log r = log(sum_other/sum_same) − offset,    offset = β(base_other − base_same)
///
/// **Temperature.** With E the mean and V the variance of βd under the weights e^{−βd}/S of a kind,
/// dS/d ln T = S·E and dE/d ln T = V − E. So, with D = E_same − E_other,
///
///     dl/d ln T     = −q·D
///     d²l/d(ln T)²  = q·(D + V_other − V_same + D²/(1 + r))
///     H             = log B + E_all,    E_all = E_same − q·D = E_other + D/(1 + r)
///     dH/d ln T     = V_all = V_same + q·(V_other − V_same + D²/(1 + r))
///
/// H is the entropy of i's soft neighbors, e^H its perplexity.
///
/// **Weights of samples.** Let j count w_j times as a neighbor, p_j = e^{−βd_ij}/B, and q_j =
/// e^{−βd_ij}/A in i's class, else 0:
///
///     ∂l/∂w_j = p_j − q_j,    ∂e^H/∂w_j = p_j·e^H·(1 + βd_ij − E_all)
///     with a = A/B:  ∂a/∂w_j = −a·(p_j − q_j),    da/d ln T = −a·dl/d ln T
///
/// In i's class p_j − q_j = −q·q_j, without the cancellation of two that are alike where the loss is
/// small.
///
/// A mean Σ_i w_i f_i(w)/Σ_i w_i over n samples then changes, at w = 1, by
///
///     ∂f/∂w_j = (f_j − f + Σ_i ∂f_i/∂w_j)/n + (∂f/∂ ln T)·(∂ ln T/∂w_j)
///
/// The sums over i are what a `ClassPass` gathers.
///
/// **Distances.** With n anchors, w_j = ∂l/∂d_ij = (q_j − p_j)/(T·n), which is
///
///     w_j = q·e^{−βd_ij}/(S_same·T·n) in i's class,    w_j = −q·e^{−βd_ij}/(S_other·T·n) in another
///
/// without the cancellation of q_j − p_j where the anchor is sure of its class.
package struct AnchorAlgebra {
  /// A kind without neighbors has the sum 0, and else what the other kind has.
  private let same: NeighborSum
  private let other: NeighborSum
  /// Whether the anchor has a neighbor of its class: without, it has no loss.
  package let isAnchor: Bool
  package let odds: NeighborOdds
  /// q.
  private let share: Double
  /// D.
  private let difference: Double

  /// - Parameters:
  ///   - same: The sum over neighbors of the own class, nil without any.
  ///   - other: The sum over all others, nil without any.
  /// - Returns: nil without neighbors of either kind.
  package init?(same: NeighborSum?, other: NeighborSum?, beta: Double) {
    guard let some = same ?? other else { return nil }
    isAnchor = same != nil
    self.same = same ?? some.ofNone
    self.other = other ?? some.ofNone
    let offset = NeighborOdds.offset(self.other.base, from: self.same.base, beta: beta)
    odds = NeighborOdds(ratio: self.other.sum / self.same.sum, offset: offset)
    share = odds.share
    difference = (self.same.mean - self.other.mean) - offset
  }

  /// q.
  var otherShare: Double { share }

  /// l in nats; infinite without a neighbor of the class.
  package var loss: Double { odds.loss }

  /// dl/d ln T.
  package var slope: Double { -otherStep }

  /// d²l/d(ln T)².
  package var curvature: Double {
    share > 0 ? share * (difference + (other.variance - same.variance + between)) : 0
  }

  /// H in nats.
  package var entropy: Double { logAll + meanExponent }

  /// e^H.
  package var perplexity: Double {
    dominant.sum * (1 + lesserOdds) * Elementary.exp(meanExponent)
  }

  /// dH/d ln T.
  package var entropySlope: Double {
    share > 0
      ? same.variance + share * (other.variance - same.variance + between) : same.variance
  }

  /// Σ e^{−βd} over all neighbors is e^{logAll − β·allBase}.
  package var logAll: Double {
    Elementary.log(dominant.sum) + NeighborOdds.loss(odds: lesserOdds)
  }

  package var allBase: Double { dominant.base }

  /// The kind that holds more of B; what is said of both is relative to it.
  private var dominant: NeighborSum { odds.value > 1 ? other : same }

  /// Of the kind that holds less.
  private var lesserOdds: Double { odds.value > 1 ? 1 / odds.value : odds.value }

  /// E_all less β·allBase.
  private var meanExponent: Double {
    odds.value > 1 ? other.mean + sameStep : same.mean - otherStep
  }

  // A share of 0 times a difference without bound is 0: it falls faster than that grows.
  private var otherStep: Double { share > 0 ? share * difference : 0 }
  private var sameStep: Double { odds.value < .infinity ? difference / (1 + odds.value) : 0 }
  private var between: Double {
    odds.value < .infinity ? difference * difference / (1 + odds.value) : 0
  }
}

extension AnchorAlgebra {
  /// l from the logarithms of A and B on one base; rounding does not take it below 0.
  static func loss(logAll: Double, logSame: Double) -> Double { max(logAll - logSame, 0) }

  /// log Σ e^{−β(d − base)} of some distances, relative to the nearest of them.
  static func logSum(of distances: [Double], beta: Double, base: Double) -> Double {
    let nearest = distances.min() ?? base
    let sum = distances.reduce(0) { $0 + Elementary.exp(-beta * ($1 - nearest)) }
    return Elementary.log(sum) - beta * (nearest - base)
  }

  /// l as T → ∞, where every neighbor weighs the same.
  /// - Parameters:
  ///   - classSize: Of the anchor's class, two or more.
  ///   - count: Of all samples.
  package static func chance(classSize: Int, of count: Int) -> Double {
    NeighborOdds.loss(odds: Double(count - classSize) / Double(classSize - 1))
  }

  /// What l is not below where the nearest neighbor of another class is nearer by `gap`:
  /// r ≥ e^{gap/T}/m with m neighbors of the own class.
  static func lowerBound(gap: Double, logSameCount: Double, temperature: Double) -> Double {
    max(0, gap / temperature - logSameCount)
  }

  /// A/B of an anchor with this loss.
  static func accuracy(loss: Double) -> Double { Elementary.exp(-loss) }

  /// q of an anchor with this loss; above 0.
  static func otherShare(loss: Double) -> Double {
    loss < 1e-6 ? max(loss, .leastNonzeroMagnitude) : 1 - accuracy(loss: loss)
  }

  /// ∂f/∂w_j of a mean over samples, less its mean over j.
  /// - Parameters:
  ///   - deviation: f_j − f; 0 of a sample that f is no mean over.
  ///   - change: Σ_i ∂f_i/∂w_j.
  ///   - count: n.
  ///   - slope: ∂f/∂ ln T.
  ///   - shift: ∂ ln T/∂w_j less its mean; 0 at a temperature that stands still.
  static func influence(
    deviation: Double, change: Double, count: Double, slope: Double, shift: Double
  ) -> Double {
    (deviation + change) / count + slope * shift
  }

  /// ∂ ln T/∂w_j less its mean where T keeps the mean perplexity P: −(∂P/∂w_j)/(∂P/∂ ln T), in which
  /// the mean of Σ_i ∂e^{H_i}/∂w_j over j is P itself.
  /// - Parameters:
  ///   - own: e^{H_j}.
  ///   - change: Σ_i ∂e^{H_i}/∂w_j.
  ///   - slope: ∂P/∂ ln T.
  static func shift(
    own: Double, change: Double, perplexity: Double, count: Double, slope: Double
  ) -> Double {
    slope > 0 ? -(own + change - 2 * perplexity) / (count * slope) : 0
  }

  /// T·n·∂l/∂d of a neighbor at a distance, divided by a scale common to all anchors.
  /// - Parameters:
  ///   - sum: Of the neighbors of its kind.
  ///   - logShare: log q less the logarithm of the scale.
  package static func pull(
    _ kind: NeighborKind, in sum: NeighborSum, at distance: Double, logShare: Double, beta: Double
  ) -> Double {
    let step = NeighborOdds.offset(sum.base, from: distance, beta: beta)
    let size = Elementary.exp(logShare + step - Elementary.log(sum.sum))
    return kind == .same ? size : -size
  }
}

/// The odds r of one set of neighbors against another: of all other classes, or of one, against the
/// anchor's own.
package struct NeighborOdds {
  /// r; infinite from e^600 on.
  package let value: Double
  /// log r where r was made from it.
  private let logarithm: Double?

  /// - Parameters:
  ///   - ratio: Of the two sums, each on its own base.
  ///   - offset: β times the difference of the bases.
  init(ratio: Double, offset: Double) {
    if offset == 0 {
      value = ratio
      logarithm = nil
    } else {
      let logarithm = Elementary.log(ratio) - offset
      value = logarithm < Self.mostLogarithm ? Elementary.exp(logarithm) : .infinity
      self.logarithm = logarithm
    }
  }

  /// The odds of one sum e^{−β·base}·sum against another.
  init(
    of other: (base: Double, sum: Double), against same: (base: Double, sum: Double), beta: Double
  ) {
    self.init(
      ratio: other.sum / same.sum,
      offset: Self.offset(other.base, from: same.base, beta: beta))
  }

  /// log r.
  var log: Double { logarithm ?? Elementary.log(value) }

  /// log(1 + r).
  var loss: Double {
    if let logarithm, logarithm >= Self.mostLogarithm { return logarithm }
    return Self.loss(odds: value)
  }

  /// q = r/(1 + r).
  var share: Double { value < .infinity ? value / (1 + value) : 1 }

  /// log q = log r − log(1 + r); −∞ where there is no such neighbor.
  package var logShare: Double { value < .infinity ? log - loss : 0 }

  /// log(1 + r).
  @inline(__always)
  static func loss(odds: Double) -> Double {
    // The next term of the series is below 1e-18 of the first.
    odds < 1e-9 ? odds * (1 - odds / 2) : Elementary.log1p(odds)
  }

  /// β(base − origin), 0 where the two are one, also if β has no bound.
  @inline(__always)
  static func offset(_ base: Double, from origin: Double, beta: Double) -> Double {
    base == origin ? 0 : beta * (base - origin)
  }

  /// Many odds on one pair of bases, whose exponential is taken once.
  struct Scale {
    private let gap: Double
    private let factor: Double

    init(of other: Double, against same: Double, beta: Double) {
      gap = -NeighborOdds.offset(other, from: same, beta: beta)
      factor = Elementary.exp(min(gap, NeighborOdds.mostLogarithm))
    }

    /// log(1 + r) where the two sums have this ratio.
    @inline(__always)
    func loss(ratio: Double) -> Double {
      gap > NeighborOdds.mostLogarithm
        ? gap + Elementary.log(ratio) : NeighborOdds.loss(odds: ratio * factor)
    }
  }

  /// log(1 + r) is log r here, and r is still far from the end of a Double.
  private static let mostLogarithm = 600.0
}

extension NeighborSum {
  /// No neighbors on the same base: what is multiplied with their sum may be anything finite.
  fileprivate var ofNone: NeighborSum {
    NeighborSum(base: base, sum: 0, mean: mean, variance: variance)
  }
}
