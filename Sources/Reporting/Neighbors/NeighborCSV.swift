internal import Activations
internal import Neighbors

/// The analysis as tables: a row a layer and k, and a row a layer and query.
struct NeighborCSV {
  private let analysis: NeighborAnalysis

  init(_ analysis: NeighborAnalysis) {
    self.analysis = analysis
  }

  var tables: [NamedTable] {
    [
      NamedTable(name: "neighbors.csv", table: accuracies),
      NamedTable(name: "neighbor-predictions.csv", table: predictions),
    ]
  }

  private var accuracies: CSVTable {
    var table = CSVTable(["layer", "k", "accuracy", "lower", "upper", "labelEntropy", "agreement"])
    for layer in analysis.layers {
      for (index, k) in layer.votes.neighborCounts.enumerated() {
        let accuracy = layer.accuracies?[index]
        table.rows.append(
          [layer.name, String(k)]
            + [accuracy?.value, accuracy?.interval.lowerBound, accuracy?.interval.upperBound]
            .map(CSVTable.number)
            + [
              CSVTable.number(layer.votes.labelEntropies[index]),
              layer.agreements.map { CSVTable.number($0[index].value) } ?? "",
            ])
      }
    }
    return table
  }

  private var predictions: CSVTable {
    var table = CSVTable([
      "layer", "id", "file", "label", "prediction", "posteriorPrediction",
      "posteriorProbability", "modelPrediction", "modelConfidence",
    ])
    let queries = analysis.queries
    let names = analysis.bankLabels.names
    for layer in analysis.layers {
      for query in queries.ids.indices {
        table.rows.append([
          layer.name, queries.ids[query], queries.files[query],
          queries.className(of: query) ?? "", names[Int(layer.predictions[query])],
          names[Int(layer.posterior.predictions[query])],
          CSVTable.number(layer.posterior.probabilities[query]),
          queries.predictions?[query] ?? "",
          queries.confidences.map { CSVTable.number($0[query]) } ?? "",
        ])
      }
    }
    return table
  }
}
