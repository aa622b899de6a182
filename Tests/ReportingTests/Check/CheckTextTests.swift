import Entanglement
import RegressionChecks
import Reporting
import Testing

/// A check for a terminal, whose names may hold anything.
@Suite struct CheckTextTests {
  private static func text(
    _ layers: [RunMeasurements.Layer], _ rules: [RegressionRule]
  ) -> String {
    Checks.report(Checks.check(layers, against: layers, rules: rules)).terminalText
  }

  @Test("Names of rules and layers neither move the cursor nor begin lines, wherever they stand")
  func controls() {
    let text = Self.text(
      [Checks.layer("evil\u{1b}[31m\nPass: all", 0.2)],
      [.standard(), RegressionRule(layer: "gone\u{1b}]0;x\u{7}\nPass: all", measure: .minimum)])
    #expect(!text.contains("\u{1b}") && !text.contains("\u{7}"))
    #expect(!text.split(separator: "\n").contains { $0.hasPrefix("Pass: all") }, "\(text)")
    #expect(text.contains("gone␛]0;x␇␊Pass: all"), "\(text)")
  }

  @Test("Patterns of thousands of characters leave the text readable, with its ends")
  func long() {
    let pattern = "start" + String(repeating: "*a", count: 15_000) + "end"
    let text = Self.text(
      [Checks.layer("layer1", 0.2)], [RegressionRule(layer: pattern, measure: .minimum)])
    #expect(text.utf8.count < 5000, "\(text.utf8.count)")
    #expect(text.contains("start") && text.contains("The rule matches no layer."), "\(text)")
  }

  @Test("Bounds stand in the column of limits")
  func bounds() {
    let rule = RegressionRule(measure: Checks.measure, minimum: 0.5, maximum: 0.75)
    let text = Self.text([Checks.layer("layer1", 0.2)], [rule])
    #expect(text.contains("≥ 0.500, ≤ 0.750"), "\(text)")
  }

  @Test("A pass is counted among the numbers that decide")
  func pass() {
    let layers = [Checks.layer("one", 0.2), Checks.layer("two", 0.3)]
    let worse = [Checks.layer("one", 0.2), Checks.layer("two", 0.9)]
    let rules = [
      RegressionRule.standard(),
      RegressionRule(
        layer: "two", measure: Checks.measure, tolerance: Tolerance(side: .upper), level: .warn),
    ]
    let text = Checks.report(Checks.check(worse, against: layers, rules: rules)).terminalText
    #expect(
      text.hasPrefix(
        "Pass: 1 of 1 number within tolerance, beside 1 at the level warn, 1 warning."), "\(text)")
  }
}
