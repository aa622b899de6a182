public import Entanglement

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
  /// The most that the value may be; nil for no bound.
  public var maximum: Double?
  /// What comes of a verdict that is no pass.
  public var level: Level

  /// A rule; the defaults are those of a rules file.
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
