internal import Entanglement

/// The history as tables after RFC 4180: a row a checkpoint, layer and temperature, and a row a
/// checkpoint and layer.
enum CSVReport {
  static func curves(_ history: EntanglementHistory) -> ReportFile {
    let hasPerplexity = history.quantities.contains(.perplexity)
    var rows = [
      ["checkpoint", "step", "layer", "temperature", "relativeTemperature", "loss", "slope"]
        + (hasPerplexity ? ["perplexity"] : [])
    ]
    for profile in history.profiles {
      for layer in profile.layers {
        for point in layer.entanglement.curve {
          rows.append(
            place(profile, layer)
              + [point.temperature, point.relativeTemperature, point.loss, point.slope].map(number)
              + (hasPerplexity ? [number(point.perplexity)] : []))
        }
      }
    }
    return ReportFile(name: "report.csv", contents: text(rows))
  }

  static func minima(_ history: EntanglementHistory) -> ReportFile {
    var rows = [
      [
        "checkpoint", "step", "layer", "sampleCount", "featureCount", "anchorCount",
        "singletonCount", "chance", "meanDistance", "minimumLoss", "minimumTemperature",
        "minimumRelativeTemperature", "position", "minimumLower", "minimumUpper", "perplexity",
        "perplexityShare", "perplexityTemperature", "perplexityRelativeTemperature",
        "perplexityLoss", "perplexityLower", "perplexityUpper",
      ]
    ]
    for profile in history.profiles {
      for layer in profile.layers {
        let found = layer.entanglement
        rows.append(
          place(profile, layer)
            + [found.sampleCount, found.featureCount, found.anchorCount, found.singletonCount]
            .map(String.init)
            + [number(found.chance), number(found.meanDistance)]
            + [
              found.minimum?.loss, found.minimum?.temperature, found.minimum?.relativeTemperature,
            ].map(optional)
            + [found.minimum?.position.rawValue ?? ""]
            + [found.minimum?.interval?.lower, found.minimum?.interval?.upper].map(optional)
            + [
              found.matched?.perplexity, found.matched?.share, found.matched?.temperature,
              found.matched?.relativeTemperature, found.matched?.loss,
              found.matched?.interval?.lower, found.matched?.interval?.upper,
            ].map(optional))
      }
    }
    return ReportFile(name: "minima.csv", contents: text(rows))
  }

  static func place(_ profile: EntanglementProfile, _ layer: LayerProfile) -> [String] {
    [profile.checkpoint, profile.step.map(String.init) ?? "", layer.name]
  }

  static func number(_ value: Double) -> String { "\(value)" }

  static func text(_ rows: [[String]]) -> String {
    rows.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func quoted(_ field: String) -> String {
    guard field.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else {
      return field
    }
    return "\""
      + field.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
