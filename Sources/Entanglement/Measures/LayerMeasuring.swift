internal import Activations
internal import ElementaryFunctions
internal import PairwiseDistances

/// The measures of a layer, and what several of them share.
struct LayerMeasuring {
  private let layer: PreparedLayer
  private let loss: SoftNearestNeighborLoss
  private var studies: [Double: FixedTemperatureInfluences] = [:]

  init(_ layer: PreparedLayer, loss: SoftNearestNeighborLoss) {
    self.layer = layer
    self.loss = loss
  }

  private var labels: ClassLabels { layer.labels }

  /// Studies every temperature that a measure needs.
  mutating func prepare(
    _ measures: [Measure], minimum: LossMinimum?, _ matches: [PerplexityTarget: MatchedLoss?]
  ) throws(EntanglementError) {
    var temperatures: Set<Double> = []
    for measure in measures {
      switch measure {
      case .minimum, .perplexity: break
      case .temperature:
        if let temperature = minimum?.temperature {
          temperatures.formUnion(Self.around(temperature))
        }
      case .loss(let temperature): temperatures.insert(temperature)
      case .accuracy(let target), .pair(_, _, let target):
        if let matched = matches[target] ?? nil { temperatures.insert(matched.temperature) }
      }
    }
    guard !temperatures.isEmpty else { return }
    let sorted = temperatures.sorted()
    let found = try FixedTemperatureInfluences.all(layer.passes, at: sorted)
    studies = Dictionary(zip(sorted, found)) { first, _ in first }
  }

  /// At T → 0 with every nearest neighbor of the own class no sample's weight moves the loss; at
  /// T → ∞ it moves chance.
  func minimum(_ layer: LayerEntanglement) -> Measurement {
    guard let minimum = layer.minimum else { return Measurement(value: nil) }
    let influences: [Double]? =
      switch minimum.position {
      case .interior: layer.influences?.minimum
      case .zero: minimum.loss == 0 ? labels.indices.map { _ in 0 } : nil
      case .infinity: chanceInfluences
      }
    return Measurement(
      value: minimum.loss, position: minimum.position, influences: influences,
      largestShare: share(of: layer.influences?.minimumReach))
  }

  func perplexity(_ layer: LayerEntanglement) -> Measurement {
    Measurement(
      value: layer.matched?.loss, influences: layer.influences?.matched,
      largestShare: share(of: layer.influences?.matchedReach),
      heldByTopPercent: layer.matched?.spread?.heldByTopPercent, trimmed: layer.trimmed)
  }

  /// What one anchor among all of them adds to a mean.
  private func share(of reach: Double?) -> Double? {
    reach.map { $0 / Double(max(layer.statistics.anchorCount, 1)) }
  }

  private var classCount: Int { layer.statistics.populatedClassCount }

  /// chance = mean_i log((N − 1)/(n_{y_i} − 1)): what a sample's weight as a neighbor adds is the same
  /// for every anchor's class, so its own term is what is left.
  private var chanceInfluences: [Double] {
    let counts = labels.counts
    let terms = labels.indices.map { label -> Double? in
      let count = counts[Int(label)]
      return count > 1
        ? AnchorAlgebra.chance(classSize: count, of: labels.sampleCount) : nil
    }
    let anchors = terms.compactMap(\.self)
    let mean = anchors.reduce(0, +) / Double(max(anchors.count, 1))
    return terms.map { $0.map { ($0 - mean) / Double(anchors.count) } ?? 0 }
  }

  /// T* keeps dl/d ln T at 0: ∂ ln T*/∂w_j = −(∂U_j/∂ ln T)/(d²l/d ln T²), both by central
  /// differences.
  func optimum(_ minimum: LossMinimum?) -> Measurement {
    guard let minimum, let temperature = minimum.temperature else {
      return Measurement(value: nil, position: minimum?.position)
    }
    let around = Self.around(temperature).compactMap { studies[$0] }
    var influences: [Double]?
    if around.count == 2, around[1].terms.slope > around[0].terms.slope {
      let curvature = around[1].terms.slope - around[0].terms.slope
      influences = zip(around[0].influences, around[1].influences).map {
        -temperature * ($1 - $0) / curvature
      }
    }
    return Measurement(value: temperature, position: minimum.position, influences: influences)
  }

  func loss(at temperature: Double) -> LayerMeasurements.Outcome {
    studies[temperature].map {
      .measured(
        Measurement(
          value: $0.terms.loss, influences: $0.influences,
          largestShare: share(of: $0.terms.reach(classCount: classCount))))
    } ?? .absent("It was not computed.")
  }

  /// A sample in the midst of another class loses all of its own share, 1 at most, and as much in all
  /// of those of its neighbors.
  func accuracy(at temperature: Double) -> LayerMeasurements.Outcome {
    studies[temperature].map {
      .measured(
        Measurement(
          value: $0.accuracy, influences: $0.accuracyInfluences, largestShare: share(of: 2)))
    } ?? .absent("It was not computed.")
  }

  func pair(
    _ first: String, _ second: String, at temperature: Double
  ) throws -> LayerMeasurements.Outcome {
    let counts = Dictionary(zip(labels.names, labels.counts)) { $0 + $1 }
    for name in [first, second] where counts[name, default: 0] == 0 {
      return .absent("There is no class \(name).")
    }
    let names = labels.indices.map { labels.names[Int($0)] }
    let rows = names.indices.filter { names[$0] == first || names[$0] == second }
    guard max(counts[first, default: 0], counts[second, default: 0]) > 1,
      let whole = studies[temperature]
    else { return .absent("Neither \(first) nor \(second) has two samples.") }
    let order = ClassOrder(ClassLabels(rows.map { names[$0] }))
    let samples = try layer.values.samples(
      at: rows, order: order, distance: loss.settings.distance, share: 0.25)
    let study = try FixedTemperatureInfluences.all(
      layer.passes.over(samples), at: [temperature])[0]
    var influences = whole.temperatureInfluences.map { study.terms.slope * $0 }
    for (row, influence) in zip(rows, study.influences) { influences[row] += influence }
    let anchors = [first, second].reduce(0) {
      $0 + (counts[$1, default: 0] > 1 ? counts[$1, default: 0] : 0)
    }
    return .measured(
      Measurement(
        value: study.terms.loss, influences: influences,
        largestShare: study.terms.reach(classCount: 2) / Double(anchors)))
  }

  private static func around(_ temperature: Double) -> [Double] {
    [temperature * Elementary.exp(-step), temperature * Elementary.exp(step)]
  }

  /// In ln T: the error of the differences is its square times a third derivative of order 1.
  private static let step = 0.05
}
