internal import Entanglement
internal import PairwiseDistances

/// The history as `report.json`, schema `snn-analyze/report/1`.
struct JSONReport {
  private let history: EntanglementHistory
  private let version: String

  init(_ history: EntanglementHistory, version: String) {
    self.history = history
    self.version = version
  }

  var text: String {
    var members: [(String, JSONValue)] = [
      ("schema", .string("snn-analyze/report/1")),
      ("version", .string(version)),
      ("distance", .string(history.distance.rawValue)),
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
    members.append(("checkpoints", .array(history.profiles.map(checkpoint))))
    members += SampleReport(history).json
    if !history.failures.isEmpty {
      members.append(
        (
          "failed",
          .array(
            history.failures.map {
              .record([
                ("checkpoint", .string($0.checkpoint)), ("layer", .string($0.layer)),
                ("reason", .string($0.reason)),
              ])
            })
        ))
    }
    return JSONValue.object(members).text
  }

  private func checkpoint(_ profile: EntanglementProfile) -> JSONValue {
    .object([
      ("name", .string(profile.checkpoint)),
      ("step", profile.step.map(JSONValue.integer) ?? .null),
      ("file", .string(profile.file)),
      ("layers", .array(profile.layers.map { layer($0, of: profile) })),
    ])
  }

  private func layer(
    _ profile: LayerProfile, of checkpoint: EntanglementProfile
  ) -> JSONValue {
    let layer = profile.entanglement
    var members: [(String, JSONValue)] = [
      ("name", .string(profile.name)),
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
      ("curve", .array(layer.curve.map(point))),
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
    members += JSONStructure.members(layer) + SampleReport(history).json(checkpoint, profile)
    return .object(members)
  }

  private func point(_ point: CurvePoint) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("temperature", .number(point.temperature)),
      ("relativeTemperature", .number(point.relativeTemperature)),
      ("loss", .number(point.loss)),
      ("slope", .number(point.slope)),
    ]
    if history.quantities.contains(.perplexity) {
      members.append(("perplexity", .number(point.perplexity)))
    }
    return .record(members)
  }
}
