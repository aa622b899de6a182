/// Writes a tree as XML: one element a line, indented, all text escaped.
package struct SVGWriter {
  private var output = ""

  package static func document(_ root: SVGElement) -> String {
    var writer = SVGWriter()
    writer.output = #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n"
    writer.write(root, indent: 0)
    writer.output += "\n"
    return writer.output
  }

  private mutating func write(_ element: SVGElement, indent: Int) {
    output += "<" + element.name
    for attribute in element.attributes {
      output += " \(attribute.name)=\"\(SVGWriter.escaped(attribute.value))\""
    }
    if element.content.isEmpty {
      output += "/>"
      return
    }
    output += ">"
    // Space inside <text> would be drawn.
    let isInline = element.name == "text" || element.name == "tspan"
    var endsLine = false
    for content in element.content {
      switch content {
      case .text(let text):
        output += SVGWriter.escaped(text)
      case .element(let child):
        if !isInline {
          output += "\n" + String(repeating: " ", count: indent + 1)
          endsLine = true
        }
        write(child, indent: indent + 1)
      }
    }
    if endsLine { output += "\n" + String(repeating: " ", count: indent) }
    output += "</\(element.name)>"
  }

  /// The text with XML's own characters as entities. White space becomes a space; characters that
  /// XML forbids, other controls, and marks that turn the text behind them round are dropped.
  package static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x26: result.append(contentsOf: "&amp;".unicodeScalars)
      case 0x3c: result.append(contentsOf: "&lt;".unicodeScalars)
      case 0x3e: result.append(contentsOf: "&gt;".unicodeScalars)
      case 0x22: result.append(contentsOf: "&quot;".unicodeScalars)
      case 0x09, 0x0a, 0x0d: result.append(" ")
      case 0..<0x20, 0x7f...0x9f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff, 0xfffe, 0xffff:
        continue
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
