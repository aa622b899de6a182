internal import Entanglement

/// The classes merged by how entangled they are, with how steady each branch is over the
/// checkpoints and over resamples.
struct ClassTreeSection: ReportSection {
  private let stability: SuperclassStability

  init(_ reported: ReportedHistory) {
    stability = SuperclassStability(reported.history)
  }

  func members(
    of layer: LayerProfile, at checkpoint: EntanglementProfile
  ) -> [(String, JSONValue)] {
    guard let structure = layer.entanglement.structure, let tree = structure.tree else { return [] }
    func names(_ classes: [Int]) -> JSONValue {
      .array(classes.map { .string(structure.classes[$0]) })
    }
    let merges = tree.merges.enumerated().map { index, merge in
      let checkpoints = stability.share(of: merge, in: structure, layer: layer.name)
      return JSONValue.record(
        [
          ("left", .integer(merge.left)), ("right", .integer(merge.right)),
          ("entanglement", .number(merge.entanglement)), ("classes", names(merge.classes)),
        ] + (checkpoints.map { [("checkpointShare", .number($0))] } ?? [])
          + (layer.entanglement.resamples.map { [("resampleShare", .number($0.shares[index]))] }
            ?? []))
    }
    return [
      ("classTree", .object([("order", names(tree.leafOrder)), ("merges", .array(merges))]))
    ]
  }
}
