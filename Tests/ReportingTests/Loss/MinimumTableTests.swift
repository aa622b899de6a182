import Entanglement
import Reporting
import Testing

@Suite struct MinimumTableTests {
  private static func text(
    _ history: EntanglementHistory, width: Int = 100, color: Bool = false
  ) throws -> String {
    try Report(history, options: ReportOptions(version: "1", title: "run"))
      .terminalText(width: width, color: color)
  }

  /// The table's lines: from the rule under the header, with the header, to the next empty line.
  private static func table(_ text: String) throws -> [String] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let rule = try #require(lines.firstIndex { $0.hasPrefix("─") })
    return Array(lines[(rule - 1)...].prefix { !$0.isEmpty && !$0.hasPrefix("(") })
  }

  @Test(
    "The table is aligned and fits for long names and many checkpoints", arguments: [80, 100, 120])
  func alignment(width: Int) throws {
    for (layers, checkpoints) in [(1, 1), (3, 8), (60, 200)] {
      let history = History.history(
        (0..<layers).map { layer in
          (
            "encoder.layers.\(layer).attention.output.projection.\(layer * layer * 7919)",
            (0..<checkpoints).map { 2 / Double($0 + layer + 1) }
          )
        })
      let table = try Self.table(try Self.text(history, width: width))
      #expect(table.count == layers + 2)
      #expect(Set(table.map(\.count)).count == 1, "\(table.prefix(4))")
      #expect(table[0].count <= width)
    }
  }

  @Test("The first and the last checkpoint are always shown, and what is left out is said")
  func thinning() throws {
    let text = try Self.text(
      History.history([("a", (0..<50).map { 2 / Double($0 + 1) })]), width: 80)
    let header = try Self.table(text)[0].split(separator: " ")
    #expect(header.contains("0"))
    #expect(header.contains("49"))
    #expect(text.contains("of 50 checkpoints shown"))
  }

  @Test("Colour is used only where it is asked for")
  func color() throws {
    let history = History.history([("a", [2.0, 1.0]), ("b", [2.2, 0.1])])
    #expect(!(try Self.text(history).contains("\u{1b}")))
    #expect(try Self.text(history, color: true).contains("\u{1b}"))
  }

  @Test("Wide characters and combining marks keep the columns aligned")
  func wideNames() throws {
    let table = try Self.table(
      try Self.text(
        History.history([("エンコーダ.層", [2.0, 1.0]), ("e\u{301}tage", [2.2, 0.1]), ("c", [1, 1])])))
    // The loss of the first checkpoint ends in the same column of the terminal in every row.
    let places = table.dropFirst(2).map { line -> Int in
      let head = line.prefix { !$0.isNumber }
      return head.unicodeScalars.reduce(0) { sum, scalar in
        switch scalar.value {
        case 0x300...0x36f: sum
        case 0x3000...0x9fff: sum + 2
        default: sum + 1
        }
      }
    }
    #expect(Set(places).count == 1, "\(places)")
  }
}
