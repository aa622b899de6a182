import Entanglement
import Reporting
import Testing

@Suite struct SummaryTests {
  private static func text(_ history: EntanglementHistory) throws -> String {
    try Report(history, options: ReportOptions(version: "1", title: "run"))
      .terminalText(width: 100, color: false)
  }

  @Test("The words say which layers disentangled and which changed most")
  func disentangled() throws {
    let both = try Self.text(History.history([("a", [2.0, 1.0]), ("b", [2.2, 0.1])]))
    #expect(
      both.replacing("\n", with: " ")
        .contains("Every layer disentangled; b changed most, from 2.20 to 0.100 nats."))
    #expect(both.replacing("\n", with: " ").contains("least entangled in b"))
    let mixed = try Self.text(History.history([("a", [1.0, 2.0]), ("b", [2.2, 0.1])]))
    #expect(mixed.contains("1 layer disentangled, 1 became more entangled"))
    let some = try Self.text(History.history([("a", [1.0, 1.0]), ("b", [2.2, 0.1])]))
    #expect(some.contains("1 of 2 layers disentangled"))
    let still = try Self.text(History.history([("a", [1.0, 1.0])]))
    #expect(still.contains("No layer changed by more than one percent."))
  }

  @Test("A minimum at an end, and a layer at chance, are explained")
  func ends() throws {
    let zero = try Self.text(History.single(History.layer(loss: 0, position: .zero)))
    #expect(zero.contains("the loss falls towards T → 0 without a minimum"))
    #expect(zero.contains("→ 0"))
    let infinity = try Self.text(
      History.single(History.layer(loss: 2.3, position: .infinity, isConstant: true)))
    #expect(infinity.contains("only is at chance"))
    #expect(infinity.contains("→ ∞"))
    #expect(infinity.contains("All rows of only are equal"))
  }

  @Test("Singletons are counted in words")
  func singletons() throws {
    let text = try Self.text(History.single(History.layer(loss: 1, singletons: 3)))
    #expect(text.replacing("\n", with: " ").contains("3 samples alone in their class"))
  }

  @Test("Nothing to report is said, not trapped over")
  func empty() throws {
    #expect(try Self.text(History.history([])).contains("no layer could be computed"))
  }
}
