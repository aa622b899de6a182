import Activations
import Neighbors

/// The k nearest by their definition: all distances in Double by differences, a whole sort.
enum NaiveNeighbors {
  static func lists(
    of queries: ActivationMatrix, in bank: ActivationMatrix, k: Int, isLeaveOneOut: Bool,
    cosine: Bool = false
  ) -> [[(row: Int, distance: Double)]] {
    (0..<queries.sampleCount).map { query in
      let others = (0..<bank.sampleCount).filter { !isLeaveOneOut || $0 != query }
      let all = others.map { row -> (row: Int, distance: Double) in
        (row, cosine ? angle(queries, query, bank, row) : distance(queries, query, bank, row))
      }
      return Array(
        all.sorted { ($0.distance, $0.row) < ($1.distance, $1.row) }.prefix(k))
    }
  }

  private static func distance(
    _ a: ActivationMatrix, _ i: Int, _ b: ActivationMatrix, _ j: Int
  ) -> Double {
    var sum = 0.0
    for feature in 0..<a.featureCount {
      let difference = a[i, feature] - b[j, feature]
      sum += difference * difference
    }
    return sum
  }

  private static func angle(
    _ a: ActivationMatrix, _ i: Int, _ b: ActivationMatrix, _ j: Int
  ) -> Double {
    func norm(_ m: ActivationMatrix, _ row: Int) -> Double {
      (0..<m.featureCount).reduce(0) { $0 + m[row, $1] * m[row, $1] }.squareRoot()
    }
    let (first, second) = (norm(a, i), norm(b, j))
    var sum = 0.0
    for feature in 0..<a.featureCount {
      let difference = a[i, feature] / first - b[j, feature] / second
      sum += difference * difference
    }
    return sum / 2
  }
}
