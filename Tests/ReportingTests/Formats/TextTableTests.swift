import Reporting
import Testing

@Suite struct TextTableTests {
  @Test(
    "Columns are as wide as what they hold: text to the left, numbers to the right, a rule below")
  func alignment() {
    var table = TextTable(header: ["layer", "loss", "T"])
    table.add(["a", "0.123", "1"])
    table.add(["encoder", "12", "1000"])
    #expect(
      table.text == """
        layer     loss     T
        ───────  ─────  ────
        a        0.123     1
        encoder     12  1000

        """)
  }

  @Test("Text at the end of a line has no spaces behind it; without a header there is no rule")
  func lines() {
    var table = TextTable([.left(""), .left("")], hasHeader: false, indentation: 2)
    table.add(["a", "first"])
    table.add(["layer", "2"])
    #expect(table.text == "  a      first\n  layer  2\n")
  }

  @Test("What is wider than its column loses its middle, and what is narrower is filled up")
  func widths() {
    var table = TextTable(
      [.left("name", widths: 0...7), .right("n", widths: 3...3)], hasRule: false)
    table.add(["encoder.layers.7", "12345"])
    #expect(table.text == "name       n\nen…rs.7  …45\n")
  }

  @Test("Widths are those of the terminal: two for wide characters, none for combining marks")
  func wide() {
    var table = TextTable(header: ["n", "x"])
    table.add(["層", "1"])
    table.add(["e\u{301}t", "22"])
    #expect(table.text == "n    x\n──  ──\n層   1\ne\u{301}t  22\n")
  }

  @Test("A row or its last cell is led to by escape codes that take no width")
  func emphasis() {
    var table = TextTable([.left("a"), .right("b")], hasHeader: false)
    table.add(["x", "1"], emphasis: .row)
    table.add(["y", "22"], emphasis: .lastCell)
    #expect(
      table.text == "\u{1b}[1mx   1\u{1b}[0m\ny  \u{1b}[1;33m22\u{1b}[0m\n")
  }
}
