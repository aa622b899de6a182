internal import Activations
internal import Entanglement
package import RegressionChecks

/// A baseline as `baseline.json`, schema `snn-analyze/baseline/1`: a line a number, so that a change
/// is a line of a diff. The influences of the samples are in a file beside it, 16 bits each, little
/// endian, column after column in the order of the numbers here; the document names their digest.
/// Of several trainings a number is the mean over them, with the `runs` it is of and their
/// `standardDeviation`; influences are averaged by sample.
///
/// Read by `init(decoding:samples:)`.
package struct BaselineDocument: Sendable {
  /// The name of the format, with its version.
  package static let schema = schemaPrefix + String(schemaVersion)
  static let schemaPrefix = "snn-analyze/baseline/"
  static let schemaVersion = 1

  package let run: RunMeasurements

  /// - Precondition: finite numbers, see `RunMeasurements.requireFinite`.
  package init(_ run: RunMeasurements) {
    self.run = run
  }

  /// The text of the document and the contents of the samples file.
  /// - Parameter version: The program's, for a reader; nothing depends on it.
  package func encoded(version: String) -> (text: String, samples: [UInt8]) {
    let columns = run.measurements.flatMap { measurement in
      [measurement.influences, measurement.keptTrim?.influences].compactMap(\.self)
        .map(QuantisedInfluences.init)
    }
    let samples = columns.flatMap { column in
      column.steps.flatMap { step -> [UInt8] in
        let bits = UInt16(bitPattern: step)
        return [UInt8(bits & 0xff), UInt8(bits >> 8)]
      }
    }
    let text = BaselineText(run: run, columns: columns)
      .text(version: version, digest: Self.digest(of: samples))
    return (text, samples)
  }

  static func digest(of samples: [UInt8]) -> String {
    var digest = ContentDigest()
    digest.add(samples)
    return "\(digest)"
  }
}

private struct BaselineText {
  let run: RunMeasurements
  let columns: [QuantisedInfluences]

  func text(version: String, digest: String) -> String {
    var column = 0
    return JSONValue.object(
      [
        ("schema", .string(BaselineDocument.schema)), ("version", .string(version)),
        (
          "settings",
          .object(
            run.settings.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) })
        ),
      ] + (run.runs.isEmpty ? [] : [("runs", .array(run.runs.map(JSONValue.string)))]) + [
        ("samplesDigest", .string(digest)),
        ("checkpoints", .array(run.checkpoints.map { checkpoint($0, &column) })),
      ]
    ).text
  }

  private func checkpoint(_ checkpoint: RunMeasurements.Checkpoint, _ column: inout Int)
    -> JSONValue
  {
    let samples = checkpoint.samples
    var layers: [JSONValue] = []
    for layer in checkpoint.layers { layers.append(self.layer(layer, &column)) }
    return .object([
      ("name", .string(checkpoint.name)),
      ("step", checkpoint.step.map(JSONValue.integer) ?? .null),
      ("sampleCount", .integer(samples.sampleCount)),
      ("sampleIDs", samples.ids.map(JSONValue.string) ?? .null),
      ("labels", samples.labels.map(JSONValue.string) ?? .null),
      ("isInFileOrder", .bool(samples.isInFileOrder)),
      (
        "classes",
        .array(
          samples.classes.map {
            .record([("name", .string($0.name)), ("count", .integer($0.count))])
          })
      ),
      ("layers", .array(layers)),
    ])
  }

  /// The standard error and the scale of a column, under these names.
  private func spread(_ column: QuantisedInfluences, _ names: [String]) -> [(String, JSONValue)] {
    let error = column.influences.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return Array(zip(names, [error, column.scale].map(JSONValue.number)))
  }

  /// The number in each training, and how far these differ, under these names.
  private static func runs(
    _ values: [Double]?, _ name: String, _ deviation: String
  ) -> [(String, JSONValue)] {
    guard let values, !values.isEmpty else { return [] }
    return [
      (name, .array(values.map(JSONValue.number))),
      (deviation, RunMean(values).standardDeviation.map(JSONValue.number) ?? .null),
    ]
  }

  private func layer(_ layer: RunMeasurements.Layer, _ column: inout Int) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("name", .string(layer.name)),
      ("featureCount", .integer(layer.measurements?.featureCount ?? 0)),
      ("activations", layer.activations.map(JSONValue.string) ?? .null),
    ]
    if let digests = layer.runActivations {
      members.append(("runActivations", .array(digests.map(JSONValue.string))))
    }
    if let skipped = layer.measurements?.skippedRows, !skipped.isEmpty {
      members.append(("skippedRows", .array(skipped.map(JSONValue.integer))))
    }
    var records: [JSONValue] = []
    for (measure, outcome) in layer.sortedOutcomes {
      var record: [(String, JSONValue)] = [("quantity", .string(measure.kind.rawValue))]
      if let target = measure.target { record.append(("at", .string(target.text))) }
      if let temperature = measure.temperature { record.append(("at", .number(temperature))) }
      if let classes = measure.classes {
        record.append(("pair", .array(classes.map(JSONValue.string))))
      }
      switch outcome {
      case .absent(let reason): record.append(("absent", .string(reason)))
      case .measured(let value):
        record.append(("value", value.value.map(JSONValue.number) ?? .null))
        record += Self.runs(value.runs, "runs", "standardDeviation")
        if let position = value.position {
          record.append(("position", .string(position.rawValue)))
        }
        if value.influences != nil {
          record += spread(columns[column], ["standardError", "scale"])
          column += 1
        }
        if let share = value.heldByTopPercent {
          record.append(("heldByTopPercent", .number(share)))
        }
        if let trim = value.keptTrim {
          record.append(("trimmed", .number(trim.value)))
          record += Self.runs(trim.runs, "trimmedRuns", "trimmedStandardDeviation")
          if trim.influences != nil {
            record += spread(columns[column], ["trimmedStandardError", "trimmedScale"])
            column += 1
          }
        }
      }
      records.append(.record(record))
    }
    members.append(("quantities", .array(records)))
    return .object(members)
  }
}

extension Measurement {
  /// The trimmed mean where it is what later runs are held against.
  fileprivate var keptTrim: TrimmedLoss? { isCarried ? trimmed : nil }
}

extension RunMeasurements {
  /// In the order of the document.
  fileprivate var measurements: [Measurement] {
    checkpoints.flatMap { checkpoint in
      checkpoint.layers.flatMap { layer in
        layer.sortedOutcomes.compactMap { item -> Measurement? in
          if case .measured(let value) = item.outcome { value } else { nil }
        }
      }
    }
  }
}
