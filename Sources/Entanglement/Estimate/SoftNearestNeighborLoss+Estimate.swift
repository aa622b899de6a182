internal import Activations
internal import PairwiseDistances

extension SoftNearestNeighborLoss {
  /// The same of all samples.
  var withoutAnchors: SoftNearestNeighborLoss {
    var settings = settings
    settings.anchors = nil
    return with(settings)
  }

  /// The loss of a layer estimated from anchors: of the first draw, or of ever larger ones until the
  /// interval of the drawing is as narrow as the settings ask.
  /// - Returns: nil where that takes all samples.
  func estimate(
    of layer: PreparedLayer, from first: AnchorDraw
  ) throws(EntanglementError) -> LayerEntanglement? {
    let order = layer.passes.samples.order
    var wanted = settings
    wanted.quantities.formIntersection(Self.estimatedQuantities)
    let within = settings.anchors?.begin(sampleCount: order.rows.count).within
    if within != nil { wanted.quantities.formUnion([.perplexity, .intervals]) }
    var draw = first
    while !draw.holdsAll {
      var result = try with(wanted).entanglement(of: layer.drawing(draw))
      if let next = nextCount(after: draw, result, within: within) {
        draw = AnchorDraw(order, count: next)
        continue
      }
      result.estimatedFrom = draw.anchorCount
      result.notices.insert(
        Self.notice(draw, leavingOut: settings.quantities.subtracting(wanted.quantities)), at: 0)
      return result
    }
    return nil
  }

  /// How many anchors to draw where these are too few; nil where they are enough.
  private func nextCount(
    after draw: AnchorDraw, _ result: LayerEntanglement, within: Double?
  ) -> Int? {
    guard let within, let matched = result.matched, let interval = matched.interval
    else { return nil }
    let halfWidth = interval.upper - matched.loss
    let most = within * matched.loss
    guard halfWidth > most else { return nil }
    // A tenth more than the errors' fall with the root asks; at least half as many again, for the error
    // is itself an estimate.
    let ratio = most > 0 ? halfWidth / most : .infinity
    let count = Double(draw.anchorCount)
    let total = Double(draw.sampleCount)
    // With the share that is drawn the error falls to 0.
    let part = ratio * ratio * count / (1 + (ratio * ratio - 1) * count / total)
    return Int(min(max(1.1 * part, 1.5 * count), total).rounded(.up))
  }

  private static func notice(
    _ draw: AnchorDraw, leavingOut left: Set<LossSettings.Quantity>
  ) -> String {
    let names = LossSettings.Quantity.allCases.filter(left.contains).map(\.rawValue)
    return
      "An estimate from \(draw.anchorCount) of \(draw.sampleCount) samples as anchors, with all "
      + "samples as their neighbors. Intervals are those of the drawing: they hold the value that all "
      + "anchors would give; total intervals hold that of other samples too."
      + (names.isEmpty
        ? "" : " It says nothing of \(names.joined(separator: ", ")), nor of shuffled labels.")
  }

  private static let estimatedQuantities: Set<LossSettings.Quantity> = [
    .curve, .minimum, .perplexity, .intervals, .map,
  ]
}
