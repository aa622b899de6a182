internal import Activations

/// A table for a terminal: columns as wide as what they hold, two spaces apart, with a rule below
/// the header.
package struct TextTable {
  private let columns: [Column]
  private let hasHeader: Bool
  private let hasRule: Bool
  private let indentation: Int
  private var rows: [Row] = []

  /// A column: text to the left, numbers to the right.
  package struct Column {
    fileprivate let name: String
    fileprivate let isRight: Bool
    fileprivate let widths: ClosedRange<Int>

    /// - Parameter widths: No fewer and no more columns of the terminal than this; what is longer
    ///   loses its middle.
    package static func left(_ name: String, widths: ClosedRange<Int> = 0...Int.max) -> Column {
      Column(name: name, isRight: false, widths: widths)
    }

    package static func right(_ name: String, widths: ClosedRange<Int> = 0...Int.max) -> Column {
      Column(name: name, isRight: true, widths: widths)
    }
  }

  /// What the eye is led to, on a terminal that shows it.
  package enum Emphasis {
    case row, lastCell
  }

  private struct Row {
    let cells: [String]
    var emphasis: Emphasis?
  }

  package init(
    _ columns: [Column], hasHeader: Bool = true, hasRule: Bool = true, indentation: Int = 0
  ) {
    self.columns = columns
    self.hasHeader = hasHeader
    self.hasRule = hasHeader && hasRule
    self.indentation = indentation
  }

  /// The first column to the left, the others to the right.
  package init(header: [String]) {
    self.init(header.enumerated().map { $0 == 0 ? .left($1) : .right($1) })
  }

  /// - Precondition: A cell a column.
  package mutating func add(_ cells: [String], emphasis: Emphasis? = nil) {
    precondition(
      cells.count == columns.count, "\(cells.count) cells are no row of \(columns.count) columns")
    rows.append(Row(cells: cells.map(\.visible), emphasis: emphasis))
  }

  package var text: String {
    let header = hasHeader ? [Row(cells: columns.map(\.name))] : []
    let all = header + rows
    let widths = columns.enumerated().map { place, column in
      let widest = all.map { $0.cells[place].displayWidth }.max() ?? 0
      return min(max(widest, column.widths.lowerBound), column.widths.upperBound)
    }
    var lines = all.map { line($0, widths) }
    if hasRule {
      lines.insert(widths.map { String(repeating: "─", count: $0) }.joined(separator: "  "), at: 1)
    }
    let margin = String(repeating: " ", count: indentation)
    return lines.map { margin + $0 + "\n" }.joined()
  }

  private func line(_ row: Row, _ widths: [Int]) -> String {
    var fields = columns.indices.map { place in
      let text = row.cells[place].elided(to: widths[place])
      if columns[place].isRight { return text.aligned(to: widths[place]) }
      return place + 1 < columns.count ? text.padded(to: widths[place]) : text
    }
    if row.emphasis == .lastCell, let last = fields.popLast() {
      fields.append("\u{1b}[1;33m\(last)\u{1b}[0m")
    }
    let line = fields.joined(separator: "  ")
    return row.emphasis == .row ? "\u{1b}[1m\(line)\u{1b}[0m" : line
  }
}
