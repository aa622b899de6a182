import Entanglement
import PairwiseDistances

/// Histories made up for tests.
enum History {
  static func layer(
    loss: Double, position: LossMinimum.Position = .interior, chance: Double = 2.3,
    place: Double = 0.05, singletons: Int = 0, isConstant: Bool = false,
    matched: Double? = nil
  ) -> LayerEntanglement {
    let relative = [0.001, 0.01, 0.1, 1, 10, 100, 1000]
    return LayerEntanglement(
      sampleCount: 899, featureCount: 64, anchorCount: 899 - singletons,
      singletonCount: singletons, skippedRows: [], chance: chance, meanDistance: 40,
      classes: [ClassSize(name: "0", count: 450), ClassSize(name: "1", count: 449)],
      curve: relative.map {
        CurvePoint(
          temperature: $0 * 40, relativeTemperature: $0,
          loss: loss + (chance - loss) * $0 / ($0 + 1), slope: 0.1, perplexity: 1 + $0)
      },
      minimum: LossMinimum(
        position: position, temperature: position == .interior ? place * 40 : nil,
        relativeTemperature: position == .interior ? place : nil, loss: loss, refined: true),
      localMinima: position == .interior
        ? [LocalMinimum(temperature: place * 40, relativeTemperature: place, loss: loss)] : [],
      isConstant: isConstant,
      matched: matched.map {
        MatchedLoss(
          target: .share(0.05), perplexity: 44.9, share: 0.05, temperature: 2,
          relativeTemperature: 0.05, loss: $0, interval: nil)
      })
  }

  /// Files of which nothing says that one comes after the other, of the layers a and b.
  static func models(_ names: [String]) -> EntanglementHistory {
    EntanglementHistory(
      distance: .squaredEuclidean, quantities: [.curve, .minimum],
      profiles: names.enumerated().map { index, name in
        EntanglementProfile(
          checkpoint: name, step: nil, file: "\(name).h5",
          layers: ["a", "b"].enumerated().map { place, layer in
            LayerProfile(
              name: layer, index: place, shape: [899, 64],
              entanglement: self.layer(loss: 2 - 0.3 * Double(index) - 0.5 * Double(place)))
          })
      })
  }

  static func history(
    _ losses: [(name: String, losses: [Double])], checkpoints: [String]? = nil,
    failures: [LayerFailure] = []
  ) -> EntanglementHistory {
    let count = losses.first?.losses.count ?? 0
    return EntanglementHistory(
      distance: .squaredEuclidean,
      quantities: Set(LossSettings.Quantity.allCases),
      profiles: (0..<count).map { step in
        EntanglementProfile(
          checkpoint: checkpoints?[step] ?? "epoch_\(step)", step: step, file: "run.h5",
          layers: losses.enumerated().map { index, row in
            LayerProfile(
              name: row.name, index: index, shape: [899, 64],
              entanglement: layer(loss: row.losses[step]))
          })
      }, failures: failures)
  }

  static func single(_ layer: LayerEntanglement) -> EntanglementHistory {
    EntanglementHistory(
      distance: .cosine, quantities: [.curve, .minimum],
      profiles: [
        EntanglementProfile(
          checkpoint: "run", step: nil, file: "run.h5",
          layers: [LayerProfile(name: "only", index: 0, shape: [899, 64], entanglement: layer)])
      ])
  }

  /// One checkpoint whose only layer has a map of its samples.
  static func mapped(checkpoints: Int = 1) -> EntanglementHistory {
    let count = 30
    let places = (0..<count).map { Double($0 * $0 % 17) }
    let projection = SampleProjection(
      rows: (0..<count).map { 2 * $0 }, classes: (0..<count).map { $0 % 2 }, x: places,
      y: places.reversed(), varianceShares: [0.5, 0.25])
    return EntanglementHistory(
      distance: .squaredEuclidean, quantities: [.curve, .minimum, .map],
      profiles: (0..<checkpoints).map { step in
        EntanglementProfile(
          checkpoint: "epoch_\(step)", step: step, file: "run.h5",
          layers: [
            LayerProfile(
              name: "<a>", index: 0, shape: [60, 4], entanglement: layer(loss: 0.991),
              projection: projection)
          ])
      })
  }
}
