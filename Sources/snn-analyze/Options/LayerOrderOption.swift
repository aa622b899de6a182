import ActivationFiles
import ArgumentParser
import Platform

/// The order of layers: a rule, or their names.
struct LayerOrderOption: ExpressibleByArgument {
  let ordering: LayerOrdering?
  let names: [String]

  /// Lists are short: a file of more is no list.
  private static let byteLimit = 1 << 20

  /// Nil for a file that cannot be read, and for an empty list.
  init?(argument: String) {
    ordering = LayerOrdering(rawValue: argument)
    let text: String
    if ordering != nil {
      text = ""
    } else if argument.hasPrefix("@") {
      let path = String(argument.dropFirst())
      guard let bytes = OpenFile(path: path)?.read(upTo: Self.byteLimit),
        bytes.count < Self.byteLimit
      else { return nil }
      text = String(decoding: bytes, as: UTF8.self)
    } else {
      text = argument.replacing(",", with: "\n")
    }
    names = text.split(whereSeparator: \.isNewline)
      .map { $0.trimmed }.filter { !$0.isEmpty }
    guard ordering != nil || !names.isEmpty else { return nil }
  }

  static var allValueStrings: [String] { LayerOrdering.allCases.map(\.rawValue) }
}
