import Activations
import Entanglement
import Foundation
import RegressionChecks
import Reporting
import Testing

@Suite struct BaselineDocumentTests {
  /// Every kind of measure, a limit, a number that is absent, a layer with rows left out.
  private static let run = RunMeasurements(
    settings: ["distance": "cosine", "samples": "default"],
    checkpoints: [
      RunMeasurements.Checkpoint(
        name: "epoch \"1\"", step: 1,
        samples: SampleFingerprint(
          sampleCount: 3,
          classes: [ClassSize(name: "a", count: 2), ClassSize(name: "b", count: 1)],
          ids: "ids", labels: "labels", isInFileOrder: false),
        layers: [
          RunMeasurements.Layer(
            name: "layer1", activations: "digest",
            measurements: LayerMeasurements(
              sampleCount: 3, featureCount: 7,
              outcomes: [
                .minimum: .measured(
                  Measurement(value: 0.1 + 0.2, position: .interior, influences: [0.5, -0.25, 0.1])),
                .temperature: .measured(Measurement(value: nil, position: .zero)),
                .perplexity(.share(0.07)): .measured(
                  Measurement(value: 1e-9, influences: [0, 0, 0], heldByTopPercent: 0.25)),
                .accuracy(.count(30)): .absent("Too few \"samples\"."),
                .loss(temperature: 12.5): .measured(
                  Measurement(
                    value: 2, influences: [1e-12, 3, -2], heldByTopPercent: 0.75,
                    trimmed: TrimmedLoss(value: 0.5, influences: [1, -1, 0.5]))),
                .pair("a", "b", .standard): .measured(Measurement(value: 1)),
              ])),
          RunMeasurements.Layer(
            name: "logits", activations: nil,
            measurements: LayerMeasurements(
              sampleCount: 2, featureCount: 1, skippedRows: [1],
              outcomes: [.minimum: .measured(Measurement(value: 0, influences: [0.1, -0.1]))])),
        ]),
      RunMeasurements.Checkpoint(
        name: "last", step: nil,
        samples: SampleFingerprint(
          sampleCount: 3, classes: [], ids: nil, labels: nil, isInFileOrder: true), layers: []),
    ])

  private static func document() -> (text: String, samples: [UInt8]) {
    BaselineDocument(run).encoded(version: "1.2.3")
  }

  private static func refusal(
    _ text: String, _ samples: [UInt8]?
  ) -> BaselineDocument.Refusal? {
    do throws(BaselineDocument.Refusal) {
      _ = try BaselineDocument(decoding: Data(text.utf8), samples: samples)
      return nil
    } catch {
      return error
    }
  }

  @Test("The mean over trainings comes back with the number in each, and a value too few is damage")
  func runs() throws {
    func layer(_ value: Double) -> RunMeasurements.Layer {
      RunMeasurements.Layer(
        name: "layer1", activations: "digest \(value)",
        measurements: LayerMeasurements(
          sampleCount: 3, featureCount: 7,
          outcomes: [
            .loss(temperature: 2): .measured(
              Measurement(
                value: value, influences: [1, 3, -4], heldByTopPercent: 0.75,
                trimmed: TrimmedLoss(value: value / 2, influences: [1, -1, 0])))
          ]))
    }
    let samples = SampleFingerprint(
      sampleCount: 3, classes: [ClassSize(name: "a", count: 3)], ids: nil, labels: "labels",
      isInFileOrder: true)
    let mean = try RunMeasurements(
      averaging: [0.1, 0.2, 0.4].enumerated().map { index, value in
        (
          "seed\(index)",
          RunMeasurements(
            settings: [:],
            checkpoints: [.init(name: "last", step: 9, samples: samples, layers: [layer(value)])])
        )
      })
    let (text, bytes) = BaselineDocument(mean).encoded(version: "1.2.3")
    let back = try BaselineDocument(decoding: Data(text.utf8), samples: bytes).run
    #expect(back.runs == ["seed0", "seed1", "seed2"])
    let kept = try #require(back.checkpoints.first?.layers.first)
    #expect(kept.runActivations == ["digest 0.1", "digest 0.2", "digest 0.4"])
    guard case .measured(let value)? = kept.measurements?.outcomes[.loss(temperature: 2)] else {
      Issue.record("There is no number.")
      return
    }
    #expect(value.runs == [0.1, 0.2, 0.4])
    #expect(value.trimmed?.runs == [0.05, 0.1, 0.2])
    #expect(text.contains("\"standardDeviation\": 0.152"))
    let short = text.replacingOccurrences(of: "[0.1, 0.2, 0.4]", with: "[0.1, 0.2]")
    try #require(short != text)
    #expect(Self.refusal(short, bytes) == .damaged)
    // Of a single training nothing is said of runs, as before.
    #expect(!Self.document().text.contains("runs"))
  }

  @Test("What is written comes back, influences to their 16 bits")
  func roundTrip() throws {
    let (text, samples) = Self.document()
    let back = try BaselineDocument(decoding: Data(text.utf8), samples: samples).run
    #expect(back.settings == Self.run.settings)
    #expect(back.checkpoints.map(\.name) == Self.run.checkpoints.map(\.name))
    #expect(back.checkpoints.map(\.step) == Self.run.checkpoints.map(\.step))
    #expect(back.checkpoints.map(\.samples) == Self.run.checkpoints.map(\.samples))
    for (read, written) in zip(back.checkpoints, Self.run.checkpoints) {
      #expect(read.layers.map(\.name) == written.layers.map(\.name))
      for (layer, original) in zip(read.layers, written.layers) {
        #expect(layer.activations == original.activations)
        let (found, expected) = (
          try #require(layer.measurements), try #require(original.measurements)
        )
        #expect(found.sampleCount == expected.sampleCount)
        #expect(found.featureCount == expected.featureCount)
        #expect(found.skippedRows == expected.skippedRows)
        let kept = expected.outcomes.mapValues { outcome -> LayerMeasurements.Outcome in
          guard case .measured(let value) = outcome else { return outcome }
          return .measured(
            Measurement(
              value: value.value, position: value.position,
              influences: value.influences.map { QuantisedInfluences($0).influences },
              heldByTopPercent: value.heldByTopPercent,
              trimmed: value.trimmed.map {
                TrimmedLoss(
                  value: $0.value,
                  influences: $0.influences.map { QuantisedInfluences($0).influences })
              }))
        }
        #expect(found.outcomes == kept)
      }
    }
  }

  @Test("The same run is the same bytes, and a line a number")
  func bytes() {
    let (text, samples) = Self.document()
    #expect(Self.document() == (text, samples))
    #expect(samples.count == 2 * (4 * 3 + 2))
    let lines = text.split(separator: "\n").filter { $0.contains("\"quantity\"") }
    #expect(lines.count == 7)
  }

  @Test("Other schemas, damage and other samples are refused, each by its name")
  func refusals() {
    let (text, samples) = Self.document()
    func schema(_ name: String) -> String {
      text.replacingOccurrences(of: BaselineDocument.schema, with: name)
    }
    #expect(Self.refusal(text, samples) == nil)
    #expect(
      Self.refusal(schema("snn-analyze/baseline/2"), samples)
        == .newerSchema("snn-analyze/baseline/2"))
    #expect(
      Self.refusal(schema("snn-analyze/report/1"), samples) == .otherSchema("snn-analyze/report/1"))
    for other in ["", "{}", "[1]", "not JSON"] {
      #expect(Self.refusal(other, samples) == .otherSchema(""))
    }
    #expect(
      Self.refusal(text.replacingOccurrences(of: "\"layers\"", with: "\"l\""), samples) == .damaged)
    #expect(
      Self.refusal(text.replacingOccurrences(of: "\"loss\"", with: "\"gain\""), samples) == .damaged
    )
    #expect(Self.refusal(text, nil) == .missingSamples)
    #expect(Self.refusal(text, []) == .otherSamples)
    var changed = samples
    changed[3] ^= 1
    #expect(Self.refusal(text, changed) == .otherSamples)
    // A column more than there are samples for.
    let longer = text.replacingOccurrences(of: "\"sampleCount\": 3", with: "\"sampleCount\": 4")
    #expect(Self.refusal(longer, samples) == .damaged)
  }

  @Test("A number that is not finite is not kept", arguments: [Double.nan, .infinity])
  func finite(value: Double) {
    for (number, influences) in [(value, [0.0]), (0.5, [value])] {
      let run = RunMeasurements(
        settings: [:],
        checkpoints: [
          RunMeasurements.Checkpoint(
            name: "last", step: nil,
            samples: SampleFingerprint(
              sampleCount: 1, classes: [], ids: nil, labels: nil, isInFileOrder: true),
            layers: [
              RunMeasurements.Layer(
                name: "layer1", activations: nil,
                measurements: LayerMeasurements(
                  sampleCount: 1, featureCount: 1,
                  outcomes: [
                    .minimum: .measured(Measurement(value: number, influences: influences))
                  ]))
            ])
        ])
      #expect(throws: ReportError.self) { try run.requireFinite() }
    }
  }
}
