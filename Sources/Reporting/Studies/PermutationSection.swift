internal import Entanglement

/// The loss under shuffled labels.
struct PermutationSection: ReportSection {
  private let reported: ReportedHistory

  init(_ reported: ReportedHistory) {
    self.reported = reported
  }

  func text(width: Int, color: Bool) -> String {
    let found = reported.lastLayers.compactMap { layer in
      layer.entanglement.permutationNull.map { (layer: layer.name, null: $0) }
    }
    guard let first = found.first?.null else { return "" }
    return reported.lines(
      "Loss at the same temperature under \(first.labelingCount) shuffled labelings: mean, 95 % "
        + "range, and p, the probability of so small a loss as that above were there no classes:",
      width: width,
      found.map { layer, null in
        (
          layer,
          "\(NumberStyle.loss(null.mean)) [\(NumberStyle.loss(null.lower)), "
            + "\(NumberStyle.loss(null.upper))]  p = \(null.p)"
        )
      })
  }

  func members(
    of layer: LayerProfile, at checkpoint: EntanglementProfile
  ) -> [(String, JSONValue)] {
    guard let null = layer.entanglement.permutationNull else { return [] }
    let record = JSONValue.record([
      ("labelings", .integer(null.labelingCount)), ("seed", .integer(Int(clamping: null.seed))),
      ("mean", .number(null.mean)),
      ("interval", .array([.number(null.lower), .number(null.upper)])),
      ("p", .number(null.p)),
    ])
    return [("permutationNull", record)]
  }
}
