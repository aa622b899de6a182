/// The number of neighbors at which losses are compared.
public enum PerplexityTarget: Sendable, Hashable, Codable {
  /// A number of neighbors, which compares layers of one sample count only.
  case count(Double)
  /// A share of the N − 1 others, which compares across sample counts.
  case share(Double)

  /// 5 % of the others.
  public static let standard = PerplexityTarget.share(0.05)

  /// The perplexity it comes to.
  package func perplexity(sampleCount: Int) -> Double {
    switch self {
    case .count(let count): count
    case .share(let share): share * Double(sampleCount - 1)
    }
  }

  /// The share of the N − 1 others that it comes to.
  package func share(sampleCount: Int) -> Double {
    switch self {
    case .count(let count): count / Double(max(sampleCount - 1, 1))
    case .share(let share): share
    }
  }
}

/// The loss at the temperature whose perplexity is a given number of neighbors.
public struct MatchedLoss: Sendable, Equatable, Codable {
  public let target: PerplexityTarget
  /// The mean of e^{H_i} over all samples.
  public let perplexity: Double
  /// The perplexity as a share of N − 1.
  public let share: Double
  public let temperature: Double
  public let relativeTemperature: Double
  /// l(T) in nats.
  public let loss: Double
  /// nil where it was not asked for.
  public let interval: Interval?

  package init(
    target: PerplexityTarget, perplexity: Double, share: Double, temperature: Double,
    relativeTemperature: Double, loss: Double, interval: Interval?
  ) {
    self.target = target
    self.perplexity = perplexity
    self.share = share
    self.temperature = temperature
    self.relativeTemperature = relativeTemperature
    self.loss = loss
    self.interval = interval
  }
}
