/// For every anchor and each kind of neighbor the sums that give the loss, its derivatives and the
/// perplexity at every temperature of a pass.
package protocol NeighborSums: Sendable {
  /// Hot to cold, in inner units.
  var temperatures: [Double] { get }

  /// The nearest neighbors of an anchor among one kind.
  func extremes(at anchor: Int, _ kind: NeighborKind) -> NeighborExtremes

  /// The sum of an anchor over one kind at a temperature; nil where there is no such neighbor.
  func sum(at anchor: Int, _ kind: NeighborKind, temperature index: Int) -> NeighborSum?

  /// The smallest distance above 0 (infinite if there is none) and the largest one, in inner units.
  var distanceRange: (smallestPositive: Double, largest: Double) { get }
}

/// Whether neighbors share the anchor's class.
package enum NeighborKind: Int, CaseIterable, Sendable {
  case same, other
}

/// The nearest of an anchor's neighbors of one kind, in inner units.
package struct NeighborExtremes: Sendable {
  /// Infinity if there is none. By differences of the values as read, as is the count.
  package var nearest: Double
  /// The neighbors at that very distance.
  package var nearestCount: Double
}

/// Σ_j e^{−βd_j} = e^{−β·base}·sum, with the mean and the variance of β(d − base) under the weights.
package struct NeighborSum: Sendable {
  package let base: Double
  package let sum: Double
  package let mean: Double
  package let variance: Double

  package init(base: Double, sum: Double, mean: Double, variance: Double) {
    self.base = base
    self.sum = sum
    self.mean = mean
    self.variance = variance
  }
}
