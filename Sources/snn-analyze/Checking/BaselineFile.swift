import Activations
import Entanglement
import Foundation
import RegressionChecks
import Reporting

/// A baseline on disk: `baseline.json`, and `baseline.samples` beside it.
struct BaselineFile {
  let path: String

  var samplesPath: String {
    (path.hasSuffix(".json") ? String(path.dropLast(5)) : path) + ".samples"
  }

  /// The folder it is in.
  var folder: String {
    let url = URL(fileURLWithPath: path).deletingLastPathComponent()
    return url.path.isEmpty ? "." : url.path
  }

  var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// Writes the samples, then the document that names their digest; each is renamed into place.
  func write(_ run: RunMeasurements) throws(CommandError) {
    do {
      try run.requireFinite()
    } catch {
      throw CommandError("\(error)")
    }
    let document = BaselineDocument(run, version: SNNAnalyze.version)
    let samples = Data(document.samples)
    do {
      try samples.write(to: URL(fileURLWithPath: samplesPath), options: .atomic)
      try Data(document.text(digest: Self.digest(samples)).utf8)
        .write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw CommandError(
        "\(path): cannot be written: \(error.localizedDescription) Choose another place with -o.")
    }
  }

  func read() throws(CommandError) -> RunMeasurements {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandError(
        "\(path): cannot be read. Write a baseline first: snn-analyze baseline FILE... -o \(path)")
    }
    let decoder = JSONDecoder()
    let schema = (try? decoder.decode(Schema.self, from: data))?.schema ?? ""
    guard schema == BaselineDocument.schema else {
      let prefix = "snn-analyze/baseline/"
      if schema.hasPrefix(prefix), let number = Int(schema.dropFirst(prefix.count)), number > 1 {
        throw CommandError(
          "\(path): has the schema \(schema), which is newer than this program's "
            + "\(BaselineDocument.schema). Update snn-analyze (this is \(SNNAnalyze.version)).")
      }
      throw CommandError(
        "\(path): is no baseline: its schema is "
          + (schema.isEmpty ? "missing" : schema) + ", not \(BaselineDocument.schema). "
          + "Write one with snn-analyze baseline FILE... -o \(path)")
    }
    let stored: StoredBaseline
    do {
      stored = try decoder.decode(StoredBaseline.self, from: data)
    } catch {
      throw CommandError(
        "\(path): is damaged. Restore it, or renew it with snn-analyze baseline --update.")
    }
    guard let samples = FileManager.default.contents(atPath: samplesPath) else {
      throw CommandError(
        "\(samplesPath): cannot be read. Keep it beside \(path), or renew both with snn-analyze "
          + "baseline --update.")
    }
    guard Self.digest(samples) == stored.samplesDigest else {
      throw CommandError(
        "\(samplesPath): does not belong to \(path). Restore both from one commit, or renew them "
          + "with snn-analyze baseline --update.")
    }
    guard let run = stored.run(samples: [UInt8](samples)) else {
      throw CommandError(
        "\(path): is damaged. Restore it, or renew it with snn-analyze baseline --update.")
    }
    return run
  }

  private struct Schema: Decodable { let schema: String }

  private static func digest(_ data: Data) -> String {
    var digest = ContentDigest()
    data.withUnsafeBytes { digest.add($0) }
    return "\(digest)"
  }
}

/// The document as `BaselineDocument` writes it.
private struct StoredBaseline: Decodable {
  let settings: [String: String]
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
  }

  struct Layer: Decodable {
    let name: String
    let featureCount: Int
    let activations: String?
    let skippedRows: [Int]?
    let quantities: [Quantity]
  }

  struct Quantity: Decodable {
    let quantity: String
    let at: At?
    let pair: [String]?
    let value: Double?
    let position: LossMinimum.Position?
    let scale: Double?
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
          var influences: [Double]?
          if let scale = quantity.scale {
            guard offset + 2 * count <= samples.count else { return nil }
            let steps = (0..<count).map { index in
              Int16(
                bitPattern: UInt16(samples[offset + 2 * index])
                  | UInt16(samples[offset + 2 * index + 1]) << 8)
            }
            offset += 2 * count
            influences = QuantisedInfluences(scale: scale, steps: steps).influences
          }
          outcomes[measure] = .measured(
            Measurement(
              value: quantity.value, position: quantity.position, influences: influences))
        }
        layers.append(
          RunMeasurements.Layer(
            name: layer.name, activations: layer.activations,
            measurements: LayerMeasurements(
              sampleCount: count, featureCount: layer.featureCount,
              skippedRows: layer.skippedRows ?? [], outcomes: outcomes)))
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
      ? RunMeasurements(settings: settings, checkpoints: checkpoints) : nil
  }
}
