package import Activations
internal import PairwiseDistances

extension SoftNearestNeighborLoss {
  /// Measures a layer, with the influence of each sample on every number.
  ///
  /// Cost: that of `entanglement(of:labels:)` for each number of neighbors, and two passes more where
  /// anything but the minimum and the matched loss is measured.
  /// - Throws: `EntanglementError`.
  package func measurements(
    _ measures: [Measure], of matrix: ActivationMatrix, labels: ClassLabels
  ) throws -> LayerMeasurements {
    try measurements(measures, of: forMeasures.prepared(matrix, labels))
  }

  /// Measures a layer that is larger than memory, its rows put aside in a folder; to the bit what the
  /// layer in memory gives.
  /// - Throws: `EntanglementError`, `SpillError` or what the source throws.
  package func measurements(
    _ measures: [Measure], of source: some ActivationSource, labels: ClassLabels,
    spillingInto folder: String
  ) throws -> LayerMeasurements {
    try measurements(measures, of: forMeasures.prepared(source, labels, spillingInto: folder))
  }

  /// Whether a layer is measured in memory: with the values as read, and a copy of the rows of each
  /// pair of classes in turn.
  package func fitsInMemory(
    measuring measures: [Measure], labels: ClassLabels, featureCount: Int, isDouble: Bool
  ) -> Bool {
    let counts = Dictionary(zip(labels.names, labels.counts)) { $0 + $1 }
    let largestPair =
      measures.compactMap(\.classes).map { $0.reduce(0) { $0 + counts[$1, default: 0] } }.max()
    let pairBytes = (largestPair ?? 0) * featureCount * (4 + (isDouble ? 8 : 4))
    let rest = Machine(
      threadCount: machine.threadCount, instructionSet: machine.instructionSet,
      memoryLimit: machine.memoryLimit - pairBytes)
    return SoftNearestNeighborLoss(forMeasures.settings, machine: rest).fitsInMemory(
      sampleCount: labels.sampleCount, featureCount: featureCount, isDouble: isDouble)
  }

  private func measurements(
    _ measures: [Measure], of layer: PreparedLayer
  ) throws -> LayerMeasurements {
    var targets: [PerplexityTarget] = []
    for target in measures.compactMap(\.target) where !targets.contains(target) {
      targets.append(target)
    }
    // Each number is computed by itself, so that it does not depend, in its last digits, on what else
    // is measured.
    var matches: [PerplexityTarget: LayerEntanglement] = [:]
    for target in targets {
      matches[target] = try entanglement(of: layer, .perplexity, target)
    }
    let optimum =
      targets.isEmpty || measures.contains { [.minimum, .temperature].contains($0.kind) }
      ? try entanglement(of: layer, .minimum, .standard) : nil
    guard let first = optimum ?? matches.values.first else {
      throw EntanglementError.noTemperature
    }
    var outcomes: [Measure: LayerMeasurements.Outcome] = [:]
    var study = LayerMeasuring(layer, loss: self)
    try study.prepare(measures, minimum: optimum?.minimum, matches.mapValues(\.matched))
    for measure in measures {
      switch measure {
      case .minimum: outcomes[measure] = .measured(study.minimum(first))
      case .temperature: outcomes[measure] = .measured(study.optimum(first.minimum))
      case .loss(let temperature): outcomes[measure] = study.loss(at: temperature)
      case .perplexity(let target), .accuracy(let target), .pair(_, _, let target):
        guard let found = matches[target], let matched = found.matched else {
          outcomes[measure] = .absent(matches[target]?.notices.last ?? "It was not computed.")
          continue
        }
        switch measure {
        case .accuracy: outcomes[measure] = study.accuracy(at: matched.temperature)
        case .pair(let first, let second, _):
          outcomes[measure] = try study.pair(first, second, at: matched.temperature)
        default:
          outcomes[measure] = .measured(study.perplexity(found))
        }
      }
    }
    return LayerMeasurements(
      sampleCount: first.sampleCount, featureCount: first.featureCount,
      skippedRows: first.skippedRows, outcomes: outcomes)
  }

  private func entanglement(
    of layer: PreparedLayer, _ quantity: LossSettings.Quantity, _ target: PerplexityTarget
  ) throws(EntanglementError) -> LayerEntanglement {
    var settings = forMeasures.settings
    settings.perplexityTarget = target
    settings.quantities = [quantity, .curve, .intervals]
    return try with(settings).entanglement(of: layer, isMeasured: quantity == .perplexity)
  }

  /// The loss that a layer is made ready for: the one that takes most memory.
  private var forMeasures: SoftNearestNeighborLoss {
    var settings = settings
    settings.keepsInfluences = true
    settings.quantities = [.curve, .minimum, .intervals]
    return with(settings)
  }
}
