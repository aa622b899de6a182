internal import CDistanceKernels

/// The distances of one anchor to a run of partners: a row of a tile.
package struct DistanceRow {
  /// The anchor's position in class order.
  package let anchor: Int
  /// The partners' positions. Within a diagonal tile the anchor is one of them and must be left
  /// out by its position.
  package let partners: Range<Int>
  /// One distance a partner, in inner units (`DistanceSamples.inner`).
  package let distances: UnsafePointer<Double>

  let samples: UnsafePointer<snn_samples>
  let level: snn_level

  /// The distance to a partner by differences of the values as read.
  package func exactDistance(to partner: Int) -> Double {
    snn_exact_distance(level, samples, Int64(anchor), Int64(partner))
  }
}

/// What is kept of the distances while they pass: a reduction starts neutral, absorbs every row of
/// every tile once, and holds its result at the end.
///
/// The pass calls `absorb` from several threads, but never for one anchor at a time from two, and
/// for each anchor in an order that does not depend on the number of threads. A reduction that
/// keeps a state of its own for each anchor needs no lock and gives the same bits each time.
package protocol PairwiseReduction: Sendable {
  func absorb(_ row: DistanceRow)
}
