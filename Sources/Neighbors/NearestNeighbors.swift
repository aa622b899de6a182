public import Activations
public import PairwiseDistances

// Neighbors: what the nearest samples of a bank say about a query, on the same distances as the
// loss.
//
//   bank, queries ──NearestNeighbors──▶ NeighborLists ──┬─▶ NeighborVotes, Hubness,
//                                                       │   NeighborPosterior ▶ BackOff
//                                                       └─▶ DeepNearestNeighbors ▶ Credibility
//                                                           ▶ OutlierDetection, Reliability
//
// Lists hold rows and distances; labels join them last, so that one search serves every question.

/// The k nearest samples of a bank to each query, exactly: by distances in Double of the values as
/// read, nearest first, ties by lower row.
///
/// ```swift
/// let lists = try NearestNeighbors(neighborCount: 50).neighbors(of: queries, in: bank)
/// lists.rows(of: 0)   // the rows of the bank nearest to the first query
/// ```
///
/// M queries, a bank of N rows and D features take M·N·D multiply-adds; memory is a copy of both
/// sides and M·k entries.
public struct NearestNeighbors: Sendable {
  /// k.
  package let neighborCount: Int
  package let distance: Distance
  /// Of its memory the values as read are not counted.
  package let machine: Machine
  private let hooks: PassHooks

  /// - Parameters:
  ///   - neighborCount: k.
  ///   - hooks: Cancelled, a search throws `NeighborsError.cancelled`.
  public init(
    neighborCount: Int, distance: Distance = .squaredEuclidean, machine: Machine = Machine(),
    hooks: PassHooks = PassHooks()
  ) {
    self.neighborCount = neighborCount
    self.distance = distance
    self.machine = machine
    self.hooks = hooks
  }

  /// The same search, ended by something else besides.
  package func cancelled(by isCancelled: @escaping @Sendable () -> Bool) -> NearestNeighbors {
    NearestNeighbors(
      neighborCount: neighborCount, distance: distance, machine: machine,
      hooks: hooks.cancelled(by: isCancelled))
  }

  /// The neighbors of each sample among the others: a sample is left out of its own list by its
  /// row, and its duplicates are not.
  public func leaveOneOut(_ matrix: ActivationMatrix) throws(NeighborsError) -> NeighborLists {
    try check(matrix, as: .bank)
    let all = 0..<matrix.sampleCount
    return try search(matrix, queries: all, bank: all)
  }

  /// The neighbors of each query in the bank. Both are centred with one centre and scaled with one
  /// scale, so that no distance depends on which side a row is on.
  public func neighbors(
    of queries: ActivationMatrix, in bank: ActivationMatrix
  ) throws(NeighborsError) -> NeighborLists {
    guard queries.featureCount == bank.featureCount else {
      throw .widthsDiffer(queries: queries.featureCount, bank: bank.featureCount)
    }
    try check(bank, as: .bank)
    try check(queries, as: .queries)
    let count = bank.sampleCount
    return try search(
      bank.followed(by: queries), queries: count..<count + queries.sampleCount, bank: 0..<count)
  }

  /// The same search for more neighbors.
  func wider(by count: Int) -> NearestNeighbors {
    NearestNeighbors(
      neighborCount: neighborCount + count, distance: distance, machine: machine, hooks: hooks)
  }

  private func check(
    _ matrix: ActivationMatrix, as side: NeighborsError.Side
  ) throws(NeighborsError) {
    guard matrix.sampleCount > 0 else { throw .noSamples(of: side) }
    guard matrix.featureCount > 0 else { throw .noFeatures }
    let nonFinite = matrix.nonFiniteRows()
    guard nonFinite.isEmpty else { throw .nonFinite(side, rows: nonFinite) }
    guard distance == .cosine else { return }
    let zero = (0..<matrix.sampleCount).filter { matrix.norm(ofRow: $0) == 0 }
    guard zero.isEmpty else { throw .zeroRows(side, rows: zero) }
  }

  private func search(
    _ matrix: ActivationMatrix, queries: Range<Int>, bank: Range<Int>
  ) throws(NeighborsError) -> NeighborLists {
    guard neighborCount > 0 else { throw .neighborCount(neighborCount) }
    let isLeaveOneOut = queries == bank
    guard neighborCount <= bank.count - (isLeaveOneOut ? 1 : 0) else {
      throw .bankIsTooSmall(
        neighborCount: neighborCount, bank: bank.count, isLeaveOneOut: isLeaveOneOut)
    }
    let needed = memory(rows: matrix.sampleCount, matrix.featureCount, queries: queries.count)
    guard needed <= machine.memoryLimit else {
      throw .memory(needed: needed, limit: machine.memoryLimit)
    }
    let oneClass = ClassLabels(
      indices: Array(repeating: 0, count: matrix.sampleCount), names: [""])
    let samples = DistanceSamples(matrix, order: ClassOrder(oneClass), distance: distance)
    guard samples.meanDistance.isFinite, samples.outer(samples.largestDistance).isFinite,
      samples.meanDistance > .leastNormalMagnitude || samples.largestDistance == 0
        || matrix.sampleCount == 1
    else { throw .beyondRange }
    do throws(PassCancelled) {
      let search = NeighborSearch(machine, hooks: hooks)
      return NeighborLists(
        try search.nearest(neighborCount, to: queries, in: bank, of: samples))
    } catch {
      throw .cancelled
    }
  }

  /// Panels, lists, and what the threads work in.
  private func memory(rows: Int, _ featureCount: Int, queries: Int) -> Int {
    rows * featureCount * 8 + queries * neighborCount * 28
      + machine.threadCount * (featureCount * 800 + neighborCount * 14_000 + 500_000)
  }
}

extension ActivationMatrix {
  /// The rows of this matrix, then those of another of the same width.
  func followed(by other: ActivationMatrix) -> ActivationMatrix {
    let joined: Values =
      switch (values, other.values) {
      case (.float32(let first), .float32(let second)): .float32(first + second)
      case (.float64(let first), .float64(let second)): .float64(first + second)
      case (.float32(let first), .float64(let second)): .float64(first.map { Double($0) } + second)
      case (.float64(let first), .float32(let second)): .float64(first + second.map { Double($0) })
      }
    return ActivationMatrix(
      sampleCount: sampleCount + other.sampleCount, featureCount: featureCount, values: joined)
  }
}
