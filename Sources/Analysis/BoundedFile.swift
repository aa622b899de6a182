package import Platform

/// A file that is read whole, if it is no larger than its kind ever is.
package enum BoundedFile {
  package static let documentLimit = 1 << 29
  package static let rulesLimit = 1 << 20

  /// Nil where it cannot be read.
  package static func contents(of path: String, upTo limit: Int) throws(AnalysisError) -> Data? {
    guard let file = OpenFile(path: path) else { return nil }
    var data = Data()
    // Piece by piece: what is no regular file says nothing of its size, and may have no end.
    while true {
      guard let piece = file.read(upTo: 1 << 20) else { return nil }
      guard !piece.isEmpty else { return data }
      data += piece
      guard data.count <= limit else {
        throw AnalysisError(
          "\(path): is larger than \(limit >> 20) MiB, which no file of its kind is. Check the path."
        )
      }
    }
  }
}
