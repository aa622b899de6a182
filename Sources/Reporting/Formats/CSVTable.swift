/// A table after RFC 4180: a header and rows of fields.
struct CSVTable: Sendable {
  var rows: [[String]]

  init(_ header: [String]) {
    rows = [header]
  }

  static func number(_ value: Double) -> String { "\(value)" }
  static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
  static func integer(_ value: Int?) -> String { value.map(String.init) ?? "" }

  /// Tables of the same columns as one, with a first column that says which labeling rows are of,
  /// where there are several labelings.
  static func merged(_ tables: [(labeling: String?, table: CSVTable)]) -> CSVTable {
    guard let first = tables.first else { return CSVTable([]) }
    guard tables.contains(where: { $0.labeling != nil }) else { return first.table }
    var merged = CSVTable(["labeling"] + first.table.rows[0])
    for (labeling, table) in tables {
      merged.rows += table.rows.dropFirst().map { [labeling ?? ""] + $0 }
    }
    return merged
  }

  var text: String {
    rows.map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func quoted(_ field: String) -> String {
    let field = inert(field)
    // Of scalars: a quote with a combining mark behind it is another character, and still a quote.
    let scalars = field.unicodeScalars
    guard scalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return field }
    let quoted = scalars.reduce(into: "") { quoted, scalar in
      if scalar == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(scalar)
    }
    return "\"\(quoted)\""
  }

  /// A name that a spreadsheet would take for a formula, as text: behind an apostrophe. Numbers stay.
  private static func inert(_ field: String) -> String {
    guard let first = field.unicodeScalars.first, "=+-@".unicodeScalars.contains(first),
      Double(field) == nil
    else { return field }
    return "'" + field
  }
}

/// A table and the name of its file.
struct NamedTable: Sendable {
  let name: String
  let table: CSVTable
}

extension Sequence {
  /// The elements of each name together, in the order in which the names come first.
  func grouped(by name: (Element) -> String) -> [(name: String, elements: [Element])] {
    var places: [String: Int] = [:]
    return reduce(into: []) { groups, element in
      let name = name(element)
      if let place = places[name] {
        groups[place].elements.append(element)
      } else {
        places[name] = groups.count
        groups.append((name, [element]))
      }
    }
  }
}
