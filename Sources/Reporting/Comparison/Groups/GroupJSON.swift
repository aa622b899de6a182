internal import Entanglement
internal import PairwiseDistances

/// The comparison of groups as `compare.json`, schema `snn-analyze/compare/1`.
struct GroupJSON {
  let comparison: GroupComparison
  let options: ReportOptions

  var text: String {
    JSONValue.object(
      [
        ("schema", .string("snn-analyze/compare/1")), ("version", .string(options.version)),
        (
          "distance",
          comparison.groups[0].distance.map { .string($0.rawValue) } ?? .null
        ),
        ("baseline", .string(comparison.groups[0].name)),
        ("matchedBy", .string(comparison.matching.rawValue)),
      ] + options.readings.members + [
        ("groups", .array(comparison.groups.map(group))),
        ("rows", .array(comparison.rows.map(row))),
        ("differences", .array(comparison.differences.map(difference))),
        (
          "missing",
          .array(
            comparison.missing.map {
              .record([
                ("group", .string($0.group)), ("run", .string($0.run)),
                ("checkpoint", .string($0.checkpoint)), ("layer", .string($0.layer)),
              ])
            })
        ),
        ("notices", .array((comparison.notices + comparison.missingTexts).map(JSONValue.string))),
      ]
    ).text
  }

  private func group(_ group: RunGroup) -> JSONValue {
    .object([
      ("name", .string(group.name)),
      (
        "runs",
        .array(
          group.runs.map { run in
            .record(
              [("name", .string(run.name)), ("file", .string(run.files[0]))]
                + (run.files.count > 1
                  ? [("files", .array(run.files.map(JSONValue.string)))] : [])
                + [("seed", run.seed.map(JSONValue.integer) ?? .null)])
          })
      ),
    ])
  }

  private func place(_ place: GroupComparison.Place) -> [(String, JSONValue)] {
    let checkpoint = comparison.checkpoints[place.checkpoint]
    return [
      ("checkpoint", .string(checkpoint.name)),
      ("step", checkpoint.step.map(JSONValue.integer) ?? .null),
      ("layer", place.layer.map(JSONValue.string) ?? .null),
      ("quantity", .string(place.quantity.name)),
    ]
  }

  private func row(_ row: GroupComparison.Row) -> JSONValue {
    .record(
      [("group", .string(comparison.groups[row.group].name))] + place(row.place) + [
        ("n", .integer(row.mean.values.count)), ("mean", .number(row.mean.mean)),
        ("standardDeviation", .optional(row.mean.standardDeviation)),
        ("interval", interval(row.mean.interval)),
        ("variance", variance(row.variance)),
        ("values", .array(row.values.map(JSONValue.optional))),
      ])
  }

  private func difference(_ difference: GroupComparison.Difference) -> JSONValue {
    let test = difference.test
    return .record(
      [
        ("group", .string(comparison.groups[difference.group].name)),
        ("to", .string(comparison.groups[0].name)),
      ] + place(difference.place) + [
        ("paired", .bool(test.isPaired)), ("n", .array(test.counts.map(JSONValue.integer))),
        ("difference", .number(test.difference)), ("interval", interval(test.interval)),
        ("degreesOfFreedom", .optional(test.degreesOfFreedom)), ("p", .optional(test.p)),
        ("pAdjusted", .optional(difference.adjustedP)),
        (
          "permutation",
          test.permutation.map {
            .record([
              ("p", .number($0.p)), ("smallest", .number($0.smallest)),
              ("assignments", .integer($0.count)),
            ])
          } ?? .null
        ),
        ("variance", variance(difference.variance)),
      ])
  }

  private func interval(_ interval: Interval?) -> JSONValue {
    interval.map { .array([.number($0.lower), .number($0.upper)]) } ?? .null
  }

  private func variance(_ shares: VarianceShares?) -> JSONValue {
    shares.map {
      .record([
        ("runs", .number($0.runs)), ("samples", .number($0.samples)),
        ("shareOfRuns", .optional($0.shareOfRuns)),
      ])
    } ?? .null
  }
}
