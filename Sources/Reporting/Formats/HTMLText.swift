internal import Charts

/// Text as it stands in HTML.
enum HTMLText {
  static func escaped(_ text: String) -> String { SVGWriter.escaped(text) }

  /// Of a longer table the others are not printed, and that is said there.
  static let mostPrintedRows = 40

  /// A table with a header row; columns of numbers are right-aligned and sort as numbers.
  static func table(_ columns: [Column], rows: [[Cell]], caption: String) -> String {
    let long = rows.count > mostPrintedRows
    var text =
      "<div class=\"scroll\(long ? " long" : "")\" tabindex=\"0\" role=\"region\" aria-label=\"\(escaped(caption))\">\n"
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
        if let title = cell.title { text += " title=\"\(escaped(title))\"" }
        text += ">" + escaped(cell.text) + "</td>"
      }
      text += "</tr>\n"
    }
    return text + "</tbody>\n</table>\n</div>\n"
  }

  /// Names and what they stand for.
  static func list(_ facts: [(name: String, value: String)]) -> String {
    let items = facts.map { name, value in
      "<dt>\(escaped(name))</dt><dd>\(escaped(value))</dd>\n"
    }
    return "<dl>\n\(items.joined())</dl>\n"
  }

  struct Column {
    let name: String
    var isNumber = false
  }

  struct Cell {
    let text: String
    /// What it sorts by, where that is a number.
    var value: Double?
    /// All of it, where the text is shortened.
    var title: String?

    init(_ text: String) { self.text = text }

    init(_ text: String, title: String) {
      self.text = text
      self.title = text == title ? nil : title
    }

    init(_ number: Double?) {
      text = number.map(NumberStyle.loss) ?? "–"
      value = number
    }

    /// A difference, with its sign.
    init(signed number: Double?) {
      text = number.map(NumberStyle.signed) ?? "–"
      value = number
    }

    init(_ text: String, sortedBy value: Double?) {
      self.text = text
      self.value = value
    }

    init(_ number: Int?) {
      text = number.map(String.init) ?? "–"
      value = number.map(Double.init)
    }
  }
}

/// A table that is a section of a page.
struct PageTable {
  /// Of the section.
  let id: String
  let title: String
  let columns: [HTMLText.Column]
  let rows: [[HTMLText.Cell]]
  let caption: String

  /// A section a table, those of one id as one, with a first column that says which labels rows are
  /// by where there are several labelings.
  static func sections(_ tables: [(labeling: String?, table: PageTable)]) -> [HTMLPage.Section] {
    let isLabeled = tables.contains { $0.labeling != nil }
    return tables.grouped(by: \.table.id).map { id, parts in
      let first = parts[0].table
      let rows = parts.flatMap { labeling, table in
        table.rows.map { (isLabeled ? [HTMLText.Cell(labeling ?? "")] : []) + $0 }
      }
      return HTMLPage.Section(
        id: id, title: first.title,
        body: HTMLText.table(
          (isLabeled ? [.init(name: "labels")] : []) + first.columns, rows: rows,
          caption: first.caption))
    }
  }
}
