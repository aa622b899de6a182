internal import Activations
internal import PairwiseDistances

/// Sums over the anchors of each class that the soft confusion and the pairwise losses are made of.
///
/// Anchors are in class order and come in ascending batches, so each class's row is added up in one
/// order whatever the batches and threads.
struct ClassTotals {
  private let runs: [Range<Int>]
  private let machine: Machine
  /// Σ_{i∈c} S_i[c']/B_i.
  private let shares: UnsafeRows
  /// Σ_{i∈c} log(1 + S_i[c']/S_i[c]), over classes of two samples or more.
  private let pairLosses: UnsafeRows

  init(_ order: ClassOrder, on machine: Machine) {
    runs = order.runs
    self.machine = machine
    shares = UnsafeRows(count: runs.count)
    pairLosses = UnsafeRows(count: runs.count)
  }

  /// Adds the anchors of `sums`.
  func add(_ sums: ClassPass) {
    let classCount = runs.count
    machine.forEach(classCount) { own in
      let share = shares.row(own)
      let pair = pairLosses.row(own)
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * classCount) { scratch in
        let all = UnsafeMutableBufferPointer(rebasing: scratch[..<classCount])
        let odds = UnsafeMutableBufferPointer(rebasing: scratch[classCount...])
        for anchor in runs[own].clamped(to: sums.anchors) {
          sums.shares(at: anchor, into: all, oddsAgainst: own, into: odds)
          for index in 0..<classCount {
            share[index] += all[index]
            pair[index] += Self.loss(odds: odds[index], sums, anchor, index, own)
          }
        }
      }
    }
  }

  /// log(1 + odds), from the sums where the odds are beyond the range of a Double.
  @inline(__always)
  private static func loss(
    odds: Double, _ sums: ClassPass, _ anchor: Int, _ index: Int, _ own: Int
  ) -> Double {
    if odds < .infinity { return NeighborOdds.loss(odds: odds) }
    guard let other = sums.sum(at: anchor, class: index),
      let same = sums.sum(at: anchor, class: own)
    else { return 0 }
    return NeighborOdds(of: other, against: same, beta: sums.beta).loss
  }

  /// The classes that have a sample.
  var populated: [Int] { runs.indices.filter { !runs[$0].isEmpty } }

  func confusion(of classes: [Int]) -> [[Double]] {
    classes.map { own in
      let row = shares.row(own)
      return classes.map { row[$0] / Double(runs[own].count) }
    }
  }

  /// The losses of pairs above the diagonal; 0 where neither has two samples.
  func pairLosses(of classes: [Int]) -> [Double] {
    var losses: [Double] = []
    for (place, first) in classes.enumerated() {
      for second in classes.dropFirst(place + 1) {
        let anchors = [first, second].map { runs[$0].count }.filter { $0 > 1 }.reduce(0, +)
        let sum = pairLosses.row(first)[second] + pairLosses.row(second)[first]
        losses.append(anchors > 0 ? sum / Double(anchors) : 0)
      }
    }
    return losses
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

/// What is told of every class and of every two of them.
struct ClassTables {
  let losses: [ClassLoss]
  let classes: [String]
  let counts: [Int]
  let confusion: [[Double]]
  let pairLosses: [Double]

  /// Bytes for each two classes, from their sums to the lines of a report: 174 to 221 were measured at
  /// 500 to 2,000 classes.
  private static let bytesOfPair = 280
  /// Few enough for any limit.
  private static let fewClasses = 64

  /// What the tables of so many classes take; 0 for few classes.
  static func bytes(_ classCount: Int) -> Int {
    guard classCount > fewClasses else { return 0 }
    let (cells, overflow) = classCount.multipliedReportingOverflow(by: classCount)
    let (bytes, overflows) = cells.multipliedReportingOverflow(by: bytesOfPair)
    return overflow || overflows ? .max : bytes
  }

  /// Why there are no tables of so many classes within a limit of bytes; nil if there are.
  static func absence(_ classCount: Int, within limit: Int) -> String? {
    let needed = bytes(classCount)
    guard needed > limit else { return nil }
    return "No losses by class, soft confusion or pairs: tables of \(classCount) by \(classCount) "
      + "classes take some \(((needed - 1) >> 20) + 1) MiB of memory and the limit is \(limit >> 20) MiB. Raise "
      + "--memory, or label fewer classes."
  }
}
