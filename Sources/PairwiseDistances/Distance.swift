/// What "near" means for two rows of activations.
public enum Distance: String, CaseIterable, Sendable {
  /// d = |a − b|², in squared activation units.
  case squaredEuclidean = "squared-euclidean"
  /// d = 1 − cos(a, b), without unit: half the squared Euclidean distance of the unit rows. A row
  /// of zeros has no direction, so a layer must not hold one.
  case cosine
}
