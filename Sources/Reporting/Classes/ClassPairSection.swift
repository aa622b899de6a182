internal import Entanglement

/// The loss of the samples of two classes alone.
struct ClassPairSection: ReportSection {
  private let reported: ReportedHistory

  init(_ reported: ReportedHistory) {
    self.reported = reported
  }

  /// What a line of text ends with: the pair of classes nearest to its chance, in nats, as chance is no
  /// measure at a finite temperature; nil of two classes.
  static func mostEntangled(_ structure: ClassStructure) -> String? {
    guard structure.classes.count > 2, let pair = structure.mostEntangledPairs(1).first else {
      return nil
    }
    return "  most entangled: \(structure.classes[pair.first]) and "
      + "\(structure.classes[pair.second]) (\(NumberStyle.loss(pair.loss)))"
  }

  func members(
    of layer: LayerProfile, at checkpoint: EntanglementProfile
  ) -> [(String, JSONValue)] {
    guard let structure = layer.entanglement.structure else { return [] }
    let losses = structure.classes.indices.map { first in
      structure.classes.indices.map { structure.pairLoss(first, $0) }
    }
    return [("classEntanglement", structure.matrix(losses))]
  }

  /// The hundred pairs nearest to chance, a layer; `report.json` has all.
  var tables: [NamedTable] {
    guard reported.layers.contains(where: { $0.structure != nil }) else { return [] }
    let table = reported.table([
      "first", "second", "at", "temperature", "loss", "chance", "confusionFirstToSecond",
      "confusionSecondToFirst",
    ]) { layer in
      guard let structure = layer.entanglement.structure else { return [] }
      return structure.mostEntangledPairs(100).map { pair in
        [structure.classes[pair.first], structure.classes[pair.second], structure.place.rawValue]
          + [
            structure.temperature, pair.loss, pair.chance,
            structure.confusion[pair.first][pair.second],
            structure.confusion[pair.second][pair.first],
          ].map(CSVTable.number)
      }
    }
    return [NamedTable(name: "class-pairs.csv", table: table)]
  }
}

extension ClassStructure {
  /// A row a class and a column a class, with where they were measured.
  func matrix(_ rows: [[Double?]]) -> JSONValue {
    .object([
      ("at", .string(place.rawValue)),
      ("temperature", .number(temperature)),
      ("relativeTemperature", .number(relativeTemperature)),
      ("classes", .array(classes.map(JSONValue.string))),
      ("rows", .array(rows.map { .array($0.map { .optional($0) }) })),
    ])
  }
}
