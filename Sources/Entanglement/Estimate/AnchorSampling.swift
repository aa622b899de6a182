/// How many samples are drawn as anchors where the loss of all is estimated; all samples are their
/// neighbors, so that the estimate is of the loss at the number of samples there are.
public enum AnchorSampling: Sendable, Hashable {
  /// A number of anchors.
  case count(Int)
  /// A share of the samples, 0…1.
  case share(Double)
  /// As many as bring the half-width of the drawing's interval of the loss at the matched perplexity to
  /// this share of the loss; all samples, and so the exact loss, where fewer do not.
  case within(Double)

  /// How many anchors are drawn first, and the share of the loss that ends the drawing.
  func begin(sampleCount: Int) -> (count: Int, within: Double?) {
    switch self {
    case .count(let count): (count, nil)
    case .share(let share): (Int((share * Double(sampleCount)).rounded(.up)), nil)
    case .within(let share): (min(Self.firstCount, sampleCount), share)
    }
  }

  /// The share of the pairs of a layer that a pass goes over: those of the first anchors with all.
  package func pairShare(sampleCount: Int) -> Double {
    let count = Double(begin(sampleCount: sampleCount).count)
    return min(2 * count / Double(max(sampleCount, 1)), 1)
  }

  private static let firstCount = 1000
}
