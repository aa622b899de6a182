/// An open file or stream of the system.
package enum FileDescriptor {
  /// Writes all of a text; false where that fails.
  @discardableResult
  package static func write(_ text: String, to descriptor: Int32) -> Bool {
    Array(text.utf8).withUnsafeBytes { write($0, to: descriptor) }
  }

  /// Writes all bytes; false where that fails.
  package static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var bytes = bytes
    while !bytes.isEmpty {
      #if canImport(Darwin)
        let count = Darwin.write(descriptor, bytes.baseAddress, bytes.count)
      #elseif canImport(Glibc)
        let count = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
      #else
        let count = Musl.write(descriptor, bytes.baseAddress, bytes.count)
      #endif
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      bytes = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(count))
    }
    return true
  }
}
