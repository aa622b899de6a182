internal import Charts
internal import Entanglement

extension EntanglementHistory {
  /// The history with the names and the order of layers, and the names of classes, that its figures are
  /// to have.
  func looking(_ look: FigureLook) -> EntanglementHistory {
    guard !look.layerNames.isEmpty || !look.layerOrder.isEmpty || !look.classNames.isEmpty else {
      return self
    }
    let rank = Dictionary(
      zip(look.layerOrder, look.layerOrder.indices), uniquingKeysWith: { first, _ in first })
    let profiles = profiles.map { profile in
      let layers = profile.layers.enumerated().sorted {
        (rank[$0.element.name] ?? .max, $0.offset) < (rank[$1.element.name] ?? .max, $1.offset)
      }.map(\.element)
      return EntanglementProfile(
        checkpoint: profile.checkpoint, step: profile.step, file: profile.file,
        layers: layers.map { layer in
          LayerProfile(
            name: look.layerNames[layer.name] ?? layer.name, index: layer.index,
            shape: layer.shape,
            entanglement: layer.entanglement.renamed(classes: look.classNames),
            projection: layer.projection)
        }, samples: profile.samples, metrics: profile.metrics)
    }
    return EntanglementHistory(
      distance: distance, quantities: quantities, profiles: profiles, failures: failures,
      sampling: sampling, labeling: labeling)
  }
}

extension LayerEntanglement {
  fileprivate func renamed(classes names: [String: String]) -> LayerEntanglement {
    guard !names.isEmpty else { return self }
    var copy = LayerEntanglement(
      sampleCount: sampleCount, featureCount: featureCount, anchorCount: anchorCount,
      singletonCount: singletonCount, skippedRows: skippedRows, chance: chance,
      meanDistance: meanDistance,
      classes: classes.map { ClassSize(name: names[$0.name] ?? $0.name, count: $0.count) },
      curve: curve, minimum: minimum, localMinima: localMinima, isConstant: isConstant,
      matched: matched, structure: structure?.renamed(classes: names), influences: influences,
      samples: samples, duplicates: duplicates, notices: notices,
      permutationNull: permutationNull, resamples: resamples)
    copy.scheduled = scheduled
    copy.sampleSizes = sampleSizes
    copy.batches = batches
    return copy
  }
}

extension ClassStructure {
  fileprivate func renamed(classes names: [String: String]) -> ClassStructure {
    ClassStructure(
      place: place, temperature: temperature, relativeTemperature: relativeTemperature,
      losses: losses.map {
        ClassLoss(
          name: names[$0.name] ?? $0.name, count: $0.count, loss: $0.loss, interval: $0.interval)
      },
      classes: classes.map { names[$0] ?? $0 }, counts: counts, confusion: confusion,
      pairLosses: classes.indices.flatMap { first in
        classes.indices.dropFirst(first + 1).map { pairLoss(first, $0) ?? 0 }
      })
  }
}
