internal import Entanglement

extension Report {
  /// What a page begins with: the number to quote of every layer, and what has to be known of it.
  var opening: HTMLPage.Opening {
    let histories = histories.map { ReportedHistory($0) }
    let tables = histories.map { reported -> (labeling: String?, table: PageTable) in
      (reported.history.labeling, OpeningTable(reported).table)
    }
    let isLabeled = tables.contains { $0.labeling != nil }
    let notices = histories.flatMap { reported in
      (NoticeSection(reported).lines + FailureSection(reported).lines
        + LabelSuspectSection(reported).lines).map { line in
          reported.history.labeling.map { "By the labels \($0): \(line)" } ?? line
        }
    }
    return HTMLPage.Opening(
      tables: tables.filter { !$0.table.rows.isEmpty }.map { labeling, table in
        HTMLText.table(
          table.columns, rows: table.rows,
          caption: (isLabeled ? "By the labels \(labeling ?? ""). " : "") + table.caption)
      }, notices: notices)
  }
}

/// The number to quote of every layer: first and last, the change with its interval, and how much of
/// what labels without meaning have.
private struct OpeningTable {
  private let reported: ReportedHistory
  private let measure: HeadlineLoss

  init(_ reported: ReportedHistory) {
    self.reported = reported
    measure = HeadlineLoss(reported.history)
  }

  private var hasChange: Bool { reported.hasTraining }

  var table: PageTable {
    let names = reported.shortNames(columns: ReportedHistory.pageColumns)
    let changes = Dictionary(
      reported.history.changes.map { ($0.layer, $0.difference) },
      uniquingKeysWith: { first, _ in first })
    let ends = [reported.profiles.first, reported.profiles.last].map { $0?.checkpoint ?? "" }
    let columns =
      [HTMLText.Column(name: "layer")]
      + (hasChange ? [.init(name: ends[0], isNumber: true)] : [])
      + [.init(name: ends[1], isNumber: true), .init(name: "95 % interval", isNumber: true)]
      + (hasChange
        ? [.init(name: "change", isNumber: true), .init(name: "its interval", isNumber: true)] : [])
      + [.init(name: "% of \(measure == .matched ? "null" : "chance")", isNumber: true)]
    let rows = reported.lastLayers.map { layer -> [HTMLText.Cell] in
      let last = layer.entanglement
      let first = reported.profiles.first?.layers.first { $0.name == layer.name }?.entanglement
      let (before, after) = (first.flatMap(measure.loss), measure.loss(last))
      let change = measure == .matched ? changes[layer.name] : nil
      let plain = before.flatMap { before in after.map { $0 - before } }
      return [.init(names(layer.name), title: layer.name)]
        + (hasChange ? [.init(before)] : [])
        + [
          .init(after), .init(interval(last)?.unsignedText ?? "–", sortedBy: interval(last)?.lower),
        ]
        + (hasChange
          ? [
            .init(signed: change?.difference ?? plain),
            .init(change?.interval),
          ] : [])
        + [.init(share(last).map { 100 * $0 })]
    }
    return PageTable(
      id: "quote", title: "The number to quote", columns: columns, rows: rows, caption: caption)
  }

  private func interval(_ layer: LayerEntanglement) -> Interval? {
    measure == .matched ? layer.matched?.interval : layer.minimum?.interval
  }

  private func share(_ layer: LayerEntanglement) -> Double? {
    switch measure {
    case .matched: layer.matched?.shareOfNull
    case .minimum: layer.chance > 0 ? layer.minimum.map { $0.loss / layer.chance } : nil
    }
  }

  private var caption: String {
    let rule = Conventions(reported.history).perplexityRule
    return "The number to quote (nats): the \(measure.name)"
      + (measure == .matched ? rule.map { ", \($0)" } ?? "" : "") + "."
      + (hasChange
        ? " The change is last less first, of paired samples where its interval stands." : "")
      + (measure == .matched
        ? " The null is the loss under shuffled labels." : "")
  }
}
