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
    guard field.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else {
      return field
    }
    return "\""
      + field.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
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
