internal import Activations
internal import PairwiseDistances

/// A layer that parts can be drawn from: sub-samples, batches, halves.
///
/// A part goes the way of the layer itself, in memory or on the disk, so a part of all rows has the
/// layer's own numbers to the last bit. It takes no more memory than the layer did, whose samples
/// are gone by then.
struct LayerParts {
  let loss: SoftNearestNeighborLoss
  /// One a row of the layer.
  let labels: ClassLabels
  private let temperaturesPerPass: Int
  /// Whether distances stay in memory between the passes of a part.
  private let keepsDistances: Bool
  /// What passes may take beside the samples.
  private let memory: Int
  private let values: LayerValues

  init(of layer: PreparedLayer, for loss: SoftNearestNeighborLoss) {
    self.loss = loss
    labels = layer.labels
    temperaturesPerPass = layer.temperaturesPerPass
    keepsDistances = layer.passes.kept != nil
    memory = layer.passes.memory
    values = layer.values
  }

  var sampleCount: Int { labels.sampleCount }

  /// The loss of some rows, ascending, with what is said of them there; nil if none has a neighbor of
  /// its own class among them. One class alone has the loss 0.
  func entanglement(
    of rows: [Int], with settings: LossSettings
  ) throws(EntanglementError) -> LayerEntanglement? {
    let labels = self.labels.rows(rows)
    let statistics = LabelStatistics(labels)
    guard statistics.anchorCount > 0 else { return nil }
    let samples = try samples(at: rows, order: ClassOrder(labels))
    return try loss.with(settings).entanglement(
      of: PreparedLayer(
        LayerPasses(
          samples, loss.pass,
          keeping: keepsDistances
            ? KeptDistances(sampleCount: rows.count, featureCount: samples.featureCount) : nil,
          memory: memory), labels: labels, statistics: statistics, skipped: [],
        temperaturesPerPass: temperaturesPerPass, values: .part(rows: rows, of: values)))
  }

  /// Passes over the samples at some rows, ascending, whose distances are not kept.
  func passes(at rows: [Int], order: ClassOrder) throws(EntanglementError) -> LayerPasses {
    LayerPasses(try samples(at: rows, order: order), loss.pass, memory: memory)
  }

  /// The samples at some rows, ascending.
  private func samples(at rows: [Int], order: ClassOrder) throws(EntanglementError)
    -> DistanceSamples
  {
    try values.samples(at: rows, order: order, distance: loss.settings.distance)
  }

  /// The layer's settings reduced to the curve, the minimum and the matched perplexity, as far as the
  /// layer has them.
  var settingsOfParts: LossSettings {
    var part = loss.settings
    part.quantities = loss.settings.quantities.intersection([.curve, .minimum])
    if !loss.settings.quantities.isDisjoint(with: LayerFindings.quantities) {
      part.quantities.insert(.perplexity)
    }
    part.keepsInfluences = false
    part.scheduledTemperature = nil
    return part
  }
}

extension SoftNearestNeighborLoss {
  /// The layer with the studies that were asked for.
  func studied(
    _ layer: LayerEntanglement, _ parts: LayerParts
  ) throws(EntanglementError) -> LayerEntanglement {
    var layer = layer
    if let sampleSizes = settings.sampleSizes {
      let study = try SampleSizeStudy(sampleSizes, of: parts, whole: layer)
      layer.sampleSizes = study.estimates
      layer.notices += study.notices
    }
    if let miniBatches = settings.miniBatches {
      let study = try MiniBatchStudy(miniBatches, of: parts, whole: layer)
      layer.batches = study.estimate
      layer.notices += study.notices
    }
    if let identitySeed = settings.identitySeed {
      layer.identityChecks = IdentityChecks(
        permutation: try PermutationCheck(of: parts, seed: identitySeed),
        halves: try SplitHalfCheck(of: parts, seed: identitySeed))
    }
    return layer
  }
}

extension CurvePoint {
  init(_ point: SweepPoint, scale: Double) {
    self.init(
      temperature: point.temperature, relativeTemperature: point.temperature / scale,
      loss: point.loss, slope: point.slope, perplexity: point.perplexity)
  }
}

extension [Double] {
  /// nil where there are none.
  var mean: Double? { isEmpty ? nil : reduce(0, +) / Double(count) }

  /// With n − 1; nil of fewer than two.
  var standardDeviation: Double? {
    guard count > 1, let mean else { return nil }
    let squares = reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(count - 1)).squareRoot()
  }
}
