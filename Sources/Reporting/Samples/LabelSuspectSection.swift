internal import Entanglement

/// Candidates for wrong labels.
struct LabelSuspectSection: ReportSection {
  private let reported: ReportedHistory
  private var isAsked: Bool { reported.history.quantities.contains(.samples) }

  init(_ reported: ReportedHistory) {
    self.reported = reported
  }

  /// The surest first, with their row in the file and their id.
  private var suspects: [(suspect: LabelSuspect, row: Int, id: String?)] {
    guard let identity = reported.profiles.last?.samples else { return [] }
    return reported.history.labelSuspects.map {
      ($0, identity.rows[$0.row], identity.ids?[$0.row])
    }
  }

  /// The first as lines; empty where samples were not asked for.
  func text(width: Int, color: Bool) -> String {
    guard isAsked, !reported.layerNames.isEmpty else { return "" }
    let all = suspects
    guard !all.isEmpty else {
      return "No sample is claimed by another class in half of the layers and checkpoints.\n"
    }
    let heading =
      "Candidates for wrong labels, claimed by one other class in half of the layers and "
      + "checkpoints or more (\(all.count)):"
    return heading.wrapped(to: width)
      + all.prefix(10).map { item in
        let name = item.id.map { "\($0) (row \(item.row))" } ?? "row \(item.row)"
        return "  \(name)  labelled \(item.suspect.label), claimed by \(item.suspect.claimedBy) in "
          + "\(item.suspect.claimCount) of \(item.suspect.recordCount)\n"
      }.joined()
      + (all.count > 10 ? "  … and \(all.count - 10) more\n" : "")
  }

  /// In a sentence; none where samples were not asked for.
  var lines: [String] {
    let all = isAsked ? suspects : []
    guard !all.isEmpty else { return [] }
    let names = all.prefix(8).map { $0.id ?? "row \($0.row)" }.joined(separator: ", ")
    return [
      "\(NumberStyle.count(all.count, "candidate")) for wrong labels, claimed by one other class in "
        + "half of the layers and checkpoints or more: \(names)"
        + (all.count > 8 ? " and \(all.count - 8) more" : "") + " (label-suspects.csv)."
    ]
  }

  var arrays: [ReportArray] {
    guard isAsked else { return [] }
    let records = suspects.map { item in
      JSONValue.record(
        reported.labelingMember + JSONValue.place(row: item.row, id: item.id) + [
          ("class", .string(item.suspect.label)),
          ("claimedBy", .string(item.suspect.claimedBy)),
          ("claims", .integer(item.suspect.claimCount)),
          ("records", .integer(item.suspect.recordCount)),
          ("meanLogOdds", .number(item.suspect.meanOdds)),
        ])
    }
    return [ReportArray(name: "labelSuspects", records: records)]
  }

  var tables: [NamedTable] {
    guard isAsked, reported.profiles.contains(where: { $0.samples != nil }) else { return [] }
    var table = CSVTable(["row", "id", "class", "claimedBy", "claims", "records", "meanLogOdds"])
    table.rows += suspects.map { item in
      [String(item.row), item.id ?? "", item.suspect.label, item.suspect.claimedBy]
        + [String(item.suspect.claimCount), String(item.suspect.recordCount)]
        + [CSVTable.number(item.suspect.meanOdds)]
    }
    return [NamedTable(name: "label-suspects.csv", table: table)]
  }
}
