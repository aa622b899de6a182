public import PairwiseDistances

/// What is computed of the soft nearest neighbor loss, and how: everything that decides the result
/// but the machine.
///
///     var settings = LossSettings(distance: .cosine)
///     settings.quantities.insert(.permutations)
public struct LossSettings: Sendable, Equatable {
  /// What to compute beside the curve.
  public enum Quantity: String, CaseIterable, Sendable {
    /// The loss and its slope at the temperatures asked for.
    case curve
    /// The minimum over all temperatures, refined, with every local minimum.
    case minimum
    /// The effective number of neighbors at each temperature, and the loss where it has the value
    /// of `perplexityTarget`.
    case perplexity
    /// Some samples in the plane of their principal components, of the layers that are pictured.
    case map
    /// 95 % intervals by the infinitesimal jackknife.
    case intervals
    /// Losses by class and by pair of classes, and the soft confusion.
    case classes
    /// The soft neighborhood of each sample: which are most entangled, and which class claims them.
    case samples
    /// The loss under shuffled labels, and how improbable the loss is among them.
    case permutations
    /// How many of a hundred weightings of the samples keep each superclass.
    case resamples
  }

  /// The quantities that are computed where nothing else is asked for.
  public static let standardQuantities = Set(Quantity.allCases)
    .subtracting([.samples, .permutations, .resamples])

  /// What to do with a row of zeros under the cosine distance.
  public enum ZeroRows: String, CaseIterable, Sendable {
    case refuse, skip
  }

  /// How distances and sums are computed.
  public enum Precision: String, CaseIterable, Sendable {
    /// Float32 within a tile, Double beyond it and for near-duplicates: the loss to 1e-6.
    case single
    /// Double throughout, with a difference for each feature of each pair: to 1e-12, and many times as
    /// long.
    case double
  }

  /// What d is between two rows.
  public var distance: Distance
  /// How distances and sums are computed.
  public var precision: Precision
  /// The temperatures of the curve.
  public var sweep: TemperatureSweep
  /// What to compute beside the curve.
  public var quantities: Set<Quantity>
  /// The number of neighbors at which layers and checkpoints are compared.
  public var perplexityTarget: PerplexityTarget
  /// Whether the influence of each sample is kept, for paired differences; needs `.intervals`.
  public var keepsInfluences: Bool
  /// What to do with a row of zeros under the cosine distance.
  public var zeroRows: ZeroRows
  /// Of shuffled labels and of random weights.
  public var seed: UInt64
  /// A temperature of the layer's own beside the sweep, such as the one it was trained at; in the units
  /// of the distance.
  public var scheduledTemperature: Double?
  /// How the loss depends on the number of samples; nil to leave it out.
  public var sampleSizes: SampleSizes?
  /// The loss as a training sees it, batch by batch; nil to leave it out.
  public var miniBatches: MiniBatches?
  /// The anchors that the loss is estimated from; nil to compute it from all samples. Quantities that
  /// look at every sample or class are left out of an estimate.
  public var anchors: AnchorSampling?
  /// The seed of the identity checks; nil to leave them out.
  package var identitySeed: UInt64?

  /// What is left out has its usual value; studies are left out.
  public init(
    distance: Distance = .squaredEuclidean, precision: Precision = .single,
    sweep: TemperatureSweep = .standard, quantities: Set<Quantity> = standardQuantities,
    perplexityTarget: PerplexityTarget = .standard, keepsInfluences: Bool = false,
    zeroRows: ZeroRows = .refuse, seed: UInt64 = 0, scheduledTemperature: Double? = nil,
    sampleSizes: SampleSizes? = nil, miniBatches: MiniBatches? = nil,
    anchors: AnchorSampling? = nil, identitySeed: UInt64? = nil
  ) {
    self.anchors = anchors
    self.distance = distance
    self.precision = precision
    self.sweep = sweep
    self.quantities = quantities
    self.perplexityTarget = perplexityTarget
    self.keepsInfluences = keepsInfluences
    self.zeroRows = zeroRows
    self.seed = seed
    self.scheduledTemperature = scheduledTemperature
    self.sampleSizes = sampleSizes
    self.miniBatches = miniBatches
    self.identitySeed = identitySeed
  }
}

extension LossSettings {
  /// Everything that decides the result, by name, the same for the same settings: for a fingerprint.
  package var text: String {
    let parts: [(String, String?)] = [
      ("distance", distance.rawValue),
      ("precision", precision.rawValue),
      ("sweep", "\(sweep.scale) \(sweep.values)"),
      ("quantities", "\(quantities.map(\.rawValue).sorted())"),
      ("perplexityTarget", "\(perplexityTarget)"),
      ("keepsInfluences", "\(keepsInfluences)"),
      ("zeroRows", zeroRows.rawValue),
      ("seed", "\(seed)"),
      ("scheduledTemperature", scheduledTemperature.map { "\($0)" }),
      ("sampleSizes", sampleSizes.map { "\($0.sizes) seed \($0.seed)" }),
      ("miniBatches", miniBatches.map { "\($0.count) of \($0.size) seed \($0.seed)" }),
      ("identitySeed", identitySeed.map { "\($0)" }),
      ("anchors", anchors.map { "\($0)" }),
    ]
    return parts.map { "\($0)=\($1 ?? "nil")" }.joined(separator: ";")
  }

  /// Whether anything but the curve is computed, which takes more passes than the first.
  var hasSeveralPasses: Bool { quantities.contains { ![.curve, .map].contains($0) } }

  /// The temperature of the schedule, refused where it is none.
  var checkedSchedule: Double? {
    get throws(EntanglementError) {
      guard let scheduledTemperature else { return nil }
      guard scheduledTemperature > 0, scheduledTemperature.isFinite else {
        throw .temperatureNotPositive(scheduledTemperature)
      }
      return scheduledTemperature
    }
  }
}
