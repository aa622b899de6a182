/// How much each sample moves the loss of a layer: ∂l/∂w_j less its mean, by row.
///
/// The sum of squares is the variance of the loss. Two layers or checkpoints computed from the same
/// rows share samples, so the variance of their difference is Σ_j (U_j − V_j)².
package struct SampleInfluences: Sendable, Equatable, Codable {
  /// Of the loss at the matched perplexity; nil where there is none.
  package let matched: [Double]?
  /// Of the minimum; nil unless it is interior.
  package let minimum: [Double]?

  /// The most, in nats, that one sample adds to either loss times the samples when it comes to lie in
  /// the midst of another class.
  package let matchedReach: Double?
  package let minimumReach: Double?

  package init(
    matched: [Double]?, minimum: [Double]?, matchedReach: Double? = nil,
    minimumReach: Double? = nil
  ) {
    self.matched = matched
    self.minimum = minimum
    self.matchedReach = matchedReach
    self.minimumReach = minimumReach
  }
}

/// The difference of two losses that were computed from the same samples, with its interval.
public struct PairedDifference: Sendable, Equatable, Codable {
  /// Second less first, in nats.
  public let difference: Double
  /// Of the difference, at 95 %.
  public let interval: Interval

  /// - Parameters:
  ///   - first: A loss and the influences of the samples on it, by row.
  ///   - second: The other, of the same rows in the same order.
  /// - Precondition: As many influences on both sides.
  package init(
    from first: (loss: Double, influences: [Double]),
    to second: (loss: Double, influences: [Double])
  ) {
    precondition(
      first.influences.count == second.influences.count,
      "\(first.influences.count) samples cannot be paired with \(second.influences.count)")
    difference = second.loss - first.loss
    let variance = zip(first.influences, second.influences).reduce(0) {
      $0 + ($1.1 - $1.0) * ($1.1 - $1.0)
    }
    interval = Interval(estimate: difference, standardError: variance.squareRoot())
  }
}
