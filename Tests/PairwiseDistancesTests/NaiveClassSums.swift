import Foundation
import PairwiseDistances

/// What a pass at one temperature says of classes and samples, by definition, in Double over all
/// pairs.
struct NaiveClassSums {
  var sums: [[Double]]
  var logs: [[Double]] { sums.map { $0.map(log) } }
  var lossChanges: [[Double]]
  var perplexityChanges: [Double]
  let normalisers: SoftNormalisers

  /// - Parameters:
  ///   - d: Distances, by position.
  ///   - shift: What the sums of an anchor over a class are relative to.
  init(_ d: [[Double]], classes: [Int], classCount: Int, beta: Double, shift: [[Double]]) {
    let count = d.count
    sums = Array(repeating: Array(repeating: 0, count: classCount), count: count)
    lossChanges = sums
    perplexityChanges = Array(repeating: 0, count: count)
    normalisers = SoftNormalisers(count: count)
    for i in 0..<count {
      let others = (0..<count).filter { $0 != i }
      let nearest = others.map { d[i][$0] }.min() ?? 0
      let e = d[i].map { exp(-beta * ($0 - nearest)) }
      let all = others.reduce(0) { $0 + e[$1] }
      let mates = others.filter { classes[$0] == classes[i] }
      let nearestMate = mates.map { d[i][$0] }.min() ?? 0
      let same = mates.reduce(0) { $0 + exp(-beta * (d[i][$1] - nearestMate)) }
      let mean = others.reduce(0) { $0 + e[$1] / all * beta * d[i][$1] }
      let entropy = log(all) - beta * nearest + mean
      normalisers.set(
        SoftNormalisers.Entry(
          allBase: nearest, allLog: log(all), sameBase: nearestMate,
          sameLog: mates.isEmpty ? .infinity : log(same), isAnchor: !mates.isEmpty,
          entropy: entropy, perplexity: exp(entropy),
          otherShare: others.reduce(0) { classes[$1] == classes[i] ? $0 : $0 + e[$1] } / all),
        at: i)
      for j in others {
        let p = e[j] / all
        if !mates.isEmpty {
          let q =
            classes[j] == classes[i] ? exp(-beta * (d[i][j] - nearestMate)) / same : 0
          lossChanges[j][classes[i]] += p - q
        }
        perplexityChanges[j] += p * exp(entropy) * (1 + beta * d[i][j] - mean)
        sums[i][classes[j]] += exp(-beta * (d[i][j] - shift[i][classes[j]]))
      }
    }
  }
}
