internal import Activations
internal import PairwiseDistances

/// The distances of a layer, handed from labeling to labeling.
struct SharedDistances {
  private let labelingCount: Int
  private var labelingsBegun = 0
  /// Those of the latest labeling, in its order, while others follow.
  private var latest: (order: ClassOrder, distances: KeptDistances)?
  /// How many labelings read the distances of one before.
  private(set) var servedCount = 0

  init(labelingCount: Int) {
    self.labelingCount = labelingCount
  }

  mutating func beginLabeling() { labelingsBegun += 1 }

  /// Whether a labeling reads distances sooner than it computes them.
  static func pays(
    labelingCount: Int, featureCount: Int, for settings: LossSettings
  ) -> Bool {
    let least = settings.hasSeveralPasses ? leastFeatureCount : leastFeatureCountOfCurves
    return labelingCount > 1 && featureCount >= least && settings.precision == .single
  }

  func pays(featureCount: Int, for settings: LossSettings) -> Bool {
    Self.pays(labelingCount: labelingCount, featureCount: featureCount, for: settings)
  }

  /// Where the distances of the labeling that has begun are, or will be.
  mutating func next(
    in order: ClassOrder, featureCount: Int, isShared: Bool, threadCount: Int
  ) -> KeptDistances {
    let distances: KeptDistances
    if let latest, latest.distances.isComplete {
      servedCount += 1
      distances =
        latest.order.rows == order.rows
        ? latest.distances
        : latest.distances.reordered(from: latest.order, to: order, threadCount: threadCount)
    } else {
      distances = KeptDistances(sampleCount: order.rows.count, featureCount: featureCount)
    }
    latest = isShared && labelingsBegun < labelingCount ? (order, distances) : nil
    return distances
  }

  /// Where distances are kept in any case; with fewer features the products take no longer.
  ///
  /// Two labelings of 10,000 samples on two threads with AVX-512 gain nothing with 128 features, 5 % with
  /// 256 and 15 % with 512.
  private static let leastFeatureCount = 192
  /// Where one pass is all there is and distances are kept for other labelings alone: with 256 features
  /// that costs 7 %, with 512 it gains 5 % (with AVX2 10 %).
  private static let leastFeatureCountOfCurves = 512
}
