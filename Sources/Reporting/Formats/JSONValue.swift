internal import Activations

/// A JSON value whose objects keep the order of their keys, so that reports differ where their
/// numbers do and nowhere else.
package indirect enum JSONValue {
  case null
  case bool(Bool)
  case integer(Int)
  /// Prints with the shortest text that reads back to the same Double.
  case number(Double)
  case string(String)
  case array([JSONValue])
  /// An object of one line.
  case record([(String, JSONValue)])
  /// An object of a line a key.
  case object([(String, JSONValue)])

  package var text: String {
    var text = ""
    write(to: &text, indentation: "")
    return text + "\n"
  }

  private func write(to text: inout String, indentation: String) {
    let deeper = indentation + "  "
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): text += "\(value)"
    case .string(let value): text += Self.quoted(value)
    case .array(let values):
      guard !values.isEmpty else {
        text += "[]"
        return
      }
      if values.allSatisfy(\.isPlain) {
        text += "["
        for (index, value) in values.enumerated() {
          if index > 0 { text += ", " }
          value.write(to: &text, indentation: indentation)
        }
        text += "]"
        return
      }
      text += "[\n"
      for (index, value) in values.enumerated() {
        text += deeper
        value.write(to: &text, indentation: deeper)
        text += index + 1 < values.count ? ",\n" : "\n"
      }
      text += indentation + "]"
    case .record(let members):
      text += "{"
      for (index, (key, value)) in members.enumerated() {
        if index > 0 { text += ", " }
        text += Self.quoted(key) + ": "
        value.write(to: &text, indentation: indentation)
      }
      text += "}"
    case .object(let members):
      text += "{\n"
      for (index, (key, value)) in members.enumerated() {
        text += deeper + Self.quoted(key) + ": "
        value.write(to: &text, indentation: deeper)
        text += index + 1 < members.count ? ",\n" : "\n"
      }
      text += indentation + "}"
    }
  }

  private var isPlain: Bool {
    switch self {
    case .array, .record, .object: false
    default: true
    }
  }

  private static func quoted(_ string: String) -> String {
    var text = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.isInvisibleControl: text += String(scalar).escapedAsJSON
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}

extension JSONValue {
  package static func optional(_ number: Double?) -> JSONValue {
    number.map(JSONValue.number) ?? .null
  }

  static func interval(_ bounds: ClosedRange<Double>) -> JSONValue {
    .array([.number(bounds.lowerBound), .number(bounds.upperBound)])
  }

  /// A row id: a number where it is one.
  static func id(_ text: String) -> JSONValue {
    if let number = Int(text), String(number) == text { return .integer(number) }
    return .string(text)
  }
}
