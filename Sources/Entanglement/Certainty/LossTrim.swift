/// The mean of the losses of the anchors but for the hundredth part of them of greatest loss, for means
/// that a handful of samples carry.
///
/// With q the greatest of the losses that are kept, the 99 % quantile of all, and n of them kept,
///
///     l_q = (1/n) Σ_{l_i ≤ q} l_i
///
/// As the losses themselves depend on the weights of all samples, sample j moves l_q by its own part,
/// min(l_j, q) less its mean, by what it changes of the losses that are kept, and by the temperature:
///
///     U_j = (min(l_j, q) − mean_i min(l_i, q) + Σ_{l_i ≤ q} ∂l_i/∂w_j)/n + (dl_q/d ln T)·∂ ln T/∂w_j
///
/// That q itself moves has no effect of first order.
struct LossTrim {
  /// q.
  let quantile: Double
  /// n.
  let keptCount: Int
  /// l_q and dl_q/d ln T.
  let loss: Double
  let slope: Double
  /// The mean of min(l_i, q) over all anchors.
  let center: Double

  init(_ terms: LayerTerms) {
    let losses = terms.terms.compactMap(\.loss).sorted()
    let kept = losses.count - LossSpread.topCount(of: losses.count)
    let quantile = losses.isEmpty ? 0 : losses[max(kept - 1, 0)]
    self.quantile = quantile
    var (count, loss, slope, center) = (0, 0.0, 0.0, 0.0)
    for term in terms.terms {
      guard let value = term.loss else { continue }
      center += min(value, quantile)
      guard value <= quantile else { continue }
      count += 1
      loss += value
      slope += term.slope
    }
    keptCount = count
    self.loss = loss / Double(max(count, 1))
    self.slope = slope / Double(max(count, 1))
    self.center = center / Double(max(losses.count, 1))
  }

  func keeps(_ term: AnchorTerms) -> Bool { term.loss.map { $0 <= quantile } ?? false }
}

/// A trimmed mean with the influence of each sample on it.
package struct TrimmedLoss: Sendable, Equatable, Codable {
  /// The mean over the anchors but for the hundredth part of them of greatest loss, in nats.
  package let value: Double
  /// Of the samples on it, by row; nil where they are not known.
  package let influences: [Double]?
  /// Of a mean over trainings: the value of each. nil of a single training.
  package let runs: [Double]?

  package init(value: Double, influences: [Double]?, runs: [Double]? = nil) {
    self.runs = runs
    self.value = value
    self.influences = influences
  }
}
