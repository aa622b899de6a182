internal import Activations
internal import Dispatch
internal import PairwiseDistances

/// Sums over the anchors of each class that the soft confusion and the pairwise losses are made of.
///
/// Anchors are in class order and come in ascending batches, so each class's row is added up in one
/// order whatever the batches and threads.
struct ClassTotals {
  private let samples: DistanceSamples
  private let threadCount: Int
  private let classCount: Int
  /// Σ_{i∈c} S_i[c']/B_i.
  private let shares: UnsafeRows
  /// Σ_{i∈c} log(1 + S_i[c']/S_i[c]), over classes of two samples or more.
  private let pairLosses: UnsafeRows

  init(_ samples: DistanceSamples, threadCount: Int) {
    self.samples = samples
    self.threadCount = threadCount
    classCount = samples.order.runs.count
    shares = UnsafeRows(count: classCount)
    pairLosses = UnsafeRows(count: classCount)
  }

  /// Adds the anchors of `sums`; `terms` are theirs, from the first on.
  func add(_ sums: ClassNeighborSums, _ terms: [AnchorTerms]) {
    let order = samples.order
    let work: @Sendable (Int) -> Void = { own in
      let share = shares.row(own)
      let pair = pairLosses.row(own)
      for anchor in order.runs[own].clamped(to: sums.anchors) {
        let term = terms[anchor - sums.anchors.lowerBound]
        let same = sums.sum(at: anchor, class: own)
        for index in 0..<classCount {
          guard let sum = sums.sum(at: anchor, class: index) else { continue }
          share[index] +=
            sum.sum
            * Elementary.exp(sums.beta.times(term.allBase - sum.base) - term.allLog)
          if let same, index != own {
            let z =
              sums.beta.times(same.base - sum.base) + Elementary.log(sum.sum / same.sum)
            pair[index] += max(z, 0) + Elementary.log1p(Elementary.exp(-abs(z)))
          }
        }
      }
    }
    if threadCount > 1 {
      DispatchQueue.concurrentPerform(iterations: classCount, execute: work)
    } else {
      for own in 0..<classCount { work(own) }
    }
  }

  /// The classes that have a sample.
  var populated: [Int] { (0..<classCount).filter { !samples.order.runs[$0].isEmpty } }

  func confusion(of classes: [Int]) -> [[Double]] {
    classes.map { own in
      let count = Double(samples.order.runs[own].count)
      return classes.map { shares.row(own)[$0] / count }
    }
  }

  func pairs(of classes: [Int]) -> [[Double?]] {
    table(classes) { first, second in
      (pairLosses.row(first)[second] + pairLosses.row(second)[first])
        / (anchorCount(first) + anchorCount(second))
    }
  }

  func pairChances(of classes: [Int]) -> [[Double?]] {
    table(classes) { first, second in
      func term(_ own: Int, _ other: Int) -> Double {
        let count = anchorCount(own)
        return count == 0
          ? 0 : count * Elementary.log1p(Double(samples.order.runs[other].count) / (count - 1))
      }
      return (term(first, second) + term(second, first))
        / (anchorCount(first) + anchorCount(second))
    }
  }

  private func anchorCount(_ index: Int) -> Double {
    let count = samples.order.runs[index].count
    return count > 1 ? Double(count) : 0
  }

  private func table(_ classes: [Int], _ entry: (Int, Int) -> Double) -> [[Double?]] {
    classes.map { first in
      classes.map { second in
        first == second || anchorCount(first) + anchorCount(second) == 0
          ? nil : entry(min(first, second), max(first, second))
      }
    }
  }
}

/// A square of numbers whose rows are written from several threads, one row a thread.
private final class UnsafeRows: @unchecked Sendable {
  // Unchecked: each row has one writer at a time, and is read when all are done.
  private let values: UnsafeMutableBufferPointer<Double>
  private let count: Int

  init(count: Int) {
    self.count = count
    values = .allocate(capacity: max(count * count, 1))
    values.initialize(repeating: 0)
  }

  deinit { values.deallocate() }

  func row(_ index: Int) -> UnsafeMutableBufferPointer<Double> {
    UnsafeMutableBufferPointer(rebasing: values[index * count..<(index + 1) * count])
  }
}

extension Double {
  /// This number times another, 0 if the other is 0.
  fileprivate func times(_ other: Double) -> Double { other == 0 ? 0 : self * other }
}
