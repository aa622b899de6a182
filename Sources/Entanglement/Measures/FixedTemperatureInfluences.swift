internal import Activations
internal import PairwiseDistances

/// The neighborhoods of all samples at given temperatures, with the influence of each sample on the
/// loss, on the soft-neighbor accuracy, and on the temperature of a matched perplexity.
///
/// The accuracy is the mean of A_i/B_i over the anchors; what it does with the weights and with T is
/// in `AnchorAlgebra`.
struct FixedTemperatureInfluences {
  let terms: LayerTerms
  let order: ClassOrder
  /// Of the loss at the temperature, by row.
  let influences: [Double]
  private let changes: [Double]
  private let perplexityChanges: [Double]

  /// One a temperature (in the distance's units), from two passes for as many of them as the memory
  /// holds.
  static func all(
    _ passes: LayerPasses, at temperatures: [Double]
  ) throws(EntanglementError) -> [FixedTemperatureInfluences] {
    let size = max(1, passes.memory / (max(passes.samples.count, 1) * Self.bytesPerSample))
    var found: [FixedTemperatureInfluences] = []
    for start in stride(from: 0, to: temperatures.count, by: size) {
      found += try atOnce(passes, temperatures[start..<min(start + size, temperatures.count)])
    }
    return found
  }

  private static func atOnce(
    _ passes: LayerPasses, _ temperatures: ArraySlice<Double>
  ) throws(EntanglementError) -> [FixedTemperatureInfluences] {
    let samples = passes.samples
    let all = 0..<samples.count
    let terms = try passes.terms(at: temperatures.map(samples.inner))
    // Losses first, then accuracies, whose anchors weigh a_i.
    let influences = terms.flatMap { terms in
      [false, true].map { isAccuracy in
        let normalisers = terms.normalisers
        if isAccuracy {
          for position in all {
            normalisers.set(weight: terms.terms[position].accuracy ?? 0, at: position)
          }
        }
        return ClassPass(
          samples, beta: terms.beta, anchors: all,
          quantities: ClassPass.Quantities(
            classSums: false, lossChanges: true, perplexityChanges: !isAccuracy),
          normalisers: normalisers)
      }
    }
    try passes.reduce(with: TileReductionGroup(influences))
    return terms.indices.map {
      FixedTemperatureInfluences(
        terms[$0], order: samples.order, losses: influences[2 * $0],
        accuracies: influences[2 * $0 + 1])
    }
  }

  private init(
    _ terms: LayerTerms, order: ClassOrder, losses: ClassPass, accuracies: ClassPass
  ) {
    self.terms = terms
    self.order = order
    var jackknife = Jackknife(terms, order: order, isMatched: false, byClass: false)
    jackknife.add(losses)
    influences = jackknife.influences(byRowOf: order)
    changes = terms.terms.indices.map { accuracies.lossChange(at: $0) }
    perplexityChanges = terms.terms.indices.map { losses.perplexityChange(at: $0) }
  }

  /// The mean of A_i/B_i over the anchors.
  var accuracy: Double { mean(\.accuracy) }

  /// ∂ ln T/∂w_j less its mean where the temperature keeps the perplexity, by row.
  var temperatureInfluences: [Double] {
    byRow { terms.shift(at: $0, change: perplexityChanges[$0]) }
  }

  /// Of the accuracy where the temperature keeps the perplexity, by row.
  var accuracyInfluences: [Double] {
    let accuracy = accuracy
    let anchors = Double(terms.terms.count { $0.loss != nil })
    let slope = mean { term in term.accuracy.map { -$0 * term.slope } }
    return byRow { position in
      AnchorAlgebra.influence(
        deviation: terms.terms[position].accuracy.map { $0 - accuracy } ?? 0,
        change: -changes[position], count: anchors, slope: slope,
        shift: terms.shift(at: position, change: perplexityChanges[position]))
    }
  }

  /// Sums, terms, and the normalisers and sums of two kinds of influences.
  private static let bytesPerSample = 320

  private func mean(_ value: (AnchorTerms) -> Double?) -> Double {
    let values = terms.terms.compactMap(value)
    return values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }

  private func byRow(_ value: (Int) -> Double) -> [Double] {
    var values = Array(repeating: 0.0, count: order.rows.count)
    for (position, row) in order.rows.enumerated() { values[row] = value(position) }
    return values
  }
}

extension AnchorTerms {
  /// a_i = A_i/B_i; nil for a sample alone in its class.
  fileprivate var accuracy: Double? { loss.map(AnchorAlgebra.accuracy(loss:)) }
}
