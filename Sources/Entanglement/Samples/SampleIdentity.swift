/// Which samples the rows of a checkpoint's layers are.
package struct SampleIdentity: Sendable, Equatable, Codable {
  /// The row of the file that each row of the layers is.
  package let rows: [Int]
  /// What the file calls them, if it does.
  package let ids: [String]?
  /// Their labels by name.
  package let labels: [String]

  package init(rows: [Int], ids: [String]?, labels: [String]) {
    self.rows = rows
    self.ids = ids
    self.labels = labels
  }
}

extension EntanglementHistory {
  /// Candidates for wrong labels over every layer of every checkpoint that has the samples of the
  /// last one under the same labels; `row` is a place in that checkpoint's `SampleIdentity`.
  public var labelSuspects: [LabelSuspect] {
    guard let identity = profiles.last?.samples else { return [] }
    let records = profiles.filter { $0.samples == identity }.flatMap { profile in
      profile.layers.compactMap { layer in
        layer.entanglement.samples.map {
          LabelSuspect.Record($0, names: layer.entanglement.classes.map(\.name))
        }
      }
    }
    return LabelSuspect.candidates(labels: identity.labels, records: records)
  }
}
