internal import Entanglement
internal import PairwiseDistances

/// The history as `report.json`, schema `snn-analyze/report/1`.
struct JSONReport {
  /// Of the same checkpoints, one a labeling.
  private let histories: [EntanglementHistory]
  private let stabilities: [SuperclassStability]
  private let version: String

  init(_ histories: [EntanglementHistory], version: String) {
    self.histories = histories
    stabilities = histories.map(SuperclassStability.init)
    self.version = version
  }

  var text: String {
    let history = histories[0]
    var members: [(String, JSONValue)] = [
      ("schema", .string("snn-analyze/report/1")),
      ("version", .string(version)),
      ("distance", .string(history.distance.rawValue)),
      ("units", Conventions(history).json),
    ]
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
    if history.quantities.contains(.samples) {
      members.append(
        ("labelSuspects", .array(histories.flatMap { SampleReport($0).json(named: name($0)) })))
    }
    let changes = histories.flatMap { history in history.changes.map { (history, $0) } }
    if !changes.isEmpty {
      members.append(
        (
          "changes",
          .array(
            changes.map { history, change in
              .record(
                [("layer", .string(change.layer))] + name(history) + [
                  ("from", .string(change.first)), ("to", .string(change.last)),
                  ("quantity", .string("perplexity")),
                  ("difference", .number(change.difference.difference)),
                ] + JSONStructure.interval(change.difference.interval))
            })
        ))
    }
    let failures = histories.flatMap { history in history.failures.map { (history, $0) } }
    if !failures.isEmpty {
      members.append(
        (
          "failed",
          .array(
            failures.map { history, failure in
              .record(
                [("checkpoint", .string(failure.checkpoint)), ("layer", .string(failure.layer))]
                  + name(history) + [("reason", .string(failure.reason))])
            })
        ))
    }
    return JSONValue.object(members).text
  }

  /// The member that names the labeling, where there are several.
  private func name(_ history: EntanglementHistory) -> [(String, JSONValue)] {
    history.labeling.map { [("labeling", .string($0))] } ?? []
  }

  private func checkpoint(_ index: Int) -> JSONValue {
    let profile = histories[0].profiles[index]
    return .object([
      ("name", .string(profile.checkpoint)),
      ("step", profile.step.map(JSONValue.integer) ?? .null),
      ("file", .string(profile.file)),
      (
        "layers",
        .array(
          zip(histories, stabilities).flatMap { history, stability in
            history.profiles[index].layers.map {
              layer($0, of: history.profiles[index], in: history, stability)
            }
          })
      ),
    ])
  }

  private func layer(
    _ profile: LayerProfile, of checkpoint: EntanglementProfile, in history: EntanglementHistory,
    _ stability: SuperclassStability
  ) -> JSONValue {
    let layer = profile.entanglement
    var members: [(String, JSONValue)] =
      [
        ("name", .string(profile.name))
      ] + name(history) + [
        ("index", .integer(profile.index)),
        ("shape", .array(profile.shape.map(JSONValue.integer))),
        ("sampleCount", .integer(layer.sampleCount)),
        ("featureCount", .integer(layer.featureCount)),
        ("anchorCount", .integer(layer.anchorCount)),
        ("singletonCount", .integer(layer.singletonCount)),
        ("chance", .number(layer.chance)),
        ("meanDistance", .number(layer.meanDistance)),
      ]
    if !layer.skippedRows.isEmpty {
      members.append(("skippedRows", .array(layer.skippedRows.map(JSONValue.integer))))
    }
    members += [
      (
        "classes",
        .array(
          layer.classes.map {
            .record([("name", .string($0.name)), ("count", .integer($0.count))])
          })
      ),
      (
        "curve",
        .array(layer.curve.map { point($0, history.quantities.contains(.perplexity)) })
      ),
    ]
    if let minimum = layer.minimum {
      members.append(
        (
          "minimum",
          .record(
            [
              ("temperature", minimum.temperature.map(JSONValue.number) ?? .null),
              ("relativeTemperature", minimum.relativeTemperature.map(JSONValue.number) ?? .null),
              ("loss", .number(minimum.loss)),
              ("position", .string(minimum.position.rawValue)),
              ("refined", .bool(minimum.refined)),
            ] + JSONStructure.interval(minimum.interval))
        ))
    }
    members.append(
      (
        "localMinima",
        .array(
          layer.localMinima.map {
            .record([
              ("temperature", .number($0.temperature)),
              ("relativeTemperature", .number($0.relativeTemperature)),
              ("loss", .number($0.loss)),
            ])
          })
      ))
    members +=
      JSONStructure.members(profile, stability) + JSONStudies.members(layer)
      + SampleReport(history).json(checkpoint, profile)
    return .object(members)
  }

  private func point(_ point: CurvePoint, _ hasPerplexity: Bool) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("temperature", .number(point.temperature)),
      ("relativeTemperature", .number(point.relativeTemperature)),
      ("loss", .number(point.loss)),
      ("slope", .number(point.slope)),
    ]
    if hasPerplexity {
      members.append(("perplexity", .number(point.perplexity)))
    }
    return .record(members)
  }
}
