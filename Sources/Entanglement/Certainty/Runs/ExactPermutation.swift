/// How often a difference as large comes about when nothing but chance says which run is of which
/// group: over every way to assign them, without a word on how the values are distributed.
package struct ExactPermutation: Sendable, Equatable {
  /// The share of the assignments whose means are at least as far apart.
  package let p: Double
  /// The least p that so many runs can reach.
  package let smallest: Double
  /// How many assignments there are.
  package let count: Int

  /// Fewer cannot come below 5 %: 2/2⁵ and 2/20 are more.
  package static let fewestPairs = 6
  package static let fewestRuns = 4
  /// Of the assignments that are gone through.
  package static let most = 1 << 18

  /// Of the mean of paired differences, by the flips of their signs; nil with fewer than six pairs
  /// or more than 18.
  init?(signsOf differences: [Double]) {
    guard differences.count >= Self.fewestPairs, differences.count < Int.bitWidth - 2,
      1 << differences.count <= Self.most
    else { return nil }
    let observed = abs(differences.reduce(0, +))
    let bound = observed - Self.slack * differences.reduce(0) { $0 + abs($1) }
    // A flip of all signs is as extreme: one sign stands.
    func extremes(_ sum: Double, from index: Int) -> Int {
      guard index < differences.count else { return abs(sum) >= bound ? 1 : 0 }
      return extremes(sum + differences[index], from: index + 1)
        + extremes(sum - differences[index], from: index + 1)
    }
    count = 1 << differences.count
    p = Double(2 * extremes(differences[0], from: 1)) / Double(count)
    smallest = 2 / Double(count)
  }

  /// Of the difference of two means, by the ways to say which runs are of the second group; nil with
  /// fewer than four runs on a side or more than 2¹⁸ ways.
  init?(relabeling first: [Double], _ second: [Double]) {
    guard min(first.count, second.count) >= Self.fewestRuns,
      let count = Self.ways(second.count, of: first.count + second.count)
    else { return nil }
    let all = first + second
    let total = all.reduce(0, +)
    let (n, m) = (Double(first.count), Double(second.count))
    func distance(_ sum: Double) -> Double { abs(sum / m - (total - sum) / n) }
    let bound =
      distance(second.reduce(0, +)) - Self.slack * all.reduce(0) { $0 + abs($1) } / min(n, m)
    func extremes(_ sum: Double, wanted: Int, from index: Int) -> Int {
      guard wanted > 0 else { return distance(sum) >= bound ? 1 : 0 }
      guard all.count - index >= wanted else { return 0 }
      return extremes(sum + all[index], wanted: wanted - 1, from: index + 1)
        + extremes(sum, wanted: wanted, from: index + 1)
    }
    self.count = count
    p = Double(extremes(0, wanted: second.count, from: 0)) / Double(count)
    // Of groups of one size, the exchange of both is as extreme.
    smallest = (first.count == second.count ? 2 : 1) / Double(count)
  }

  /// Of the sum of all sizes: sums of other orders that are equal but for rounding count as equal.
  private static let slack = 1e-13

  /// Binomial; nil above `most`.
  private static func ways(_ chosen: Int, of count: Int) -> Int? {
    var ways = 1
    for step in 1...min(chosen, count - chosen) {
      ways = ways * (count - step + 1) / step
      if ways > most { return nil }
    }
    return ways
  }
}
