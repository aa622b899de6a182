public import Activations

/// The soft nearest neighbor loss at one temperature, with its derivatives.
///
///     ∂l/∂x_i = 2 Σ_j (w_ij + w_ji)(x_i − x_j)
///     w_ij    = ([y_i = y_j]·e_ij/A_i − e_ij/B_i) / (T·n)      e_ij = exp(−d_ij/T), w_ii = 0
///
/// with n the number of anchors, and w_ij = 0 where i is none. For cosine, d = |u_i − u_j|²/2 of the
/// unit rows, so the factor 2 falls away, and ∂l/∂u is brought back to x: its part along the row is
/// taken away, the rest divided by |x_i|.
public struct LossGradient: Sendable {
  /// l(T) in nats; for a minimum without a temperature, the limit.
  public let loss: Double
  /// T in the units of the distances; nil for a minimum that is approached as T → 0 or T → ∞.
  public let temperature: Double?
  /// ∂l/∂x, `sampleCount × featureCount`, in nats an activation unit, in the precision and the order
  /// of the activations. Rows of zeros that were skipped (cosine) have a gradient of 0.
  public let activations: ActivationMatrix
  /// ∂l/∂ln T in nats. A step against it lowers the loss; 0 at a minimum.
  public let logTemperature: Double

  /// ∂l/∂T = (∂l/∂ln T)/T.
  public var byTemperature: Double { temperature.map { logTemperature / $0 } ?? 0 }

  /// ∂l/∂β for β = 1/T: −T·∂l/∂ln T.
  public var byInverseTemperature: Double { temperature.map { -$0 * logTemperature } ?? 0 }
}
