internal import Entanglement

/// The mean loss of the samples of each class.
struct ClassLossSection: ReportSection {
  let reported: ReportedHistory

  init(_ reported: ReportedHistory) {
    self.reported = reported
  }

  func members(
    of layer: LayerProfile, at checkpoint: EntanglementProfile
  ) -> [(String, JSONValue)] {
    guard let structure = layer.entanglement.structure else { return [] }
    let records = structure.losses.map {
      JSONValue.record(
        [
          ("name", .string($0.name)), ("loss", .number($0.loss)), ("count", .integer($0.count)),
          ("temperature", .number(structure.temperature)),
        ] + Interval.member($0.interval))
    }
    return [("classLosses", .array(records))]
  }

  func scalars(of layer: LayerEntanglement) -> [TrackedScalar] {
    (layer.structure?.losses ?? []).map {
      TrackedScalar(quantity: "classLoss:" + $0.name, value: $0.loss)
    }
  }

  /// A row a class; none where no layer has it.
  var tables: [NamedTable] {
    guard reported.layers.contains(where: { $0.structure != nil }) else { return [] }
    let table = reported.table([
      "class", "count", "at", "temperature", "loss", "lower", "upper", "softAccuracy",
    ]) { layer in
      guard let structure = layer.entanglement.structure else { return [] }
      let accuracies = Dictionary(
        zip(structure.classes, structure.confusion.enumerated().map { $1[$0] }),
        uniquingKeysWith: { first, _ in first })
      return structure.losses.map { item in
        [item.name, String(item.count), structure.place.rawValue]
          + [
            structure.temperature, item.loss, item.interval?.lower, item.interval?.upper,
            accuracies[item.name],
          ].map(CSVTable.number)
      }
    }
    return [NamedTable(name: "classes.csv", table: table)]
  }

  var figures: [Figure] { [trajectories].compactMap(\.self) }
}
