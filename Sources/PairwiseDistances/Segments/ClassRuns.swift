internal import Activations
internal import CDistanceKernels

/// The classes by position in the form that the kernels read, at one temperature.
final class ClassRuns: @unchecked Sendable {
  // Unchecked: the buffers are written by `init` alone and read-only ever after.

  let beta: Double
  private let needsExact: Bool
  private let classes: UnsafeMutableBufferPointer<Int32>
  private let ends: UnsafeMutableBufferPointer<Int64>

  /// - Parameter tolerance: What rounding of the distances may do to an exponent before they are
  ///   recomputed; a bound, and forty times what is usual.
  init(_ samples: DistanceSamples, beta: Double, tolerance: Double) {
    self.beta = beta
    needsExact = snn_needs_exact(samples.largestDistance, beta, tolerance)
    classes = .allocate(capacity: max(samples.count, 1))
    _ = classes.initialize(from: samples.order.classes)
    ends = .allocate(capacity: max(samples.order.runs.count, 1))
    _ = ends.initialize(from: samples.order.runs.map { Int64($0.upperBound) })
  }

  deinit {
    classes.deallocate()
    ends.deallocate()
  }

  @inline(__always)
  func kernelRow(_ row: DistanceRow) -> snn_class_row {
    snn_class_row(
      samples: row.samples, anchor: Int64(row.anchor), first: Int64(row.partners.lowerBound),
      count: Int64(row.partners.count), distances: row.distances, classes: classes.baseAddress,
      class_ends: ends.baseAddress, beta: beta, needs_exact: needsExact)
  }
}

extension Double {
  /// 1/T of a temperature in inner units, kept finite and away from where products overflow.
  static func inverse(ofTemperature temperature: Double) -> Double {
    Swift.min(1 / temperature, 1e300)
  }
}
