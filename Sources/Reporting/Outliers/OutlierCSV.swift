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
  }

  private var samples: CSVTable {
    var table = CSVTable(
      ["id", "file", "isOutlier", "label", "prediction", "credibility", "confidence"]
        + analysis.layerNames.map { "neighborsOfPrediction:\($0)" }
        + analysis.layerNames.map { "credibility:\($0)" }
        + (analysis.tellsEveryClass ? analysis.classNames.map { "p:\($0)" } : []))
    let sides = [(analysis.queries, "0")] + (analysis.outliers.map { [($0, "1")] } ?? [])
    for (side, isOutlier) in sides {
      for index in side.samples.ids.indices {
        let found = side.credibilities[index]
        table.rows.append(
          [
            side.samples.ids[index], side.samples.files[index], isOutlier,
            side.samples.className(of: index) ?? "", analysis.classNames[Int(found.prediction)],
            CSVTable.number(found.credibility), CSVTable.number(found.confidence),
          ]
            + side.neighborsOfPrediction.map { String($0[index]) }
            + side.layerCredibilities.map { CSVTable.number($0[index]) }
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
}
