internal import Activations
internal import Entanglement
internal import RegressionChecks

/// A check for a terminal or a log: the verdict first.
struct CheckText {
  private let report: CheckReport

  init(_ report: CheckReport) {
    self.report = report
  }

  var text: String {
    var text = report.headline + "\n"
    if let error = report.error { return (text + Self.shown(error) + "\n").visibleLines }
    if !report.readings.isEmpty { text += Self.shown(report.readings.sentence) + "\n" }
    text += table
    let remarks = CheckReport.remarks(on: report.results)
    for remark in remarks.prefix(Self.mostRemarks) {
      text += "\n" + Self.shown(remark.place) + ": " + Self.shown(remark.message)
    }
    if remarks.count > Self.mostRemarks {
      text += "\n\(remarks.count - Self.mostRemarks) more are in check.json."
    }
    if !remarks.isEmpty { text += "\n" }
    for notice in report.notices { text += "\n" + Self.shown(notice) + "\n" }
    return text.visibleLines
  }

  private static let mostRemarks = 40

  /// On one line, without the middle of what is too long to be read: names are a file's, and may hold
  /// anything.
  private static func shown(_ text: String) -> String {
    let text = text.visible
    let most = 1000
    guard text.count > most else { return text }
    return "\(text.prefix(most / 2)) … \(text.suffix(most / 2))"
  }

  private var table: String {
    guard !report.results.isEmpty else { return "" }
    let words =
      ["verdict"] + (report.namesModels ? ["model"] : []) + ["checkpoint", "layer", "quantity"]
    let numbers =
      ["baseline", "now", "difference", "interval"]
      + (report.knowsTraining ? ["another seed", "noise"] : [])
      + ["limit", "detects", "if spread"]
    var table = TextTable(
      words.map { .left($0, widths: 0...48) } + numbers.map { .right($0) }, hasRule: false)
    for result in report.results {
      table.add(result.cells(namingModel: report.namesModels, ofTraining: report.knowsTraining))
    }
    return "\n" + table.text
  }
}

extension CheckResult {
  /// The accuracy is that of the soft neighbors, and not the network's.
  var quantity: String {
    guard let measure else { return "every quantity" }
    return measure.kind == .accuracy ? "soft-neighbor " + measure.text : measure.text
  }

  /// In the order of the tables of text and Markdown.
  func cells(namingModel: Bool, ofTraining: Bool) -> [String] {
    func cell(_ value: Double?) -> String { value.map(NumberStyle.loss) ?? "–" }
    let words = [
      verdict.text + (isWarning ? " (warning)" : "") + (isIdentical ? " (identical)" : ""),
      namingModel ? model ?? "–" : nil, checkpoint, layer, quantity,
    ]
    return words.compactMap(\.self) + [
      cell(baseline), cell(observed), difference.map(NumberStyle.signed) ?? "–",
      comparison.map {
        "[\(NumberStyle.signed($0.lower)), \(NumberStyle.signed($0.upper))]"
      } ?? "–",
    ]
      + (ofTraining
        ? [training.map { "±\(NumberStyle.loss($0.reach))" } ?? "–", noise?.rawValue ?? "–"] : [])
      + [
        bounds, cell(comparison?.minimumDetectable), cell(comparison?.minimumDetectableSpread),
      ]
  }

  /// What must not be passed: the change, or the number itself where the rule bounds it.
  private var bounds: String {
    let parts = [
      limit.map(NumberStyle.loss), rule.minimum.map { "≥ " + NumberStyle.loss($0) },
      rule.maximum.map { "≤ " + NumberStyle.loss($0) },
    ].compactMap(\.self)
    return parts.isEmpty ? "–" : parts.joined(separator: ", ")
  }
}
