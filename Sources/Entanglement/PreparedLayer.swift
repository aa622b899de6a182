internal import Activations
internal import PairwiseDistances

/// A layer that was checked and is ready for passes, its rows in memory or on the disk.
struct PreparedLayer {
  let samples: DistanceSamples
  /// Of the rows that are used.
  let labels: ClassLabels
  let statistics: LabelStatistics
  /// The rows that were left out, ascending.
  let skipped: [Int]
  let temperaturesPerPass: Int
  /// What passes may take beside the samples.
  let memory: Int
  /// Where distances stay between passes.
  let kept: KeptDistances?
  private let values: Values

  private enum Values {
    case memory(ActivationMatrix)
    /// The rows of the source that are used, ascending.
    case disk(SpilledRows, kept: [Int], residentSize: Int)
  }

  init(
    _ matrix: ActivationMatrix, _ labels: ClassLabels, skipped: [Int],
    for loss: SoftNearestNeighborLoss
  ) throws(EntanglementError) {
    self.labels = labels
    self.skipped = skipped
    statistics = try LabelStatistics(comparing: labels)
    let footprint = Footprint(
      matrix, threadCount: loss.threadCount, curvature: loss.quantities.contains(.minimum))
    let keptBytes = loss.keptBytes(sampleCount: matrix.sampleCount, beside: footprint)
    let limit = loss.memoryLimit - keptBytes
    guard let temperaturesPerPass = footprint.temperaturesPerPass(within: limit) else {
      throw .memory(needed: footprint.least, limit: loss.memoryLimit)
    }
    self.temperaturesPerPass = temperaturesPerPass
    memory = limit - footprint.bytes(temperatures: 0)
    kept = keptBytes > 0 ? KeptDistances(sampleCount: matrix.sampleCount) : nil
    samples = DistanceSamples(
      matrix, order: ClassOrder(labels), distance: loss.distance, threadCount: loss.threadCount)
    values = .memory(matrix)
  }

  /// - Parameter labels: Of all rows of the source; those to skip are left out here.
  init(
    _ rows: SpilledRows, _ labels: ClassLabels, plan: StreamedFootprint.Plan
  ) throws {
    skipped = rows.zeroRows
    let dropped = Set(skipped)
    let kept = labels.indices.indices.filter { !dropped.contains($0) }
    self.labels = dropped.isEmpty ? labels : labels.rows(kept)
    statistics = try LabelStatistics(comparing: self.labels)
    temperaturesPerPass = plan.temperaturesPerPass
    memory = plan.passMemory
    self.kept = nil
    samples = try DistanceSamples(
      rows, keeping: kept, order: ClassOrder(self.labels), residentSize: plan.residentSize)
    values = .disk(rows, kept: kept, residentSize: plan.residentSize)
  }

  /// Some of the rows as a layer of their own, in another class order: a second copy of them in
  /// memory, or on the disk with a quarter of the blocks.
  func part(
    _ rows: [Int], order: ClassOrder, distance: Distance
  ) throws -> DistanceSamples {
    switch values {
    case .memory(let matrix):
      DistanceSamples(matrix.rows(rows), order: order, distance: distance)
    case .disk(let spilled, let kept, let residentSize):
      try DistanceSamples(
        spilled, keeping: rows.map { kept[$0] }, order: order, residentSize: residentSize / 4)
    }
  }
}
