internal import ElementaryFunctions

/// The classes' probabilities by the distances of the neighbors (Rajani et al. 2020):
/// p(y | x) ∝ Σ_{i ∈ kNN(x)} exp(−d_i / T)·[y_i = y].
///
/// T is in the units of d. As T → ∞ this is the vote's share; as T → 0 the nearest neighbor decides.
package struct NeighborPosterior: Sendable {
  package let temperature: Double
  /// The most probable class of each query; of equally probable ones that of the nearest neighbor.
  package let predictions: [Int32]
  /// Its probability.
  package let probabilities: [Double]

  /// - Precondition: T > 0, and the classes are those of the lists.
  package init(_ lists: NeighborLists, _ classes: NeighborClasses, temperature: Double) {
    precondition(temperature > 0, "a temperature must be positive, not \(temperature)")
    self.temperature = temperature
    var predictions: [Int32] = []
    var probabilities: [Double] = []
    for query in 0..<lists.queryCount {
      let distances = lists.distances(of: query)
      let nearest = distances.first ?? 0
      var order: [Int32] = []
      var weights: [Int32: Double] = [:]
      var total = 0.0
      for (name, distance) in zip(classes.classes(of: query), distances) {
        let weight = Elementary.exp((nearest - distance) / temperature)
        if weights[name] == nil { order.append(name) }
        weights[name, default: 0] += weight
        total += weight
      }
      var best: (name: Int32, weight: Double) = (0, -1)
      for name in order {
        let weight = weights[name] ?? 0
        if weight > best.weight { best = (name, weight) }
      }
      predictions.append(best.name)
      probabilities.append(best.weight / total)
    }
    self.predictions = predictions
    self.probabilities = probabilities
  }

  /// The mean distance of a neighbor: the temperature's natural unit.
  package static func meanNeighborDistance(_ lists: NeighborLists) -> Double {
    let share = 1 / Double(max(lists.distances.count, 1))
    return lists.distances.reduce(0) { $0 + $1 * share }
  }
}

/// The model's prediction where it is sure, that of the neighbors where it is not: what each
/// threshold of the model's confidence gives.
package struct BackOff: Sendable {
  /// One threshold.
  package struct Point: Sendable {
    /// The model decides where its confidence is at or above.
    package let threshold: Double
    /// The share of queries that the model decides.
    package let coverage: Proportion
    /// Correct predictions of both together.
    package let accuracy: Proportion
    /// Correct predictions of the model among those it keeps.
    package let accuracyOfModel: Proportion
    /// Correct predictions of the neighbors among those they decide.
    package let accuracyOfNeighbors: Proportion
    /// What the model would have got right of those.
    package let accuracyOfModelThere: Proportion
  }

  package let points: [Point]

  /// - Parameters:
  ///   - model: The model's prediction, in the bank's classes; nil for one that the bank has not.
  ///   - confidences: The model's, 0…1.
  ///   - neighbors: The neighbors' prediction.
  ///   - truth: The class of each query.
  package init(
    model: [Int32?], confidences: [Double], neighbors: [Int32], truth: [Int32?],
    thresholds: [Double]
  ) {
    points = thresholds.map { threshold in
      var kept = (all: 0, right: 0)
      var backedOff = (all: 0, right: 0, rightOfModel: 0)
      for query in truth.indices {
        let isRightModel = model[query] != nil && model[query] == truth[query]
        if confidences[query] >= threshold {
          kept.all += 1
          kept.right += isRightModel ? 1 : 0
        } else {
          backedOff.all += 1
          backedOff.right += neighbors[query] == truth[query] ? 1 : 0
          backedOff.rightOfModel += isRightModel ? 1 : 0
        }
      }
      return Point(
        threshold: threshold, coverage: Proportion(count: kept.all, of: truth.count),
        accuracy: Proportion(count: kept.right + backedOff.right, of: truth.count),
        accuracyOfModel: Proportion(count: kept.right, of: kept.all),
        accuracyOfNeighbors: Proportion(count: backedOff.right, of: backedOff.all),
        accuracyOfModelThere: Proportion(count: backedOff.rightOfModel, of: backedOff.all))
    }
  }

  /// 0, where the model decides all, to above 1, where it decides none.
  package static let usualThresholds: [Double] =
    [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1]

  /// The largest probability of each row of a softmax, and its column (the first of equals).
  package static func softmaxMaxima(
    rowCount: Int, columnCount: Int, logit: (Int, Int) -> Double
  ) -> [(column: Int, probability: Double)] {
    (0..<rowCount).map { row in
      var best = (column: 0, logit: logit(row, 0))
      for column in 1..<max(columnCount, 1) where logit(row, column) > best.logit {
        best = (column, logit(row, column))
      }
      var total = 0.0
      for column in 0..<columnCount { total += Elementary.exp(logit(row, column) - best.logit) }
      return (best.column, 1 / total)
    }
  }
}
