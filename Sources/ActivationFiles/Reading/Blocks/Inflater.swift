import CZlib

/// The inverse of deflate.
enum Inflater {
  /// Inflates a whole zlib stream into `output`; the number of bytes it gave, nil if it is damaged
  /// or larger than the output.
  static func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> Int? {
    guard let stream = InflateStream(input, .zlib) else { return nil }
    guard let count = stream.read(into: output), stream.isAtEnd else { return nil }
    return count
  }
}

/// A deflated stream, inflated piece by piece.
final class InflateStream {
  /// What is around the deflated bytes, as the library's window bits.
  enum Wrapping: Int32 {
    case zlib = 15
    /// Nothing, as in a zip archive.
    case none = -15
    case gzip = 31
  }

  private var stream = z_stream()
  private(set) var isAtEnd = false

  /// - Parameter input: the deflated bytes, which must outlive the stream.
  init?(_ input: UnsafeRawBufferPointer, _ wrapping: Wrapping) {
    guard input.count <= UInt32.max,
      czlib_inflate_init(&stream, wrapping.rawValue) == Z_OK
    else { return nil }
    stream.next_in = UnsafeMutablePointer(
      mutating: input.bindMemory(to: UInt8.self).baseAddress)
    stream.avail_in = UInt32(input.count)
  }

  deinit { inflateEnd(&stream) }

  /// Fills `output` as far as the stream goes; the bytes it gave, nil if the stream is damaged.
  func read(into output: UnsafeMutableRawBufferPointer) -> Int? {
    var filled = 0
    while !isAtEnd {
      let room = min(output.count - filled, 1 << 30)
      stream.next_out = output.bindMemory(to: UInt8.self).baseAddress.map { $0 + filled }
      stream.avail_out = UInt32(room)
      let status = CZlib.inflate(&stream, Z_NO_FLUSH)
      filled += room - Int(stream.avail_out)
      if status == Z_STREAM_END {
        isAtEnd = true
      } else if status == Z_BUF_ERROR || (status == Z_OK && filled == output.count) {
        // Full, or the input ended early: the caller sees it by the count.
        return filled == output.count ? filled : nil
      } else if status != Z_OK {
        return nil
      }
    }
    return filled
  }
}
