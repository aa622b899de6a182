public import Activations
import Foundation

/// The loss with a weight on every sample, by its definition in Double: a weight counts a sample as
/// so many anchors and so many neighbors of others.
public struct WeightedLoss {
  public let distances: [[Double]]
  public let classes: [Int32]

  public init(_ matrix: ActivationMatrix, _ labels: ClassLabels) {
    distances = NaiveLoss.squaredDistances(matrix)
    classes = labels.indices
  }

  /// Σ_i w_i l_i / Σ_i w_i over the anchors of `only`, or of every class.
  public func loss(_ weights: [Double], temperature: Double, only: Int32? = nil) -> Double {
    var (sum, total) = (0.0, 0.0)
    for i in classes.indices where only == nil || classes[i] == only {
      let same = logSum(i, weights, temperature) { self.classes[$0] == self.classes[i] }
      guard same > -.infinity else { continue }
      sum += weights[i] * (logSum(i, weights, temperature) { _ in true } - same)
      total += weights[i]
    }
    return sum / total
  }

  /// l_i of every sample; nil of those without another of their class.
  public func losses(_ weights: [Double], temperature: Double) -> [Double?] {
    classes.indices.map { i in
      let same = logSum(i, weights, temperature) { self.classes[$0] == self.classes[i] }
      return same > -.infinity ? logSum(i, weights, temperature) { _ in true } - same : nil
    }
  }

  /// The mean over the `kept` anchors of least loss, as a share of the weight: what their weights
  /// exceed or lack of kept/n of all goes to the greatest of their losses.
  public func trimmedLoss(_ weights: [Double], temperature: Double, kept: Int) -> Double {
    let anchors = zip(weights, losses(weights, temperature: temperature))
      .compactMap { weight, loss in loss.map { (weight: weight, loss: $0) } }
      .sorted { $0.loss < $1.loss }
    let wanted =
      anchors.reduce(0) { $0 + $1.weight } * Double(kept) / Double(anchors.count)
    let inner = anchors.prefix(kept)
    let mass = inner.reduce(0) { $0 + $1.weight }
    let sum = inner.reduce(0) { $0 + $1.weight * $1.loss }
    return (sum + (wanted - mass) * anchors[kept - 1].loss) / wanted
  }

  /// Σ_i w_i (A_i/B_i) / Σ_i w_i over the anchors.
  public func accuracy(_ weights: [Double], temperature: Double) -> Double {
    var (sum, total) = (0.0, 0.0)
    for i in classes.indices {
      let same = logSum(i, weights, temperature) { self.classes[$0] == self.classes[i] }
      guard same > -.infinity else { continue }
      sum += weights[i] * exp(same - logSum(i, weights, temperature) { _ in true })
      total += weights[i]
    }
    return sum / total
  }

  /// Σ_i w_i e^{H_i} / Σ_i w_i.
  public func perplexity(_ weights: [Double], temperature: Double) -> Double {
    var sum = 0.0
    for i in classes.indices {
      let log = logSum(i, weights, temperature) { _ in true }
      var mean = 0.0
      for k in classes.indices where k != i {
        let d = distances[i][k]
        mean += weights[k] * exp(-d / temperature - log) * d / temperature
      }
      sum += weights[i] * exp(log + mean)
    }
    return sum / weights.reduce(0, +)
  }

  /// The temperature at which the perplexity is `target`, by halving from `reach` in ln T around
  /// `start`; weights scaled to mean 1.
  public func temperature(
    _ weights: [Double], target: Double, near start: Double, reach: Double = 0.02
  ) -> Double {
    let scale = Double(weights.count) / weights.reduce(0, +)
    let scaled = weights.map { $0 * scale }
    var (low, high) = (log(start) - reach, log(start) + reach)
    for _ in 0..<32 {
      let middle = (low + high) / 2
      if perplexity(scaled, temperature: exp(middle)) < target {
        low = middle
      } else {
        high = middle
      }
    }
    return exp((low + high) / 2)
  }

  private func logSum(
    _ i: Int, _ weights: [Double], _ temperature: Double, _ isIncluded: (Int) -> Bool
  ) -> Double {
    let partners = classes.indices.filter { $0 != i && isIncluded($0) }
    guard let nearest = partners.map({ distances[i][$0] }).min() else { return -.infinity }
    let sum = partners.reduce(0) {
      $0 + weights[$1] * exp((nearest - distances[i][$1]) / temperature)
    }
    return log(sum) - nearest / temperature
  }
}
