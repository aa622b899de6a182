package import Entanglement

/// How far a number may move from the baseline's before the change is material.
public struct Tolerance: Sendable, Equatable {
  /// Which way is a regression; the other way is an improvement.
  public enum Side: String, CaseIterable, Sendable {
    /// Too high is a regression.
    case upper
    /// Too low is a regression.
    case lower
    /// Either is.
    case both
  }

  /// Which way is a regression.
  public var side: Side
  /// In the units of the number.
  public var absolute: Double
  /// As a share of the baseline's.
  public var relative: Double

  /// The tolerance of a rule that says nothing of it, but for the side.
  public init(side: Side, absolute: Double = 0.01, relative: Double = 0.05) {
    self.side = side
    self.absolute = absolute
    self.relative = relative
  }

  /// max(atol, rtol · |baseline|): a larger difference is material.
  package func limit(baseline: Double) -> Double { max(absolute, relative * abs(baseline)) }

  /// Whether a difference (observed − baseline) goes the wrong way.
  func isWorse(_ difference: Double) -> Bool {
    switch side {
    case .upper: difference > 0
    case .lower: difference < 0
    case .both: difference != 0
    }
  }
}

extension Measure {
  /// The side that is a regression where a rule does not say: a higher loss, a lower accuracy, and
  /// either way for a temperature.
  package var side: Tolerance.Side {
    switch self {
    case .minimum, .perplexity, .loss, .pair: .upper
    case .accuracy: .lower
    case .temperature: .both
    }
  }
}
