internal import Neighbors
internal import PairwiseDistances

/// The analysis as `outliers.json`, schema `snn-analyze/outliers/1`.
struct OutlierJSON {
  private let analysis: OutlierAnalysis
  private let version: String

  init(_ analysis: OutlierAnalysis, version: String) {
    self.analysis = analysis
    self.version = version
  }

  var text: String {
    var members: [(String, JSONValue)] = [
      ("schema", .string("snn-analyze/outliers/1")),
      ("version", .string(version)),
      ("distance", .string(analysis.distance.rawValue)),
      ("k", .integer(analysis.neighborCount)),
      ("pValue", .string(analysis.pValue.rawValue)),
      ("bankCount", .integer(analysis.bankCount)),
      (
        "calibration",
        .record([
          ("count", .integer(analysis.calibration.count)),
          ("shareOfBank", analysis.calibration.share.map(JSONValue.number) ?? .null),
        ])
      ),
      ("seed", .string(String(analysis.seed))),
      ("classes", .array(analysis.classNames.map(JSONValue.string))),
      ("layers", .array(analysis.layerNames.map(JSONValue.string))),
      ("accuracy", .optional(analysis.accuracy)),
    ]
    members += analysis.readings.map { NamedReading($0.name, $0.head) }.members
    if !analysis.notices.isEmpty {
      members.append(("notices", .array(analysis.notices.map(JSONValue.string))))
    }
    if let joint = analysis.detections.last {
      members += [
        ("auroc", area(joint.score)),
        ("aupr", precision(joint)),
        ("fprAt95", rate(joint)),
        ("detection", .array(analysis.detections.map(detection))),
      ]
    }
    if let found = analysis.byPrediction { members.append(("byPrediction", byPrediction(found))) }
    if !analysis.sets.isEmpty { members.append(("outlierSets", .array(analysis.sets.map(set)))) }
    if let reliability = analysis.reliability {
      members += [
        ("expectedCalibrationError", .number(reliability.expectedError)),
        ("reliability", .array(reliability.bins.map(bin))),
      ]
    }
    members.append(
      ("queries", .array(queries(analysis.queries, analysis.byPrediction?.queries))))
    if let outliers = analysis.outliers {
      members.append(("outliers", .array(queries(outliers, analysis.byPrediction?.outliers))))
    }
    return JSONValue.object(members).text
  }

  private func area(_ score: OutlierDetection) -> JSONValue {
    let interval = score.aurocInterval
    return .record([
      ("value", .number(score.auroc)), ("interval", .interval(interval.bounds)),
      ("method", .string(interval.method.rawValue)),
    ])
  }

  private func precision(_ detection: OutlierAnalysis.Detection) -> JSONValue {
    bootstrapped(detection.score.averagePrecision, detection.averagePrecisionInterval)
  }

  private func rate(_ detection: OutlierAnalysis.Detection) -> JSONValue {
    bootstrapped(detection.score.falsePositiveRateAt95, detection.falsePositiveRateInterval)
  }

  private func bootstrapped(_ value: Double, _ interval: ClosedRange<Double>) -> JSONValue {
    .record([
      ("value", .number(value)), ("interval", .interval(interval)),
      ("method", .string("stratified-bootstrap")),
    ])
  }

  /// Hidden layers together, all, and each alone.
  private func byPrediction(_ counts: PredictedClassCounts) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("hiddenLayers", .array(counts.hiddenLayers.map(JSONValue.string)))
    ]
    for found in counts.detections where found.layers == .hidden {
      members.append(("hidden", .object(measures(found))))
    }
    for found in counts.detections where found.layers == .all {
      members.append(("all", .object(measures(found))))
    }
    members.append(
      (
        "detection",
        .array(
          counts.detections.compactMap { found in
            guard case .one(let layer) = found.layers else { return nil }
            return .object([("layer", .string(layer))] + measures(found))
          })
      ))
    return .object(members)
  }

  private func measures(_ found: PredictedClassCounts.Detection) -> [(String, JSONValue)] {
    [
      ("auroc", area(found.score)),
      (
        "aupr", bootstrapped(found.score.averagePrecision, found.averagePrecisionInterval)
      ),
      (
        "fprAt95",
        bootstrapped(found.score.falsePositiveRateAt95, found.falsePositiveRateInterval)
      ),
      (
        "meanNeighborsOfModelPrediction",
        .record([
          ("queries", .number(found.meanNeighbors.queries)),
          ("outliers", .number(found.meanNeighbors.outliers)),
        ])
      ),
      ("aurocOfJointClass", area(found.jointScore)),
    ]
  }

  private func set(_ set: OutlierAnalysis.OutlierSet) -> JSONValue {
    .object(
      [
        ("name", .string(set.name)), ("count", .integer(set.count)),
        ("auroc", area(set.joint.score)), ("aupr", precision(set.joint)),
        ("fprAt95", rate(set.joint)),
      ] + (set.byPrediction.map { [("byPrediction", byPrediction($0))] } ?? []))
  }

  private func detection(_ detection: OutlierAnalysis.Detection) -> JSONValue {
    .object([
      ("layer", detection.layer.map(JSONValue.string) ?? .null),
      ("queryCount", .integer(detection.score.inlierCount)),
      ("outlierCount", .integer(detection.score.outlierCount)),
      ("auroc", area(detection.score)),
      ("aupr", precision(detection)),
      ("fprAt95", rate(detection)),
      (
        "meanNeighborsOfPrediction",
        .record([
          ("queries", .number(detection.meanNeighbors.queries)),
          ("outliers", .number(detection.meanNeighbors.outliers)),
        ])
      ),
    ])
  }

  private func bin(_ bin: Reliability.Bin) -> JSONValue {
    .record([
      ("from", .number(bin.range.lowerBound)), ("to", .number(bin.range.upperBound)),
      ("count", .integer(bin.accuracy.total)), ("accuracy", .optional(bin.accuracy)),
      ("interval", bin.accuracy.total > 0 ? .interval(bin.accuracy.interval) : .null),
      ("meanCredibility", bin.meanConfidence.map(JSONValue.number) ?? .null),
    ])
  }

  private func queries(
    _ side: OutlierAnalysis.Side, _ ofModel: [[Int]]?
  ) -> [JSONValue] {
    side.samples.ids.indices.map { index in
      let found = side.credibilities[index]
      var members: [(String, JSONValue)] = [
        ("id", .id(side.samples.ids[index])), ("file", .string(side.samples.files[index])),
      ]
      if !side.samples.parts[index].isEmpty {
        members.append(("part", .string(side.samples.parts[index])))
      }
      if let label = side.samples.className(of: index) { members.append(("label", .string(label))) }
      if let model = side.samples.predictions?[index] {
        members.append(("modelPrediction", .string(model)))
      }
      members += [
        ("prediction", .string(analysis.classNames[Int(found.prediction)])),
        ("credibility", .number(found.credibility)),
        ("confidence", .number(found.confidence)),
        (
          "neighborsOfPrediction",
          .record(
            zip(analysis.layerNames, side.neighborsOfPrediction).map {
              ($0, .integer($1[index]))
            })
        ),
      ]
      if let ofModel {
        members.append(
          (
            "neighborsOfModelPrediction",
            .record(zip(analysis.layerNames, ofModel).map { ($0, .integer($1[index])) })
          ))
      }
      if analysis.tellsEveryClass {
        members.append(("pValues", .array(found.pValues.map(JSONValue.number))))
      }
      return .record(members)
    }
  }
}
