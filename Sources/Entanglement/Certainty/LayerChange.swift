/// How the loss of a layer at the matched perplexity changed from the first checkpoint to the last.
public struct LayerChange: Sendable, Equatable {
  /// The name of the layer.
  public let layer: String
  /// The checkpoints, by name.
  public let first: String
  /// The checkpoint it is compared with.
  public let last: String
  /// Last less first, with the interval of the same samples at both.
  public let difference: PairedDifference
}

extension EntanglementHistory {
  /// Of every layer whose rows are the same samples under the same labels at both ends and whose
  /// influences were kept, in the network's order.
  public var changes: [LayerChange] {
    guard profiles.count > 1, let first = profiles.first, let last = profiles.last,
      let samples = first.samples, samples == last.samples
    else { return [] }
    return last.layers.compactMap { layer in
      guard let before = first.layers.first(where: { $0.name == layer.name })?.entanglement,
        let loss = before.matched, let influences = before.influences?.matched,
        let lastLoss = layer.entanglement.matched,
        let lastInfluences = layer.entanglement.influences?.matched,
        before.skippedRows == layer.entanglement.skippedRows,
        influences.count == lastInfluences.count
      else { return nil }
      return LayerChange(
        layer: layer.name, first: first.checkpoint, last: last.checkpoint,
        difference: PairedDifference(
          from: (loss.loss, influences), to: (lastLoss.loss, lastInfluences)))
    }
  }
}
