internal import Activations
internal import PairwiseDistances

/// The infinitesimal jackknife of the loss at one temperature.
///
/// With the weight w_j of sample j as an anchor and as a neighbor of others (`AnchorAlgebra`), its
/// influence is U_j = ∂l/∂w_j − mean at w = 1, and the variance of l is Σ_j U_j². At an interior
/// minimum the temperature's own dependence on the weights has no effect of first order; at a matched
/// perplexity it has.
///
/// Rows drawn with replacement are no bootstrap here: a copy is a neighbor at distance 0.
struct Jackknife {
  /// U_j of the loss, by position in class order.
  private(set) var influences: [Double] = []
  /// Σ_j U_j² of each class's loss, where these were asked for.
  private(set) var classVariances: [Double]

  private let terms: LayerTerms
  private let classes: [Int32]
  /// Samples of each class, 0 where there are fewer than two.
  private let anchorCounts: [Double]
  private let anchorCount: Double
  private let isMatched: Bool
  let trim: LossTrim?
  private let classLosses: [Double]
  private let classSlopes: [Double]

  /// - Parameters:
  ///   - isMatched: Whether the temperature follows the perplexity; else it stands still.
  ///   - byClass: Whether the losses of the classes are wanted.
  ///   - trim: Of the trimmed mean in place of the mean; the sums that are added are then of the
  ///     anchors that it keeps.
  init(
    _ terms: LayerTerms, order: ClassOrder, isMatched: Bool, byClass: Bool, trim: LossTrim? = nil
  ) {
    self.terms = terms
    self.trim = trim
    self.isMatched = isMatched
    classes = order.classes
    anchorCounts = order.runs.map { $0.count > 1 ? Double($0.count) : 0 }
    anchorCount = trim.map { Double(max($0.keptCount, 1)) } ?? anchorCounts.reduce(0, +)
    let anchors = order.runs.map { $0.count > 1 ? terms.terms[$0] : [] }
    classLosses = byClass ? anchors.map { $0.mean { $0.loss ?? 0 } } : []
    classSlopes = byClass ? anchors.map { $0.mean(\.slope) } : []
    classVariances = classLosses.map { _ in 0 }
  }

  var standardError: Double {
    influences.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  /// Adds the samples that `sums` is about; batches come in ascending order.
  mutating func add(_ sums: ClassPass) {
    for position in sums.anchors {
      let term = terms.terms[position]
      let shift =
        isMatched
        ? terms.shift(at: position, change: sums.perplexityChange(at: position)) : 0
      let own = Int(classes[position])
      var total = 0.0
      if classLosses.isEmpty {
        total = sums.lossChange(at: position)
      } else {
        for index in classLosses.indices where anchorCounts[index] > 0 {
          let change = sums.lossChange(at: position, class: index)
          total += change
          let influence = AnchorAlgebra.influence(
            deviation: index == own ? (term.loss ?? 0) - classLosses[index] : 0, change: change,
            count: anchorCounts[index], slope: classSlopes[index], shift: shift)
          classVariances[index] += influence * influence
        }
      }
      let deviation = term.loss.map { loss in
        trim.map { min(loss, $0.quantile) - $0.center } ?? loss - terms.loss
      }
      influences.append(
        AnchorAlgebra.influence(
          deviation: deviation ?? 0, change: total, count: anchorCount,
          slope: trim?.slope ?? terms.slope, shift: shift))
    }
  }
}

extension Collection {
  fileprivate func mean(_ value: (Element) -> Double) -> Double {
    isEmpty ? 0 : reduce(0) { $0 + value($1) } / Double(count)
  }
}
