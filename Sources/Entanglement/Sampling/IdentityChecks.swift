package import Activations
internal import ElementaryFunctions
internal import PairwiseDistances

/// Two things that must hold of any layer whose numbers can be trusted.
package struct IdentityChecks: Sendable, Equatable, Codable {
  /// nil where the layer has no scale, or labels that cannot be shuffled.
  package let permutation: PermutationCheck?
  /// nil where a half has no loss at the matched perplexity.
  package let halves: SplitHalfCheck?
}

/// Whether shuffled labels have the loss of chance at T = mean distance.
///
/// With m = n_y − 1 same-class neighbors among M = N − 1 the mean of A_i over all labelings is
/// B_i·m/M, so by Jensen's inequality the loss is chance or above on average, by Var(A_i)/2A_i² in
/// second order: (1 − m/M)/2m of the squared coefficient of variation of the kernel values around i.
/// Twice that is allowed for, beside five standard errors of the mean over the shuffles.
package struct PermutationCheck: Sendable, Equatable, Codable {
  /// Drawn from the layer, if it has more.
  package let sampleCount: Int
  package let shuffleCount: Int
  /// The mean over the shuffles, in nats.
  package let loss: Double
  /// Of this mean.
  package let standardError: Double
  package let chance: Double
  /// How far above chance the mean may lie on average.
  package let excess: Double

  /// The losses that agree.
  package var allowed: ClosedRange<Double> {
    let slack = Self.standardErrors * standardError + Self.rounding * chance
    return chance - slack...chance + excess + slack
  }

  package var agrees: Bool { allowed.contains(loss) }

  init?(of parts: LayerParts, seed: UInt64) throws(EntanglementError) {
    var generator = SplitMix64(seed: seed, Self.stream)
    let rows = StratifiedSample(
      count: Self.mostSamples, of: parts.labels, using: &generator
    ).rows
    let labels = parts.labels.rows(rows)
    let statistics = LabelStatistics(labels)
    guard statistics.populatedClassCount > 1, statistics.anchorCount > 0 else { return nil }
    var losses: [Double] = []
    var excess = 0.0
    for _ in 0..<Self.shuffles {
      let shuffled = ClassLabels(
        indices: labels.indices.shuffled(using: &generator), names: labels.names)
      let passes = try parts.passes(at: rows, order: ClassOrder(shuffled))
      let scale = passes.samples.meanDistance
      guard scale > 0, scale.isFinite else { return nil }
      var evaluation = SweepEvaluation(
        passes, statistics: statistics, precision: .single, temperaturesPerPass: 1)
      try evaluation.evaluate([scale], curvature: false)
      losses += evaluation.points(at: [scale]).map(\.loss)
      if losses.count == 1 {
        let kernel = try KernelSpread(passes, at: scale)
        excess = kernel.excess(classSizes: labels.counts)
      }
    }
    guard let mean = losses.mean, let deviation = losses.standardDeviation else { return nil }
    sampleCount = rows.count
    shuffleCount = losses.count
    loss = mean
    standardError = deviation / Double(losses.count).squareRoot()
    chance = statistics.chance
    self.excess = excess
  }

  private static let shuffles = 20
  private static let mostSamples = 2000
  /// Of Student's t with 19 degrees of freedom: once in 12,000 layers by chance.
  private static let standardErrors = 5.0
  private static let rounding = 1e-6
  private static let stream = 1
}

/// How much the kernel values e^{−d/T} around a sample vary, on average over the samples.
private struct KernelSpread {
  private let neighborCount: Double
  /// The mean over i of the squared coefficient of variation of e^{−d_ij/T} over j.
  private let squaredVariation: Double
  /// The mean over i of log mean_j e^{−d_ij/T} + mean_j d_ij/T, T being the mean distance.
  private let logarithmicGap: Double

  /// - Parameter temperature: The mean distance.
  init(_ passes: LayerPasses, at temperature: Double) throws(EntanglementError) {
    let samples = passes.samples
    // Σ_j e^{−2d/T} is the sum at T/2.
    let terms = try passes.terms(
      at: [samples.inner(temperature), samples.inner(temperature / 2)])
    let count = Double(samples.count)
    let neighbors = count - 1
    var (variation, gap) = (0.0, 0.0)
    for anchor in 0..<samples.count {
      let logs = terms.map { terms in
        terms.terms[anchor].allLog - terms.beta * terms.terms[anchor].allBase
      }
      variation += max(neighbors * Elementary.exp(logs[1] - 2 * logs[0]) - 1, 0)
      gap += logs[0] - Elementary.log(neighbors)
    }
    neighborCount = neighbors
    squaredVariation = variation / count
    logarithmicGap = 1 + gap / count
  }

  /// How far above chance the loss of random labels may lie on average: twice the second order, and no
  /// more than Jensen's inequality allows, log mean ≥ mean log.
  func excess(classSizes: [Int]) -> Double {
    let anchors = classSizes.filter { $0 > 1 }
    var sum = 0.0
    for size in anchors {
      let same = Double(size - 1)
      let secondOrder =
        squaredVariation * (1 - same / neighborCount) / same * neighborCount
        / max(neighborCount - 1, 1)
      // A lone neighbor: the logarithm of its kernel value, no sum.
      sum += Double(size) * (size == 2 ? logarithmicGap : min(secondOrder, logarithmicGap))
    }
    return sum / Double(max(anchors.reduce(0, +), 1))
  }
}

/// Whether two disjoint halves of a layer have one loss at one share of perplexity.
package struct SplitHalfCheck: Sendable, Equatable, Codable {
  package struct Half: Sendable, Equatable, Codable {
    package let sampleCount: Int
    /// At the matched perplexity, in nats.
    package let loss: Double
    package let standardError: Double
  }

  /// Of the N − 1 others of each half.
  package let share: Double
  package let first: Half
  package let second: Half

  package var difference: Double { second.loss - first.loss }

  /// Of the difference: halves have no sample in common.
  package var standardError: Double {
    (first.standardError * first.standardError + second.standardError * second.standardError)
      .squareRoot()
  }

  package var agrees: Bool {
    abs(difference) <= Self.standardErrors * standardError + Self.rounding * max(first.loss, 1)
  }

  /// How many standard errors agree: once in 16,000 layers more by chance.
  package static let standardErrors = 4.0

  init?(of parts: LayerParts, seed: UInt64) throws(EntanglementError) {
    share = parts.loss.settings.perplexityTarget.share(sampleCount: parts.sampleCount)
    var settings = parts.settingsOfParts
    settings.quantities = [.curve, .perplexity, .intervals]
    settings.sweep = .standard
    settings.perplexityTarget = .share(share)
    var halves: [Half] = []
    for rows in Self.halves(of: parts.labels, seed: seed) {
      guard LabelStatistics(parts.labels.rows(rows)).populatedClassCount > 1,
        let matched = try parts.entanglement(of: rows, with: settings)?.matched,
        let interval = matched.interval
      else { return nil }
      halves.append(
        Half(
          sampleCount: rows.count, loss: matched.loss, standardError: interval.standardError))
    }
    guard halves.count == 2 else { return nil }
    first = halves[0]
    second = halves[1]
  }

  /// Each class in two, the odd samples now to one and now to the other; rows ascending.
  package static func halves(of labels: ClassLabels, seed: UInt64) -> [[Int]] {
    var generator = SplitMix64(seed: seed, stream)
    let order = ClassOrder(labels)
    var halves: [[Int]] = [[], []]
    for run in order.runs {
      for row in order.rows[run].shuffled(using: &generator) {
        // The smaller half is next, so that they differ by one sample at most.
        halves[halves[0].count <= halves[1].count ? 0 : 1].append(row)
      }
    }
    return halves.map { $0.sorted() }
  }

  private static let rounding = 1e-6
  private static let stream = 2
}
