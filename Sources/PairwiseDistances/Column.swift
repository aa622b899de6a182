internal import Activations

/// Numbers at an address of their own, which begins a line of the cache.
final class Column<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  // Unchecked: the owner says who writes what.
  let values: UnsafeMutableBufferPointer<Element>

  init(_ values: [Element]) {
    self.values = Self.allocate(values.count)
    _ = self.values.initialize(from: values)
  }

  init(_ value: Element, count: Int) {
    values = Self.allocate(count)
    values.initialize(repeating: value)
  }

  deinit { values.deallocate() }

  // Two lines: processors fetch them in pairs.
  private static func allocate(_ count: Int) -> UnsafeMutableBufferPointer<Element> {
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Element>.stride, alignment: 128)
    UnsafeMutableRawBufferPointer(start: raw, count: count * MemoryLayout<Element>.stride)
      .preferLargePages()
    return UnsafeMutableBufferPointer(
      start: raw.bindMemory(to: Element.self, capacity: count), count: count)
  }
}
