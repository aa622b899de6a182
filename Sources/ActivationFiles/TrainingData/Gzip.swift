/// A gzip file, inflated whole.
enum Gzip {
  /// Nil for anything damaged, or larger than is allowed; the library checks length and checksum.
  static func inflate(_ file: [UInt8], upTo limit: Int) -> [UInt8]? {
    // The last four bytes hold the size; deflate shrinks at most 1,032 times.
    guard file.count > 18 else { return nil }
    let size = file.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard size / 1032 <= file.count, size <= limit else { return nil }
    // One byte more than announced, so that the stream gets to its checksum, or shows that it is longer.
    var output = Array(repeating: UInt8(0), count: size + 1)
    let count: Int? = file.withUnsafeBytes { input in
      output.withUnsafeMutableBytes { output in
        guard let stream = InflateStream(input, .gzip), let count = stream.read(into: output),
          stream.isAtEnd
        else { return nil }
        return count
      }
    }
    guard count == size else { return nil }
    output.removeLast()
    return output
  }
}
