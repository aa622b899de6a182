/// Numbers at an address of their own.
final class Column<Element: Sendable>: @unchecked Sendable {
  // Unchecked: the owner says who writes what.
  let values: UnsafeMutableBufferPointer<Element>

  init(_ values: [Element]) {
    self.values = .allocate(capacity: max(values.count, 1))
    _ = self.values.initialize(from: values)
  }

  init(_ value: Element, count: Int) {
    values = .allocate(capacity: max(count, 1))
    values.initialize(repeating: value)
  }

  deinit { values.deallocate() }
}
