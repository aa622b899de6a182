internal import Activations
internal import Entanglement
internal import RegressionChecks

/// A check as workflow commands of GitHub Actions. About ten annotations of a kind are shown, so
/// there is one for each kind of verdict.
struct CheckAnnotations {
  private let report: CheckReport

  init(_ report: CheckReport) {
    self.report = report
  }

  var text: String {
    if let error = report.error { return Self.line("error", "snn-analyze check", error) }
    guard !report.results.isEmpty else {
      return Self.line("error", "snn-analyze check", report.headline)
    }
    let enforced = report.results.filter { $0.rule.level == .error }
    var text = ""
    for (verdict, command) in [
      (Verdict.regression, "error"), (.notComparable, "error"), (.inconclusive, "warning"),
      (.improvement, "notice"),
    ] {
      text += annotation(command, verdict.text, enforced.filter { $0.verdict == verdict })
    }
    text += annotation("warning", "warning", report.results.filter(\.isWarning))
    text += annotation("notice", "identical activations", report.results.filter(\.isIdentical))
    return text
  }

  private func annotation(_ command: String, _ kind: String, _ results: [CheckResult]) -> String {
    guard !results.isEmpty else { return "" }
    var lines = results.prefix(Self.most).map { result in
      ["\(result.place), \(result.quantity)", result.numbers, result.message]
        .filter { !$0.isEmpty }.joined(separator: ": ")
    }
    if results.count > Self.most { lines.append("and \(results.count - Self.most) more") }
    return Self.line(
      command, "snn-analyze check: \(kind) (\(results.count))", lines.joined(separator: "\n"))
  }

  private static func line(_ command: String, _ title: String, _ message: String) -> String {
    "::\(command) title=\(escaped(title, isProperty: true))::\(escaped(message, isProperty: false))\n"
  }

  private static func escaped(_ text: String, isProperty: Bool) -> String {
    text.visibleLines.unicodeScalars.reduce(into: "") { escaped, scalar in
      switch scalar {
      case "%": escaped += "%25"
      case "\n": escaped += "%0A"
      case ":" where isProperty: escaped += "%3A"
      case "," where isProperty: escaped += "%2C"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
  }

  private static let most = 10
}
