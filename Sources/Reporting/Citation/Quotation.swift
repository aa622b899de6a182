internal import Entanglement
internal import PairwiseDistances

/// A layer's number in a sentence for a paper, with all that it depends on.
struct Quotation {
  /// `SNNL 0.392 nats at 5 % of N = 2,000 (…), 95 % interval 0.371 to 0.413: layer logits at epoch_10.`
  let sentence: String

  /// nil for a layer of which neither the loss at the matched perplexity nor the minimum is known.
  init?(_ layer: LayerProfile, at profile: EntanglementProfile, of history: EntanglementHistory) {
    let found = layer.entanglement
    let size = "N = \(Self.grouped(found.sampleCount))"
    let classes = found.classes.count { $0.count > 0 }
    let distance =
      history.distance == .cosine ? "cosine distance" : "squared Euclidean distance"
    var sentence: String
    if let matched = found.matched {
      let place =
        switch matched.target {
        case .share(let share): "\(Self.plain(100 * share)) % of \(size)"
        case .count(let count): "\(Self.plain(count)) neighbors of \(size)"
        }
      sentence =
        "SNNL \(NumberStyle.loss(matched.loss)) nats at \(place) (perplexity "
        + "\(NumberStyle.loss(matched.perplexity)), \(classes) classes, \(distance))"
      if let interval = matched.interval { sentence += Self.text(interval) }
      if let spread = matched.spread, matched.isCarried {
        sentence +=
          ", of which 1 % of the samples hold "
          + "\(NumberStyle.fixed(100 * spread.heldByTopPercent, decimals: 0)) % (median "
          + "\(NumberStyle.loss(spread.median)))"
      }
      if let share = matched.shareOfNull {
        sentence += ", \(NumberStyle.loss(100 * share)) % of the loss under shuffled labels"
      }
    } else if let minimum = found.minimum {
      sentence =
        "SNNL \(NumberStyle.loss(minimum.loss)) nats at its minimum over T (\(size), \(classes) "
        + "classes, \(distance))"
      if let interval = minimum.interval { sentence += Self.text(interval) }
    } else {
      return nil
    }
    if let anchors = found.estimatedFrom {
      sentence += ", estimated from \(Self.grouped(anchors)) anchors (interval of their drawing)"
    }
    let labeling = history.labeling.map { " by the labels \($0)" } ?? ""
    self.sentence = sentence + ": layer \(layer.name) at \(profile.checkpoint)\(labeling)."
  }

  private static func text(_ interval: Interval) -> String {
    ", 95 % interval \(NumberStyle.loss(interval.lower)) to \(NumberStyle.loss(interval.upper))"
  }

  /// `5`, `12.5`.
  private static func plain(_ value: Double) -> String {
    let text = "\((value * 1e6).rounded() / 1e6)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// `2,000`.
  private static func grouped(_ number: Int) -> String {
    var digits = String(number)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return ([digits] + groups).joined(separator: ",")
  }
}
