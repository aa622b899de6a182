internal import Entanglement

extension CSVReport {
  /// The loss within batches beside that of all samples: a row a temperature, and one for the minimum.
  static func batches(_ history: EntanglementHistory) -> CSVTable {
    var table = CSVTable([
      "checkpoint", "step", "layer", "batchSize", "batches", "temperature", "relativeTemperature",
      "loss", "standardError", "lossOfAll", "point",
    ])
    for profile in history.profiles {
      for layer in profile.layers {
        guard let batches = layer.entanglement.batches else { continue }
        let place = place(profile, layer) + [String(batches.size), String(batches.count)]
        for (point, whole) in zip(batches.curve, layer.entanglement.curve) {
          table.rows.append(
            place
              + [
                point.temperature, point.relativeTemperature, point.mean.loss,
                point.mean.standardError, whole.loss,
              ].map(CSVTable.number) + ["curve"])
        }
        if let minimum = batches.minimum {
          table.rows.append(
            place + ["", ""]
              + [minimum.loss, minimum.standardError, layer.entanglement.minimum?.loss]
              .map(CSVTable.number) + ["minimum"])
        }
      }
    }
    return table
  }

  /// The loss of sub-samples: a row a size.
  static func sampleSizes(_ history: EntanglementHistory) -> CSVTable {
    var table = CSVTable([
      "checkpoint", "step", "layer", "sampleCount", "draws", "anchorCount", "minimumLoss",
      "minimumStandardDeviation", "minimumRelativeTemperature", "positions", "perplexity",
      "perplexityShare", "perplexityLoss", "perplexityStandardDeviation",
      "perplexityRelativeTemperature",
    ])
    for profile in history.profiles {
      for layer in profile.layers {
        for estimate in layer.entanglement.sampleSizes {
          let (count, minimum) = (estimate.sampleCount, estimate.minimum)
          table.rows.append(
            place(profile, layer)
              + [count, estimate.drawCount, estimate.anchorCount].map(String.init)
              + [minimum?.loss, minimum?.standardDeviation, minimum?.relativeTemperature]
              .map(CSVTable.number)
              + [estimate.positions.map(\.rawValue).joined(separator: " ")]
              + [
                estimate.matched.map { _ in estimate.target.perplexity(sampleCount: count) },
                estimate.matched.map { _ in estimate.target.share(sampleCount: count) },
                estimate.matched?.loss, estimate.matched?.standardDeviation,
                estimate.matched?.relativeTemperature,
              ].map(CSVTable.number))
        }
      }
    }
    return table
  }
}
