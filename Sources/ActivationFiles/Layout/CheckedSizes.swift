/// What a file says of sizes is not to be believed: all products and sums of it go through here, and
/// what is beyond any file is nil before anything is allocated.

extension [Int] {
  /// The bytes of an array of these extents; nil if they are more than any file holds.
  package func byteSize(of elementSize: Int) -> Int? {
    guard elementSize >= 0, elementSize < 1 << 48 else { return nil }
    var size = elementSize
    for extent in self {
      guard extent >= 0 else { return nil }
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      guard !overflow, product < 1 << 48 else { return nil }
      size = product
    }
    return size
  }
}

extension Int {
  func multipliedOrMax(by other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }

  func addingOrMax(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
