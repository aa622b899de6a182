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

  public var side: Side
  /// In the units of the number.
  public var absolute: Double
  /// As a share of the baseline's.
  public var relative: Double

  public init(side: Side, absolute: Double = 0.01, relative: Double = 0.05) {
    self.side = side
    self.absolute = absolute
    self.relative = relative
  }

  /// max(atol, rtol · |baseline|): a larger difference is material.
  public func limit(baseline: Double) -> Double { max(absolute, relative * abs(baseline)) }

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
  public var side: Tolerance.Side {
    switch self {
    case .minimum, .perplexity, .loss, .pair: .upper
    case .accuracy: .lower
    case .temperature: .both
    }
  }
}

/// What is asked of the layers and checkpoints whose names match. Of several rules for one number
/// the last decides.
public struct RegressionRule: Sendable, Equatable {
  /// What comes of a verdict.
  public enum Level: String, CaseIterable, Sendable {
    case error, warn, off
  }

  /// A pattern (`*`, `?`, `[a-z]`) of layers.
  public var layer: String
  /// A pattern of checkpoints; nil for the last of the file, against the last of the baseline.
  public var checkpoint: String?
  /// nil for every number, which only a rule that is off may say.
  public var measure: Measure?
  /// nil where only the bounds count.
  public var tolerance: Tolerance?
  /// Values that must not be passed, whatever the baseline's.
  public var minimum: Double?
  public var maximum: Double?
  public var level: Level

  public init(
    layer: String = "*", checkpoint: String? = nil, measure: Measure?,
    tolerance: Tolerance? = nil, minimum: Double? = nil, maximum: Double? = nil,
    level: Level = .error
  ) {
    self.layer = layer
    self.checkpoint = checkpoint
    self.measure = measure
    self.tolerance = tolerance
    self.minimum = minimum
    self.maximum = maximum
    self.level = level
  }

  /// Every layer of the last checkpoint: its loss at the matched perplexity must not rise by more
  /// than 0.01 and 5 %.
  public static func standard(at target: PerplexityTarget = .standard) -> RegressionRule {
    RegressionRule(measure: .perplexity(target), tolerance: Tolerance(side: .upper))
  }
}
