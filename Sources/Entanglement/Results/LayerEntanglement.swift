/// The loss of one layer at one temperature.
public struct CurvePoint: Sendable, Equatable, Codable {
  /// T, in the units of the distance.
  public let temperature: Double
  /// T as a share of the layer's mean distance.
  public let relativeTemperature: Double
  /// l(T) in nats.
  public let loss: Double
  /// dl/d ln T in nats.
  public let slope: Double
  /// Mean over all samples of exp(H_i), the effective number of neighbors.
  public let perplexity: Double

  package init(
    temperature: Double, relativeTemperature: Double, loss: Double, slope: Double,
    perplexity: Double
  ) {
    self.temperature = temperature
    self.relativeTemperature = relativeTemperature
    self.loss = loss
    self.slope = slope
    self.perplexity = perplexity
  }
}

/// A local minimum of the loss over the temperature.
public struct LocalMinimum: Sendable, Equatable, Codable {
  /// T in the units of the distance.
  public let temperature: Double
  /// T as a share of the mean distance.
  public let relativeTemperature: Double
  /// In nats.
  public let loss: Double

  package init(
    temperature: Double, relativeTemperature: Double, loss: Double
  ) {
    self.temperature = temperature
    self.relativeTemperature = relativeTemperature
    self.loss = loss
  }
}

/// The least loss over all temperatures, the paper's temperature-free form.
public struct LossMinimum: Sendable, Equatable, Codable {
  /// Where the infimum over all temperatures is.
  public enum Position: String, Sendable, Codable {
    /// At a finite temperature.
    case interior
    /// The infimum is approached as T → 0: every nearest neighbor shares the class.
    case zero
    /// The infimum is approached as T → ∞: no structure helps, the loss there is chance.
    case infinity
  }

  /// Where the infimum is.
  public let position: Position
  /// nil unless `position` is `interior`.
  public let temperature: Double?
  /// nil unless `position` is `interior`.
  public let relativeTemperature: Double?
  /// The minimum, or the limit at either end.
  public let loss: Double
  /// Whether the place was refined between the temperatures of the curve.
  package let refined: Bool
  /// nil unless intervals were asked for and `position` is `interior`. Of an estimate from anchors, that
  /// of their drawing.
  public let interval: Interval?
  /// Of an estimate from anchors, with the samples' own part; else nil.
  public let totalInterval: Interval?

  package init(
    position: Position, temperature: Double?, relativeTemperature: Double?, loss: Double,
    refined: Bool, interval: Interval? = nil, totalInterval: Interval? = nil
  ) {
    self.totalInterval = totalInterval
    self.position = position
    self.temperature = temperature
    self.relativeTemperature = relativeTemperature
    self.loss = loss
    self.refined = refined
    self.interval = interval
  }

  /// This minimum with the loss that was computed at its temperature, and an interval, or two.
  func with(
    loss: Double? = nil, _ interval: Interval? = nil, total: Interval? = nil
  ) -> LossMinimum {
    LossMinimum(
      position: position, temperature: temperature, relativeTemperature: relativeTemperature,
      loss: loss ?? self.loss, refined: refined, interval: interval ?? self.interval,
      totalInterval: total ?? totalInterval)
  }
}

/// The class of a layer's samples by name and size.
public struct ClassSize: Sendable, Equatable, Codable {
  /// Of the class.
  public let name: String
  /// Its samples.
  public let count: Int

  package init(
    name: String, count: Int
  ) {
    self.name = name
    self.count = count
  }
}

/// How entangled the classes are in one layer: the soft nearest neighbor loss over temperatures.
public struct LayerEntanglement: Sendable, Equatable, Codable {
  /// The rows that were used.
  public let sampleCount: Int
  /// The width of a row.
  public let featureCount: Int
  /// Samples whose class has at least two members; the loss is the mean over these.
  package let anchorCount: Int
  /// Samples alone in their class: no anchors, but neighbors of others.
  package let singletonCount: Int
  /// Rows of zeros left out on request (cosine only).
  package let skippedRows: [Int]
  /// l(T → ∞), from the labels alone.
  public let chance: Double
  /// The mean off-diagonal distance.
  public let meanDistance: Double
  /// All classes with their sizes, in the order of the labels' names.
  public let classes: [ClassSize]
  /// Ascending in temperature.
  public let curve: [CurvePoint]
  /// nil where it was not asked for.
  public let minimum: LossMinimum?
  /// Every local minimum found, ascending in temperature.
  public let localMinima: [LocalMinimum]
  /// Whether all rows are equal, so that the loss is chance at every temperature.
  package let isConstant: Bool
  /// The loss at the matched perplexity; nil where it was not asked for, or no temperature has it.
  public let matched: MatchedLoss?
  /// nil where it was not asked for.
  public let structure: ClassStructure?
  /// nil where they are not kept.
  package let influences: SampleInfluences?
  /// nil where they were not asked for.
  public let samples: SampleNeighborhoods?
  /// nil where there are none, or the curve alone was computed.
  package let duplicates: Duplicates?
  /// What could not be said, and why: sentences for a reader.
  public package(set) var notices: [String]
  /// nil where it was not asked for, or no temperature has the perplexity.
  public let permutationNull: PermutationNull?
  /// nil where they were not asked for, or there is no tree to resample.
  package let resamples: SuperclassResamples?
  /// The loss at the temperature of a schedule; nil where there is none.
  public package(set) var scheduled: CurvePoint?
  /// The loss of sub-samples, ascending in their size; empty where it was not asked for.
  public package(set) var sampleSizes: [SampleSizeEstimate] = []
  /// The loss batch by batch; nil where it was not asked for, or there is no such batch.
  public package(set) var batches: MiniBatchEstimate?
  /// nil where it was not asked for.
  package var identityChecks: IdentityChecks?
  /// Of the loss at the matched perplexity; nil where that was not measured for a comparison.
  package var trimmed: TrimmedLoss?
  /// From how many of the samples as anchors everything but what the labels and the mean distance say
  /// was estimated; nil where all were.
  public package(set) var estimatedFrom: Int?

  package init(
    sampleCount: Int, featureCount: Int, anchorCount: Int, singletonCount: Int, skippedRows: [Int],
    chance: Double, meanDistance: Double, classes: [ClassSize], curve: [CurvePoint],
    minimum: LossMinimum?, localMinima: [LocalMinimum], isConstant: Bool,
    matched: MatchedLoss? = nil, structure: ClassStructure? = nil,
    influences: SampleInfluences? = nil, samples: SampleNeighborhoods? = nil,
    duplicates: Duplicates? = nil, notices: [String] = [],
    permutationNull: PermutationNull? = nil, resamples: SuperclassResamples? = nil
  ) {
    self.sampleCount = sampleCount
    self.featureCount = featureCount
    self.anchorCount = anchorCount
    self.singletonCount = singletonCount
    self.skippedRows = skippedRows
    self.chance = chance
    self.meanDistance = meanDistance
    self.classes = classes
    self.curve = curve
    self.minimum = minimum
    self.localMinima = localMinima
    self.isConstant = isConstant
    self.matched = matched
    self.structure = structure
    self.influences = influences
    self.samples = samples
    self.duplicates = duplicates
    self.notices = notices
    self.permutationNull = permutationNull
    self.resamples = resamples
  }
}
