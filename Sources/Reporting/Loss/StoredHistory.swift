package import Entanglement
internal import PairwiseDistances
package import Platform

/// A `report.json` as the histories it was written from, for figures anew without the activations.
///
/// What a report does not hold is missing here: the places of samples on a map, and what each sample had
/// a part in.
package struct StoredHistory: Sendable {
  /// One or more, one a labeling.
  package let histories: [EntanglementHistory]

  /// The figures that a report draws from more than `report.json` holds, and what that is.
  package static let leftOut = [
    (name: "sample-map", lacks: "the places of the samples, which sample-map.csv has")
  ]

  /// - Throws: As for a check, but for several labelings, which are a history each.
  package init(decoding data: Data) throws(StoredReport.Refusal) {
    guard let document = try? JSONDecoder().decode(Document.self, from: data) else {
      throw .noReport
    }
    guard document.schema == StoredReport.schema else { throw .otherSchema(document.schema) }
    let layers = document.checkpoints.flatMap(\.layers)
    guard !layers.isEmpty else { throw .noLayer }
    guard layers.allSatisfy(\.isPossible), let distance = Distance(rawValue: document.distance)
    else { throw .damaged }
    var labelings: [String?] = []
    for layer in layers where !labelings.contains(layer.labeling) {
      labelings.append(layer.labeling)
    }
    let sampling = document.sampling.flatMap { sampling in
      UInt64(sampling.seed).map {
        EntanglementHistory.Sampling(sampleCount: sampling.samples, seed: $0)
      }
    }
    histories = labelings.map { labeling in
      EntanglementHistory(
        distance: distance,
        quantities: document.hasPerplexity ? [.curve, .perplexity] : [.curve],
        profiles: document.checkpoints.map { $0.profile(labeling: labeling) },
        sampling: sampling, labeling: labeling)
    }
  }
}

/// The members of `report.json` that figures are made of, by their names there.
private struct Document: Decodable {
  let schema: String
  let distance: String
  let sampling: Sampling?
  let checkpoints: [Checkpoint]

  struct Sampling: Decodable {
    let samples: Int
    let seed: String
  }

  var hasPerplexity: Bool {
    checkpoints.contains { $0.layers.contains { $0.curve.contains { $0.perplexity != nil } } }
  }
}

private struct Checkpoint: Decodable {
  let name: String
  let step: Int?
  let file: String
  let metrics: [String: Double]?
  let layers: [Layer]

  func profile(labeling: String?) -> EntanglementProfile {
    EntanglementProfile(
      checkpoint: name, step: step, file: file,
      layers: layers.filter { $0.labeling == labeling }.map(\.profile),
      metrics: (metrics ?? [:]).map { TrainingMetric(name: $0.key, value: $0.value) }
        .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) })
  }
}

private struct Layer: Decodable {
  let name: String
  let labeling: String?
  let index: Int
  let shape: [Int]
  let sampleCount: Int
  let featureCount: Int
  let anchorCount: Int
  let singletonCount: Int
  let skippedRows: [Int]?
  let chance: Double
  let meanDistance: Double
  let classes: [ClassSize]
  let curve: [Point]
  let minimum: Minimum?
  let localMinima: [LocalMinimum]
  let atPerplexity: Matched?
  let classLosses: [StoredClassLoss]?
  let softConfusion: Table?
  let classEntanglement: Table?
  let scheduled: Point?
  let sampleSizes: [StoredSampleSize]?
  let batches: StoredBatches?

  /// Whether counts and tables are such as a report has: nothing is computed with others.
  var isPossible: Bool {
    let counts = 0...1 << 40
    let sizes =
      [index, sampleCount, featureCount, anchorCount, singletonCount] + shape
      + classes.map(\.count) + (classLosses ?? []).map(\.count)
    guard sizes.allSatisfy(counts.contains) else { return false }
    guard let softConfusion, let classEntanglement else { return true }
    return softConfusion.isSquare && classEntanglement.isSquare
      && softConfusion.classes == classEntanglement.classes
      && softConfusion.rows.joined().allSatisfy { $0 != nil }
      && Set(softConfusion.classes).isSubset(of: classes.map(\.name))
  }

  var profile: LayerProfile {
    var found = LayerEntanglement(
      sampleCount: sampleCount, featureCount: featureCount, anchorCount: anchorCount,
      singletonCount: singletonCount, skippedRows: skippedRows ?? [], chance: chance,
      meanDistance: meanDistance, classes: classes, curve: curve.map(\.curvePoint),
      minimum: minimum?.found, localMinima: localMinima, isConstant: false,
      matched: atPerplexity?.found, structure: structure)
    found.scheduled = scheduled?.curvePoint
    found.sampleSizes = (sampleSizes ?? []).map { $0.found(rule: atPerplexity?.rule) }
    found.batches = batches?.found
    return LayerProfile(name: name, index: index, shape: shape, entanglement: found)
  }

  private var structure: ClassStructure? {
    guard let confusion = softConfusion, let pairs = classEntanglement, let losses = classLosses,
      let place = ClassStructure.Place(rawValue: confusion.at)
    else { return nil }
    let counts = Dictionary(
      zip(classes.map(\.name), classes.map(\.count)), uniquingKeysWith: { first, _ in first })
    let indices = confusion.classes.indices
    return ClassStructure(
      place: place, temperature: confusion.temperature,
      relativeTemperature: confusion.relativeTemperature,
      losses: losses.map {
        ClassLoss(name: $0.name, count: $0.count, loss: $0.loss, interval: $0.interval?.found)
      },
      classes: confusion.classes, counts: confusion.classes.map { counts[$0] ?? 0 },
      confusion: confusion.rows.map { $0.map { $0 ?? 0 } },
      pairLosses: indices.flatMap { first in
        indices.dropFirst(first + 1).map { pairs.rows[first][$0] ?? 0 }
      })
  }
}

private struct Point: Decodable {
  let temperature: Double
  let relativeTemperature: Double
  let loss: Double
  let slope: Double
  let perplexity: Double?

  var curvePoint: CurvePoint {
    CurvePoint(
      temperature: temperature, relativeTemperature: relativeTemperature, loss: loss, slope: slope,
      perplexity: perplexity ?? 0)
  }
}

/// Two ends in an array.
private struct Ends: Decodable {
  let found: Interval

  init(from decoder: any Decoder) throws {
    var values = try decoder.unkeyedContainer()
    found = Interval(
      lower: try values.decode(Double.self), upper: try values.decode(Double.self))
  }
}

private struct Minimum: Decodable {
  let temperature: Double?
  let relativeTemperature: Double?
  let loss: Double
  let position: LossMinimum.Position
  let refined: Bool
  let interval: Ends?

  var found: LossMinimum {
    LossMinimum(
      position: position, temperature: temperature, relativeTemperature: relativeTemperature,
      loss: loss, refined: refined, interval: interval?.found)
  }
}

private struct Matched: Decodable {
  let perplexity: Double
  let share: Double
  let rule: String
  let temperature: Double
  let relativeTemperature: Double
  let loss: Double
  let interval: Ends?
  let median: Double?
  let heldByTopPercent: Double?
  let null: Double?
  let nullStandardError: Double?
  let nullLabelings: Int?

  var found: MatchedLoss {
    let spread = median.flatMap { median in
      heldByTopPercent.map { LossSpread(median: median, heldByTopPercent: $0, topRows: []) }
    }
    return MatchedLoss(
      target: rule == "share" ? .share(share) : .count(perplexity), perplexity: perplexity,
      share: share, temperature: temperature, relativeTemperature: relativeTemperature, loss: loss,
      interval: interval?.found, spread: spread,
      null: null.map {
        NullLoss(
          mean: $0, standardError: nullStandardError ?? 0, labelingCount: nullLabelings ?? 0)
      })
  }
}

private struct StoredClassLoss: Decodable {
  let name: String
  let loss: Double
  let count: Int
  let interval: Ends?
}

private struct Table: Decodable {
  let at: String
  let temperature: Double
  let relativeTemperature: Double
  let classes: [String]
  let rows: [[Double?]]

  var isSquare: Bool {
    rows.count == classes.count && rows.allSatisfy { $0.count == classes.count }
  }
}

private struct StoredSampleSize: Decodable {
  let sampleCount: Int
  let draws: Int
  let seed: String
  let anchorCount: Int
  let minimum: Drawn?
  let atPerplexity: Drawn?

  struct Drawn: Decodable {
    let loss: Double
    let standardDeviation: Double?
    let relativeTemperature: Double?
    let positions: [LossMinimum.Position]?
    let perplexity: Double?
    let share: Double?

    var found: DrawnLoss {
      DrawnLoss(
        loss: loss, standardDeviation: standardDeviation, relativeTemperature: relativeTemperature)
    }
  }

  /// - Parameter rule: Of the layer, how the perplexity was chosen.
  func found(rule: String?) -> SampleSizeEstimate {
    let target: PerplexityTarget =
      rule == "count"
      ? .count(atPerplexity?.perplexity ?? 1) : .share(atPerplexity?.share ?? 0.05)
    return SampleSizeEstimate(
      sampleCount: sampleCount, drawCount: draws, anchorCount: anchorCount,
      minimum: minimum?.found, positions: minimum?.positions ?? [], matched: atPerplexity?.found,
      target: target, seed: UInt64(seed) ?? 0)
  }
}

private struct StoredBatches: Decodable {
  let size: Int
  let count: Int
  let leftOut: Int
  let seed: String
  let curve: [Point]
  let minimum: Mean?

  struct Mean: Decodable {
    let loss: Double
    let standardError: Double?
  }

  struct Point: Decodable {
    let temperature: Double
    let relativeTemperature: Double
    let loss: Double
    let standardError: Double?
  }

  var found: MiniBatchEstimate {
    MiniBatchEstimate(
      size: size, count: count, leftOutCount: leftOut, seed: UInt64(seed) ?? 0,
      curve: curve.map {
        BatchPoint(
          temperature: $0.temperature, relativeTemperature: $0.relativeTemperature,
          mean: BatchMean(loss: $0.loss, standardError: $0.standardError))
      },
      minimum: minimum.map { BatchMean(loss: $0.loss, standardError: $0.standardError) })
  }
}
