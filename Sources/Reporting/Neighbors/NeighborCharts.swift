internal import Charts
internal import Neighbors

/// The figures of what neighbors say.
struct NeighborCharts {
  private let analysis: NeighborAnalysis

  init(_ analysis: NeighborAnalysis) {
    self.analysis = analysis
  }

  var figures: [Figure] {
    (analysis.queries.labels == nil
      ? [] : [Figure("neighbor-accuracy", .line(accuracy), idPrefix: "accuracy")])
      + [Figure("neighbor-occurrences", .histogram(occurrences), idPrefix: "occurrences")]
      + (analysis.layers.contains { $0.backOff != nil }
        ? [Figure("back-off", .line(backOff))] : [])
  }

  /// Accuracy over k, a line a layer with its interval.
  private var accuracy: LineChart {
    let layers = analysis.layers
    let series = layers.enumerated().map { index, layer in
      Series(
        name: layer.name,
        points: layer.votes.neighborCounts.enumerated().map { place, k in
          .init(Double(k), layer.accuracies?[place].value)
        },
        band: layers.count <= 2 ? layer.accuracies?.map(\.interval) ?? [] : [],
        depth: Series.depth(index, of: layers.count))
    }
    let words = layers.compactMap { layer in
      layer.accuracies?.last.map { "\(layer.name) \(NumberStyle.percent($0.value))" }
    }
    let most = Double(max(analysis.neighborCount, 2))
    return LineChart(
      title: "Right votes of the k nearest neighbors",
      xAxis: Axis(label: "Neighbors k", kind: .log, domain: 1...most),
      yAxis: Axis(label: "Share of queries voted right"), series: series,
      description:
        "Share of \(analysis.queries.count) queries whose k nearest neighbors vote for their class, "
        + "over k, one line a layer. At k = \(analysis.neighborCount): "
        + words.joined(separator: "; ") + "." + (layers.count <= 2 ? " Bands: Wilson, 95 %." : ""))
  }

  /// How many lists each sample of the bank stands in.
  private var occurrences: HistogramChart {
    let most = analysis.layers.flatMap(\.hubness.occurrences).max() ?? 0
    let edges = HistogramChart.integerEdges(through: most, atMost: 24)
    return HistogramChart(
      title: "Lists that a sample stands in",
      xAxis: Axis(label: "Lists of \(analysis.neighborCount) neighbors"),
      yAxis: Axis(label: "Share of the bank"),
      panels: analysis.layers.map { layer in
        HistogramChart.Panel(
          title: layer.name,
          groups: [
            HistogramChart.Group(
              name: "bank", counting: layer.hubness.occurrences.map(Double.init), edges: edges)
          ])
      },
      description:
        "Histogram, by layer, of the number of queries' lists that each sample of the bank stands "
        + "in. Skewness: "
        + analysis.layers.map { "\($0.name) \(NumberStyle.loss($0.hubness.skewness))" }
        .joined(separator: "; ") + ".")
  }

  /// Accuracy of model and neighbors together over the model's confidence.
  private var backOff: LineChart {
    let layers = analysis.layers.filter { $0.backOff != nil }
    let series = layers.enumerated().map { index, layer in
      Series(
        name: layer.name,
        points: (layer.backOff?.points ?? []).map {
          .init(1 - $0.coverage.value, $0.accuracy.value)
        }, depth: Series.depth(index, of: layers.count))
    }
    let alone = layers.first?.backOff?.points.first { $0.threshold == 0 }
    return LineChart(
      title: "Backing off to the neighbors where the model is unsure",
      xAxis: Axis(label: "Share of queries decided by the neighbors"),
      yAxis: Axis(label: "Share of queries decided right"), series: series,
      rules: alone.map {
        [
          .horizontal(
            at: $0.accuracy.value, label: "model \(NumberStyle.percent($0.accuracy.value))")
        ]
      } ?? [],
      description:
        "Accuracy of model and neighbors together against the share of queries that the neighbors "
        + "decide, one line a layer; each point is a threshold of the model's confidence.")
  }
}
