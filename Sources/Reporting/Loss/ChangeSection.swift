internal import Entanglement

/// The change of the loss at the matched perplexity from the first checkpoint to the last, of
/// paired samples.
struct ChangeSection: ReportSection {
  private let reported: ReportedHistory
  private let changes: [LayerChange]

  init(_ reported: ReportedHistory) {
    self.reported = reported
    changes = reported.history.changes
  }

  func text(width: Int, color: Bool) -> String {
    guard let first = changes.first else { return "" }
    return reported.lines(
      (reported.hasTraining ? "Change" : "Difference")
        + " of it from \(first.first) to \(first.last), paired by sample, 95 % interval (nats):",
      width: width,
      changes.map { change in
        let interval = change.difference.interval
        let isSure = interval.lower > 0 || interval.upper < 0
        return (
          change.layer,
          "\(NumberStyle.loss(change.difference.difference)) \(interval.unsignedText)"
            + (isSure ? "" : "  within chance of the samples")
        )
      })
  }

  var arrays: [ReportArray] {
    guard !changes.isEmpty else { return [] }
    let records = changes.map { change in
      JSONValue.record(
        [("layer", .string(change.layer))] + reported.labelingMember + [
          ("from", .string(change.first)), ("to", .string(change.last)),
          ("quantity", .string("perplexity")),
          ("difference", .number(change.difference.difference)),
        ] + Interval.member(change.difference.interval))
    }
    return [ReportArray(name: "changes", records: records, isLate: true)]
  }

  var tables: [NamedTable] {
    guard !changes.isEmpty else { return [] }
    var table = CSVTable([
      "layer", "from", "to", "quantity", "difference", "lower", "upper", "standardError",
    ])
    table.rows += changes.map { change in
      [change.layer, change.first, change.last, "perplexity"]
        + numbers(change).map { CSVTable.number($0) }
        + [CSVTable.number(change.difference.interval.standardError)]
    }
    return [NamedTable(name: "changes.csv", table: table)]
  }

  var pageTables: [PageTable] {
    [
      PageTable(
        id: "changes", title: reported.hasTraining ? "First to last" : "Differences",
        columns: ["layer", "from", "to"].map { .init(name: $0) }
          + ["difference (nats)", "lower", "upper"].map { .init(name: $0, isNumber: true) },
        rows: changes.map { change in
          [change.layer, change.first, change.last].map { HTMLText.Cell($0) }
            + numbers(change).map { HTMLText.Cell($0) }
        },
        caption: (reported.hasTraining ? "Change" : "Difference")
          + " of the loss at the matched perplexity, paired by sample, with its 95 % "
          + "interval.")
    ]
  }

  private func numbers(_ change: LayerChange) -> [Double] {
    let interval = change.difference.interval
    return [change.difference.difference, interval.lower, interval.upper]
  }
}
