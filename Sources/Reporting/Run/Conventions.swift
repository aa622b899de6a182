internal import Entanglement
internal import PairwiseDistances

/// What the numbers of a report are in, said beside them in every format.
struct Conventions {
  private let history: EntanglementHistory

  init(_ history: EntanglementHistory) {
    self.history = history
  }

  /// Of distances and temperatures.
  var distanceUnit: String {
    switch history.distance {
    case .squaredEuclidean: "squared activation units"
    case .cosine: "units of 1 − cos"
    }
  }

  /// What the matched perplexity is; nil where no layer has it.
  var perplexityRule: String? {
    let layers = history.profiles.lazy.flatMap(\.layers)
    switch layers.compactMap(\.entanglement.matched).first?.target {
    case .share(let share): return "\(NumberStyle.loss(100 * share)) % of the N − 1 others"
    case .count(let count):
      return "\(NumberStyle.loss(count)) neighbors, a count, which compares one N only"
    case nil: return nil
    }
  }

  var json: JSONValue {
    .record([
      ("loss", .string("nats")), ("slope", .string("nats, dl/d ln T")),
      ("distance", .string(distanceUnit)), ("temperature", .string(distanceUnit)),
      ("relativeTemperature", .string("share of meanDistance")),
      ("perplexity", .string("neighbors, exp of the entropy in nats")),
    ])
  }
}
