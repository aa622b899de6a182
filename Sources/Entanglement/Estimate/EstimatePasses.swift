internal import PairwiseDistances

/// The loss at one or two temperatures estimated from anchors, with two intervals.
///
/// With w_i the number of samples that anchor i stands for, l̂ = Σ w_i l_i/N_a over the N_a samples that
/// have a loss, and P̂ = Σ w_i P_i/N the perplexity. Where the temperature follows the perplexity it moves
/// l̂, to first order, with every P_i:
///
///     v_i = l_i/N_a + λ·P_i/N,    λ = −(dl/d ln T)/(dP/d ln T), 0 at a minimum
///
/// **Drawing**: Σ_i w_i v_i is a stratified sum, whose variance over draws is
/// Σ_c N_c²(1 − n_c/N_c)·s_c²(v)/n_c (`AnchorDraw.variance`).
///
/// **Total**: with the variance of the exact value over samples, Σ_j U_j², U_j = u_j + C_j as a `Jackknife`
/// has it: u_j what the sample changes as an anchor, C_j what it changes as a neighbor of all. The squares
/// of u and its products with C are sums over anchors; C_j², with C_j from few anchors, would be too
/// large, and is the product of two estimates of it from halves that have no anchor in common.
struct EstimatePasses {
  private let passes: LayerPasses
  private let draw: AnchorDraw
  private let lossCount: Double
  private let sampleCount: Double

  init(_ passes: LayerPasses, _ draw: AnchorDraw, _ statistics: LabelStatistics) {
    self.passes = passes
    self.draw = draw
    lossCount = Double(statistics.anchorCount)
    sampleCount = Double(statistics.sampleCount)
  }

  struct Point {
    let loss: Double
    /// nil where no intervals were asked for.
    let drawing: Interval?
    let total: Interval?
  }

  /// - Parameters:
  ///   - temperatures: In inner units; nil where there is none.
  ///   - isMatched: Whether the temperature follows the perplexity; else it stands still.
  func run(
    at temperatures: [Double?], isMatched: [Bool], wantsIntervals: Bool
  ) throws(EntanglementError) -> [Point?] {
    let inner = temperatures.map { $0.map { max($0, .leastNonzeroMagnitude) } }
    let descending = Set(inner.compactMap(\.self)).sorted(by: >)
    guard !descending.isEmpty else { return temperatures.map { _ in nil } }
    let sums = try passes.sums(at: descending, curvature: true)
    var points: [Point?] = []
    for (temperature, isMatched) in zip(inner, isMatched) {
      guard let temperature, let index = descending.firstIndex(of: temperature) else {
        points.append(nil)
        continue
      }
      let study = Study(self, sums, at: temperature, index: index, isMatched: isMatched)
      guard wantsIntervals else {
        points.append(Point(loss: study.loss, drawing: nil, total: nil))
        continue
      }
      func interval(_ variance: Double) -> Interval {
        Interval(estimate: study.loss, standardError: variance.squareRoot(), floor: 0)
      }
      let drawing = study.drawingVariance
      let total = drawing + (try study.sampleVariance())
      points.append(
        Point(loss: study.loss, drawing: interval(drawing), total: interval(total)))
    }
    return points
  }

  /// One temperature.
  private struct Study {
    let passes: LayerPasses
    let draw: AnchorDraw
    let beta: Double
    /// By position; of the anchors alone.
    let terms: [Int: AnchorTerms]
    let lossCount: Double
    let sampleCount: Double
    let loss: Double
    let perplexity: Double
    /// λ.
    let pull: Double

    init(
      _ of: EstimatePasses, _ sums: SoftNeighborSums, at temperature: Double, index: Int,
      isMatched: Bool
    ) {
      passes = of.passes
      draw = of.draw
      lossCount = of.lossCount
      sampleCount = of.sampleCount
      beta = min(1 / temperature, 1e300)
      var terms: [Int: AnchorTerms] = [:]
      for position in of.draw.runs.joined() {
        terms[position] = AnchorTerms(sums, at: position, temperature: index, beta: beta)
      }
      self.terms = terms
      func sum(_ value: (AnchorTerms) -> Double) -> Double {
        of.draw.sum { position in terms[position].map(value) ?? 0 }
      }
      loss = sum { $0.loss ?? 0 } / lossCount
      perplexity = sum(\.perplexity) / sampleCount
      let slope = sum { $0.loss == nil ? 0 : $0.slope } / lossCount
      let perplexitySlope = sum { $0.perplexity * $0.entropySlope } / sampleCount
      pull = isMatched && perplexitySlope > 0 ? -slope / perplexitySlope : 0
    }

    /// What a sample adds to the sum that the estimate is.
    private func value(_ terms: AnchorTerms) -> Double {
      (terms.loss ?? 0) / lossCount + pull * terms.perplexity / sampleCount
    }

    var drawingVariance: Double {
      draw.variance { position in terms[position].map(value) ?? 0 }
    }

    /// Σ_j U_j².
    func sampleVariance() throws(EntanglementError) -> Double {
      let halves = [draw.half(0), draw.half(1)]
      let sums = halves.map { weights in
        ClassPass(
          passes.samples, beta: beta, anchors: 0..<passes.samples.count,
          quantities: ClassPass.Quantities(
            classSums: false, lossChanges: true, perplexityChanges: pull != 0),
          normalisers: normalisers(weights))
      }
      try passes.reduce(with: TileReductionGroup(sums))
      /// C_j from one half.
      func change(_ half: Int, _ position: Int) -> Double {
        let perplexities =
          pull == 0 ? 0 : pull * (sums[half].perplexityChange(at: position) - perplexity)
        return sums[half].lossChange(at: position) / lossCount + perplexities / sampleCount
      }
      var neighbors = 0.0
      for position in 0..<passes.samples.count {
        neighbors += change(0, position) * change(1, position)
      }
      let anchors = draw.sum { position in
        guard let terms = terms[position] else { return 0 }
        let own =
          (terms.loss.map { $0 - loss } ?? 0) / lossCount
          + pull * (terms.perplexity - perplexity) / sampleCount
        return own * (own + change(0, position) + change(1, position))
      }
      return max(anchors + neighbors, 0)
    }

    /// The neighborhoods of some anchors, each as many times as its weight says.
    private func normalisers(_ weights: [Int: Double]) -> SoftNormalisers {
      let normalisers = SoftNormalisers(count: passes.samples.count)
      for (position, weight) in weights {
        guard let terms = terms[position] else { continue }
        normalisers.set(terms.entry(times: weight), at: position)
        normalisers.set(weight: terms.loss == nil ? 0 : weight, at: position)
      }
      return normalisers
    }
  }
}
