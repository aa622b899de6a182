internal import Entanglement

/// The classes of every layer as tables: a row a class, and a row a pair of classes.
extension CSVReport {
  /// None where no layer has it.
  static func structure(_ history: EntanglementHistory) -> [NamedTable] {
    let layers = history.profiles.flatMap(\.layers)
    return layers.contains { $0.entanglement.structure != nil }
      ? [classes(history), pairs(history)] : []
  }

  private static func classes(_ history: EntanglementHistory) -> NamedTable {
    var table = CSVTable([
      "checkpoint", "step", "layer", "class", "count", "at", "temperature", "loss", "lower",
      "upper", "softAccuracy",
    ])
    for profile in history.profiles {
      for layer in profile.layers {
        guard let structure = layer.entanglement.structure else { continue }
        let accuracies = Dictionary(
          zip(structure.classes, structure.confusion.enumerated().map { $1[$0] }),
          uniquingKeysWith: { first, _ in first })
        for item in structure.losses {
          table.rows.append(
            place(profile, layer)
              + [item.name, String(item.count), structure.place.rawValue]
              + [CSVTable.number(structure.temperature), CSVTable.number(item.loss)]
              + [item.interval?.lower, item.interval?.upper, accuracies[item.name]].map(
                CSVTable.number))
        }
      }
    }
    return NamedTable(name: "classes.csv", table: table)
  }

  /// The hundred pairs nearest to chance, a layer; `report.json` has all.
  private static func pairs(_ history: EntanglementHistory) -> NamedTable {
    var table = CSVTable([
      "checkpoint", "step", "layer", "first", "second", "at", "temperature", "loss", "chance",
      "confusionFirstToSecond", "confusionSecondToFirst",
    ])
    for profile in history.profiles {
      for layer in profile.layers {
        guard let structure = layer.entanglement.structure else { continue }
        for pair in structure.mostEntangledPairs(100) {
          table.rows.append(
            place(profile, layer)
              + [structure.classes[pair.first], structure.classes[pair.second]]
              + [structure.place.rawValue]
              + [
                structure.temperature, pair.loss, pair.chance,
                structure.confusion[pair.first][pair.second],
                structure.confusion[pair.second][pair.first],
              ].map(CSVTable.number))
        }
      }
    }
    return NamedTable(name: "class-pairs.csv", table: table)
  }

  static func optional(_ value: Double?) -> String { value.map(CSVTable.number) ?? "" }
}
