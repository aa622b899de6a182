package import Activations
internal import ElementaryFunctions

/// The numbers of samples at which a layer is looked at.
public struct SampleSizes: Sendable, Equatable {
  /// Ascending, without repetition.
  package let sizes: [Int]
  package let seed: UInt64

  /// - Precondition: sizes of two samples or more.
  public init(_ sizes: [Int], seed: UInt64 = 0) {
    precondition(sizes.allSatisfy { $0 > 1 }, "sub-samples of \(sizes) samples have no neighbors")
    self.sizes = Set(sizes).sorted()
    self.seed = seed
  }

  /// Twice as many each time, from one number up to another.
  package static func doubling(from first: Int, through last: Int) -> [Int] {
    var sizes: [Int] = []
    var next = first
    while next > 0, next <= last {
      sizes.append(next)
      next = next > Int.max / 2 ? 0 : 2 * next
    }
    return sizes
  }

  /// How often a size is drawn. Draws of more than half of the samples have most of them in common
  /// and say little beside one another.
  package static func drawCount(of size: Int, from sampleCount: Int) -> Int {
    if size >= sampleCount { return 1 }
    return 2 * size > sampleCount ? 3 : 5
  }

  /// The rows of one draw, ascending: the same for all layers and checkpoints of the same labels, and
  /// whatever other sizes are drawn.
  package func rows(_ size: Int, draw: Int, of labels: ClassLabels) -> [Int] {
    var generator = SplitMix64(seed: seed, size, draw)
    return StratifiedSample(count: size, of: labels, using: &generator).rows
  }
}

/// A loss over several draws of as many samples.
public struct DrawnLoss: Sendable, Equatable, Codable {
  /// The mean over the draws, in nats.
  public let loss: Double
  /// Over the draws; nil of a single one. Draws of one layer overlap, so it vanishes towards the
  /// whole.
  package let standardDeviation: Double?
  /// The geometric mean of T / mean distance over the draws that have a temperature; nil if none has.
  package let relativeTemperature: Double?

  package init(loss: Double, standardDeviation: Double?, relativeTemperature: Double?) {
    self.loss = loss
    self.standardDeviation = standardDeviation
    self.relativeTemperature = relativeTemperature
  }

  /// nil of no draw.
  init?(_ draws: [(loss: Double, relativeTemperature: Double?)]) {
    let losses = draws.map(\.loss)
    guard let mean = losses.mean else { return nil }
    loss = mean
    standardDeviation = losses.standardDeviation
    let places = draws.compactMap(\.relativeTemperature)
    // A lone draw keeps its digits.
    relativeTemperature =
      places.count > 1
      ? places.map(Elementary.log).mean.map(Elementary.exp) : places.first
  }
}

/// The loss of stratified sub-samples of one size.
public struct SampleSizeEstimate: Sendable, Equatable, Codable {
  /// The size of the draws.
  public let sampleCount: Int
  package let drawCount: Int
  /// In each draw: every class keeps its share.
  package let anchorCount: Int
  /// The least loss over T of each draw; nil where it was not asked for.
  public let minimum: DrawnLoss?
  /// Where the minimum of each draw is.
  package let positions: [LossMinimum.Position]
  /// At the matched perplexity; nil where it was not asked for, or some draw has none.
  public let matched: DrawnLoss?
  /// What the matched perplexity is: a count is another share of each size.
  package let target: PerplexityTarget
  package let seed: UInt64

  package init(
    sampleCount: Int, drawCount: Int, anchorCount: Int, minimum: DrawnLoss?,
    positions: [LossMinimum.Position], matched: DrawnLoss?, target: PerplexityTarget, seed: UInt64
  ) {
    self.sampleCount = sampleCount
    self.drawCount = drawCount
    self.anchorCount = anchorCount
    self.minimum = minimum
    self.positions = positions
    self.matched = matched
    self.target = target
    self.seed = seed
  }

  init(_ draws: [LayerEntanglement], target: PerplexityTarget, seed: UInt64) {
    sampleCount = draws.first?.sampleCount ?? 0
    drawCount = draws.count
    anchorCount = draws.first?.anchorCount ?? 0
    let minima = draws.compactMap(\.minimum)
    minimum = DrawnLoss(minima.map { ($0.loss, $0.relativeTemperature) })
    positions = minima.map(\.position)
    let found = draws.compactMap(\.matched)
    matched =
      found.count == draws.count
      ? DrawnLoss(found.map { ($0.loss, $0.relativeTemperature) }) : nil
    self.target = target
    self.seed = seed
  }
}

/// The loss of sub-samples of growing size, without replacement: on more samples the nearest
/// neighbors are nearer, so the minimum over T falls, and a difference between layers of different N
/// may be one of N alone.
struct SampleSizeStudy {
  private(set) var estimates: [SampleSizeEstimate] = []
  private(set) var notices: [String] = []

  /// - Parameter whole: The layer itself, which stands for the size of all samples.
  init(
    _ sizes: SampleSizes, of parts: LayerParts, whole: LayerEntanglement
  ) throws(EntanglementError) {
    let settings = parts.settingsOfParts
    var tooSmall: [Int] = []
    for size in sizes.sizes where size < parts.sampleCount {
      var draws: [LayerEntanglement] = []
      for draw in 0..<SampleSizes.drawCount(of: size, from: parts.sampleCount) {
        let rows = sizes.rows(size, draw: draw, of: parts.labels)
        // Every draw has as many of each class.
        guard LabelStatistics(parts.labels.rows(rows)).populatedClassCount > 1,
          let drawn = try parts.entanglement(of: rows, with: settings)
        else { break }
        draws.append(drawn)
      }
      if draws.isEmpty {
        tooSmall.append(size)
      } else {
        estimates.append(
          SampleSizeEstimate(draws, target: settings.perplexityTarget, seed: sizes.seed))
      }
    }
    estimates.append(
      SampleSizeEstimate([whole], target: settings.perplexityTarget, seed: sizes.seed))
    if !tooSmall.isEmpty {
      notices.append(
        "No loss of sub-samples of \(tooSmall.map(String.init).joined(separator: ", ")): they leave "
          + "no class two samples, or only one class. Begin --sample-sizes with more.")
    }
  }
}
