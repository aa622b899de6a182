/// A number of a layer that can be held against a baseline.
public enum Measure: Hashable, Sendable, Codable {
  /// The least loss over all temperatures, in nats.
  case minimum
  /// T*, where the loss is least, in the units of the distance.
  case temperature
  /// The loss at the matched perplexity, in nats.
  case perplexity(PerplexityTarget)
  /// The soft-neighbor accuracy at the matched perplexity: the mean over the anchors of A_i/B_i.
  case accuracy(PerplexityTarget)
  /// The loss at one temperature, in nats.
  case loss(temperature: Double)
  /// The loss of the samples of two classes alone, at the temperature of the matched perplexity of
  /// the whole layer, in nats.
  case pair(String, String, PerplexityTarget)

  /// What kind of number it is: the word that rules, baselines and results have for it.
  package enum Kind: String, CaseIterable, Sendable {
    case minimum, perplexity, temperature, accuracy, loss, pair
  }

  package var kind: Kind {
    switch self {
    case .minimum: .minimum
    case .temperature: .temperature
    case .perplexity: .perplexity
    case .accuracy: .accuracy
    case .loss: .loss
    case .pair: .pair
    }
  }

  /// The number of neighbors it is measured at; nil where that has no part in it.
  package var target: PerplexityTarget? {
    switch self {
    case .perplexity(let target), .accuracy(let target), .pair(_, _, let target): target
    case .minimum, .temperature, .loss: nil
    }
  }

  /// The temperature it is measured at, where that is given.
  package var temperature: Double? {
    if case .loss(let temperature) = self { temperature } else { nil }
  }

  /// The two classes it is about, in natural order.
  package var classes: [String]? {
    if case .pair(let first, let second, _) = self { [first, second] } else { nil }
  }
}

/// What a measure came to.
package struct Measurement: Sendable, Equatable, Codable {
  /// nil for a temperature T* that is no number, because the infimum of the loss is a limit.
  package let value: Double?
  /// Of the minimum and T*: where the infimum is.
  package let position: LossMinimum.Position?
  /// ∂value/∂w_j less its mean for every sample, by row; nil where they are not known.
  package let influences: [Double]?
  /// The most that one sample can add to the value: what it adds when it comes to lie in the midst of
  /// another class. nil where that is not known; a baseline does not keep it.
  package let largestShare: Double?
  /// Of a mean of losses: the share of the sum that the hundredth part of the anchors of greatest loss
  /// holds. nil of others, and where it is not known.
  package let heldByTopPercent: Double?
  /// The mean without that part; nil where it is not known.
  package let trimmed: TrimmedLoss?
  /// Of a mean over trainings: the value of each, in the order of the runs. nil of a single training.
  package let runs: [Double]?

  package init(
    value: Double?, position: LossMinimum.Position? = nil, influences: [Double]? = nil,
    largestShare: Double? = nil, heldByTopPercent: Double? = nil, trimmed: TrimmedLoss? = nil,
    runs: [Double]? = nil
  ) {
    self.runs = runs
    self.heldByTopPercent = heldByTopPercent
    self.trimmed = trimmed
    self.value = value
    self.position = position
    self.influences = influences
    self.largestShare = largestShare
  }
}

extension Measurement {
  /// Whether a handful of samples carries the mean; false where that is not known.
  package var isCarried: Bool {
    guard let value, let heldByTopPercent else { return false }
    return LossSpread.isCarried(mean: value, heldByTopPercent: heldByTopPercent)
  }
}

/// What was measured of a layer.
package struct LayerMeasurements: Sendable, Equatable {
  package let sampleCount: Int
  package let featureCount: Int
  /// Rows of zeros left out on request (cosine only); influences are of the others.
  package let skippedRows: [Int]
  /// By measure; one that has no value there has the reason.
  package let outcomes: [Measure: Outcome]

  package enum Outcome: Sendable, Equatable, Codable {
    case measured(Measurement)
    /// Why there is no such number: a sentence.
    case absent(String)
  }

  package init(
    sampleCount: Int, featureCount: Int, skippedRows: [Int] = [], outcomes: [Measure: Outcome]
  ) {
    self.sampleCount = sampleCount
    self.featureCount = featureCount
    self.skippedRows = skippedRows
    self.outcomes = outcomes
  }
}

extension LayerMeasurements: Codable {
  private enum Key: CodingKey {
    case sampleCount, featureCount, skippedRows, measures, outcomes
  }

  /// Measures in one order, so that the same measurements have the same bytes.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(sampleCount, forKey: .sampleCount)
    try container.encode(featureCount, forKey: .featureCount)
    try container.encode(skippedRows, forKey: .skippedRows)
    let ordered = outcomes.sorted { "\($0.key)" < "\($1.key)" }
    try container.encode(ordered.map(\.key), forKey: .measures)
    try container.encode(ordered.map(\.value), forKey: .outcomes)
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let measures = try container.decode([Measure].self, forKey: .measures)
    let outcomes = try container.decode([Outcome].self, forKey: .outcomes)
    guard Set(measures).count == outcomes.count else {
      throw DecodingError.dataCorruptedError(
        forKey: .outcomes, in: container, debugDescription: "not one outcome a measure")
    }
    self.init(
      sampleCount: try container.decode(Int.self, forKey: .sampleCount),
      featureCount: try container.decode(Int.self, forKey: .featureCount),
      skippedRows: try container.decode([Int].self, forKey: .skippedRows),
      outcomes: Dictionary(uniqueKeysWithValues: zip(measures, outcomes)))
  }
}
