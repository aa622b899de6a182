internal import Platform

/// Where the samples of one side are: a file, or a part of one.
///
/// `run.h5` is the whole file; `run.h5:test` the group `/test` of it, or, where it has no such
/// group, the rows whose entry in the dataset `split` is `test`.
package struct SampleAddress {
  package let file: String
  let part: String?

  package init(_ text: String) {
    let colon = text.lastIndex(of: ":")
    guard let colon, !FileManager.default.fileExists(atPath: text) else {
      file = text
      part = nil
      return
    }
    file = String(text[..<colon])
    let name = String(text[text.index(after: colon)...])
    part = name.isEmpty ? nil : name
  }

  init(file: String, part: String) {
    self.file = file
    self.part = part
  }

  var text: String { part.map { "\(file):\($0)" } ?? file }
}
