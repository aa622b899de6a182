internal import Entanglement

/// Sub-samples, batches and the temperatures of a schedule in tables, for `report.html`.
struct HTMLStudies {
  private let rows: [Row]
  private let isLabeled: Bool
  private let distanceUnit: String

  private struct Row {
    let labeling: String?
    let profile: EntanglementProfile
    let layer: LayerProfile
  }

  /// - Parameter histories: One a labeling.
  init(_ histories: [EntanglementHistory]) {
    isLabeled = histories.contains { $0.labeling != nil }
    distanceUnit = histories.first.map { Conventions($0).distanceUnit } ?? ""
    rows = histories.flatMap { history in
      history.profiles.flatMap { profile in
        profile.layers.map { Row(labeling: history.labeling, profile: profile, layer: $0) }
      }
    }
  }

  var sections: [HTMLPage.Section?] { [scheduled, sampleSizes, batches] }

  private var scheduled: HTMLPage.Section? {
    section(
      id: "scheduled", title: "At the temperature of the schedule",
      columns: ["loss (nats)", "T", "T / mean d", "slope (nats)", "perplexity"],
      caption: "The loss at the temperature of each checkpoint. T in \(distanceUnit)."
    ) { row in
      guard let point = row.layer.entanglement.scheduled else { return [] }
      return [
        [
          point.loss, point.temperature, point.relativeTemperature, point.slope, point.perplexity,
        ].map { .init($0) }
      ]
    }
  }

  private var sampleSizes: HTMLPage.Section? {
    let seeds = Set(rows.flatMap { $0.layer.entanglement.sampleSizes.map(\.seed) }).sorted()
    return section(
      id: "sample-sizes", title: "By number of samples",
      columns: [
        "samples", "draws", "minimum (nats)", "deviation", "T / mean d",
        "at perplexity (nats)", "deviation", "perplexity",
      ],
      caption: "Stratified sub-samples without replacement, seed "
        + seeds.map(String.init).joined(separator: ", ")
        + ": means and standard deviations over the draws. The minimum falls as samples are added."
    ) { row in
      row.layer.entanglement.sampleSizes.map { estimate in
        let perplexity = estimate.matched.map { _ in
          estimate.target.perplexity(sampleCount: estimate.sampleCount)
        }
        return [
          .init(estimate.sampleCount), .init(estimate.drawCount), .init(estimate.minimum?.loss),
          .init(estimate.minimum?.standardDeviation), .init(estimate.minimum?.relativeTemperature),
          .init(estimate.matched?.loss), .init(estimate.matched?.standardDeviation),
          .init(perplexity),
        ]
      }
    }
  }

  private var batches: HTMLPage.Section? {
    section(
      id: "batches", title: "Within batches",
      columns: [
        "batch", "batches", "left out", "minimum in a batch (nats)", "standard error",
        "minimum of all (nats)",
      ],
      caption: "The mean over random batches of the batch's least loss over T, beside that of all "
        + "samples: in a batch the neighbors of a class are fewer and farther. batches.csv has the "
        + "curves."
    ) { row in
      guard let batches = row.layer.entanglement.batches else { return [] }
      return [
        [
          .init(batches.size), .init(batches.count), .init(batches.leftOutCount),
          .init(batches.minimum?.loss), .init(batches.minimum?.standardError),
          .init(row.layer.entanglement.minimum?.loss),
        ]
      ]
    }
  }

  /// A table with the place of each row in front; nil without rows.
  private func section(
    id: String, title: String, columns: [String], caption: String,
    cells: (Row) -> [[HTMLText.Cell]]
  ) -> HTMLPage.Section? {
    let body = rows.flatMap { row in
      cells(row).map { cells in
        (isLabeled ? [HTMLText.Cell(row.labeling ?? "")] : [])
          + [.init(row.profile.checkpoint), .init(row.layer.name)] + cells
      }
    }
    guard !body.isEmpty else { return nil }
    let head: [HTMLText.Column] =
      (isLabeled ? [.init(name: "labels")] : [])
      + [.init(name: "checkpoint"), .init(name: "layer")]
      + columns.map { .init(name: $0, isNumber: true) }
    return HTMLPage.Section(
      id: id, title: title, body: HTMLText.table(head, rows: body, caption: caption))
  }
}
