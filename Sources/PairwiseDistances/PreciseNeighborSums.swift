internal import Activations
internal import CDistanceKernels

/// The same sums as `SoftNeighborSums` with nothing in float32 and nothing left out: every distance
/// by differences of the values as read, every exponential and every sum a Double.
///
/// It takes N² distances and N²·T exponentials without the kernels' shortcuts, many times as long; it
/// is there for layers where one doubts the fast way, and as a judge of it.
package final class PreciseNeighborSums: NeighborSums, @unchecked Sendable {
  // Unchecked: each anchor is written by one thread, and read when all are done.

  package let temperatures: [Double]
  private let count: Int
  private let extremes: UnsafeMutableBufferPointer<snn_extremes>
  private let ranges: UnsafeMutableBufferPointer<snn_range>
  private let sums: UnsafeMutableBufferPointer<Double>

  /// - Parameter temperatures: In inner units, descending, positive.
  package init(
    _ samples: DistanceSamples, temperatures: [Double], pass: PairwisePass
  ) throws(PassCancelled) {
    precondition(temperatures.allSatisfy { $0 > 0 }, "temperatures must be positive")
    self.temperatures = temperatures
    count = samples.count
    extremes = .allocate(capacity: max(2 * count, 1))
    ranges = .allocate(capacity: max(count, 1))
    sums = .allocate(capacity: max(6 * count * temperatures.count, 1))
    let betas = temperatures.map { min(1 / $0, .greatestFiniteMagnitude) }
    let classes = samples.order.classes
    let level = pass.machine.instructionSet.level
    let workers = min(pass.machine.threadCount, max(count, 1))
    nonisolated(unsafe) let (extremes, ranges, sums) = (extremes, ranges, sums)
    for start in stride(from: 0, to: count, by: Self.batch) {
      if pass.hooks.isCancelled() { throw PassCancelled() }
      let anchors = start..<min(start + Self.batch, count)
      samples.withKernelSamples { pointer in
        nonisolated(unsafe) let kernelSamples = pointer
        Threads.forEach(workers, on: workers) { worker in
          var distances = Array(repeating: 0.0, count: classes.count)
          for anchor in anchors where anchor % workers == worker {
            snn_precise_sums(
              level, kernelSamples, classes, Int64(anchor), betas, Int64(betas.count), &distances,
              extremes.baseAddress.map { $0 + 2 * anchor }, ranges.baseAddress.map { $0 + anchor },
              sums.baseAddress.map { $0 + 6 * anchor * betas.count })
          }
        }
      }
      pass.hooks.didFinishRound()
    }
  }

  deinit {
    extremes.deallocate()
    ranges.deallocate()
    sums.deallocate()
  }

  package func extremes(at anchor: Int, _ kind: NeighborKind) -> NeighborExtremes {
    let found = extremes[2 * anchor + kind.rawValue]
    return NeighborExtremes(nearest: found.nearest, nearestCount: found.nearest_count)
  }

  package func sum(at anchor: Int, _ kind: NeighborKind, temperature index: Int) -> NeighborSum? {
    let nearest = extremes[2 * anchor + kind.rawValue].nearest
    guard nearest < .infinity else { return nil }
    let place = 3 * ((2 * anchor + kind.rawValue) * temperatures.count + index)
    let mean = sums[place + 1] / sums[place]
    return NeighborSum(
      base: nearest, sum: sums[place], mean: mean,
      variance: max(sums[place + 2] / sums[place] - mean * mean, 0))
  }

  package var distanceRange: (smallestPositive: Double, largest: Double) {
    let met = ranges.prefix(count)
    return (met.map(\.smallest_positive).min() ?? .infinity, met.map(\.largest).max() ?? 0)
  }

  private static let batch = 512
}
