internal import Entanglement

/// The least true change of a number that a check finds in four cases of five.
///
/// A change δ is found where the difference is separated, more than z standard errors from 0, and
/// material, beyond the limit. With a normal error that is so with probability `power` from
///
///     δ = max(z·s(δ), limit) + z_power·s(δ)
///
/// on, where s(δ) is the standard error that the difference has *with* the change, not the s(0) of
/// a pair without it: a change comes in some samples and not in others, and that it could have met
/// others is a part of the error. Let sample j's part in the change be r_j/n with r_j between 0 and
/// R, and mean δ. The influences then differ by (r_j − δ)/n more than they did, and as r_j² ≤ R·r_j,
///
///     s(δ)² ≤ s(0)² + (R/n)·δ
///
/// with equality where a few samples change by R each and the others by nothing. So nothing is assumed
/// of which samples a change comes in but R:
///
/// - A change may come in any samples: R is then what a sample adds that comes to lie in the midst of
///   another class (`Measurement.largestShare`), or what one weighs already if that is more. No fewer
///   than (z + z_power)² samples make such a change, some 8 to 15.
/// - A spread change, such as more noise or classes that come closer, has no sample that changes by
///   more than the one that weighs most already on either number, or by chance: R is that.
struct DetectableChange {
  /// s(0): of the pair at hand.
  let standardError: Double
  /// R/n.
  let largestShare: Double
  /// max(atol, rtol·|baseline|).
  let limit: Double
  /// z.
  let quantile: Double

  /// How often a change of this size is found.
  static let power = 0.8

  var size: Double {
    let powerQuantile = NormalDistribution.twoSidedQuantile(2 * (1 - Self.power))
    // Both conditions are met where the harder one is: each is a square root in δ plus a constant.
    return max(
      solution(factor: quantile + powerQuantile, beyond: 0),
      solution(factor: powerQuantile, beyond: limit))
  }

  /// δ = start + factor·s(δ).
  private func solution(factor: Double, beyond start: Double) -> Double {
    let (square, linear) = (
      factor * factor * (standardError * standardError + largestShare * start),
      factor * factor * largestShare
    )
    return start + (linear + (linear * linear + 4 * square).squareRoot()) / 2
  }
}

extension Measure {
  /// What a sample adds to the number that was sure of its class and comes to lie among all classes.
  func chanceShare(in classes: [ClassSize]) -> Double {
    let names = self.classes.map(Set.init)
    let counts = classes.filter { names?.contains($0.name) ?? true }.map(\.count)
    let total = counts.reduce(0, +)
    let anchors = counts.filter { $0 > 1 }
    guard !anchors.isEmpty else { return 0 }
    let anchorCount = Double(anchors.reduce(0, +))
    switch kind {
    case .temperature: return 0
    case .accuracy: return 1 / anchorCount
    case .minimum, .perplexity, .loss, .pair:
      let chance = anchors.reduce(0) {
        $0 + Double($1) * AnchorAlgebra.chance(classSize: $1, of: total)
      }
      return chance / anchorCount / anchorCount
    }
  }
}
