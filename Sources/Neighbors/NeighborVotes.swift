internal import ElementaryFunctions

/// What the k nearest neighbors vote for, for several k from one set of lists.
///
/// The vote goes to the most frequent class; of equally frequent ones to that of the nearest
/// neighbor among them.
public struct NeighborVotes: Sendable {
  /// The k's, ascending.
  public let neighborCounts: [Int]
  /// For each k, the class voted for at each query.
  public let predictions: [[Int32]]
  /// For each k, the mean over queries of the entropy of the neighbors' classes, in nats: 0 where
  /// all neighbors share a class, log(classes) where they are spread evenly.
  package let labelEntropies: [Double]

  /// - Precondition: every k lies in 1…`classes.neighborCount`.
  public init(_ classes: NeighborClasses, neighborCounts: [Int]) {
    let neighborCounts = Set(neighborCounts).sorted()
    precondition(
      neighborCounts.allSatisfy { (1...classes.neighborCount).contains($0) },
      "k of \(neighborCounts) lies outside of 1...\(classes.neighborCount)")
    var predictions = neighborCounts.map { _ in
      [Int32](repeating: 0, count: classes.queryCount)
    }
    var entropies = neighborCounts.map { _ in 0.0 }
    for query in 0..<classes.queryCount {
      // In the order in which they are met, so that the first maximum has the nearest neighbor.
      var tally: [(name: Int32, count: Int)] = []
      var place: [Int32: Int] = [:]
      var next = 0
      for (index, name) in classes.classes(of: query).enumerated() {
        if let known = place[name] {
          tally[known].count += 1
        } else {
          place[name] = tally.count
          tally.append((name, 1))
        }
        guard next < neighborCounts.count, index + 1 == neighborCounts[next] else { continue }
        var best = tally[0]
        for entry in tally where entry.count > best.count { best = entry }
        predictions[next][query] = best.name
        entropies[next] += Self.entropy(tally.map(\.count), of: index + 1)
        next += 1
      }
    }
    self.neighborCounts = neighborCounts
    self.predictions = predictions
    labelEntropies = entropies.map { $0 / Double(max(classes.queryCount, 1)) }
  }

  /// For each k, the share of queries whose vote is the given class; nil classes never agree.
  package func agreement(with classes: [Int32?]) -> [Proportion] {
    predictions.map { votes in
      Proportion(count: zip(votes, classes).count { $0 == $1 }, of: votes.count)
    }
  }

  /// 1, 2, 3, 5, 10, 20, 30, 50, … up to k, and k.
  package static func usualCounts(through count: Int) -> [Int] {
    let digits = [1, 10, 100, 1000].flatMap { power in [1, 2, 3, 5].map { $0 * power } }
    return digits.filter { $0 < count } + [count]
  }

  private static func entropy(_ counts: [Int], of total: Int) -> Double {
    counts.reduce(0) { sum, count in
      let share = Double(count) / Double(total)
      return count == total ? sum : sum - share * Elementary.log(share)
    }
  }
}

/// A share of a number of trials, with Wilson's 95 % interval (1927), which is sound also where the
/// share is 0 or 1.
public struct Proportion: Sendable, Equatable {
  package let count: Int
  package let total: Int

  package init(count: Int, of total: Int) {
    self.count = count
    self.total = total
  }

  /// 0 where there are no trials.
  public var value: Double { total > 0 ? Double(count) / Double(total) : 0 }

  /// The 95 % interval of the share (Wilson's).
  public var interval: ClosedRange<Double> {
    guard total > 0 else { return 0...1 }
    let n = Double(total)
    let z = normalQuantile975
    let center = (value + z * z / (2 * n)) / (1 + z * z / n)
    let half =
      z / (1 + z * z / n) * (value * (1 - value) / n + z * z / (4 * n * n)).squareRoot()
    return (count == 0 ? 0 : max(center - half, 0))...(count == total ? 1 : min(center + half, 1))
  }
}

/// The 97.5 % quantile of the normal distribution.
let normalQuantile975 = 1.959963984540054
