internal import Entanglement

/// The numbers of groups as tables.
struct GroupTables {
  let comparison: GroupComparison
  /// By which labels; empty for a file's own.
  let labeling: String

  /// A row for each number of each run: what pandas, seaborn and R take as it is.
  var tidy: CSVTable {
    var table = CSVTable([
      "group", "run", "seed", "checkpoint", "step", "layer", "labeling", "quantity", "value",
    ])
    for row in comparison.rows {
      let group = comparison.groups[row.group]
      let checkpoint = comparison.checkpoints[row.place.checkpoint]
      for (run, value) in zip(group.runs, row.values) {
        guard let value else { continue }
        table.rows.append([
          group.name, run.name, CSVTable.integer(run.seed), checkpoint.name,
          CSVTable.integer(checkpoint.step), row.place.layer ?? "", labeling,
          row.place.quantity.name, CSVTable.number(value),
        ])
      }
    }
    return table
  }

  /// The differences to the first group.
  var differences: CSVTable {
    var table = CSVTable([
      "group", "to", "checkpoint", "step", "layer", "labeling", "quantity", "paired", "difference",
      "lower", "upper", "p", "pAdjusted", "pPermutation", "smallestP", "shareOfRuns",
    ])
    for difference in comparison.differences {
      let checkpoint = comparison.checkpoints[difference.place.checkpoint]
      let test = difference.test
      table.rows.append(
        [
          comparison.groups[difference.group].name, comparison.groups[0].name, checkpoint.name,
          CSVTable.integer(checkpoint.step), difference.place.layer ?? "", labeling,
          difference.place.quantity.name, test.isPaired ? "true" : "false",
        ]
          + [
            test.difference, test.interval?.lower, test.interval?.upper, test.p,
            difference.adjustedP, test.permutation?.p, test.permutation?.smallest,
            difference.variance?.shareOfRuns,
          ].map(CSVTable.number))
    }
    return table
  }
}
