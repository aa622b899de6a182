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
    ] + detection + (reliability ?? [])
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

  /// The paper's histogram: neighbors of the predicted class, by layer.
  private var neighbors: HistogramChart {
    let edges = HistogramChart.integerEdges(through: analysis.neighborCount, atMost: 16)
    return HistogramChart(
      title: "Neighbors of the predicted class",
      xAxis: Axis(label: "Of \(analysis.neighborCount) nearest neighbors"),
      yAxis: Axis(label: "Share of samples"),
      panels: analysis.layerNames.enumerated().map { index, layer in
        HistogramChart.Panel(
          title: layer,
          groups: sides.map { name, side in
            HistogramChart.Group(
              name: name, counting: side.neighborsOfPrediction[index].map(Double.init),
              edges: edges)
          })
      },
      description:
        "Histogram, by layer, of how many of the \(analysis.neighborCount) nearest neighbors are of "
        + "the predicted class. Means: "
        + analysis.detections.dropLast().map {
          "\($0.layer ?? "") \(NumberStyle.fixed($0.meanNeighbors.queries, decimals: 1)) in "
            + "distribution, \(NumberStyle.fixed($0.meanNeighbors.outliers, decimals: 1)) outliers"
        }.joined(separator: "; ") + ".")
  }

  private var roc: LineChart {
    let series = detectionSeries { score in
      (
        "\(NumberStyle.fixed(score.auroc, decimals: 3))",
        [.init(0, 0)]
          + score.points.map {
            .init(
              Double($0.falsePositives) / Double(score.inlierCount),
              Double($0.truePositives) / Double(score.outlierCount))
          }
      )
    }
    return LineChart(
      title: "Outliers found over false alarms",
      xAxis: Axis(label: "False positive rate (beside names: AUROC)", domain: 0...1),
      yAxis: Axis(label: "True positive rate", domain: 0...1), series: series,
      reference: [.init(0, 0), .init(1, 1)], isSquare: true,
      description:
        "ROC curves of 1 − credibility, one line a layer and one for all together; outliers are the "
        + "positives, the dashed line is chance. Areas: " + areas(\.auroc) + ".")
  }

  private var precisionRecall: LineChart {
    let series = detectionSeries { score in
      (
        "\(NumberStyle.fixed(score.averagePrecision, decimals: 3))",
        score.points.filter { $0.truePositives > 0 }.map {
          .init(
            Double($0.truePositives) / Double(score.outlierCount),
            Double($0.truePositives) / Double($0.truePositives + $0.falsePositives))
        }
      )
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
        + "Average precision: " + areas(\.averagePrecision) + ".")
  }

  /// A line a layer and one for all, named with its area.
  private func detectionSeries(
    _ line: (OutlierDetection) -> (area: String, points: [Series.Point])
  ) -> [Series] {
    let count = analysis.detections.count
    return analysis.detections.enumerated().map { index, found in
      let (area, points) = line(found.score)
      return Series(
        name: "\(found.layer ?? "all together") \(area)", points: points,
        depth: Series.depth(index, of: count))
    }
  }

  private func areas(_ value: (OutlierDetection) -> Double) -> String {
    analysis.detections.map {
      "\($0.layer ?? "all together") \(NumberStyle.fixed(value($0.score), decimals: 3))"
    }.joined(separator: "; ")
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
