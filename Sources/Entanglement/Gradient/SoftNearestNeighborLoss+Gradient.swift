public import Activations
internal import ElementaryFunctions
internal import PairwiseDistances

extension SoftNearestNeighborLoss {
  /// The loss of a layer at one temperature and its gradient: for the activations and for T.
  ///
  /// `sweep`, `quantities` and `precision` play no part. Two passes over the tiles: the sums of each
  /// anchor, then the weights of the pairs times the rows, N²·D multiply-adds beside the value's
  /// N²·D/2 (twice those, where N is too large to keep the distances between the passes).
  ///
  /// The value is that of `entanglement(of:labels:)`. Components of the gradient are right to some
  /// 1e-5 of the largest Σ_j |w_ij + w_ji|·|x_i − x_j|, also for duplicates, outliers, and any offset
  /// or scale; they are finite wherever the loss is defined. Same bits on any number of threads.
  /// - Parameters:
  ///   - matrix: `sampleCount × featureCount` activations.
  ///   - labels: One class a row.
  ///   - temperature: T in squared activation units (without unit for cosine).
  /// - Throws: What `entanglement(of:labels:)` throws; `temperatureNotPositive`; `beyondRange` where a
  ///   component is too large for the precision of the activations.
  public func gradient(
    of matrix: ActivationMatrix, labels: ClassLabels, temperature: Double
  ) throws(EntanglementError) -> LossGradient {
    guard temperature > 0, temperature.isFinite else { throw .temperatureNotPositive(temperature) }
    let (kept, keptLabels, skipped) = try checked(matrix, labels)
    let statistics = LabelStatistics(keptLabels)
    guard statistics.populatedClassCount > 1 else {
      throw .singleClass(
        name: keptLabels.names.isEmpty ? "" : keptLabels.names[Int(keptLabels.indices[0])])
    }
    guard statistics.anchorCount > 0 else {
      throw .onlySingletons(classCount: statistics.populatedClassCount)
    }
    let needed = Self.gradientMemory(kept, threadCount: machine.threadCount)
    guard needed <= machine.memoryLimit else {
      throw .memory(needed: needed, limit: machine.memoryLimit)
    }
    let distance = settings.distance
    let samples = DistanceSamples(kept, order: ClassOrder(keptLabels), distance: distance)
    guard samples.meanDistance.isFinite,
      samples.meanDistance > .leastNormalMagnitude || samples.largestDistance == 0
    else { throw .beyondRange }

    let inner = max(samples.inner(temperature), .leastNonzeroMagnitude)
    let distanceMemory = KeptDistances.bytes(
      sampleCount: samples.count, featureCount: samples.featureCount)
    let distances =
      distanceMemory <= min(Self.mostKeptBytes, machine.memoryLimit - needed)
      ? KeptDistances(sampleCount: samples.count, featureCount: samples.featureCount) : nil
    let passes = LayerPasses(
      samples, pass, keeping: distances, memory: machine.memoryLimit - needed)
    let sums = try passes.sums(at: [inner], curvature: false)
    let pulls = AnchorPulls(sums, sampleCount: samples.count, temperature: inner)
    let pull = NeighborPull(samples, temperature: inner, pulls: pulls.byKind)
    if pulls.scale > 0 { try passes.reduce(with: pull) }
    let anchors = Double(statistics.anchorCount)
    let factor = pulls.scale == 0 ? 0 : pulls.scale * distance.pairFactor / anchors / inner
    guard factor.isFinite,
      let gradient = pull.gradient(times: factor, threadCount: machine.threadCount)
    else { throw .beyondRange }
    return LossGradient(
      loss: pulls.loss / anchors, temperature: temperature,
      activations: skipped.isEmpty
        ? gradient : gradient.placed(among: matrix.sampleCount, without: skipped),
      logTemperature: pulls.slope / anchors)
  }

  /// The least loss over all temperatures and its gradient for the activations.
  ///
  /// At an interior minimum T* it is the gradient at fixed T*, since ∂l/∂T is 0 there. Where the
  /// infimum is a limit, it is 0: chance depends on the labels alone, and the limit as T → 0 only on
  /// which neighbors are nearest.
  /// - Throws: What `gradient(of:labels:temperature:)` throws.
  public func gradientOfMinimum(
    of matrix: ActivationMatrix, labels: ClassLabels
  ) throws(EntanglementError) -> LossGradient {
    var search = settings
    search.quantities = [.minimum]
    search.sweep = .standard
    let minimum = try with(search).entanglement(of: matrix, labels: labels).minimum
    if let temperature = minimum?.temperature {
      return try gradient(of: matrix, labels: labels, temperature: temperature)
    }
    let zeros: ActivationMatrix.Values =
      switch matrix.values {
      case .float32(let values): .float32(Array(repeating: 0, count: values.count))
      case .float64(let values): .float64(Array(repeating: 0, count: values.count))
      }
    return LossGradient(
      loss: minimum?.loss ?? 0, temperature: nil,
      activations: ActivationMatrix(
        sampleCount: matrix.sampleCount, featureCount: matrix.featureCount, values: zeros),
      logTemperature: 0)
  }

  /// What a gradient takes without kept distances: the value's memory, gradient panels, the result.
  private static func gradientMemory(_ matrix: ActivationMatrix, threadCount: Int) -> Int {
    let footprint = Footprint(matrix, threadCount: threadCount, curvature: false)
    let valueBytes =
      switch matrix.values {
      case .float32: 4
      case .float64: 8
      }
    return footprint.least + matrix.values.count * (4 + valueBytes) + matrix.sampleCount * 64
      + matrix.featureCount * 8 * threadCount
  }

  /// Distances of some 2,800 samples: beyond that the second pass computes them again.
  private static let mostKeptBytes = 1 << 24
}

/// What each anchor pulls its neighbors with, and the loss and slope from the same sums.
private struct AnchorPulls {
  /// By kind, by anchor; all relative to `scale`.
  private(set) var byKind: [[NeighborPull.Pull]]
  /// The largest share of other-class neighbors: the weights of a well separated layer are as small
  /// as its loss, and float32 does not reach that far.
  private(set) var scale = 0.0
  /// Σ_i l_i and Σ_i dl_i/d ln T.
  private(set) var loss = 0.0
  private(set) var slope = 0.0

  init(_ sums: SoftNeighborSums, sampleCount: Int, temperature: Double) {
    byKind = NeighborKind.allCases.map { _ in
      Array(repeating: NeighborPull.Pull(), count: sampleCount)
    }
    let beta = 1 / temperature
    var logShares = Array(repeating: -Double.infinity, count: sampleCount)
    for anchor in 0..<sampleCount {
      guard
        let terms = AnchorAlgebra(
          same: sums.sum(at: anchor, .same, temperature: 0),
          other: sums.sum(at: anchor, .other, temperature: 0), beta: beta), terms.isAnchor
      else { continue }
      loss += terms.loss
      slope += terms.slope
      logShares[anchor] = terms.odds.logShare
    }
    let largest = logShares.max() ?? -.infinity
    guard largest > -.infinity else { return }
    scale = Elementary.exp(largest)
    for anchor in 0..<sampleCount where logShares[anchor] > largest - Self.negligible {
      for kind in NeighborKind.allCases {
        guard let sum = sums.sum(at: anchor, kind, temperature: 0) else { continue }
        let nearest = sums.extremes(at: anchor, kind).nearest
        // The weight of the nearest neighbor of this kind.
        let pull = AnchorAlgebra.pull(
          kind, in: sum, at: nearest, logShare: logShares[anchor] - largest, beta: beta)
        byKind[kind.rawValue][anchor].nearest = nearest
        byKind[kind.rawValue][anchor].share = Float(pull)
      }
    }
  }

  /// Anchors whose weights are below e^{−50} of the largest do not count; float32 ends at e^{−87}.
  private static let negligible = 50.0
}

extension Distance {
  /// ∂d/∂x_i is this times the difference of the rows as they are compared.
  fileprivate var pairFactor: Double {
    switch self {
    case .squaredEuclidean: 2
    case .cosine: 1
    }
  }
}

extension ActivationMatrix {
  /// These rows with rows of zeros put back in at the given places.
  fileprivate func placed(among count: Int, without skipped: [Int]) -> ActivationMatrix {
    let dropped = Set(skipped)
    let kept = (0..<count).filter { !dropped.contains($0) }
    func spread<Value: BinaryFloatingPoint>(_ values: [Value]) -> [Value] {
      var all = Array(repeating: Value.zero, count: count * featureCount)
      for (place, row) in kept.enumerated() {
        for feature in 0..<featureCount {
          all[row * featureCount + feature] = values[place * featureCount + feature]
        }
      }
      return all
    }
    let all: Values =
      switch values {
      case .float32(let values): .float32(spread(values))
      case .float64(let values): .float64(spread(values))
      }
    return ActivationMatrix(sampleCount: count, featureCount: featureCount, values: all)
  }
}
