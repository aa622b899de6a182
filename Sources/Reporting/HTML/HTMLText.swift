internal import Charts
internal import Entanglement

/// Text as it stands in HTML.
enum HTMLText {
  static func escaped(_ text: String) -> String { SVGWriter.escaped(text) }

  /// A table with a header row; columns of numbers are right-aligned and sort as numbers.
  static func table(_ columns: [Column], rows: [[Cell]], caption: String) -> String {
    var text =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"\(escaped(caption))\">\n"
    text += "<table class=\"sortable\">\n<caption>\(escaped(caption))</caption>\n<thead><tr>"
    for column in columns {
      text += "<th scope=\"col\"\(column.isNumber ? " class=\"number\"" : "")>"
      text += escaped(column.name) + "</th>"
    }
    text += "</tr></thead>\n<tbody>\n"
    for row in rows {
      text += "<tr>"
      for (cell, column) in zip(row, columns) {
        text += "<td"
        if column.isNumber { text += " class=\"number\"" }
        if let value = cell.value { text += " data-v=\"\(value)\"" }
        text += ">" + escaped(cell.text) + "</td>"
      }
      text += "</tr>\n"
    }
    return text + "</tbody>\n</table>\n</div>\n"
  }

  struct Column {
    let name: String
    var isNumber = false
  }

  struct Cell {
    let text: String
    /// What it sorts by, where that is a number.
    var value: Double?

    init(_ text: String) { self.text = text }

    init(_ number: Double?) {
      text = number.map(NumberStyle.loss) ?? "–"
      value = number
    }

    /// A difference, with its sign.
    init(signed number: Double?) {
      text = number.map(NumberStyle.signed) ?? "–"
      value = number
    }

    /// It sorts by its lower end.
    init(_ interval: Interval?) {
      text = interval?.text ?? "–"
      value = interval?.lower
    }

    init(_ number: Int?) {
      text = number.map(String.init) ?? "–"
      value = number.map(Double.init)
    }
  }
}
