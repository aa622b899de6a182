internal import Entanglement
internal import RegressionChecks

/// A check as `check.json`, schema `snn-analyze/check/1`.
struct CheckJSON {
  private let report: CheckReport

  init(_ report: CheckReport) {
    self.report = report
  }

  var text: String {
    var members: [(String, JSONValue)] = [
      ("schema", .string("snn-analyze/check/1")), ("version", .string(report.version)),
      ("verdict", .string(report.verdict.rawValue)), ("summary", .string(report.headline)),
      ("files", .array(report.models.flatMap(\.model.files).map(JSONValue.string))),
      ("baseline", .string(report.models.map(\.model.baseline).joined(separator: ", "))),
    ]
    if report.namesModels {
      members.append(
        ("models", .array(report.models.map { Self.record($0.model, verdict: $0.verdict) })))
    }
    members += report.readings.members
    if let error = report.error { members.append(("error", .string(error))) }
    members += [
      ("correction", .string("holm")), ("comparisons", .integer(report.comparisonCount)),
      ("notices", .array(report.notices.map(JSONValue.string))),
      ("results", .array(report.results.map(record))),
    ]
    return JSONValue.object(members).text
  }

  private func record(_ result: CheckResult) -> JSONValue {
    let comparison = result.comparison
    var members: [(String, JSONValue)] = result.model.map { [("model", .string($0))] } ?? []
    members += [
      ("rule", .string(result.rule.text)), ("checkpoint", .string(result.checkpoint)),
      ("layer", .string(result.layer)),
      ("quantity", result.measure.map { .string($0.kind.rawValue) } ?? .null),
    ]
    if let target = result.measure?.target { members.append(("at", .string(target.text))) }
    if let temperature = result.measure?.temperature {
      members.append(("at", .number(temperature)))
    }
    if let classes = result.measure?.classes {
      members.append(("pair", .array(classes.map(JSONValue.string))))
    }
    members += [
      ("level", .string(result.rule.level.rawValue)), ("verdict", .string(result.verdict.rawValue)),
      ("observed", Self.number(result.observed)), ("baseline", Self.number(result.baseline)),
      ("difference", Self.number(result.difference)),
      (
        "interval",
        comparison.map { .array([.number($0.lower), .number($0.upper)]) } ?? .null
      ),
      ("limit", Self.number(result.limit)),
    ]
    if result.baseline != nil {
      members.append(("estimator", .string(result.estimator.rawValue)))
    }
    if let pairing = result.pairing { members.append(("pairing", .string(pairing.rawValue))) }
    if let comparison {
      members += [
        ("confidence", .number(comparison.confidence)),
        ("standardError", .number(comparison.standardError)),
        ("pValue", .number(comparison.probability)),
        ("adjustedPValue", .number(comparison.adjustedProbability)),
        ("minimumDetectable", Self.number(comparison.minimumDetectable)),
        ("minimumDetectableSpread", .number(comparison.minimumDetectableSpread)),
      ]
    }
    if let noise = result.noise { members.append(("noise", .string(noise.rawValue))) }
    if let training = Self.training(result) { members.append(("training", training)) }
    if result.isIdentical { members.append(("identical", .bool(true))) }
    if !result.message.isEmpty { members.append(("message", .string(result.message))) }
    return .object(members)
  }

  /// What other seeds do, where several trainings are on a side; without an interval where it is not
  /// known.
  private static func training(_ result: CheckResult) -> JSONValue? {
    guard let counts = result.runCounts, counts.baseline > 1 || counts.observed > 1 else {
      return nil
    }
    var members: [(String, JSONValue)] = [
      ("baselineRuns", .integer(counts.baseline)), ("runs", .integer(counts.observed)),
    ]
    if let training = result.training, let difference = result.comparison?.difference {
      members += [
        ("standardDeviation", .number(training.standardDeviation)),
        (
          "interval",
          .array([.number(difference - training.reach), .number(difference + training.reach)])
        ),
        ("separated", .bool(training.separates(difference))),
        (
          "minimumDetectable",
          .number(training.detectable(beyond: result.limit ?? 0))
        ),
      ]
      if let limit = result.limit, limit > 0 {
        members.append(
          ("runsToFindLimit", training.runsToFind(limit).map(JSONValue.integer) ?? .null))
      }
    } else {
      members.append(("interval", .null))
    }
    return .record(members)
  }

  private static func record(_ model: CheckedModel, verdict: Verdict) -> JSONValue {
    .record([
      ("name", model.name.map(JSONValue.string) ?? .null),
      ("files", .array(model.files.map(JSONValue.string))),
      ("baseline", .string(model.baseline)), ("verdict", .string(verdict.rawValue)),
    ])
  }

  private static func number(_ value: Double?) -> JSONValue {
    value.map(JSONValue.number) ?? .null
  }
}
