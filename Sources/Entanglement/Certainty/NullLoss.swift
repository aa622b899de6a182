internal import Activations
internal import PairwiseDistances

/// What the loss at a temperature would be were the classes no structure: its mean over labels that
/// are shuffled among the samples.
///
/// At a finite temperature this lies above chance, the limit as T → ∞: the fewer neighbors an anchor
/// has, the more their shares vary, and −log of a share that varies is more than −log of its mean. So a
/// loss at a matched perplexity is held against this, a minimum over T, whose temperature the labels
/// choose, against chance.
public struct NullLoss: Sendable, Equatable, Codable {
  /// The mean over the shuffles, in nats.
  public let mean: Double
  /// Of the mean, by Monte Carlo.
  package let standardError: Double
  /// How often labels were shuffled: the first of the shuffles that `LossSettings.Quantity.permutations`
  /// makes, or all of these.
  package let labelingCount: Int

  package init(mean: Double, standardError: Double, labelingCount: Int) {
    self.mean = mean
    self.standardError = standardError
    self.labelingCount = labelingCount
  }

  /// - Parameter losses: Under shuffled labels, two or more.
  init(losses: [Double]) {
    let count = Double(losses.count)
    let mean = losses.reduce(0, +) / count
    let squares = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    standardError = (squares / (count * max(count - 1, 1))).squareRoot()
    labelingCount = losses.count
  }

  /// Whether the mean is known to 1 %, near enough to give losses as a share of it.
  var isSettled: Bool { standardError <= Self.tolerance * mean }

  /// How many shuffles are to follow these, by what these scatter; nil where it would be too many.
  /// - Parameter sampleCount: Of few samples many shuffles take no time.
  func further(sampleCount: Int) -> Int? {
    guard mean > 0 else { return nil }
    let ratio = standardError / (Self.tolerance * mean)
    // A tenth more, as the scatter is itself an estimate.
    let wanted = (1.1 * ratio * ratio * Double(labelingCount)).rounded(.up)
    let most = max(Self.mostLabelings, min(PermutationNull.labelingCount, 100_000 / sampleCount))
    guard wanted <= Double(most) else { return nil }
    return max(Int(wanted) - labelingCount, 1)
  }

  static let firstLabelings = 8
  private static let mostLabelings = 64
  private static let tolerance = 0.01

  /// For a reader, where it would take too long.
  static let farAbsence =
    "Under shuffled labels most samples are far from all of their class, so the loss at the matched "
    + "perplexity is given in no percent of that under shuffled labels, which takes a while: ask for "
    + "it with --compute …,permutations."

  /// For a reader, where the mean is not known well enough.
  static let scatterAbsence =
    "Some shuffles of so few samples do not tell the loss under shuffled labels to 1 %, so "
    + "the loss at the matched perplexity is given in no percent of it: ask for all shuffles with "
    + "--compute …,permutations."
}
