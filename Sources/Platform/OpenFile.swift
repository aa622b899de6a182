/// A file that is read from its beginning, piece by piece.
package final class OpenFile {
  private let descriptor: Int32

  /// Nil where it cannot be opened.
  package init?(path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
  }

  deinit { close(descriptor) }

  /// The next bytes: as many as are asked for, less at the end of the file only, and none beyond it;
  /// nil where they cannot be read.
  package func read(upTo count: Int) -> Data? {
    var data = Data(count: count)
    var filled = 0
    while filled < count {
      let read = data.withUnsafeMutableBytes {
        systemRead(descriptor, $0.baseAddress.map { $0 + filled }, count - filled)
      }
      if read < 0 && errno == EINTR { continue }
      guard read >= 0 else { return nil }
      if read == 0 { break }
      filled += read
    }
    return data.prefix(filled)
  }
}

/// `read`, which the method's name hides.
private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int
{
  read(descriptor, bytes, count)
}
