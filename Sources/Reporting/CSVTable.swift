/// A table after RFC 4180: a header and rows of fields.
struct CSVTable: Sendable {
  var rows: [[String]]

  init(_ header: [String]) {
    rows = [header]
  }

  static func number(_ value: Double) -> String { "\(value)" }
  static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
  static func integer(_ value: Int?) -> String { value.map(String.init) ?? "" }

  var text: String {
    rows.map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func quoted(_ field: String) -> String {
    guard field.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else {
      return field
    }
    return "\""
      + field.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
