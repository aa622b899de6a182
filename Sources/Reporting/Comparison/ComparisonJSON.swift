internal import Entanglement
internal import PairwiseDistances

/// The comparison as `compare.json`, schema `snn-analyze/compare/1`.
struct ComparisonJSON {
  private let comparison: RunComparison
  private let options: ReportOptions

  init(_ comparison: RunComparison, options: ReportOptions) {
    self.comparison = comparison
    self.options = options
  }

  var text: String {
    var members: [(String, JSONValue)] = [
      ("schema", .string("snn-analyze/compare/1")),
      ("version", .string(options.version)),
      ("distance", .string(comparison.runs[0].history.distance.rawValue)),
      ("quantity", .string("minimum")),
      ("baseline", .string(comparison.runs[0].name)),
      ("matchedBy", .string(comparison.matching.rawValue)),
    ]
    members += options.readings.members
    members += [
      ("runs", .array(comparison.runs.map(run))),
      ("layers", .array(comparison.entries.map(entry))),
      (
        "unmatched",
        .array(
          comparison.unmatched.map {
            .record([
              ("run", .string($0.run)), ("checkpoint", .string($0.checkpoint)),
              ("layer", .string($0.layer)),
            ])
          })
      ),
      ("notices", .array(comparison.notices.map(JSONValue.string))),
    ]
    return JSONValue.object(members).text
  }

  private func run(_ run: NamedRun) -> JSONValue {
    let profiles = run.history.profiles
    var files: [String] = []
    for profile in profiles where !files.contains(profile.file) { files.append(profile.file) }
    return .record([
      ("name", .string(run.name)), ("files", .array(files.map(JSONValue.string))),
      ("checkpoints", .array(profiles.map { .string($0.checkpoint) })),
    ])
  }

  private func entry(_ entry: RunComparison.Entry) -> JSONValue {
    let checkpoint = comparison.checkpoints[entry.checkpoint]
    return .object([
      ("layer", .string(entry.layer)),
      ("checkpoint", .string(checkpoint.name)),
      ("step", checkpoint.step.map(JSONValue.integer) ?? .null),
      ("runs", .array(entry.layers.indices.compactMap { losses(entry, $0) })),
      ("differences", .array(entry.layers.indices.compactMap { difference(entry, $0) })),
    ])
  }

  private func losses(_ entry: RunComparison.Entry, _ index: Int) -> JSONValue? {
    guard let layer = entry.layers[index] else { return nil }
    let matched = layer.matched.map { matched in
      JSONValue.record([
        ("loss", .number(matched.loss)), ("perplexity", .number(matched.perplexity)),
        ("share", .number(matched.share)),
        ("relativeTemperature", .number(matched.relativeTemperature)),
        ("null", matched.null.map { .number($0.mean) } ?? .null),
      ])
    }
    return .record([
      ("run", .string(comparison.runs[index].name)),
      ("loss", layer.minimum.map { .number($0.loss) } ?? .null),
      (
        "relativeTemperature",
        layer.minimum?.relativeTemperature.map(JSONValue.number) ?? .null
      ),
      ("position", layer.minimum.map { .string($0.position.rawValue) } ?? .null),
      ("chance", .number(layer.chance)),
      ("sampleCount", .integer(layer.sampleCount)),
      ("featureCount", .integer(layer.featureCount)),
      ("atPerplexity", matched ?? .null),
    ])
  }

  /// The difference of the minima, and that at the matched perplexity in it.
  private func difference(_ entry: RunComparison.Entry, _ index: Int) -> JSONValue? {
    guard let minimum = entry.difference(index) else { return nil }
    let names = comparison.runs.map(\.name)
    return .record(
      [("run", .string(names[index])), ("baseline", .string(names[0]))]
        + members(minimum, from: entry.losses[0])
        + [
          (
            "atPerplexity",
            entry.difference(index, .matched).map {
              .record(members($0, from: entry.losses(.matched)[0]))
            } ?? .null
          ),
          ("pairing", entry.pairings[index].map { .string($0.rawValue) } ?? .null),
        ])
  }

  private func members(_ difference: RunDifference, from first: Double?) -> [(String, JSONValue)] {
    var members: [(String, JSONValue)] = [
      ("difference", .number(difference.value)),
      (
        "interval",
        difference.interval.map { .array([.number($0.lower), .number($0.upper)]) } ?? .null
      ),
    ]
    if let first, first > 0 {
      members.append(("ratio", .number((difference.value + first) / first)))
    }
    return members
  }
}
