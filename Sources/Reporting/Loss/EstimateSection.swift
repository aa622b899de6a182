internal import Entanglement

/// That losses are estimates from some of the samples as anchors, and how sure they are of other samples.
struct EstimateSection: ReportSection {
  private let reported: ReportedHistory

  init(_ reported: ReportedHistory) {
    self.reported = reported
  }

  /// A line a layer with the total interval.
  func text(width: Int, color: Bool) -> String {
    reported.lines(
      "Total intervals at the matched perplexity: of the drawing and of other samples"
        + reported.headingEnd, width: width,
      reported.lastLayers.compactMap { layer in
        layer.entanglement.matched?.totalInterval.map { (layer.name, $0.unsignedText) }
      })
  }

  func members(
    of layer: LayerProfile, at checkpoint: EntanglementProfile
  ) -> [(String, JSONValue)] {
    guard let anchors = layer.entanglement.estimatedFrom else { return [] }
    return [
      (
        "estimate",
        .record([
          ("anchors", .integer(anchors)), ("of", .integer(layer.entanglement.sampleCount)),
        ])
      )
    ]
  }

  var layerFields: [LayerColumn<String>] {
    guard reported.isEstimate else { return [] }
    return [
      .init(name: "estimateAnchors") { $0.estimatedFrom.map(String.init) ?? "" },
      .init(name: "perplexityTotalLower") { CSVTable.number($0.matched?.totalInterval?.lower) },
      .init(name: "perplexityTotalUpper") { CSVTable.number($0.matched?.totalInterval?.upper) },
      .init(name: "minimumTotalLower") { CSVTable.number($0.minimum?.totalInterval?.lower) },
      .init(name: "minimumTotalUpper") { CSVTable.number($0.minimum?.totalInterval?.upper) },
    ]
  }

  var layerCells: [LayerColumn<HTMLText.Cell>] {
    guard reported.isEstimate else { return [] }
    return [
      .init(name: "estimated from") { .init($0.estimatedFrom) },
      .init(name: "total lower") { .init($0.matched?.totalInterval?.lower) },
      .init(name: "total upper") { .init($0.matched?.totalInterval?.upper) },
    ]
  }
}

extension ReportedHistory {
  /// Whether losses of some layer are estimates from anchors.
  var isEstimate: Bool { history.isEstimate }
}

extension EntanglementHistory {
  /// Whether losses of some layer are estimates from anchors.
  var isEstimate: Bool {
    profiles.contains { $0.layers.contains { $0.entanglement.estimatedFrom != nil } }
  }

  /// A sentence for a reader; nil where nothing is estimated.
  var estimateSentence: String? {
    let layers = profiles.flatMap(\.layers).map(\.entanglement)
    let anchors = layers.compactMap(\.estimatedFrom)
    guard let fewest = anchors.min(), let most = anchors.max() else { return nil }
    let count = fewest == most ? "\(fewest)" : "\(fewest) to \(most)"
    return
      "Losses are estimates from \(count) of the samples as anchors, with all samples as their "
      + "neighbors; their intervals are those of the drawing."
  }
}
