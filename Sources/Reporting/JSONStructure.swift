internal import Entanglement

/// The part of a layer's record that is about classes and certainty.
enum JSONStructure {
  static func members(
    _ profile: LayerProfile, _ stability: SuperclassStability
  ) -> [(String, JSONValue)] {
    let layer = profile.entanglement
    var members: [(String, JSONValue)] = []
    if let matched = layer.matched { members.append(("atPerplexity", record(matched))) }
    if let structure = layer.structure {
      members += tables(structure)
      if let tree = structure.tree {
        let shares = tree.merges.map {
          stability.share(of: $0, in: structure, layer: profile.name)
        }
        members.append(("classTree", record(tree, structure, shares, layer.resamples)))
      }
    }
    if let null = layer.permutationNull { members.append(("permutationNull", record(null))) }
    if let duplicates = layer.duplicates {
      members.append(
        (
          "duplicates",
          .record([
            ("withinClass", .integer(duplicates.within)),
            ("acrossClasses", .integer(duplicates.across)),
          ])
        ))
    }
    if !layer.notices.isEmpty {
      members.append(("notices", .array(layer.notices.map(JSONValue.string))))
    }
    return members
  }

  /// The member `interval`, or none.
  static func interval(_ interval: Interval?) -> [(String, JSONValue)] {
    interval.map { [("interval", .array([.number($0.lower), .number($0.upper)]))] } ?? []
  }

  private static func record(_ matched: MatchedLoss) -> JSONValue {
    let rule =
      switch matched.target {
      case .count: "count"
      case .share: "share"
      }
    return .record(
      [
        ("perplexity", .number(matched.perplexity)), ("share", .number(matched.share)),
        ("rule", .string(rule)), ("temperature", .number(matched.temperature)),
        ("relativeTemperature", .number(matched.relativeTemperature)),
        ("loss", .number(matched.loss)),
      ] + interval(matched.interval))
  }

  private static func record(
    _ tree: ClassTree, _ structure: ClassStructure, _ checkpointShares: [Double?],
    _ resamples: SuperclassResamples?
  ) -> JSONValue {
    func names(_ classes: [Int]) -> JSONValue {
      .array(classes.map { .string(structure.classes[$0]) })
    }
    return .object([
      ("order", names(tree.leafOrder)),
      (
        "merges",
        .array(
          tree.merges.indices.map { index in
            let merge = tree.merges[index]
            return .record(
              [
                ("left", .integer(merge.left)), ("right", .integer(merge.right)),
                ("entanglement", .number(merge.entanglement)), ("classes", names(merge.classes)),
              ] + (checkpointShares[index].map { [("checkpointShare", .number($0))] } ?? [])
                + (resamples.map { [("resampleShare", .number($0.shares[index]))] } ?? []))
          })
      ),
    ])
  }

  private static func record(_ null: PermutationNull) -> JSONValue {
    .record([
      ("labelings", .integer(null.labelingCount)), ("seed", .integer(Int(clamping: null.seed))),
      ("mean", .number(null.mean)),
      ("interval", .array([.number(null.lower), .number(null.upper)])),
      ("p", .number(null.p)),
    ])
  }

  private static func tables(_ structure: ClassStructure) -> [(String, JSONValue)] {
    let place: [(String, JSONValue)] = [
      ("at", .string(structure.place.rawValue)),
      ("temperature", .number(structure.temperature)),
      ("relativeTemperature", .number(structure.relativeTemperature)),
    ]
    let classes: [(String, JSONValue)] = [
      ("classes", .array(structure.classes.map(JSONValue.string)))
    ]
    func rows(_ table: [[Double?]]) -> JSONValue {
      .array(table.map { .array($0.map { $0.map(JSONValue.number) ?? .null }) })
    }
    return [
      (
        "classLosses",
        .array(
          structure.losses.map {
            .record(
              [
                ("name", .string($0.name)), ("loss", .number($0.loss)),
                ("count", .integer($0.count)), ("temperature", .number(structure.temperature)),
              ] + interval($0.interval))
          })
      ),
      ("softConfusion", .object(place + classes + [("rows", rows(structure.confusion))])),
      (
        "classEntanglement",
        .object(
          place + classes + [
            (
              "rows",
              rows(
                structure.classes.indices.map { first in
                  structure.classes.indices.map { structure.pairLoss(first, $0) }
                })
            )
          ])
      ),
    ]
  }
}
