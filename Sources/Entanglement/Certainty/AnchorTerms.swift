internal import ElementaryFunctions
internal import PairwiseDistances

/// What the soft neighborhood of one sample says at one temperature.
struct AnchorTerms {
  /// l_i in nats; nil for a sample alone in its class.
  let loss: Double?
  /// dl_i/d ln T.
  let slope: Double
  /// H_i in nats.
  let entropy: Double
  /// dH_i/d ln T = Var_i[βd].
  let entropySlope: Double
  /// The share of the neighbors of other classes.
  let otherShare: Double
  /// Σ e^{−βd} over all neighbors is e^{allLog − β·allBase}, over the own class the other two; the
  /// bases are the nearest distances in what `LayerPasses.terms` gives.
  private(set) var allBase: Double
  private(set) var allLog: Double
  private(set) var sameBase: Double
  private(set) var sameLog: Double

  var perplexity: Double { Elementary.exp(entropy) }

  /// - Parameters:
  ///   - same: The sum over neighbors of the own class, nil without any.
  ///   - other: The sum over all others, nil without any.
  init(same: NeighborSum?, other: NeighborSum?, beta: Double) {
    sameBase = same?.base ?? 0
    sameLog = same.map { Elementary.log($0.sum) } ?? .infinity
    let anchor = AnchorAlgebra(same: same, other: other, beta: beta)
    loss = same == nil ? nil : anchor?.loss
    slope = same == nil ? 0 : anchor?.slope ?? 0
    entropy = anchor?.entropy ?? 0
    entropySlope = anchor?.entropySlope ?? 0
    otherShare = anchor?.otherShare ?? 0
    allBase = anchor?.allBase ?? 0
    allLog = anchor?.logAll ?? 0
  }
}

extension AnchorTerms {
  /// Of one sample at one of the temperatures of a pass.
  init(_ sums: SoftNeighborSums, at position: Int, temperature index: Int, beta: Double) {
    self = AnchorTerms(
      same: sums.sum(at: position, .same, temperature: index),
      other: sums.sum(at: position, .other, temperature: index), beta: beta
    ).relative(
      toNearest: sums.extremes(at: position, .same), sums.extremes(at: position, .other),
      beta: beta)
  }

  /// What a pass for influences divides by.
  /// - Parameter weight: How many samples the perplexity stands for.
  func entry(times weight: Double = 1) -> SoftNormalisers.Entry {
    SoftNormalisers.Entry(
      allBase: allBase, allLog: allLog, sameBase: sameBase, sameLog: sameLog,
      isAnchor: loss != nil, entropy: entropy, perplexity: weight * perplexity,
      otherShare: otherShare)
  }

  /// The same with sums relative to the nearest neighbors, whatever they were kept relative to.
  fileprivate func relative(
    toNearest same: NeighborExtremes, _ other: NeighborExtremes, beta: Double
  ) -> AnchorTerms {
    var terms = self
    let nearest = min(same.nearest, other.nearest)
    if nearest < .infinity {
      terms.allLog += beta * (nearest - allBase)
      terms.allBase = nearest
    }
    if same.nearest < .infinity {
      terms.sameLog += beta * (same.nearest - sameBase)
      terms.sameBase = same.nearest
    }
    return terms
  }
}

/// The terms of every sample, by position in class order, with the means over them.
struct LayerTerms {
  let beta: Double
  let terms: [AnchorTerms]
  /// l(T) and dl/d ln T over the anchors.
  let loss: Double
  let slope: Double
  /// The mean of e^{H_i} over all samples, and its derivative by ln T.
  let perplexity: Double
  let perplexitySlope: Double

  init(_ terms: [AnchorTerms], beta: Double) {
    self.beta = beta
    self.terms = terms
    var (anchors, loss, slope, perplexity, perplexitySlope) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for term in terms {
      if let value = term.loss {
        anchors += 1
        loss += value
        slope += term.slope
      }
      perplexity += term.perplexity
      perplexitySlope += term.perplexity * term.entropySlope
    }
    self.loss = loss / max(anchors, 1)
    self.slope = slope / max(anchors, 1)
    self.perplexity = perplexity / Double(max(terms.count, 1))
    self.perplexitySlope = perplexitySlope / Double(max(terms.count, 1))
  }

  /// The most, in nats, that a sample adds to the sum of all losses when it comes to lie in the midst
  /// of another class: its own loss in the place of the surest sample, the classes beside that one's
  /// sharing evenly what that one leaves, and 1 for what it adds to the losses of its neighbors, the
  /// weights of all samples as neighbors being 1 on average.
  func reach(classCount: Int) -> Double {
    let surest = terms.compactMap(\.loss).reduce(Double.infinity, min)
    guard surest.isFinite else { return 0 }
    return Elementary.log(Double(max(classCount - 1, 1)))
      - Elementary.log(AnchorAlgebra.otherShare(loss: surest)) + 1
  }

  /// ∂ ln T/∂w_j less its mean where the temperature keeps the perplexity.
  /// - Parameter change: Of the perplexity with the weight, as a `ClassPass` has it.
  func shift(at position: Int, change: Double) -> Double {
    AnchorAlgebra.shift(
      own: terms[position].perplexity, change: change, perplexity: perplexity,
      count: Double(terms.count), slope: perplexitySlope)
  }

  var normalisers: SoftNormalisers {
    let normalisers = SoftNormalisers(count: terms.count)
    for (position, term) in terms.enumerated() { normalisers.set(term.entry(), at: position) }
    return normalisers
  }
}

extension LayerTerms {
  /// The terms at one of the temperatures of a pass, in inner units.
  init(_ sums: SoftNeighborSums, temperature: Double, index: Int, sampleCount: Int) {
    let beta = min(1 / temperature, 1e300)
    self.init(
      (0..<sampleCount).map { AnchorTerms(sums, at: $0, temperature: index, beta: beta) },
      beta: beta)
  }
}
