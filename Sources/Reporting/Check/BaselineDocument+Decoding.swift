internal import Activations
internal import Entanglement
package import Platform
internal import RegressionChecks

extension BaselineDocument {
  /// Why a text is no baseline that this version reads.
  package enum Refusal: Error, Equatable {
    /// Its schema is none of a baseline; empty where there is none.
    case otherSchema(String)
    /// Its schema is that of a later version.
    case newerSchema(String)
    case damaged
    case missingSamples
    /// The samples are not those that the document names.
    case otherSamples
  }

  /// - Parameter samples: The contents of the samples file; nil where there is none.
  package init(decoding text: Data, samples: [UInt8]?) throws(Refusal) {
    let decoder = JSONDecoder()
    let schema = (try? decoder.decode(Schema.self, from: text))?.schema ?? ""
    guard schema == Self.schema else {
      let version =
        schema.hasPrefix(Self.schemaPrefix)
        ? Int(schema.dropFirst(Self.schemaPrefix.count)) : nil
      throw version.map { $0 > Self.schemaVersion } ?? false
        ? .newerSchema(schema) : .otherSchema(schema)
    }
    guard let stored = try? decoder.decode(StoredBaseline.self, from: text) else {
      throw .damaged
    }
    guard let samples else { throw .missingSamples }
    guard Self.digest(of: samples) == stored.samplesDigest else { throw .otherSamples }
    guard let run = stored.run(samples: samples) else { throw .damaged }
    self.init(run)
  }
}

private struct Schema: Decodable { let schema: String }

/// The document as `BaselineDocument` writes it.
private struct StoredBaseline: Decodable {
  let settings: [String: String]
  let runs: [String]?
  let samplesDigest: String
  let checkpoints: [Checkpoint]

  struct Checkpoint: Decodable {
    let name: String
    let step: Int?
    let sampleCount: Int
    let sampleIDs: String?
    let labels: String?
    let isInFileOrder: Bool
    let classes: [ClassSize]
    let layers: [Layer]

    /// Whether its counts are such as a baseline has: nothing is computed with others.
    var isPossible: Bool {
      let counts = 0...StoredBaseline.largestCount
      return counts.contains(sampleCount)
        && classes.allSatisfy { (0...sampleCount).contains($0.count) }
        && layers.allSatisfy { layer in
          counts.contains(layer.featureCount)
            && (layer.skippedRows ?? []).allSatisfy { (0..<sampleCount).contains($0) }
        }
    }
  }

  /// Of samples and of features.
  private static let largestCount = 1 << 40

  struct Layer: Decodable {
    let name: String
    let featureCount: Int
    let activations: String?
    let runActivations: [String]?
    let skippedRows: [Int]?
    let quantities: [Quantity]
  }

  struct Quantity: Decodable {
    let quantity: String
    let at: At?
    let pair: [String]?
    let value: Double?
    let runs: [Double]?
    let position: LossMinimum.Position?
    let scale: Double?
    let heldByTopPercent: Double?
    let trimmed: Double?
    let trimmedRuns: [Double]?
    let trimmedScale: Double?
    let absent: String?

    var measure: Measure? {
      let target = at?.text.flatMap(PerplexityTarget.init(text:))
      return switch Measure.Kind(rawValue: quantity) {
      case .minimum: .minimum
      case .temperature: .temperature
      case .perplexity: target.map(Measure.perplexity)
      case .accuracy: target.map(Measure.accuracy)
      case .loss: at?.number.map(Measure.loss)
      case .pair:
        pair.flatMap { names in
          names.count == 2 ? target.map { .pair(names[0], names[1], $0) } : nil
        }
      case nil: nil
      }
    }
  }

  /// A number of neighbors as text, or a temperature.
  struct At: Decodable {
    let text: String?
    let number: Double?

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      text = try? container.decode(String.self)
      number = text == nil ? try container.decode(Double.self) : nil
    }
  }

  /// nil where the columns of the samples are not those of the document.
  func run(samples: [UInt8]) -> RunMeasurements? {
    var offset = 0
    var checkpoints: [RunMeasurements.Checkpoint] = []
    for checkpoint in self.checkpoints {
      guard checkpoint.isPossible else { return nil }
      var layers: [RunMeasurements.Layer] = []
      for layer in checkpoint.layers {
        let count = checkpoint.sampleCount - (layer.skippedRows?.count ?? 0)
        guard count >= 0 else { return nil }
        var outcomes: [Measure: LayerMeasurements.Outcome] = [:]
        for quantity in layer.quantities {
          guard let measure = quantity.measure else { return nil }
          if let reason = quantity.absent {
            outcomes[measure] = .absent(reason)
            continue
          }
          guard isPossible(quantity.runs), isPossible(quantity.trimmedRuns) else { return nil }
          var columns: [[Double]?] = []
          for scale in [quantity.scale, quantity.trimmedScale] {
            guard let scale else {
              columns.append(nil)
              continue
            }
            guard count <= (samples.count - offset) / 2 else { return nil }
            let steps = (0..<count).map { index in
              Int16(
                bitPattern: UInt16(samples[offset + 2 * index])
                  | UInt16(samples[offset + 2 * index + 1]) << 8)
            }
            offset += 2 * count
            columns.append(QuantisedInfluences(scale: scale, steps: steps).influences)
          }
          outcomes[measure] = .measured(
            Measurement(
              value: quantity.value, position: quantity.position, influences: columns[0],
              heldByTopPercent: quantity.heldByTopPercent,
              trimmed: quantity.trimmed.map {
                TrimmedLoss(value: $0, influences: columns[1], runs: quantity.trimmedRuns)
              }, runs: quantity.runs))
        }
        layers.append(
          RunMeasurements.Layer(
            name: layer.name, activations: layer.activations,
            measurements: LayerMeasurements(
              sampleCount: count, featureCount: layer.featureCount,
              skippedRows: layer.skippedRows ?? [], outcomes: outcomes),
            runActivations: layer.runActivations))
      }
      checkpoints.append(
        RunMeasurements.Checkpoint(
          name: checkpoint.name, step: checkpoint.step,
          samples: SampleFingerprint(
            sampleCount: checkpoint.sampleCount, classes: checkpoint.classes,
            ids: checkpoint.sampleIDs, labels: checkpoint.labels,
            isInFileOrder: checkpoint.isInFileOrder),
          layers: layers))
    }
    return offset == samples.count
      ? RunMeasurements(settings: settings, checkpoints: checkpoints, runs: runs ?? []) : nil
  }

  /// Whether a number has a value for each training, or none for any.
  private func isPossible(_ values: [Double]?) -> Bool {
    guard let values else { return true }
    return values.count == runs?.count && values.allSatisfy(\.isFinite)
  }
}
