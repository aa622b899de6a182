internal import Entanglement
internal import PairwiseDistances

/// The comparison as `compare.json`, schema `snn-analyze/compare/1`.
struct ComparisonJSON {
  private let comparison: RunComparison
  private let version: String

  init(_ comparison: RunComparison, version: String) {
    self.comparison = comparison
    self.version = version
  }

  var text: String {
    JSONValue.object([
      ("schema", .string("snn-analyze/compare/1")),
      ("version", .string(version)),
      ("distance", .string(comparison.runs[0].history.distance.rawValue)),
      ("quantity", .string("minimum")),
      ("baseline", .string(comparison.runs[0].name)),
      ("matchedBy", .string(comparison.matching.rawValue)),
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
    ]).text
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
    let names = comparison.runs.map(\.name)
    let values = entry.layers.indices.compactMap { index -> JSONValue? in
      guard let layer = entry.layers[index] else { return nil }
      return .record([
        ("run", .string(names[index])),
        ("loss", layer.minimum.map { .number($0.loss) } ?? .null),
        (
          "relativeTemperature",
          layer.minimum?.relativeTemperature.map(JSONValue.number) ?? .null
        ),
        ("position", layer.minimum.map { .string($0.position.rawValue) } ?? .null),
        ("chance", .number(layer.chance)),
        ("sampleCount", .integer(layer.sampleCount)),
        ("featureCount", .integer(layer.featureCount)),
      ])
    }
    // A paired `interval` joins a difference where rows of the runs pair.
    let differences = names.indices.compactMap { index -> JSONValue? in
      guard let difference = entry.difference(index), let first = entry.losses[0] else {
        return nil
      }
      return .record(
        [
          ("run", .string(names[index])), ("baseline", .string(names[0])),
          ("difference", .number(difference)),
        ] + (first > 0 ? [("ratio", .number((difference + first) / first))] : []))
    }
    return .object([
      ("layer", .string(entry.layer)),
      ("checkpoint", .string(checkpoint.name)),
      ("step", checkpoint.step.map(JSONValue.integer) ?? .null),
      ("runs", .array(values)),
      ("differences", .array(differences)),
    ])
  }
}
