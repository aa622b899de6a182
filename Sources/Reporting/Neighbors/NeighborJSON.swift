internal import Activations
internal import Neighbors
internal import PairwiseDistances

/// The analysis as `neighbors.json`, schema `snn-analyze/neighbors/1`.
struct NeighborJSON {
  private let report: NeighborReport
  private let analysis: NeighborAnalysis
  private let hasSeveralFiles: Bool

  init(_ report: NeighborReport) {
    self.report = report
    analysis = report.analysis
    hasSeveralFiles = Set(report.analysis.queries.files).count > 1
  }

  var text: String {
    var members: [(String, JSONValue)] = [
      ("schema", .string("snn-analyze/neighbors/1")),
      ("version", .string(report.options.version)),
      ("distance", .string(analysis.distance.rawValue)),
      ("k", .integer(analysis.neighborCount)),
      ("leaveOneOut", .bool(analysis.isLeaveOneOut)),
      ("bankCount", .integer(analysis.bank.count)),
      ("queryCount", .integer(analysis.queries.count)),
      ("classes", .array(analysis.bankLabels.names.map(JSONValue.string))),
    ]
    members += analysis.readings.map { NamedReading($0.name, $0.head) }.members
    if !analysis.notices.isEmpty {
      members.append(("notices", .array(analysis.notices.map(JSONValue.string))))
    }
    if report.hasListsFile { members.append(("lists", .string(NeighborReport.listsFile))) }
    members.append(("layers", .array(analysis.layers.map(layer))))
    return JSONValue.object(members).text
  }

  private func layer(_ layer: NeighborAnalysis.Layer) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("layer", .string(layer.name)),
      ("k", .integer(layer.lists.neighborCount)),
      ("accuracy", .optional(layer.accuracies?.last)),
      ("labelEntropy", .number(layer.votes.labelEntropies.last ?? 0)),
      ("agreement", .optional(layer.agreements?.last)),
      ("overK", .array(layer.votes.neighborCounts.indices.map { overK(layer, $0) })),
      ("hubness", hubness(layer.hubness)),
      (
        "posterior",
        .record([
          ("temperature", .number(layer.posterior.temperature)),
          ("accuracy", .optional(layer.posteriorAccuracy)),
        ])
      ),
    ]
    if let equal = layer.equalRows {
      members.append(
        (
          "equalRows",
          .record([
            ("queries", .integer(equal.queryCount)),
            ("accuracyWithout", .optional(equal.accuracy)),
          ])
        ))
    }
    if let backOff = layer.backOff {
      members.append(("backOff", .array(backOff.points.map(point))))
    }
    if analysis.queries.labels != nil {
      members.append(
        (
          "suspects",
          .array(
            layer.suspects.map { query in
              .record([
                ("id", .id(analysis.queries.ids[query])),
                ("label", analysis.queries.className(of: query).map(JSONValue.string) ?? .null),
                ("prediction", className(layer.posterior.predictions[query])),
                ("probability", .number(layer.posterior.probabilities[query])),
              ])
            })
        ))
    }
    members.append(("queries", .array(analysis.queries.ids.indices.map { query(layer, $0) })))
    return .object(members)
  }

  private func overK(_ layer: NeighborAnalysis.Layer, _ index: Int) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("k", .integer(layer.votes.neighborCounts[index])),
      ("accuracy", .optional(layer.accuracies?[index])),
    ]
    if let accuracy = layer.accuracies?[index] {
      members.append(("interval", .interval(accuracy.interval)))
    }
    members += [
      ("labelEntropy", .number(layer.votes.labelEntropies[index])),
      ("agreement", .optional(layer.agreements?[index])),
    ]
    return .record(members)
  }

  private func hubness(_ hubness: Hubness) -> JSONValue {
    .object([
      ("skewness", .number(hubness.skewness)),
      ("antihubShare", .number(hubness.antihubShare)),
      (
        "hubs",
        .array(
          hubness.hubs.map {
            .record([
              ("id", .id(analysis.bank.ids[$0.row])),
              ("label", className(analysis.bankLabels.indices[$0.row])),
              ("occurrences", .integer($0.occurrences)),
              ("badOccurrences", $0.badOccurrences.map(JSONValue.integer) ?? .null),
            ])
          })
      ),
    ])
  }

  private func point(_ point: BackOff.Point) -> JSONValue {
    .record([
      ("threshold", .number(point.threshold)),
      ("coverage", .optional(point.coverage)),
      ("accuracy", .optional(point.accuracy)),
      ("accuracyOfModel", .optional(point.accuracyOfModel)),
      ("backedOff", .integer(point.accuracyOfNeighbors.total)),
      ("accuracyOfNeighbors", .optional(point.accuracyOfNeighbors)),
      ("accuracyOfModelThere", .optional(point.accuracyOfModelThere)),
    ])
  }

  private func query(_ layer: NeighborAnalysis.Layer, _ query: Int) -> JSONValue {
    let queries = analysis.queries
    var members: [(String, JSONValue)] = [("id", .id(queries.ids[query]))]
    if hasSeveralFiles { members.append(("file", .string(queries.files[query]))) }
    if let label = queries.className(of: query) { members.append(("label", .string(label))) }
    members += [
      ("prediction", className(layer.predictions[query])),
      (
        "posterior",
        .record([
          ("prediction", className(layer.posterior.predictions[query])),
          ("probability", .number(layer.posterior.probabilities[query])),
        ])
      ),
    ]
    if let model = queries.predictions?[query] {
      members.append(("modelPrediction", .string(model)))
    }
    if let confidence = queries.confidences?[query] {
      members.append(("modelConfidence", .number(confidence)))
    }
    guard !report.hasListsFile else { return .record(members) }
    members.append(
      (
        "neighbors",
        .array(
          zip(layer.lists.rows(of: query), layer.lists.distances(of: query)).map { row, distance in
            .record([
              ("id", .id(analysis.bank.ids[Int(row)])),
              ("row", .integer(Int(row))),
              ("distance", .number(distance)),
              ("label", className(analysis.bankLabels.indices[Int(row)])),
            ])
          })
      ))
    return .object(members)
  }

  private func className(_ index: Int32) -> JSONValue {
    .string(analysis.bankLabels.names[Int(index)])
  }
}
