internal import Charts
internal import Neighbors

/// The figures of credibility.
struct OutlierCharts {
  private let analysis: OutlierAnalysis

  init(_ analysis: OutlierAnalysis) {
    self.analysis = analysis
  }

  var figures: [Figure] {
    let detection =
      analysis.detections.isEmpty
      ? []
      : [
        Figure("roc", .line(roc)),
        Figure("precision-recall", .line(precisionRecall), idPrefix: "precision"),
      ]
    let reliability = analysis.reliability.map {
      [Figure("reliability", .histogram(chart($0)))]
    }
    return [
      Figure("credibility", .histogram(credibility)),
      Figure("neighbors-of-prediction", .histogram(neighbors), idPrefix: "neighbors"),
    ] + detection + (reliability ?? []) + (analysis.byPrediction.map(figures) ?? [])
  }

  /// The paper's figures: neighbors of the class that the network predicts.
  private func figures(of counts: PredictedClassCounts) -> [Figure] {
    [
      Figure(
        "neighbors-of-model-prediction",
        .histogram(
          neighbors(
            of: "the network's class",
            sides: zip(sides, [counts.queries, counts.outliers]).map { ($0.name, $1) },
            means: counts.detections.compactMap { found in
              guard case .one(let layer) = found.layers else { return nil }
              return (layer, found.meanNeighbors.queries, found.meanNeighbors.outliers)
            })), idPrefix: "model-neighbors"),
      Figure(
        "roc-by-prediction",
        .line(
          roc(
            of: counts.detections.map { ($0.layers.name, $0.score) },
            title: "Outliers by few neighbors of the network's class",
            score: "how few neighbors are of the class that the network predicts")),
        idPrefix: "roc-counts"),
    ]
  }

  /// Named sides, the queries first.
  private var sides: [(name: String, side: OutlierAnalysis.Side)] {
    [("in distribution (\(analysis.queries.samples.count))", analysis.queries)]
      + (analysis.outliers.map { [("outliers (\($0.samples.count))", $0)] } ?? [])
  }

  private var credibility: HistogramChart {
    let edges = (0...20).map { Double($0) / 20 }
    return HistogramChart(
      title: "Credibility", xAxis: Axis(label: "Credibility", domain: 0...1),
      yAxis: Axis(label: "Share of samples"),
      panels: [
        HistogramChart.Panel(
          title: "",
          groups: sides.map { name, side in
            HistogramChart.Group(
              name: name, counting: side.credibilities.map(\.credibility), edges: edges)
          })
      ],
      description:
        "Histogram of the credibility from all layers together. Medians: "
        + sides.map { name, side in
          "\(name) \(NumberStyle.loss(median(side.credibilities.map(\.credibility))))"
        }.joined(separator: "; ") + ".")
  }

  private var neighbors: HistogramChart {
    neighbors(
      of: "the predicted class",
      sides: sides.map { ($0.name, $0.side.neighborsOfPrediction) },
      means: analysis.detections.dropLast().map {
        ($0.layer ?? "", $0.meanNeighbors.queries, $0.meanNeighbors.outliers)
      })
  }

  /// A panel a layer: how many of the neighbors are of a class.
  private func neighbors(
    of what: String, sides: [(name: String, counts: [[Int]])],
    means: [(layer: String, queries: Double, outliers: Double)]
  ) -> HistogramChart {
    let edges = HistogramChart.integerEdges(through: analysis.neighborCount, atMost: 16)
    return HistogramChart(
      title: "Neighbors of \(what)",
      xAxis: Axis(label: "Of \(analysis.neighborCount) nearest neighbors"),
      yAxis: Axis(label: "Share of samples"),
      panels: analysis.layerNames.enumerated().map { index, layer in
        HistogramChart.Panel(
          title: layer,
          groups: sides.map { name, counts in
            HistogramChart.Group(
              name: name, counting: counts[index].map(Double.init), edges: edges)
          })
      },
      description:
        "Histogram, by layer, of how many of the \(analysis.neighborCount) nearest neighbors are of "
        + "\(what). Means: "
        + means.map {
          "\($0.layer) \(NumberStyle.fixed($0.queries, decimals: 1)) in "
            + "distribution, \(NumberStyle.fixed($0.outliers, decimals: 1)) outliers"
        }.joined(separator: "; ") + ".")
  }

  private var roc: LineChart {
    roc(
      of: analysis.detections.map { ($0.layer ?? "all together", $0.score) },
      title: "Outliers found over false alarms", score: "1 − credibility")
  }

  private func roc(
    of detections: [(name: String, score: OutlierDetection)], title: String, score: String
  ) -> LineChart {
    let series = detections.enumerated().map { index, found in
      Series(
        name: "\(found.name) \(NumberStyle.fixed(found.score.auroc, decimals: 3))",
        points: [.init(0, 0)]
          + found.score.points.map {
            .init(
              Double($0.falsePositives) / Double(found.score.inlierCount),
              Double($0.truePositives) / Double(found.score.outlierCount))
          }, depth: Series.depth(index, of: detections.count))
    }
    let areas = detections.map {
      "\($0.name) \(NumberStyle.fixed($0.score.auroc, decimals: 3))"
    }.joined(separator: "; ")
    return LineChart(
      title: title,
      xAxis: Axis(label: "False positive rate (beside names: AUROC)", domain: 0...1),
      yAxis: Axis(label: "True positive rate", domain: 0...1), series: series,
      reference: [.init(0, 0), .init(1, 1)], isSquare: true,
      description:
        "ROC curves of \(score), one line a layer and one for all together; outliers are the "
        + "positives, the dashed line is chance. Areas: \(areas).")
  }

  private var precisionRecall: LineChart {
    let series = analysis.detections.enumerated().map { index, found in
      let score = found.score
      return Series(
        name: "\(found.layer ?? "all together") "
          + NumberStyle.fixed(score.averagePrecision, decimals: 3),
        points: score.points.filter { $0.truePositives > 0 }.map {
          .init(
            Double($0.truePositives) / Double(score.outlierCount),
            Double($0.truePositives) / Double($0.truePositives + $0.falsePositives))
        }, depth: Series.depth(index, of: analysis.detections.count))
    }
    let base = analysis.detections.last.map {
      Double($0.score.outlierCount) / Double($0.score.inlierCount + $0.score.outlierCount)
    }
    return LineChart(
      title: "Precision over recall of outliers",
      xAxis: Axis(label: "Recall (beside names: average precision)", domain: 0...1),
      yAxis: Axis(label: "Precision", domain: 0...1), series: series,
      rules: base.map { [.horizontal(at: $0, label: "chance \(NumberStyle.loss($0))")] } ?? [],
      description:
        "Precision against recall of 1 − credibility, one line a layer and one for all together. "
        + "Average precision: "
        + analysis.detections.map {
          "\($0.layer ?? "all together") "
            + NumberStyle.fixed($0.score.averagePrecision, decimals: 3)
        }.joined(separator: "; ") + ".")
  }

  private func chart(_ reliability: Reliability) -> HistogramChart {
    let bins = reliability.bins
    return HistogramChart(
      title: "Right predictions by credibility",
      xAxis: Axis(label: "Credibility (number of queries above each bar)", domain: 0...1),
      yAxis: Axis(label: "Share predicted right", domain: 0...1.1),
      panels: [
        HistogramChart.Panel(
          title: "",
          groups: [
            HistogramChart.Group(
              name: "queries", values: bins.map(\.accuracy.value),
              edges: bins.map(\.range.lowerBound) + [bins.last?.range.upperBound ?? 1],
              notes: bins.map { bin in
                "\(bin.accuracy.count) of \(bin.accuracy.total) right, 95 % interval "
                  + "\(NumberStyle.percent(bin.accuracy.interval.lowerBound)) to "
                  + NumberStyle.percent(bin.accuracy.interval.upperBound)
              },
              labels: bins.map { $0.accuracy.total > 0 ? String($0.accuracy.total) : "" })
          ], reference: [.init(0, 0), .init(1, 1)])
      ],
      description:
        "Share of right predictions in bins of credibility; the dashed line is where both are "
        + "equal. Counts by bin: " + bins.map { String($0.accuracy.total) }.joined(separator: ", ")
        + ". Expected calibration error \(NumberStyle.loss(reliability.expectedError)).")
  }

  private func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
  }
}
