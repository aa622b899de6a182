internal import Charts
internal import Entanglement
internal import RegressionChecks

/// A check as JUnit XML: a suite a rule, a case a number. A regression is a failure, what is not
/// comparable an error; what is inconclusive or a warning is skipped.
struct CheckJUnit {
  private let report: CheckReport

  init(_ report: CheckReport) {
    self.report = report
  }

  var text: String {
    var suites: [(name: String, results: [CheckResult])] = []
    for result in report.results {
      let name = result.rule.text
      if let index = suites.firstIndex(where: { $0.name == name }) {
        suites[index].results.append(result)
      } else {
        suites.append((name, [result]))
      }
    }
    let outcomes = report.results.map(Outcome.init)
    let broken = suites.isEmpty
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"snn-analyze check\""
    text += Self.counts(outcomes, total: broken ? 1 : outcomes.count, extraErrors: broken ? 1 : 0)
    text += ">\n"
    if broken {
      text += "  <testsuite name=\"check\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">\n"
      text += "    <testcase classname=\"check\" name=\"check\">\n"
      text +=
        "      <error type=\"not-comparable\" message=\""
        + Self.escaped(report.error ?? report.headline) + "\"/>\n"
      text += "    </testcase>\n  </testsuite>\n"
    }
    for suite in suites {
      let outcomes = suite.results.map(Outcome.init)
      text += "  <testsuite name=\"\(Self.escaped(suite.name))\""
      text += Self.counts(outcomes, total: outcomes.count) + ">\n"
      for (result, outcome) in zip(suite.results, outcomes) {
        // Tools fold the parts of a class's name: a model, its checkpoints.
        let place = [result.model, result.checkpoint].compactMap(\.self).filter { !$0.isEmpty }
        text += "    <testcase classname=\"\(Self.escaped(place.joined(separator: ".")))\" name=\""
        text += Self.escaped("\(result.layer) \(result.quantity)") + "\""
        let message = Self.escaped(Self.message(result))
        switch outcome {
        case .passed: text += "/>\n"
        case .failure, .error, .skipped:
          text += ">\n      <\(outcome.rawValue)"
          if outcome != .skipped { text += " type=\"\(result.verdict.rawValue)\"" }
          text += " message=\"\(message)\"/>\n    </testcase>\n"
        }
      }
      text += "  </testsuite>\n"
    }
    return text + "</testsuites>\n"
  }

  private enum Outcome: String {
    case passed, failure, error, skipped

    init(_ result: CheckResult) {
      switch result.verdict {
      case .pass, .improvement: self = .passed
      case .inconclusive: self = .skipped
      case .regression: self = result.rule.level == .warn ? .skipped : .failure
      case .notComparable: self = result.rule.level == .warn ? .skipped : .error
      }
    }
  }

  private static func counts(
    _ outcomes: [Outcome], total: Int, extraErrors: Int = 0
  ) -> String {
    func count(_ outcome: Outcome) -> Int { outcomes.count { $0 == outcome } }
    return " tests=\"\(total)\" failures=\"\(count(.failure))\" errors=\""
      + "\(count(.error) + extraErrors)\" skipped=\"\(count(.skipped))\""
  }

  private static func message(_ result: CheckResult) -> String {
    let warning = result.isWarning ? "warning, " : ""
    return [warning + result.verdict.text, result.numbers, result.message]
      .filter { !$0.isEmpty }.joined(separator: ": ")
  }

  /// For an attribute.
  private static func escaped(_ text: String) -> String { SVGWriter.escaped(text) }
}
