internal import Entanglement

/// What a report says about single samples: the most entangled ones of every layer, and candidates
/// for wrong labels.
struct SampleReport {
  private let history: EntanglementHistory

  init(_ history: EntanglementHistory) {
    self.history = history
  }

  /// One sample of a layer.
  struct Entry {
    let row: Int
    let id: String?
    let label: String
    let claimedBy: String?
    let loss: Double
    let logOdds: Double?
  }

  /// The most entangled samples of a layer, most entangled first.
  func entries(_ profile: EntanglementProfile, _ layer: LayerProfile) -> [Entry] {
    guard let samples = layer.entanglement.samples, let identity = profile.samples else {
      return []
    }
    return samples.mostEntangled(Self.limit).compactMap { place in
      guard let loss = samples.losses[place] else { return nil }
      let row = samples.rows[place]
      return Entry(
        row: identity.rows[row], id: identity.ids?[row], label: identity.labels[row],
        claimedBy: samples.claims[place].map { layer.entanglement.classes[$0].name }, loss: loss,
        logOdds: samples.odds[place])
    }
  }

  /// The surest candidates, with their row in the file and their id.
  var suspects: [(suspect: LabelSuspect, row: Int, id: String?)] {
    guard let identity = history.profiles.last?.samples else { return [] }
    return history.labelSuspects.prefix(Self.suspectLimit).map {
      ($0, identity.rows[$0.row], identity.ids?[$0.row])
    }
  }

  func json(_ profile: EntanglementProfile, _ layer: LayerProfile) -> [(String, JSONValue)] {
    guard layer.entanglement.samples != nil else { return [] }
    return [
      (
        "entangledSamples",
        .array(
          entries(profile, layer).map { entry in
            .record(
              Self.place(entry.row, entry.id) + [
                ("class", .string(entry.label)),
                ("claimedBy", entry.claimedBy.map(JSONValue.string) ?? .null),
                ("loss", .number(entry.loss)),
                ("logOdds", entry.logOdds.map(JSONValue.number) ?? .null),
              ])
          })
      )
    ]
  }

  /// A record for each candidate, with the members that name the labeling.
  func json(named labeling: [(String, JSONValue)]) -> [JSONValue] {
    suspects.map { item in
      .record(
        labeling + Self.place(item.row, item.id) + [
          ("class", .string(item.suspect.label)),
          ("claimedBy", .string(item.suspect.claimedBy)),
          ("claims", .integer(item.suspect.claimCount)),
          ("records", .integer(item.suspect.recordCount)),
          ("meanLogOdds", .number(item.suspect.meanOdds)),
        ])
    }
  }

  var csv: [NamedTable] {
    guard history.quantities.contains(.samples),
      history.profiles.contains(where: { $0.samples != nil })
    else { return [] }
    var samples = CSVTable([
      "checkpoint", "step", "layer", "row", "id", "class", "claimedBy", "loss", "logOdds",
    ])
    for profile in history.profiles {
      for layer in profile.layers {
        for entry in entries(profile, layer) {
          samples.rows.append(
            CSVReport.place(profile, layer)
              + [String(entry.row), entry.id ?? "", entry.label, entry.claimedBy ?? ""]
              + [CSVTable.number(entry.loss), CSVTable.number(entry.logOdds)])
        }
      }
    }
    var table = CSVTable(["row", "id", "class", "claimedBy", "claims", "records", "meanLogOdds"])
    table.rows += suspects.map { item in
      [String(item.row), item.id ?? "", item.suspect.label, item.suspect.claimedBy]
        + [String(item.suspect.claimCount), String(item.suspect.recordCount)]
        + [CSVTable.number(item.suspect.meanOdds)]
    }
    return [
      NamedTable(name: "samples.csv", table: samples),
      NamedTable(name: "label-suspects.csv", table: table),
    ]
  }

  /// The first suspects as lines; empty where samples were not asked for.
  func text(width: Int) -> String {
    guard history.quantities.contains(.samples) else { return "" }
    let all = suspects
    guard !all.isEmpty else {
      return "No sample is claimed by another class in half of the layers and checkpoints.\n"
    }
    let heading =
      "Candidates for wrong labels, claimed by one other class in half of the layers and "
      + "checkpoints or more (\(all.count)\(all.count == Self.suspectLimit ? " or more" : "")):"
    return TextReport.wrapped(heading, width: width)
      + all.prefix(10).map { item in
        let name = item.id.map { "\($0) (row \(item.row))" } ?? "row \(item.row)"
        return "  \(name)  labelled \(item.suspect.label), claimed by \(item.suspect.claimedBy) in "
          + "\(item.suspect.claimCount) of \(item.suspect.recordCount)\n"
      }.joined()
  }

  private static func place(_ row: Int, _ id: String?) -> [(String, JSONValue)] {
    [("row", .integer(row))] + (id.map { [("id", .string($0))] } ?? [])
  }

  private static let limit = 20
  private static let suspectLimit = 200
}
