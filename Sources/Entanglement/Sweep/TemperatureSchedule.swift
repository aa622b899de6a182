internal import ElementaryFunctions

/// A temperature that falls while a network is trained: T = 1/(η + epoch)^γ.
///
/// So Agarap (2021) anneals the loss, with η = 1 and γ = 0.55 on the cosine distance.
public struct TemperatureSchedule: Sendable, Equatable {
  /// η.
  package let offset: Double
  /// γ.
  package let exponent: Double

  /// nil unless η is positive and γ finite.
  public init?(offset: Double, exponent: Double) {
    guard offset > 0, offset.isFinite, exponent.isFinite else { return nil }
    self.offset = offset
    self.exponent = exponent
  }

  /// In the units of the distance.
  /// - Precondition: a step of 0 or more.
  package func temperature(atStep step: Int) -> Double {
    precondition(step >= 0, "there is no temperature at step \(step)")
    return Elementary.exp(-exponent * Elementary.log(offset + Double(step)))
  }
}
