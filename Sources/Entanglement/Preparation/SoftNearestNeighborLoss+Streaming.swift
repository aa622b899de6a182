public import Activations
internal import PairwiseDistances

extension SoftNearestNeighborLoss {
  /// The loss of a layer that is larger than memory: its rows are put aside in a folder, in a file
  /// without a name, and passed over a few blocks at a time. The result is, to the bit, that of the
  /// layer in memory.
  /// - Parameter labels: One class a row.
  /// - Throws: `EntanglementError`, `SpillError` or what the source throws.
  public func entanglement(
    of source: some ActivationSource, labels: ClassLabels, spillingInto folder: String
  ) throws -> LayerEntanglement {
    if settings.anchors != nil, let estimate = try estimate(of: source, labels, folder) {
      return estimate
    }
    let all = withoutAnchors
    let prepared = try all.prepared(source, labels, spillingInto: folder)
    let parts = LayerParts(of: prepared, for: all)
    return try all.studied(try all.entanglement(of: prepared), parts)
  }

  /// - Returns: nil where that takes all samples.
  private func estimate(
    of source: some ActivationSource, _ labels: ClassLabels, _ folder: String
  ) throws -> LayerEntanglement? {
    let prepared = try prepared(source, labels, spillingInto: folder)
    return try prepared.passes.draw.flatMap { try estimate(of: prepared, from: $0) }
  }

  /// Refuses what has no loss, and puts the rest aside.
  func prepared(
    _ source: some ActivationSource, _ labels: ClassLabels, spillingInto folder: String
  ) throws -> PreparedLayer {
    guard source.sampleCount == labels.sampleCount else {
      throw EntanglementError.labelCount(
        labels: labels.sampleCount, samples: source.sampleCount)
    }
    guard source.sampleCount > 0 else { throw EntanglementError.noSamples }
    guard source.featureCount > 0 else { throw EntanglementError.noFeatures }
    let footprint = streamed(
      sampleCount: source.sampleCount, featureCount: source.featureCount,
      isDouble: source.isDouble)
    guard settings.precision == .single else {
      // Every distance looks at all values.
      throw EntanglementError.memory(
        needed: Footprint(
          sampleCount: source.sampleCount, featureCount: source.featureCount,
          valueBytes: source.sampleCount * source.rowSize, threadCount: machine.threadCount,
          curvature: settings.quantities.contains(.minimum)
        ).least, limit: machine.memoryLimit)
    }
    guard let plan = footprint.plan(within: machine.memoryLimit) else {
      throw EntanglementError.memory(needed: footprint.least, limit: machine.memoryLimit)
    }
    let rows = try SpilledRows(
      source, order: AnchorDraw.begin(labels, settings).order, distance: settings.distance,
      into: folder,
      blockSize: min(plan.residentSize / 4, 1 << 26))
    guard rows.nonFiniteRows.isEmpty else {
      throw EntanglementError.nonFinite(rows: rows.nonFiniteRows)
    }
    guard
      rows.zeroRows.isEmpty
        || (settings.zeroRows == .skip && rows.zeroRows.count < labels.sampleCount)
    else { throw EntanglementError.zeroRows(rows.zeroRows) }
    return try PreparedLayer(rows, labels, plan: plan, for: self)
  }

  /// Whether a layer of this shape is computed in memory: with the values as read, and for as many
  /// temperatures a pass as go without haste.
  package func fitsInMemory(sampleCount: Int, featureCount: Int, isDouble: Bool) -> Bool {
    let footprint = Footprint(
      sampleCount: sampleCount, featureCount: featureCount,
      valueBytes: sampleCount * featureCount * (isDouble ? 8 : 4),
      threadCount: machine.threadCount, curvature: settings.quantities.contains(.minimum))
    return (footprint.temperaturesPerPass(within: machine.memoryLimit) ?? 0)
      >= min(8, settings.sweep.values.count)
  }

  /// What a layer of this shape takes where it does not fit: bytes of memory, and of the disk. The
  /// memory is beyond the limit where even a few blocks of rows are.
  package func streamedSize(
    sampleCount: Int, featureCount: Int, isDouble: Bool
  ) -> (memory: Int, disk: Int) {
    let footprint = streamed(
      sampleCount: sampleCount, featureCount: featureCount, isDouble: isDouble)
    let disk = SpilledRows.size(
      sampleCount: sampleCount, featureCount: featureCount, isDouble: isDouble)
    return (max(footprint.least, machine.memoryLimit), disk)
  }

  private func streamed(
    sampleCount: Int, featureCount: Int, isDouble: Bool
  ) -> StreamedFootprint {
    StreamedFootprint(
      sampleCount: sampleCount, featureCount: featureCount, isDouble: isDouble,
      threadCount: machine.threadCount, curvature: settings.quantities.contains(.minimum))
  }
}
