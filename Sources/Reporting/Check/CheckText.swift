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
    if let error = report.error { return text + error + "\n" }
    if !report.readings.isEmpty { text += report.readings.sentence + "\n" }
    text += table
    let remarks = CheckReport.remarks(on: report.results)
    for remark in remarks { text += "\n\(remark.place): \(remark.message)" }
    if !remarks.isEmpty { text += "\n" }
    for notice in report.notices { text += "\n\(notice)\n" }
    return text
  }

  private var table: String {
    guard !report.results.isEmpty else { return "" }
    let words =
      ["verdict"] + (report.namesModels ? ["model"] : []) + ["checkpoint", "layer", "quantity"]
    let numbers = ["baseline", "now", "difference", "interval", "limit", "detects", "if spread"]
    var table = TextTable(
      words.map { .left($0) } + numbers.map { .right($0) }, hasRule: false)
    for result in report.results {
      table.add(result.cells(namingModel: report.namesModels))
    }
    return "\n" + table.text
  }
}

extension CheckResult {
  var quantity: String { measure?.text ?? "every quantity" }

  /// In the order of the tables of text and Markdown.
  func cells(namingModel: Bool) -> [String] {
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
      cell(limit), cell(comparison?.minimumDetectable), cell(comparison?.minimumDetectableSpread),
    ]
  }
}
