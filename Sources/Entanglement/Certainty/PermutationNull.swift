internal import Activations
internal import ElementaryFunctions
internal import PairwiseDistances

/// How the loss at the matched perplexity compares with that of labels shuffled among the samples.
///
/// The temperature of a matched perplexity does not depend on the labels, so that shuffled labels meet
/// just the neighborhoods that the true ones do. Were the classes no structure at all, each of the
/// labelings, the true one included, would be as likely to have the least loss: hence
/// p = (1 + #{shuffled loss ≤ loss})/(labelings + 1).
public struct PermutationNull: Sendable, Equatable, Codable {
  /// How often labels were shuffled.
  package let labelingCount: Int
  package let seed: UInt64
  /// The mean of the losses under shuffled labels, in nats.
  public let mean: Double
  /// Their 0.025 and 0.975 quantiles.
  public let lower: Double
  /// The upper quantile.
  public let upper: Double
  /// The probability of so small a loss by chance.
  public let p: Double

  static let labelingCount = 199

  /// - Parameters:
  ///   - losses: Under shuffled labels.
  ///   - loss: Under the true ones.
  init(losses: [Double], loss: Double, seed: UInt64) {
    let sorted = losses.sorted()
    func quantile(_ share: Double) -> Double {
      // The order statistic number share·(n + 1), counted from 1.
      let place = (share * Double(sorted.count + 1)).rounded() - 1
      return sorted[min(max(Int(place), 0), sorted.count - 1)]
    }
    labelingCount = losses.count
    self.seed = seed
    mean = losses.reduce(0, +) / Double(max(losses.count, 1))
    lower = quantile(0.025)
    upper = quantile(0.975)
    p = Double(1 + losses.count { $0 <= loss }) / Double(losses.count + 1)
  }
}

/// The losses under labels that are shuffled again and again, the first first.
struct PermutationPass {
  private(set) var losses: [Double] = []

  private let passes: LayerPasses
  private let terms: LayerTerms
  private let seed: UInt64
  private var generator: SplitMix64

  /// - Parameter terms: At the temperature in question, under the true labels.
  init(_ passes: LayerPasses, _ terms: LayerTerms, seed: UInt64) {
    self.passes = passes
    self.terms = terms
    self.seed = seed
    generator = SplitMix64(seed: seed)
  }

  private var samples: DistanceSamples { passes.samples }

  /// Of all shuffles.
  mutating func permutationNull() throws(EntanglementError) -> PermutationNull {
    try add(max(PermutationNull.labelingCount - losses.count, 0))
    return PermutationNull(losses: losses, loss: terms.loss, seed: seed)
  }

  /// Of as many shuffles as bring the error of their mean to 1 %, the first of them in the pass that
  /// is made of `shared`; nil where these are so far from their class that their distances would have
  /// to be computed one by one. Nothing but the samples decides how many.
  mutating func nullLoss(_ shared: SharedShuffles) throws(EntanglementError) -> NullLoss? {
    guard !isFar(shared) else { return nil }
    add(shared)
    var null = NullLoss(losses: losses)
    while !null.isSettled, let further = null.further(sampleCount: samples.count) {
      try add(further)
      null = NullLoss(losses: losses)
    }
    return null
  }

  /// Whether more than a few anchors have no neighbor of their shuffled class within reach of float32.
  private func isFar(_ shuffles: SharedShuffles) -> Bool {
    let sizes = samples.order.runs.map(\.count)
    let labelings = shuffles.labelings
    let far = (0..<samples.count).count { anchor in
      labelings.indices.contains {
        sizes[Int(labelings[$0][anchor])] > 1
          && shuffles.sums.sum(at: anchor, labeling: $0) <= RelabeledSums.faint
      }
    }
    return far > max(samples.count / 200, 16)
  }

  /// Passes with so many more shuffles.
  private mutating func add(_ count: Int) throws(EntanglementError) {
    // As many labelings a pass as there is memory for.
    let most = max(passes.memory / (Self.bytesPerLabel * max(samples.count, 1)), 1)
    var left = count
    while left > 0 {
      let shuffles = shuffles(min(most, left))
      try passes.reduce(with: shuffles.sums)
      add(shuffles)
      left -= shuffles.labelings.count
    }
  }

  /// Some shuffles, whose sums a pass that is made anyway can take along.
  struct SharedShuffles {
    fileprivate let labelings: [[Int32]]
    let sums: RelabeledSums
  }

  /// The next ones.
  mutating func shuffles(_ count: Int) -> SharedShuffles {
    let labelings = (0..<count).map { _ in samples.order.classes.shuffled(using: &generator) }
    return SharedShuffles(
      labelings: labelings,
      sums: RelabeledSums(
        samples, beta: terms.beta, bases: terms.terms.map(\.allBase), labelings: labelings))
  }

  /// The losses of shuffles whose sums are complete.
  private mutating func add(_ shuffles: SharedShuffles) {
    let (pass, labelings, sums) = (self, shuffles.labelings, shuffles.sums)
    let blocks = blocks
    var totals = blocks.map { _ in [Double]() }
    totals.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let totals = buffer
      passes.machine.forEach(blocks.count) { block in
        totals[block] = pass.losses(of: blocks[block], sums, labelings)
      }
    }
    let anchors = Double(terms.terms.count { $0.loss != nil })
    losses += labelings.indices.map { labeling in
      totals.reduce(0) { $0 + $1[labeling] } / anchors
    }
  }

  private var blocks: [Range<Int>] {
    stride(from: 0, to: samples.count, by: 256).map { $0..<min($0 + 256, samples.count) }
  }

  /// Σ l_i over some anchors, under each labeling.
  private func losses(
    of anchors: Range<Int>, _ sums: RelabeledSums, _ labelings: [[Int32]]
  ) -> [Double] {
    let sizes = samples.order.runs.map(\.count)
    var totals = Array(repeating: 0.0, count: labelings.count)
    for anchor in anchors {
      var distances: [Double] = []
      for labeling in labelings.indices {
        let own = labelings[labeling][anchor]
        // Alone in its class it is no anchor.
        guard sizes[Int(own)] > 1 else { continue }
        let sum = sums.sum(at: anchor, labeling: labeling)
        let logarithm: Double
        if sum > RelabeledSums.faint {
          logarithm = Elementary.log(sum)
        } else {
          if distances.isEmpty {
            distances = samples.exactDistances(
              from: anchor, instructionSet: passes.machine.instructionSet)
          }
          let labels = labelings[labeling]
          let mates = distances.indices.filter { $0 != anchor && labels[$0] == own }
          logarithm = AnchorAlgebra.logSum(
            of: mates.map { distances[$0] }, beta: terms.beta, base: terms.terms[anchor].allBase)
        }
        totals[labeling] += AnchorAlgebra.loss(
          logAll: terms.terms[anchor].allLog, logSame: logarithm)
      }
    }
    return totals
  }

  /// A sum, a label as it was drawn and a label as the kernel reads it.
  static let bytesPerLabel = 16
}
