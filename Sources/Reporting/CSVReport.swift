internal import Entanglement

/// The history as tables: a row a checkpoint, layer and temperature, and a row a checkpoint and
/// layer.
enum CSVReport {
  static func curves(_ history: EntanglementHistory) -> NamedTable {
    let hasPerplexity = history.quantities.contains(.perplexity)
    var table = CSVTable(
      ["checkpoint", "step", "layer", "temperature", "relativeTemperature", "loss", "slope"]
        + (hasPerplexity ? ["perplexity"] : []))
    for profile in history.profiles {
      for layer in profile.layers {
        for point in layer.entanglement.curve {
          table.rows.append(
            place(profile, layer)
              + [point.temperature, point.relativeTemperature, point.loss, point.slope]
              .map(CSVTable.number)
              + (hasPerplexity ? [CSVTable.number(point.perplexity)] : []))
        }
      }
    }
    return NamedTable(name: "report.csv", table: table)
  }

  static func minima(_ history: EntanglementHistory) -> NamedTable {
    let isScheduled = history.isScheduled
    var table = CSVTable(
      [
        "checkpoint", "step", "layer", "sampleCount", "featureCount", "anchorCount",
        "singletonCount", "chance", "meanDistance", "minimumLoss", "minimumTemperature",
        "minimumRelativeTemperature", "position", "minimumLower", "minimumUpper", "perplexity",
        "perplexityShare", "perplexityTemperature", "perplexityRelativeTemperature",
        "perplexityLoss", "perplexityLower", "perplexityUpper",
      ]
        + (isScheduled
          ? ["scheduledTemperature", "scheduledRelativeTemperature", "scheduledLoss"] : []))
    for profile in history.profiles {
      for layer in profile.layers {
        let found = layer.entanglement
        table.rows.append(
          place(profile, layer)
            + [found.sampleCount, found.featureCount, found.anchorCount, found.singletonCount]
            .map(String.init)
            + [CSVTable.number(found.chance), CSVTable.number(found.meanDistance)]
            + [
              found.minimum?.loss, found.minimum?.temperature, found.minimum?.relativeTemperature,
            ].map(CSVTable.number)
            + [found.minimum?.position.rawValue ?? ""]
            + [found.minimum?.interval?.lower, found.minimum?.interval?.upper].map(CSVTable.number)
            + [
              found.matched?.perplexity, found.matched?.share, found.matched?.temperature,
              found.matched?.relativeTemperature, found.matched?.loss,
              found.matched?.interval?.lower, found.matched?.interval?.upper,
            ].map(CSVTable.number)
            + (isScheduled
              ? [
                found.scheduled?.temperature, found.scheduled?.relativeTemperature,
                found.scheduled?.loss,
              ].map(CSVTable.number) : []))
      }
    }
    return NamedTable(name: "minima.csv", table: table)
  }

  /// The change of every layer from the first checkpoint to the last; none where rows do not pair.
  static func changes(_ history: EntanglementHistory) -> [NamedTable] {
    guard !history.changes.isEmpty else { return [] }
    var table = CSVTable([
      "layer", "from", "to", "quantity", "difference", "lower", "upper", "standardError",
    ])
    table.rows += history.changes.map { change in
      let interval = change.difference.interval
      return [change.layer, change.first, change.last, "perplexity"]
        + [
          change.difference.difference, interval.lower, interval.upper, interval.standardError,
        ].map { CSVTable.number($0) }
    }
    return [NamedTable(name: "changes.csv", table: table)]
  }

  /// The fields that say where a row belongs: checkpoint, step, layer.
  static func place(_ profile: EntanglementProfile, _ layer: LayerProfile) -> [String] {
    [profile.checkpoint, CSVTable.integer(profile.step), layer.name]
  }
}
