internal import Entanglement

/// The classes of every layer as tables: a row a class, and a row a pair of classes.
extension CSVReport {
  static func classes(_ history: EntanglementHistory) -> ReportFile {
    var rows = [
      [
        "checkpoint", "step", "layer", "class", "count", "at", "temperature", "loss", "lower",
        "upper", "softAccuracy",
      ]
    ]
    for profile in history.profiles {
      for layer in profile.layers {
        guard let structure = layer.entanglement.structure else { continue }
        let accuracies = Dictionary(
          zip(structure.classes, structure.confusion.enumerated().map { $1[$0] }),
          uniquingKeysWith: { first, _ in first })
        for item in structure.losses {
          rows.append(
            place(profile, layer)
              + [item.name, String(item.count), structure.place.rawValue]
              + [number(structure.temperature), number(item.loss)]
              + [item.interval?.lower, item.interval?.upper, accuracies[item.name]].map(optional))
        }
      }
    }
    return ReportFile(name: "classes.csv", contents: text(rows))
  }

  static func pairs(_ history: EntanglementHistory) -> ReportFile {
    var rows = [
      [
        "checkpoint", "step", "layer", "first", "second", "at", "temperature", "loss", "chance",
        "confusionFirstToSecond", "confusionSecondToFirst",
      ]
    ]
    for profile in history.profiles {
      for layer in profile.layers {
        guard let structure = layer.entanglement.structure else { continue }
        for first in structure.classes.indices {
          for second in structure.classes.indices.dropFirst(first + 1) {
            guard let loss = structure.pairs[first][second] else { continue }
            rows.append(
              place(profile, layer)
                + [structure.classes[first], structure.classes[second], structure.place.rawValue]
                + [number(structure.temperature), number(loss)]
                + [
                  structure.pairChances[first][second], structure.confusion[first][second],
                  structure.confusion[second][first],
                ].map(optional))
          }
        }
      }
    }
    return ReportFile(name: "class-pairs.csv", contents: text(rows))
  }

  static func optional(_ value: Double?) -> String { value.map(number) ?? "" }
}
