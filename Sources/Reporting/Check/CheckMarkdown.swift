internal import Activations
internal import Entanglement
internal import RegressionChecks

/// A check for the summary of a workflow's step, which takes 1 MiB at most.
struct CheckMarkdown {
  private let report: CheckReport

  init(_ report: CheckReport) {
    self.report = report
  }

  var text: String {
    var text = "## snn-analyze check\n\n**\(Self.escaped(report.headline))**\n"
    if let error = report.error { return text + "\n\(Self.escaped(error))\n" }
    if !report.readings.isEmpty { text += "\n\(Self.escaped(report.readings.sentence))\n" }
    guard !report.results.isEmpty else { return text }
    text += "\n| verdict \(report.namesModels ? "| model " : "")| checkpoint | layer | quantity "
    text += "| baseline | now | difference | interval "
    text += report.knowsTraining ? "| another seed | noise " : ""
    text += "| limit | detects | if spread |\n"
    text += (report.namesModels ? "|---" : "") + "|---|---|---|---|--:|--:|--:|--:"
    text += (report.knowsTraining ? "|--:|---" : "") + "|--:|--:|--:|\n"
    // What stops the build comes first, so that it is there where the table is cut.
    let order = Verdict.allCases.reversed()
    let ranks: [Verdict: Int] = [
      .regression: 0, .notComparable: 1, .inconclusive: 2, .improvement: 3, .pass: 4,
    ]
    let sorted = order.sorted { ranks[$0, default: 5] < ranks[$1, default: 5] }.flatMap { verdict in
      report.results.filter { $0.verdict == verdict }
    }
    var length = text.utf8.count
    var rows: [String] = []
    for result in sorted {
      let cells = result.cells(
        namingModel: report.namesModels, ofTraining: report.knowsTraining)
      let row = "| " + cells.map(Self.escaped).joined(separator: " | ") + " |\n"
      length += row.utf8.count + result.message.utf8.count * 2 + result.place.utf8.count + 100
      guard length < Self.limit else { break }
      rows.append(row)
    }
    text += rows.joined()
    if rows.count < sorted.count {
      text += "\n\(sorted.count - rows.count) more are in check.json.\n"
    }
    let remarks = CheckReport.remarks(on: Array(sorted.prefix(rows.count)))
    if !remarks.isEmpty { text += "\n" }
    for remark in remarks {
      text += "- \(Self.escaped(remark.place)): \(Self.escaped(remark.message))\n"
    }
    for notice in report.notices { text += "\n\(Self.escaped(notice))\n" }
    return text
  }

  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { escaped, scalar in
      switch scalar {
      case "|", "*", "_", "`", "<", "[", "]", "\\": escaped += "\\" + String(scalar)
      case "\n", "\r": escaped += " "
      default: escaped += scalar.isInvisibleControl ? String(scalar).visible : String(scalar)
      }
    }
  }

  private static let limit = 900_000
}
