public import Activations
import Foundation

/// The loss by its definition in Double: all distances by differences, log-sum-exp over plain
/// arrays, nothing shared with the library but the input types.
public struct NaiveLoss {
  public let loss: Double
  /// dl/d ln T.
  public let slope: Double
  public let perplexity: Double

  public init(_ distances: [[Double]], classes: [Int32], temperature: Double) {
    let count = distances.count
    var losses: [Double] = []
    var slopes: [Double] = []
    var perplexities: [Double] = []
    for i in 0..<count {
      let all = (0..<count).filter { $0 != i }
      let same = all.filter { classes[$0] == classes[i] }
      let (logAll, meanAll) = Self.softSum(all.map { distances[i][$0] }, temperature)
      perplexities.append(exp(logAll + meanAll / temperature))
      guard !same.isEmpty else { continue }
      let other = all.filter { classes[$0] != classes[i] }
      let (logSame, meanSame) = Self.softSum(same.map { distances[i][$0] }, temperature)
      let (logOther, meanOther) = Self.softSum(other.map { distances[i][$0] }, temperature)
      let z = logOther - logSame
      losses.append(z > 0 ? z + log1p(exp(-z)) : log1p(exp(z)))
      let otherShare = 1 / (1 + exp(-z))
      slopes.append(other.isEmpty ? 0 : -otherShare * (meanSame - meanOther) / temperature)
    }
    loss = losses.reduce(0, +) / Double(losses.count)
    slope = slopes.reduce(0, +) / Double(slopes.count)
    perplexity = perplexities.reduce(0, +) / Double(count)
  }

  public init(
    _ matrix: ActivationMatrix, _ labels: ClassLabels, temperature: Double, cosine: Bool = false
  ) {
    self.init(
      cosine ? Self.cosineDistances(matrix) : Self.squaredDistances(matrix),
      classes: labels.indices, temperature: temperature)
  }

  public static func squaredDistances(_ matrix: ActivationMatrix) -> [[Double]] {
    squaredDistances(rows(of: matrix))
  }

  public static func cosineDistances(_ matrix: ActivationMatrix) -> [[Double]] {
    let units = rows(of: matrix).map { row -> [Double] in
      var square = 0.0
      for value in row { square += value * value }
      let norm = square.squareRoot()
      return row.map { $0 / norm }
    }
    return squaredDistances(units).map { $0.map { $0 / 2 } }
  }

  private static func squaredDistances(_ rows: [[Double]]) -> [[Double]] {
    rows.map { a in
      rows.map { b in
        var sum = 0.0
        for feature in a.indices {
          let difference = a[feature] - b[feature]
          sum += difference * difference
        }
        return sum
      }
    }
  }

  /// The mean off-diagonal entry.
  public static func meanDistance(_ distances: [[Double]]) -> Double {
    let count = Double(distances.count)
    return distances.map { $0.reduce(0, +) }.reduce(0, +) / (count * (count - 1))
  }

  /// log Σ e^{−d/T} and the mean of d under its weights.
  private static func softSum(_ distances: [Double], _ temperature: Double) -> (Double, Double) {
    guard let nearest = distances.min() else { return (-.infinity, 0) }
    let weights = distances.map { exp((nearest - $0) / temperature) }
    let sum = weights.reduce(0, +)
    let mean = zip(weights, distances).reduce(0) { $0 + $1.0 * $1.1 } / sum
    return (log(sum) - nearest / temperature, mean)
  }

  private static func rows(of matrix: ActivationMatrix) -> [[Double]] {
    (0..<matrix.sampleCount).map { row in
      (0..<matrix.featureCount).map { matrix[row, $0] }
    }
  }
}
