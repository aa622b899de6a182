internal import Neighbors

/// The analysis as tables: a row a sample with the p-value of every class, and a row a layer.
struct OutlierCSV {
  private let analysis: OutlierAnalysis

  init(_ analysis: OutlierAnalysis) {
    self.analysis = analysis
  }

  var tables: [NamedTable] {
    [NamedTable(name: "outliers.csv", table: samples)]
      + (analysis.detections.isEmpty
        ? [] : [NamedTable(name: "outlier-detection.csv", table: detections)])
      + (analysis.byPrediction == nil
        ? [] : [NamedTable(name: "outlier-detection-by-prediction.csv", table: byPrediction)])
  }

  private var samples: CSVTable {
    let hasParts =
      ([analysis.queries] + [analysis.outliers].compactMap(\.self))
      .contains { $0.samples.parts.contains { !$0.isEmpty } }
    let ofModel = analysis.byPrediction
    var table = CSVTable(
      ["id", "file"] + (hasParts ? ["part"] : [])
        + ["isOutlier", "label", "prediction", "credibility", "confidence"]
        + (ofModel == nil ? [] : ["modelPrediction"])
        + analysis.layerNames.map { "neighborsOfPrediction:\($0)" }
        + analysis.layerNames.map { "credibility:\($0)" }
        + (ofModel == nil ? [] : analysis.layerNames.map { "neighborsOfModelPrediction:\($0)" })
        + (analysis.tellsEveryClass ? analysis.classNames.map { "p:\($0)" } : []))
    let sides =
      [(analysis.queries, "0", ofModel?.queries)]
      + (analysis.outliers.map { [($0, "1", ofModel?.outliers)] } ?? [])
    for (side, isOutlier, counts) in sides {
      for index in side.samples.ids.indices {
        let found = side.credibilities[index]
        table.rows.append(
          [side.samples.ids[index], side.samples.files[index]]
            + (hasParts ? [side.samples.parts[index]] : [])
            + [
              isOutlier,
              side.samples.className(of: index) ?? "",
              analysis.classNames[Int(found.prediction)],
              CSVTable.number(found.credibility), CSVTable.number(found.confidence),
            ] + (ofModel == nil ? [] : [side.samples.predictions?[index] ?? ""])
            + side.neighborsOfPrediction.map { String($0[index]) }
            + side.layerCredibilities.map { CSVTable.number($0[index]) }
            + (counts ?? []).map { String($0[index]) }
            + (analysis.tellsEveryClass ? found.pValues.map(CSVTable.number) : []))
      }
    }
    return table
  }

  private var detections: CSVTable {
    var table = CSVTable([
      "layer", "auroc", "aurocLower", "aurocUpper", "aupr", "auprLower", "auprUpper", "fprAt95",
      "fprAt95Lower", "fprAt95Upper", "meanNeighborsQueries", "meanNeighborsOutliers",
    ])
    for found in analysis.detections {
      let interval = found.score.aurocInterval.bounds
      table.rows.append(
        [found.layer ?? "all"]
          + [
            found.score.auroc, interval.lowerBound, interval.upperBound,
            found.score.averagePrecision, found.averagePrecisionInterval.lowerBound,
            found.averagePrecisionInterval.upperBound, found.score.falsePositiveRateAt95,
            found.falsePositiveRateInterval.lowerBound, found.falsePositiveRateInterval.upperBound,
            found.meanNeighbors.queries, found.meanNeighbors.outliers,
          ].map(CSVTable.number))
    }
    return table
  }

  /// A row a set of outliers, all of them first, and layer, the hidden ones and all together.
  private var byPrediction: CSVTable {
    var table = CSVTable([
      "outliers", "layer", "auroc", "aurocLower", "aurocUpper", "aupr", "auprLower", "auprUpper",
      "fprAt95", "fprAt95Lower", "fprAt95Upper", "meanNeighborsQueries", "meanNeighborsOutliers",
      "aurocOfJointClass",
    ])
    let sets =
      [("all", analysis.byPrediction)] + analysis.sets.map { ($0.name, $0.byPrediction) }
    for (name, counts) in sets {
      for found in counts?.detections ?? [] {
        let interval = found.score.aurocInterval.bounds
        let values = [
          found.score.auroc, interval.lowerBound, interval.upperBound,
          found.score.averagePrecision, found.averagePrecisionInterval.lowerBound,
          found.averagePrecisionInterval.upperBound, found.score.falsePositiveRateAt95,
          found.falsePositiveRateInterval.lowerBound, found.falsePositiveRateInterval.upperBound,
          found.meanNeighbors.queries, found.meanNeighbors.outliers, found.jointScore.auroc,
        ]
        table.rows.append([name, found.layers.name] + values.map(CSVTable.number))
      }
    }
    return table
  }
}

extension PredictedClassCounts.Layers {
  /// For tables and figures.
  var name: String {
    switch self {
    case .one(let layer): layer
    case .hidden: "hidden layers"
    case .all: "all together"
    }
  }
}
