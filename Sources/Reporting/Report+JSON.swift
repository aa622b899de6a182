internal import Entanglement
internal import PairwiseDistances

extension Report {
  /// `report.json`; `StoredReport` reads it.
  var json: String {
    let history = histories[0]
    var members: [(String, JSONValue)] = [
      ("schema", .string(StoredReport.schema)),
      ("version", .string(options.version)),
      ("distance", .string(history.distance.rawValue)),
      ("units", Conventions(history).json),
    ]
    members += options.readings.members
    if let sampling = history.sampling {
      members.append(
        (
          "sampling",
          .record([
            ("samples", .integer(sampling.sampleCount)), ("seed", .string(String(sampling.seed))),
          ])
        ))
    }
    members.append(("checkpoints", .array(history.profiles.indices.map(checkpoint))))
    let arrays = sections.joined().flatMap(\.arrays)
    members += (arrays.filter { !$0.isLate } + arrays.filter(\.isLate)).grouped(by: \.name)
      .map { name, arrays in (name, .array(arrays.flatMap(\.records))) }
    return JSONValue.object(members).text
  }

  private func checkpoint(_ index: Int) -> JSONValue {
    let profile = histories[0].profiles[index]
    let layers = zip(histories, sections).flatMap { history, sections in
      history.profiles[index].layers.map { layer in
        JSONValue.object(
          Self.members(layer, labeling: ReportedHistory(history).labelingMember)
            + sections.flatMap { $0.members(of: layer, at: history.profiles[index]) })
      }
    }
    return .object(
      [
        ("name", .string(profile.checkpoint)),
        ("step", profile.step.map(JSONValue.integer) ?? .null),
        ("file", .string(profile.file)),
      ]
        + (profile.metrics.isEmpty
          ? [] : [("metrics", .record(profile.metrics.map { ($0.name, .number($0.value)) }))])
        + [("layers", .array(layers))])
  }

  /// What was measured, before what came out.
  private static func members(
    _ profile: LayerProfile, labeling: [(String, JSONValue)]
  ) -> [(String, JSONValue)] {
    let layer = profile.entanglement
    let skipped: [(String, JSONValue)] =
      layer.skippedRows.isEmpty
      ? [] : [("skippedRows", .array(layer.skippedRows.map(JSONValue.integer)))]
    return [("name", .string(profile.name))] + labeling + [
      ("index", .integer(profile.index)),
      ("shape", .array(profile.shape.map(JSONValue.integer))),
      ("sampleCount", .integer(layer.sampleCount)),
      ("featureCount", .integer(layer.featureCount)),
      ("anchorCount", .integer(layer.anchorCount)),
      ("singletonCount", .integer(layer.singletonCount)),
      ("chance", .number(layer.chance)),
      ("meanDistance", .number(layer.meanDistance)),
    ] + skipped + [
      (
        "classes",
        .array(
          layer.classes.map {
            .record([("name", .string($0.name)), ("count", .integer($0.count))])
          })
      )
    ]
  }
}
