/// The number of neighbors at which losses are compared.
public enum PerplexityTarget: Sendable, Hashable, Codable {
  /// A number of neighbors, which compares layers of one sample count only.
  case count(Double)
  /// A share of the N − 1 others, which compares across sample counts.
  case share(Double)

  /// 5 % of the others.
  public static let standard = PerplexityTarget.share(0.05)

  /// `30` or `5%`: what `init(text:)` reads.
  package var text: String {
    func plain(_ value: Double) -> String {
      let text = "\(value)"
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
    return switch self {
    case .count(let count): plain(count)
    // 0.07 · 100 is 7.000000000000001.
    case .share(let share): plain((share * 1e12).rounded() / 1e10) + "%"
    }
  }

  /// nil for text that is no positive number.
  package init?(text: String) {
    let isShare = text.hasSuffix("%")
    let number = Double(isShare ? String(text.dropLast()) : text)
    guard let number, number > 0, number.isFinite else { return nil }
    self = isShare ? .share(number / 100) : .count(number)
  }

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
  package let target: PerplexityTarget
  /// The mean of e^{H_i} over all samples.
  public let perplexity: Double
  /// The perplexity as a share of N − 1.
  package let share: Double
  /// T in the units of the distance.
  public let temperature: Double
  /// T as a share of the mean distance.
  public let relativeTemperature: Double
  /// l(T) in nats.
  public let loss: Double
  /// nil where it was not asked for. Of an estimate from anchors, that of their drawing.
  public let interval: Interval?
  /// Of an estimate from anchors, with the samples' own part; else nil.
  public let totalInterval: Interval?
  /// Whether the mean tells of most samples, or of a handful.
  public let spread: LossSpread?
  /// The same under shuffled labels: what the loss is to be compared with. nil where it was not
  /// computed, or is not known to 1 %.
  public let null: NullLoss?
  /// Why there is no `null`, for a reader, where it was asked for.
  package let nullAbsence: String?

  /// Whether a handful of samples carries the mean.
  package var isCarried: Bool {
    spread.map {
      LossSpread.isCarried(mean: loss, heldByTopPercent: $0.heldByTopPercent)
    } ?? false
  }

  package init(
    target: PerplexityTarget, perplexity: Double, share: Double, temperature: Double,
    relativeTemperature: Double, loss: Double, interval: Interval?,
    spread: LossSpread? = nil, null: NullLoss? = nil,
    nullAbsence: String? = nil, totalInterval: Interval? = nil
  ) {
    self.totalInterval = totalInterval
    self.target = target
    self.perplexity = perplexity
    self.share = share
    self.temperature = temperature
    self.relativeTemperature = relativeTemperature
    self.loss = loss
    self.interval = interval
    self.spread = spread
    self.null = null
    self.nullAbsence = nullAbsence
  }
}
