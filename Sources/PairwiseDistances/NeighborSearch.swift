internal import Activations
internal import CDistanceKernels
internal import Synchronization

/// The k nearest rows of a bank to each query: positions in the bank, nearest first, and distances.
package struct NeighborTable: Sendable {
  /// k.
  package let neighborCount: Int
  package let queryCount: Int
  /// `queryCount × neighborCount` positions, counted from the bank's first.
  package let positions: [Int32]
  /// The distances to them, in the units of the values as read.
  package let distances: [Double]
}

/// The search for the k nearest, a rectangle of the pass over pairs: M queries against N rows of a
/// bank, M·N·D float32 multiply-adds, some 3·k candidates a query and no M × N memory.
///
/// The lists are exact: every distance that could enter or leave a list by rounding is computed in
/// Double by differences of the values as read, and ranked by that, ties by lower position. So they
/// depend neither on the number of threads nor on how queries are cut into blocks; between
/// instruction sets the distances differ by rounding alone.
package struct NeighborSearch: Sendable {
  package let machine: Machine
  package let hooks: PassHooks

  package init(_ machine: Machine = Machine(), hooks: PassHooks = PassHooks()) {
    self.machine = machine
    self.hooks = hooks
  }

  /// Searches the positions of `bank` for the neighbors of those of `queries`. Where the two
  /// overlap, a query is left out of its own list by its position.
  ///
  /// The hooks are called before and after blocks of queries, from the thread that has the block.
  /// - Precondition: 0 < k, and each query has k candidates.
  package func nearest(
    _ k: Int, to queries: Range<Int>, in bank: Range<Int>, of samples: DistanceSamples
  ) throws(PassCancelled) -> NeighborTable {
    precondition(
      k > 0 && k <= bank.count - (queries.overlaps(bank) ? 1 : 0),
      "a bank of \(bank.count) rows has no \(k) neighbors for each query")
    let count = queries.count
    let block = blockSize(queryCount: count)
    let blockCount = (count + block - 1) / block
    let workers = max(1, min(machine.threadCount, blockCount))
    var positions = [Int32](repeating: 0, count: count * k)
    var distances = [Double](repeating: 0, count: count * k)
    let isDone = positions.withUnsafeMutableBufferPointer { positions in
      distances.withUnsafeMutableBufferPointer { distances in
        samples.withKernelSamples { pointer in
          var lowerNorms = [Float](
            repeating: 0,
            count: Int(snn_lower_norm_count(Int64(bank.lowerBound), Int64(bank.count))))
          snn_lower_norms(pointer, Int64(bank.lowerBound), Int64(bank.count), &lowerNorms)
          return lowerNorms.withUnsafeBufferPointer { norms in
            nonisolated(unsafe) let search = snn_search(
              samples: pointer, bank_first: Int64(bank.lowerBound), bank_count: Int64(bank.count),
              neighbor_count: Int64(k), lower_norms: norms.baseAddress)
            nonisolated(unsafe) let positionsOut = positions
            nonisolated(unsafe) let distancesOut = distances
            let next = Atomic(0)
            let stopped = Atomic(false)
            let workSize = Int(
              snn_search_work_size(Int64(samples.featureCount), Int64(k)))
            let level = machine.instructionSet.level
            let hooks = hooks
            let work: @Sendable (Int) -> Void = { _ in
              let memory = UnsafeMutableRawPointer.allocate(byteCount: workSize, alignment: 64)
              defer { memory.deallocate() }
              while !stopped.load(ordering: .relaxed) {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < blockCount else { return }
                if hooks.isCancelled() {
                  stopped.store(true, ordering: .relaxed)
                  return
                }
                let first = index * block
                withUnsafePointer(to: search) { search in
                  snn_nearest(
                    level, search, Int64(queries.lowerBound + first),
                    Int64(min(block, count - first)), memory,
                    positionsOut.baseAddress.map { $0 + first * k },
                    distancesOut.baseAddress.map { $0 + first * k })
                }
                hooks.didFinishRound()
              }
            }
            Threads.forEach(workers, on: workers, work)
            return !stopped.load(ordering: .relaxed)
          }
        }
      }
    }
    guard isDone else { throw PassCancelled() }
    return NeighborTable(
      neighborCount: k, queryCount: count, positions: positions,
      distances: distances.map(samples.outer))
  }

  /// Whole blocks, but small enough that every thread has one.
  private func blockSize(queryCount: Int) -> Int {
    let most = Int(snn_query_block)
    let share = (queryCount + machine.threadCount - 1) / machine.threadCount
    return min(most, max((share + 11) / 12 * 12, 12))
  }
}
