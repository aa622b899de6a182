internal import Activations
internal import CDistanceKernels

/// A part of a row whose partners share a class, the anchor left out.
struct RowSegment {
  let partners: Range<Int>
  /// The partners' class; the anchor's own where `isSame`.
  let group: Int
  let isSame: Bool
}

extension DistanceRow {
  /// Calls `body` for every segment of this row, one a class, or with `kindsOnly` at most four in
  /// all: other classes before, the own class on both sides of the anchor, other classes after.
  @inline(__always)
  func forEachSegment(
    _ order: ClassOrder, kindsOnly: Bool, _ body: (RowSegment) -> Void
  ) {
    let own = order.run(at: anchor)
    var start = partners.lowerBound
    while start < partners.upperBound {
      let group = Int(order.classes[start])
      let isSame = own.contains(start)
      let classEnd: Int =
        if !kindsOnly || isSame {
          order.runs[group].upperBound
        } else if start < own.lowerBound {
          own.lowerBound
        } else {
          partners.upperBound
        }
      let end = min(classEnd, partners.upperBound)
      if isSame && (start..<end).contains(anchor) {
        if start < anchor {
          body(RowSegment(partners: start..<anchor, group: group, isSame: true))
        }
        if anchor + 1 < end {
          body(RowSegment(partners: anchor + 1..<end, group: group, isSame: true))
        }
      } else {
        body(RowSegment(partners: start..<end, group: group, isSame: isSame))
      }
      start = end
    }
  }

  @inline(__always)
  func kernelSegment(_ segment: RowSegment, beta: Double) -> snn_segment {
    snn_segment(
      samples: samples, anchor: Int64(anchor), first: Int64(segment.partners.lowerBound),
      count: Int64(segment.partners.count),
      distances: distances + (segment.partners.lowerBound - partners.lowerBound), beta: beta)
  }
}

extension Double {
  /// 1/T of a temperature in inner units, kept finite and away from where products overflow.
  static func inverse(ofTemperature temperature: Double) -> Double {
    Swift.min(1 / temperature, 1e300)
  }
}
