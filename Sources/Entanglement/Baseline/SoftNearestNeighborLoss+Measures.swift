public import Activations
internal import ElementaryFunctions
internal import PairwiseDistances

extension SoftNearestNeighborLoss {
  /// Measures a layer, with the influence of each sample on every number.
  ///
  /// Cost: that of `entanglement(of:labels:)` for each number of neighbors, and two passes more where
  /// anything but the minimum and the matched loss is measured.
  public func measurements(
    _ measures: [Measure], of matrix: ActivationMatrix, labels: ClassLabels
  ) throws(EntanglementError) -> LayerMeasurements {
    var targets: [PerplexityTarget] = []
    for target in measures.compactMap(\.target) where !targets.contains(target) {
      targets.append(target)
    }
    // Each number is computed by itself, so that it does not depend, in its last digits, on what else
    // is measured.
    var matches: [PerplexityTarget: LayerEntanglement] = [:]
    for target in targets {
      matches[target] = try layer(matrix, labels, [.perplexity], target)
    }
    let optimum =
      targets.isEmpty || measures.contains { [.minimum, .temperature].contains($0.kind) }
      ? try layer(matrix, labels, [.minimum], .standard) : nil
    guard let first = optimum ?? matches.values.first else { throw .noTemperature }
    var outcomes: [Measure: LayerMeasurements.Outcome] = [:]
    let skipped = Set(first.skippedRows)
    let kept = (0..<matrix.sampleCount).filter { !skipped.contains($0) }
    var study = LayerStudy(
      loss: self, matrix: skipped.isEmpty ? matrix : matrix.rows(kept),
      labels: skipped.isEmpty ? labels : labels.rows(kept))
    try study.prepare(measures, minimum: optimum?.minimum, matches.mapValues(\.matched))
    for measure in measures {
      switch measure {
      case .minimum: outcomes[measure] = .measured(study.minimum(first))
      case .temperature: outcomes[measure] = .measured(study.optimum(first.minimum))
      case .loss(let temperature): outcomes[measure] = study.loss(at: temperature)
      case .perplexity(let target), .accuracy(let target), .pair(_, _, let target):
        guard let layer = matches[target], let matched = layer.matched else {
          outcomes[measure] = .absent(matches[target]?.notices.last ?? "It was not computed.")
          continue
        }
        switch measure {
        case .accuracy: outcomes[measure] = study.accuracy(at: matched.temperature)
        case .pair(let first, let second, _):
          outcomes[measure] = try study.pair(first, second, at: matched.temperature)
        default:
          outcomes[measure] = .measured(
            Measurement(value: matched.loss, influences: layer.influences?.matched))
        }
      }
    }
    return LayerMeasurements(
      sampleCount: first.sampleCount, featureCount: first.featureCount,
      skippedRows: first.skippedRows, outcomes: outcomes)
  }
}

extension SoftNearestNeighborLoss {
  fileprivate func layer(
    _ matrix: ActivationMatrix, _ labels: ClassLabels, _ quantities: Set<Quantity>,
    _ target: PerplexityTarget
  ) throws(EntanglementError) -> LayerEntanglement {
    var loss = self
    loss.keepsInfluences = true
    loss.perplexityTarget = target
    loss.quantities = quantities.union([.curve, .intervals])
    return try loss.entanglement(of: matrix, labels: labels)
  }
}

/// The studies of a layer that measures share.
private struct LayerStudy {
  let loss: SoftNearestNeighborLoss
  let matrix: ActivationMatrix
  let labels: ClassLabels
  private var studies: [Double: FixedTemperatureStudy] = [:]

  init(loss: SoftNearestNeighborLoss, matrix: ActivationMatrix, labels: ClassLabels) {
    self.loss = loss
    self.matrix = matrix
    self.labels = labels
  }

  private var pass: PairwisePass {
    PairwisePass(instructionSet: loss.instructionSet, threadCount: loss.threadCount)
  }

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
    let samples = DistanceSamples(matrix, order: ClassOrder(labels), distance: loss.distance)
    let found = try FixedTemperatureStudy.studies(
      of: samples, at: sorted, pass: pass, shouldStop: loss.shouldStop)
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
    return Measurement(value: minimum.loss, position: minimum.position, influences: influences)
  }

  /// chance = mean_i log((N − 1)/(n_{y_i} − 1)): what a sample's weight as a neighbor adds is the same
  /// for every anchor's class, so its own term is what is left.
  private var chanceInfluences: [Double] {
    let counts = labels.counts
    let terms = labels.indices.map { label -> Double? in
      let count = counts[Int(label)]
      return count > 1
        ? Elementary.log(Double(labels.sampleCount - 1) / Double(count - 1)) : nil
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
      .measured(Measurement(value: $0.terms.loss, influences: $0.influences))
    } ?? .absent("It was not computed.")
  }

  func accuracy(at temperature: Double) -> LayerMeasurements.Outcome {
    studies[temperature].map {
      .measured(Measurement(value: $0.accuracy, influences: $0.accuracyInfluences))
    } ?? .absent("It was not computed.")
  }

  func pair(
    _ first: String, _ second: String, at temperature: Double
  ) throws(EntanglementError) -> LayerMeasurements.Outcome {
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
    let samples = DistanceSamples(matrix.rows(rows), order: order, distance: loss.distance)
    let study = try FixedTemperatureStudy.studies(
      of: samples, at: [temperature], pass: pass, shouldStop: loss.shouldStop)[0]
    var influences = whole.temperatureInfluences.map { study.terms.slope * $0 }
    for (row, influence) in zip(rows, study.influences) { influences[row] += influence }
    return .measured(Measurement(value: study.terms.loss, influences: influences))
  }

  private static func around(_ temperature: Double) -> [Double] {
    [temperature * Elementary.exp(-step), temperature * Elementary.exp(step)]
  }

  /// In ln T: the error of the differences is its square times a third derivative of order 1.
  private static let step = 0.05
}
