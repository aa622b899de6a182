internal import Entanglement

/// The loss of sub-samples, by their size.
struct SampleSizeSection: ReportSection {
  let reported: ReportedHistory

  init(_ reported: ReportedHistory) {
    self.reported = reported
  }

  func members(
    of layer: LayerProfile, at checkpoint: EntanglementProfile
  ) -> [(String, JSONValue)] {
    let estimates = layer.entanglement.sampleSizes
    return estimates.isEmpty ? [] : [("sampleSizes", .array(estimates.map(record)))]
  }

  private func record(_ estimate: SampleSizeEstimate) -> JSONValue {
    let minimum = estimate.minimum.map { minimum in
      JSONValue.record(
        drawn(minimum) + [
          ("positions", .array(estimate.positions.map { .string($0.rawValue) }))
        ])
    }
    let matched = estimate.matched.map { matched in
      let count = estimate.sampleCount
      return JSONValue.record(
        [
          ("perplexity", .number(estimate.target.perplexity(sampleCount: count))),
          ("share", .number(estimate.target.share(sampleCount: count))),
        ] + drawn(matched))
    }
    return .record(
      [
        ("sampleCount", .integer(estimate.sampleCount)), ("draws", .integer(estimate.drawCount)),
        ("seed", .string(String(estimate.seed))), ("anchorCount", .integer(estimate.anchorCount)),
      ] + (minimum.map { [("minimum", $0)] } ?? [])
        + (matched.map { [("atPerplexity", $0)] } ?? []))
  }

  private func drawn(_ drawn: DrawnLoss) -> [(String, JSONValue)] {
    [
      ("loss", .number(drawn.loss)),
      ("standardDeviation", .optional(drawn.standardDeviation)),
      ("relativeTemperature", .optional(drawn.relativeTemperature)),
    ]
  }

  /// A row a size, beside the figure.
  var table: CSVTable {
    reported.table([
      "sampleCount", "draws", "anchorCount", "minimumLoss", "minimumStandardDeviation",
      "minimumRelativeTemperature", "positions", "perplexity", "perplexityShare",
      "perplexityLoss", "perplexityStandardDeviation", "perplexityRelativeTemperature",
    ]) { layer in
      layer.entanglement.sampleSizes.map { estimate in
        let (count, minimum) = (estimate.sampleCount, estimate.minimum)
        return [count, estimate.drawCount, estimate.anchorCount].map(String.init)
          + [minimum?.loss, minimum?.standardDeviation, minimum?.relativeTemperature]
          .map(CSVTable.number)
          + [estimate.positions.map(\.rawValue).joined(separator: " ")]
          + [
            estimate.matched.map { _ in estimate.target.perplexity(sampleCount: count) },
            estimate.matched.map { _ in estimate.target.share(sampleCount: count) },
            estimate.matched?.loss, estimate.matched?.standardDeviation,
            estimate.matched?.relativeTemperature,
          ].map(CSVTable.number)
      }
    }
  }

  var pageTables: [PageTable] {
    let seeds = Set(reported.layers.flatMap { $0.sampleSizes.map(\.seed) }).sorted()
    return [
      reported.pageTable(
        id: "sample-sizes", title: "By number of samples",
        columns: [
          "samples", "draws", "minimum (nats)", "deviation", "T / mean d",
          "at perplexity (nats)", "deviation", "perplexity",
        ],
        caption: "Stratified sub-samples without replacement, seed "
          + seeds.map(String.init).joined(separator: ", ")
          + ": means and standard deviations over the draws. The minimum falls as samples are added."
      ) { layer in
        layer.entanglement.sampleSizes.map { estimate in
          let perplexity = estimate.matched.map { _ in
            estimate.target.perplexity(sampleCount: estimate.sampleCount)
          }
          return [
            .init(estimate.sampleCount), .init(estimate.drawCount), .init(estimate.minimum?.loss),
            .init(estimate.minimum?.standardDeviation),
            .init(estimate.minimum?.relativeTemperature),
            .init(estimate.matched?.loss), .init(estimate.matched?.standardDeviation),
            .init(perplexity),
          ]
        }
      }
    ]
  }

  var figures: [Figure] { [figure].compactMap(\.self) }
}
