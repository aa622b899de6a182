/// What became of a number since the baseline.
public enum Verdict: String, CaseIterable, Sendable {
  /// Within the tolerance, or not told apart from noise at a tolerance of 0.
  case pass
  /// Separated and material, the right way.
  case improvement
  /// Separated and material, the wrong way; or beyond a bound.
  case regression
  /// Beyond the tolerance the wrong way and not separated from noise, or without samples to tell.
  case inconclusive
  /// Not the same thing measured twice.
  case notComparable = "not-comparable"
}
