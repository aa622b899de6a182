public import Activations
public import PairwiseDistances

/// The soft nearest neighbor loss of a layer, over all samples and exact to rounding.
///
///     A_i(T) = Σ_{j≠i, y_j=y_i} exp(−d_ij/T)     B_i(T) = Σ_{k≠i} exp(−d_ik/T)
///     l(T)   = mean_i −log(A_i/B_i)              over i whose class has two samples or more
///
/// in nats, with d the squared Euclidean distance (or 1 − cos) and T in its units. The sample
/// itself is left out by index; nothing is added for stability, so no value is capped. The mean of
/// exp(H_i) over all samples, H_i the entropy of i's soft neighbors, is the perplexity at T.
///
/// Frosst, Papernot, Hinton: Analyzing and Improving Representations with the Soft Nearest
/// Neighbor Loss, ICML 2019 (arXiv 1902.01889), equation 1.
///
/// Cost: one pass over N²·D/2 multiply-adds for any number of temperatures; the minimum takes a
/// few more. Memory: a packed copy of the layer and 16 bytes × N × temperatures a kind of neighbor.
public struct SoftNearestNeighborLoss: Sendable {
  /// What is computed, and how.
  public let settings: LossSettings
  /// What of the machine is used.
  public let machine: Machine
  let hooks: PassHooks

  /// - Parameter hooks: Cancelled, a computation throws `EntanglementError.cancelled`.
  public init(
    _ settings: LossSettings = LossSettings(), machine: Machine = Machine(),
    hooks: PassHooks = PassHooks()
  ) {
    self.settings = settings
    self.machine = machine
    self.hooks = hooks
  }

  /// The pass over pairs of samples as this machine makes it.
  var pass: PairwisePass { PairwisePass(machine, hooks: hooks) }

  /// The same on the same machine with other settings.
  func with(_ settings: LossSettings) -> SoftNearestNeighborLoss {
    SoftNearestNeighborLoss(settings, machine: machine, hooks: hooks)
  }

  /// The loss of a layer.
  /// - Parameters:
  ///   - matrix: `sampleCount × featureCount` activations.
  ///   - labels: One class a row.
  public func entanglement(
    of matrix: ActivationMatrix, labels: ClassLabels
  ) throws(EntanglementError) -> LayerEntanglement {
    var labelings = LayerLabelings(of: matrix, count: 1, for: self)
    return try labelings.entanglement(by: labels)
  }

  /// The loss of a layer under each of several labelings: to the bit what each has alone, with one pass
  /// over the distances for all where that pays (see `LayerLabelings`).
  /// - Parameters:
  ///   - matrix: `sampleCount × featureCount` activations.
  ///   - labels: Of each labeling, one class a row.
  public func entanglements(
    of matrix: ActivationMatrix, labels: [ClassLabels]
  ) throws(EntanglementError) -> [LayerEntanglement] {
    var labelings = LayerLabelings(of: matrix, count: labels.count, for: self)
    var results: [LayerEntanglement] = []
    for labels in labels { results.append(try labelings.entanglement(by: labels)) }
    return results
  }

  /// The loss of a layer that is ready for passes.
  /// - Parameter isMeasured: Whether the loss at the matched perplexity is to be held against another of
  ///   the same samples: with the influences on its trimmed mean, without that under shuffled labels.
  func entanglement(
    of layer: PreparedLayer, isMeasured: Bool = false
  ) throws(EntanglementError) -> LayerEntanglement {
    let (samples, labels, statistics) = (layer.passes.samples, layer.labels, layer.statistics)
    guard samples.meanDistance.isFinite,
      samples.meanDistance > .leastNormalMagnitude || samples.largestDistance == 0
    else { throw .beyondRange }
    let dropped = Set(layer.skipped)
    let kept = (0..<samples.count + dropped.count).filter { !dropped.contains($0) }
    let isConstant = samples.largestDistance == 0
    let scale = isConstant ? 1 : samples.meanDistance
    let sweep = settings.sweep
    let temperatures = sweep.values.map { sweep.scale == .absolute ? $0 : $0 * scale }
    guard temperatures.allSatisfy({ $0 > 0 && $0.isFinite }) else { throw .beyondRange }

    var evaluation = SweepEvaluation(
      layer.passes, statistics: statistics, precision: settings.precision,
      temperaturesPerPass: layer.temperaturesPerPass, companion: try settings.checkedSchedule)
    var minimum: LossMinimum?
    var localMinima: [LocalMinimum] = []
    // Some of the samples do not tell of the least loss: that of theirs lies at another temperature, or at
    // 0, where the one sample that is not among them decides.
    if settings.quantities.contains(.minimum), layer.passes.draw == nil {
      var search = MinimumSearch(scale: scale)
      try search.run(curve: temperatures, evaluation: &evaluation) {
        LayerFindings.probes($0, for: settings)
      }
      let found = search.result(
        chance: statistics.chance, limitAtZero: evaluation.limitAtZero, isConstant: isConstant)
      minimum = found.minimum
      localMinima = found.localMinima
    } else {
      try evaluation.evaluate(temperatures, curvature: false)
      minimum = bestOfCurve(evaluation, temperatures, scale)
    }
    var findings = LayerFindings(
      settings, minimum: minimum, scale: scale, isMeasured: isMeasured)
    try findings.find(
      &evaluation, names: labels.names, kept: kept, limit: machine.memoryLimit)
    if let found = findings.minimum {
      localMinima = localMinima.map {
        found.temperature != $0.temperature
          ? $0
          : LocalMinimum(
            temperature: $0.temperature, relativeTemperature: $0.relativeTemperature,
            loss: found.loss)
      }
    }
    let curve = evaluation.points(at: temperatures)
    var result = LayerEntanglement(
      sampleCount: samples.count, featureCount: samples.featureCount,
      anchorCount: statistics.anchorCount, singletonCount: statistics.singletonCount,
      skippedRows: layer.skipped, chance: statistics.chance, meanDistance: samples.meanDistance,
      classes: zip(labels.names, labels.counts).map(ClassSize.init),
      curve: zip(sweep.values, curve).map { value, point in
        CurvePoint(
          temperature: point.temperature,
          relativeTemperature: sweep.scale == .absolute ? point.temperature / scale : value,
          loss: point.loss, slope: point.slope, perplexity: point.perplexity)
      },
      minimum: findings.minimum, localMinima: localMinima, isConstant: isConstant,
      matched: findings.matched, structure: findings.structure, influences: findings.influences,
      samples: findings.samples, duplicates: findings.duplicates,
      notices: findings.notices, permutationNull: findings.permutationNull,
      resamples: findings.resamples)
    result.trimmed = findings.trimmed
    result.scheduled = evaluation.companionPoint.map { CurvePoint($0, scale: scale) }
    return result
  }

  /// Refuses what has no loss, and gets the rest ready.
  func prepared(
    _ matrix: ActivationMatrix, _ labels: ClassLabels
  ) throws(EntanglementError) -> PreparedLayer {
    let (matrix, labels, skipped) = try checked(matrix, labels)
    var distances = SharedDistances(labelingCount: 1)
    return try PreparedLayer(matrix, labels, skipped: skipped, sharing: &distances, for: self)
  }

  /// Refuses what has no loss; leaves rows of zeros out where that is wanted.
  func checked(
    _ matrix: ActivationMatrix, _ labels: ClassLabels
  ) throws(EntanglementError) -> (ActivationMatrix, ClassLabels, skipped: [Int]) {
    try labels.requireOneARow(of: matrix)
    let rows = try CheckedRows(of: matrix, for: settings)
    return (rows.matrix, rows.labels(labels), rows.skipped)
  }

  /// The bytes that a layer of this shape needs, without the values as read.
  /// - Parameters:
  ///   - classCount: Of the labeling with most classes.
  ///   - labelingCount: How many labelings it is computed under, one after another.
  package func workingMemory(
    sampleCount: Int, featureCount: Int, classCount: Int = 0, labelingCount: Int = 1
  ) -> Int {
    let footprint = Footprint(
      sampleCount: sampleCount, featureCount: featureCount, valueBytes: 0,
      threadCount: machine.threadCount, curvature: settings.quantities.contains(.minimum))
    let isShared = SharedDistances.pays(
      labelingCount: labelingCount, featureCount: featureCount, for: settings)
    let kept = keptBytes(
      sampleCount: sampleCount, featureCount: featureCount, isShared: isShared, beside: footprint)
    let passes =
      footprint.bytes(temperatures: min(settings.sweep.values.count, Footprint.mostTemperatures))
      + (isShared ? 2 * kept : kept)
    let tables = settings.quantities.contains(.classes) ? ClassTables.bytes(classCount) : 0
    return passes + min(tables, .max - passes)
  }

  /// Whether the memory holds what is told of so many classes by class; without it that is left out.
  package func holdsClassTables(_ classCount: Int) -> Bool {
    ClassTables.absence(classCount, within: machine.memoryLimit) == nil
  }

  /// The memory in which distances stay for the passes that follow the first, or for the labelings
  /// that follow; 0 where there are none, or where it would leave too little for the temperatures of a
  /// pass. As much again is free: for the distances of parts, or those in the order of another labeling.
  func keptBytes(
    sampleCount: Int, featureCount: Int, isShared: Bool, beside footprint: Footprint
  ) -> Int {
    guard settings.precision == .single, isShared || settings.hasSeveralPasses else { return 0 }
    let bytes = KeptDistances.bytes(sampleCount: sampleCount, featureCount: featureCount)
    let free = machine.memoryLimit - footprint.bytes(temperatures: Footprint.mostTemperatures)
    return bytes <= min(Self.mostKeptBytes, free / 2) ? bytes : 0
  }

  /// 23,000 samples, 20,700 with rests.
  private static let mostKeptBytes = 1 << 30

  private func bestOfCurve(
    _ evaluation: SweepEvaluation, _ temperatures: [Double], _ scale: Double
  ) -> LossMinimum? {
    evaluation.points(at: temperatures).min { $0.loss < $1.loss }.map {
      LossMinimum(
        position: .interior, temperature: $0.temperature,
        relativeTemperature: $0.temperature / scale, loss: $0.loss, refined: false)
    }
  }
}
