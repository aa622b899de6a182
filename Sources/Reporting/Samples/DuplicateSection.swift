internal import Entanglement

/// Samples that equal another to the last bit. In words they are among the notices.
struct DuplicateSection: ReportSection {
  init(_ reported: ReportedHistory) {}

  func members(
    of layer: LayerProfile, at checkpoint: EntanglementProfile
  ) -> [(String, JSONValue)] {
    guard let duplicates = layer.entanglement.duplicates else { return [] }
    let record = JSONValue.record([
      ("withinClass", .integer(duplicates.within)), ("acrossClasses", .integer(duplicates.across)),
    ])
    return [("duplicates", record)]
  }
}
