package import Entanglement
package import Platform
package import RegressionChecks

/// A `report.json` as something to check: numbers without single samples.
package struct StoredReport: Decodable, Sendable {
  private let schema: String
  private let distance: String
  private let sampling: Sampling?
  private let checkpoints: [Checkpoint]
  private let failed: [Failure]?

  /// The name of the format, with its version.
  package static let schema = "snn-analyze/report/1"

  /// Why a text is no report that can be checked.
  package enum Refusal: Error, Equatable {
    case noReport
    case otherSchema(String)
    /// It has counts or tables that no report has.
    case damaged
    case noLayer
    /// There is one record a labeling.
    case severalLabelings([String])
  }

  package init(decoding data: Data) throws(Refusal) {
    guard let report = try? JSONDecoder().decode(StoredReport.self, from: data) else {
      throw .noReport
    }
    guard report.schema == Self.schema else { throw .otherSchema(report.schema) }
    guard report.checkpoints.allSatisfy({ $0.layers.allSatisfy(\.isPossible) }) else {
      throw .damaged
    }
    guard report.checkpoints.contains(where: { !$0.layers.isEmpty }) || report.failed != nil else {
      throw .noLayer
    }
    let labelings = Set(report.checkpoints.flatMap { $0.layers.compactMap(\.labeling) })
    guard labelings.count < 2 else { throw .severalLabelings(labelings.sorted()) }
    self = report
  }

  private struct Sampling: Decodable {
    let samples: Int
    let seed: String
  }

  private struct Failure: Decodable {
    let checkpoint: String
    let layer: String
    let reason: String
  }

  private struct Checkpoint: Decodable {
    let name: String
    let step: Int?
    let layers: [Layer]
  }

  private struct Layer: Decodable {
    let name: String
    let labeling: String?
    let sampleCount: Int
    let featureCount: Int
    let skippedRows: [Int]?
    let classes: [ClassSize]
    let curve: [Point]
    let minimum: Minimum?
    let atPerplexity: Matched?
    let softConfusion: Table?
    let classEntanglement: Table?

    /// Whether counts and tables are such as a report has: nothing is computed with others.
    var isPossible: Bool {
      let counts = 0...1 << 40
      return counts.contains(sampleCount) && counts.contains(featureCount)
        && classes.allSatisfy { counts.contains($0.count) }
        && (skippedRows ?? []).allSatisfy { counts.contains($0) }
        && [softConfusion, classEntanglement].allSatisfy { $0?.isSquare ?? true }
    }
  }

  private struct Point: Decodable {
    let temperature: Double
    let loss: Double
  }

  private struct Minimum: Decodable {
    let temperature: Double?
    let loss: Double
    let position: LossMinimum.Position
    let refined: Bool
  }

  private struct Matched: Decodable {
    let perplexity: Double
    let share: Double
    let rule: String
    let loss: Double

    var target: PerplexityTarget { rule == "share" ? .share(share) : .count(perplexity) }
  }

  private struct Table: Decodable {
    let at: String
    let classes: [String]
    let rows: [[Double?]]

    var isSquare: Bool {
      rows.count == classes.count && rows.allSatisfy { $0.count == classes.count }
    }
  }

  /// The names in it that rules choose from.
  package var catalog: LayerCatalog {
    LayerCatalog(
      checkpoints.map { checkpoint in
        .init(
          name: checkpoint.name, step: checkpoint.step,
          layers: checkpoint.layers.map(\.name)
            + failures(of: checkpoint).map(\.layer))
      })
  }

  private func failures(of checkpoint: Checkpoint) -> [Failure] {
    (failed ?? []).filter { $0.checkpoint == checkpoint.name }
  }

  /// The numbers that the rules ask for, as far as the report has them.
  package func run(
    _ measures: (_ checkpoint: Int, _ layer: String) -> [Measure]
  ) -> RunMeasurements {
    var settings = ["distance": distance, "samples": "default"]
    if let sampling {
      settings["samples"] = String(sampling.samples)
      settings["seed"] = sampling.seed
    }
    return RunMeasurements(
      settings: settings,
      checkpoints: checkpoints.enumerated().map { index, checkpoint in
        let first = checkpoint.layers.first
        return RunMeasurements.Checkpoint(
          name: checkpoint.name, step: checkpoint.step,
          samples: SampleFingerprint(
            sampleCount: (first?.sampleCount ?? 0) + (first?.skippedRows?.count ?? 0),
            classes: first?.classes ?? [], ids: nil, labels: nil, isInFileOrder: true),
          layers: checkpoint.layers.map { layer in
            let outcomes = measures(index, layer.name).map { ($0, Self.outcome($0, of: layer)) }
            return RunMeasurements.Layer(
              name: layer.name, activations: nil,
              measurements: LayerMeasurements(
                sampleCount: layer.sampleCount, featureCount: layer.featureCount,
                skippedRows: layer.skippedRows ?? [],
                outcomes: Dictionary(outcomes) { first, _ in first }))
          }
            + failures(of: checkpoint).map {
              RunMeasurements.Layer(name: $0.layer, failure: $0.reason)
            })
      })
  }

  private static func outcome(
    _ measure: Measure, of layer: Layer
  ) -> LayerMeasurements.Outcome {
    func number(_ value: Double?, _ missing: String) -> LayerMeasurements.Outcome {
      value.map { .measured(Measurement(value: $0)) } ?? .absent(missing)
    }
    let isMatched = measure.target.map { $0.isClose(to: layer.atPerplexity?.target) } ?? true
    let none = "The report has no such number. Report with the same --at-perplexity and --compute."
    switch measure {
    case .minimum, .temperature:
      guard let minimum = layer.minimum, minimum.refined else {
        return .absent("The report has no refined minimum. Report without --compute.")
      }
      return .measured(
        Measurement(
          value: measure == .minimum ? minimum.loss : minimum.temperature,
          position: minimum.position))
    case .perplexity: return number(isMatched ? layer.atPerplexity?.loss : nil, none)
    case .loss(let temperature):
      return number(
        layer.curve.first { $0.temperature == temperature }?.loss,
        "The report has no loss at exactly this temperature. Report with --temperatures.")
    case .accuracy:
      guard isMatched, let table = layer.softConfusion, table.at == "perplexity" else {
        return .absent(none)
      }
      let counts = Dictionary(layer.classes.map { ($0.name, Double($0.count)) }) { $0 + $1 }
      var (sum, total) = (0.0, 0.0)
      for (index, name) in table.classes.enumerated() {
        guard let count = counts[name], count > 1, let share = table.rows[index][index] else {
          continue
        }
        sum += count * share
        total += count
      }
      return number(total > 0 ? sum / total : nil, none)
    case .pair(let first, let second, _):
      guard isMatched, let table = layer.classEntanglement, table.at == "perplexity",
        let row = table.classes.firstIndex(of: first),
        let column = table.classes.firstIndex(of: second)
      else { return .absent(none) }
      return number(table.rows[row][column], none)
    }
  }
}

extension PerplexityTarget {
  /// Equal but for the rounding of a share or count that was printed.
  fileprivate func isClose(to other: PerplexityTarget?) -> Bool {
    switch (self, other) {
    case (.count(let first), .count(let second)), (.share(let first), .share(let second)):
      abs(first - second) <= 1e-12 * abs(first)
    default: false
    }
  }
}
