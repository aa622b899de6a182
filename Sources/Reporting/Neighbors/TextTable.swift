internal import Neighbors

/// A table for a terminal: the first column to the left, the others to the right, wide enough for
/// what they hold.
struct TextTable {
  private var rows: [[String]]

  init(header: [String]) {
    rows = [header]
  }

  mutating func add(_ row: [String]) { rows.append(row) }

  var text: String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
    }
    var lines = rows.map { row in
      row.enumerated().map { column, cell in
        let pad = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + pad : pad + cell
      }.joined(separator: "  ")
    }
    lines.insert(widths.map { String(repeating: "─", count: $0) }.joined(separator: "  "), at: 1)
    return lines.map { $0 + "\n" }.joined()
  }
}

extension NumberStyle {
  /// `97.2 %`.
  static func percent(_ share: Double) -> String { fixed(share * 100, decimals: 1) + " %" }

  /// `0.981 [0.970, 0.988]`.
  static func estimate(_ value: Double, _ interval: ClosedRange<Double>) -> String {
    "\(fixed(value, decimals: 3)) [\(fixed(interval.lowerBound, decimals: 3)), "
      + "\(fixed(interval.upperBound, decimals: 3))]"
  }

  /// `1 sample`, `2 samples`.
  static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}

extension JSONValue {
  /// A row id: a number where it is one.
  static func id(_ text: String) -> JSONValue {
    if let number = Int(text), String(number) == text { return .integer(number) }
    return .string(text)
  }

  static func interval(_ bounds: ClosedRange<Double>) -> JSONValue {
    .array([.number(bounds.lowerBound), .number(bounds.upperBound)])
  }

  static func optional(_ proportion: Proportion?) -> JSONValue {
    proportion.map { $0.total > 0 ? .number($0.value) : .null } ?? .null
  }
}
