internal import Entanglement

/// The losses that runs are compared by.
enum ComparedLoss: CaseIterable {
  case minimum, matched

  var title: String {
    switch self {
    case .minimum: "Loss at its minimum over the temperature"
    case .matched: "Loss at the matched perplexity"
    }
  }

  func value(_ layer: LayerEntanglement) -> Double? {
    switch self {
    case .minimum: layer.minimum?.loss
    case .matched: layer.matched?.loss
    }
  }

  /// Of the samples on the loss, where they are known: of a minimum, where it is interior.
  private func influences(_ layer: LayerEntanglement) -> [Double]? {
    switch self {
    case .minimum: layer.influences?.minimum
    case .matched: layer.influences?.matched
    }
  }

  /// loss − loss of the first run.
  func difference(
    from first: LayerEntanglement, to other: LayerEntanglement, pairing: SamplePairing?
  ) -> RunDifference? {
    guard let loss = value(first), let otherLoss = value(other) else { return nil }
    let (parts, otherParts) = (influences(first), influences(other))
    let paired: PairedDifference? = pairing.flatMap { pairing in
      guard let parts, let otherParts else { return nil }
      return pairing.difference(
        from: (loss, parts, first.skippedRows), to: (otherLoss, otherParts, other.skippedRows))
    }
    return RunDifference(
      value: otherLoss - loss, interval: paired?.interval,
      isIdentical: paired != nil && parts == otherParts && loss == otherLoss)
  }
}

/// How far the loss of a layer is from that of the first run.
struct RunDifference: Sendable {
  /// In nats.
  let value: Double
  /// 95 %, of paired samples; nil where rows do not pair or an influence is not known.
  let interval: Interval?
  /// Whether every sample has the same part in both losses.
  let isIdentical: Bool

  /// Whether the interval leaves out 0; nil without one.
  var isSeparated: Bool? { interval.map { $0.lower > 0 || $0.upper < 0 } }
}
