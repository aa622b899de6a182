internal import Activations
internal import PairwiseDistances

/// A layer that was checked and is ready for passes, its rows in memory or on the disk.
struct PreparedLayer {
  let passes: LayerPasses
  /// Of the rows that are used.
  let labels: ClassLabels
  let statistics: LabelStatistics
  /// The rows that were left out, ascending.
  let skipped: [Int]
  let temperaturesPerPass: Int
  let values: LayerValues

  /// The same with other anchors of the same order.
  func drawing(_ draw: AnchorDraw) -> PreparedLayer {
    PreparedLayer(
      passes.drawing(draw), labels: labels, statistics: statistics, skipped: skipped,
      temperaturesPerPass: temperaturesPerPass, values: values)
  }

  init(
    _ passes: LayerPasses, labels: ClassLabels, statistics: LabelStatistics, skipped: [Int],
    temperaturesPerPass: Int, values: LayerValues
  ) {
    self.passes = passes
    self.labels = labels
    self.statistics = statistics
    self.skipped = skipped
    self.temperaturesPerPass = temperaturesPerPass
    self.values = values
  }

  /// - Parameter distances: What earlier labelings of the same rows left for this one.
  init(
    _ matrix: ActivationMatrix, _ labels: ClassLabels, skipped: [Int],
    sharing distances: inout SharedDistances, for loss: SoftNearestNeighborLoss
  ) throws(EntanglementError) {
    self.labels = labels
    self.skipped = skipped
    statistics = try LabelStatistics(comparing: labels)
    let (order, draw) = AnchorDraw.begin(labels, loss.settings)
    let isShared =
      draw == nil && distances.pays(featureCount: matrix.featureCount, for: loss.settings)
    let footprint = Footprint(
      matrix, threadCount: loss.machine.threadCount,
      curvature: loss.settings.quantities.contains(.minimum))
    let keptBytes =
      draw != nil
      ? 0
      : loss.keptBytes(
        sampleCount: matrix.sampleCount, featureCount: matrix.featureCount, isShared: isShared,
        beside: footprint)
    let limit = loss.machine.memoryLimit - keptBytes
    guard let temperaturesPerPass = footprint.temperaturesPerPass(within: limit) else {
      throw .memory(needed: footprint.least, limit: loss.machine.memoryLimit)
    }
    self.temperaturesPerPass = temperaturesPerPass
    // Before the rows are packed: for a while there are two copies of the distances.
    let kept =
      keptBytes > 0
      ? distances.next(
        in: order, featureCount: matrix.featureCount, isShared: isShared,
        threadCount: loss.machine.threadCount) : nil
    passes = LayerPasses(
      DistanceSamples(
        matrix, order: order, distance: loss.settings.distance,
        threadCount: loss.machine.threadCount), loss.pass, keeping: kept,
      memory: limit - footprint.bytes(temperatures: 0), draw: draw)
    values = .memory(matrix, threadCount: loss.machine.threadCount)
  }

  /// - Parameter labels: Of all rows of the source; those to skip are left out here.
  init(
    _ rows: SpilledRows, _ labels: ClassLabels, plan: StreamedFootprint.Plan,
    for loss: SoftNearestNeighborLoss
  ) throws {
    skipped = rows.zeroRows
    let dropped = Set(skipped)
    let kept = labels.indices.indices.filter { !dropped.contains($0) }
    self.labels = dropped.isEmpty ? labels : labels.rows(kept)
    statistics = try LabelStatistics(comparing: self.labels)
    temperaturesPerPass = plan.temperaturesPerPass
    let (order, draw) = AnchorDraw.begin(self.labels, loss.settings)
    // Rows lie on the disk in the order of all of them, which is another random one where some are
    // left out.
    let samples =
      draw == nil || dropped.isEmpty
      ? try DistanceSamples(rows, keeping: kept, order: order, residentSize: plan.residentSize)
      : try DistanceSamples(
        partOf: rows, keeping: kept, order: order, residentSize: plan.residentSize)
    passes = LayerPasses(samples, loss.pass, memory: plan.passMemory, draw: draw)
    values = .disk(rows, kept: kept, residentSize: plan.residentSize)
  }
}

/// Where the rows of a layer are, for parts of it in a class order of their own.
indirect enum LayerValues {
  case memory(ActivationMatrix, threadCount: Int)
  /// The rows of the source that are used, ascending.
  case disk(SpilledRows, kept: [Int], residentSize: Int)
  case part(rows: [Int], of: LayerValues)

  /// Some rows, ascending, as samples of their own: packed once more in memory, or put aside once more
  /// on the disk.
  /// - Parameter share: The share of the blocks in memory that the part may have, where the layer's own
  ///   samples are still there.
  func samples(
    at rows: [Int], order: ClassOrder, distance: Distance, share: Double = 1
  ) throws(EntanglementError) -> DistanceSamples {
    switch self {
    case .memory(let matrix, let threadCount):
      return DistanceSamples(
        matrix, keeping: rows, order: order, distance: distance, threadCount: threadCount)
    case .disk(let spilled, let kept, let residentSize):
      do {
        return try DistanceSamples(
          partOf: spilled, keeping: rows.map { kept[$0] }, order: order,
          residentSize: Int(Double(residentSize) * share))
      } catch {
        throw .spilled(reason: "\(error)")
      }
    case .part(let own, let whole):
      return try whole.samples(
        at: rows.map { own[$0] }, order: order, distance: distance, share: share)
    }
  }
}
