internal import Entanglement

/// The most entangled samples of every layer, and the class that claims them.
struct EntangledSampleSection: ReportSection {
  private let reported: ReportedHistory

  init(_ reported: ReportedHistory) {
    self.reported = reported
  }

  /// One sample of a layer.
  private struct Entry {
    let row: Int
    let id: String?
    let label: String
    let claimedBy: String?
    let loss: Double
    let logOdds: Double?
  }

  /// Most entangled first.
  private func entries(_ layer: LayerProfile, at profile: EntanglementProfile) -> [Entry] {
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

  func members(
    of layer: LayerProfile, at checkpoint: EntanglementProfile
  ) -> [(String, JSONValue)] {
    guard layer.entanglement.samples != nil else { return [] }
    let records = entries(layer, at: checkpoint).map { entry in
      JSONValue.record(
        JSONValue.place(row: entry.row, id: entry.id) + [
          ("class", .string(entry.label)),
          ("claimedBy", entry.claimedBy.map(JSONValue.string) ?? .null),
          ("loss", .number(entry.loss)), ("logOdds", .optional(entry.logOdds)),
        ])
    }
    return [("entangledSamples", .array(records))]
  }

  var tables: [NamedTable] {
    guard reported.history.quantities.contains(.samples),
      reported.profiles.contains(where: { $0.samples != nil })
    else { return [] }
    var table = CSVTable([
      "checkpoint", "step", "layer", "row", "id", "class", "claimedBy", "loss", "logOdds",
    ])
    for profile in reported.profiles {
      for layer in profile.layers {
        table.rows += entries(layer, at: profile).map { entry in
          ReportedHistory.place(profile, layer)
            + [String(entry.row), entry.id ?? "", entry.label, entry.claimedBy ?? ""]
            + [CSVTable.number(entry.loss), CSVTable.number(entry.logOdds)]
        }
      }
    }
    return [NamedTable(name: "samples.csv", table: table)]
  }

  private static let limit = 20
}

extension JSONValue {
  /// The members that say which sample it is.
  static func place(row: Int, id: String?) -> [(String, JSONValue)] {
    [("row", .integer(row))] + (id.map { [("id", .string($0))] } ?? [])
  }
}
