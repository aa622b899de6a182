internal import Entanglement

/// The part of a layer's record that is about sub-samples, batches and schedules.
enum JSONStudies {
  static func members(_ layer: LayerEntanglement) -> [(String, JSONValue)] {
    var members: [(String, JSONValue)] = []
    if let point = layer.scheduled {
      members.append(
        (
          "scheduled",
          .record([
            ("temperature", .number(point.temperature)),
            ("relativeTemperature", .number(point.relativeTemperature)),
            ("loss", .number(point.loss)), ("slope", .number(point.slope)),
            ("perplexity", .number(point.perplexity)),
          ])
        ))
    }
    if !layer.sampleSizes.isEmpty {
      members.append(("sampleSizes", .array(layer.sampleSizes.map(record))))
    }
    if let batches = layer.batches { members.append(("batches", record(batches))) }
    return members
  }

  private static func record(_ estimate: SampleSizeEstimate) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("sampleCount", .integer(estimate.sampleCount)), ("draws", .integer(estimate.drawCount)),
      ("seed", .string(String(estimate.seed))), ("anchorCount", .integer(estimate.anchorCount)),
    ]
    if let minimum = estimate.minimum {
      members.append(
        (
          "minimum",
          .record(
            drawn(minimum) + [
              ("positions", .array(estimate.positions.map { .string($0.rawValue) }))
            ])
        ))
    }
    if let matched = estimate.matched {
      let count = estimate.sampleCount
      members.append(
        (
          "atPerplexity",
          .record(
            [
              ("perplexity", .number(estimate.target.perplexity(sampleCount: count))),
              ("share", .number(estimate.target.share(sampleCount: count))),
            ] + drawn(matched))
        ))
    }
    return .record(members)
  }

  private static func drawn(_ drawn: DrawnLoss) -> [(String, JSONValue)] {
    [
      ("loss", .number(drawn.loss)),
      ("standardDeviation", drawn.standardDeviation.map(JSONValue.number) ?? .null),
      ("relativeTemperature", drawn.relativeTemperature.map(JSONValue.number) ?? .null),
    ]
  }

  private static func record(_ batches: MiniBatchEstimate) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("size", .integer(batches.size)), ("count", .integer(batches.count)),
      ("leftOut", .integer(batches.leftOutCount)), ("seed", .string(String(batches.seed))),
      (
        "curve",
        .array(
          batches.curve.map { point in
            .record(
              [
                ("temperature", .number(point.temperature)),
                ("relativeTemperature", .number(point.relativeTemperature)),
              ] + mean(point.mean))
          })
      ),
    ]
    if let minimum = batches.minimum { members.append(("minimum", .record(mean(minimum)))) }
    return .object(members)
  }

  private static func mean(_ mean: BatchMean) -> [(String, JSONValue)] {
    [
      ("loss", .number(mean.loss)),
      ("standardError", mean.standardError.map(JSONValue.number) ?? .null),
    ]
  }
}
