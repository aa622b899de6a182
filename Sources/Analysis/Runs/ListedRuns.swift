internal import ActivationFiles
package import Reporting

/// Runs whose numbers a table lists, such as those of another program: columns `group`, `quantity`,
/// `value`, and `run` or `seed` or both; `checkpoint`, `step` and `layer` where there are several. What
/// `compare` writes as `runs.csv` is one.
package enum ListedRuns {
  /// The groups in the order of their first lines, with the runs of each.
  /// - Throws: What is wrong with the table, with its line.
  package static func groups(of file: String) throws(AnalysisError) -> [RunGroup] {
    let records: [[String]]
    do throws(ActivationFileError) {
      records = try ValueTable.records(of: file)
    } catch {
      throw AnalysisError(error)
    }
    guard let header = records.first else { throw AnalysisError("\(file): this table is empty.") }
    let columns = Dictionary(header.enumerated().map { ($1, $0) }) { first, _ in first }
    for name in ["group", "quantity", "value"] where columns[name] == nil {
      throw AnalysisError(
        "\(file): there is no column \(name), but \(header.joined(separator: ", ")). A table of runs "
          + "has group, quantity, value, and run or seed.")
    }
    guard columns["run"] != nil || columns["seed"] != nil else {
      throw AnalysisError("\(file): there is neither a column run nor seed to tell runs by.")
    }
    var names: [String] = []
    var runs: [String: [(name: String, seed: Int?, values: [ListedValue])]] = [:]
    for (index, record) in records.enumerated().dropFirst() {
      // As an editor counts them, the header being the first.
      let line = "\(file): line \(index + 1)"
      func cell(_ name: String) -> String {
        columns[name].flatMap { $0 < record.count ? record[$0] : nil } ?? ""
      }
      guard let value = Double(cell("value")), value.isFinite else {
        throw AnalysisError(
          "\(line): the value is \(cell("value").isEmpty ? "empty" : cell("value")), which is no "
            + "finite number. Leave out what could not be measured.")
      }
      let (group, quantity) = (cell("group"), cell("quantity"))
      let name = cell("run").isEmpty ? "seed" + cell("seed") : cell("run")
      guard !group.isEmpty, !quantity.isEmpty, !(cell("run") + cell("seed")).isEmpty else {
        throw AnalysisError("\(line): the group, the quantity, or both run and seed are empty.")
      }
      let seed = Int(cell("seed"))
      guard seed != nil || cell("seed").isEmpty else {
        throw AnalysisError("\(line): the seed \(cell("seed")) is no whole number.")
      }
      if runs[group] == nil { names.append(group) }
      var ofGroup = runs[group] ?? []
      let listed = ListedValue(
        checkpoint: cell("checkpoint"), step: Int(cell("step")),
        layer: cell("layer").isEmpty ? nil : cell("layer"), quantity: quantity, value: value)
      if let place = ofGroup.firstIndex(where: { $0.name == name }) {
        guard ofGroup[place].seed == seed else {
          throw AnalysisError("\(line): \(group) has the run \(name) with two seeds.")
        }
        let isTwice = ofGroup[place].values.contains {
          $0.checkpoint == listed.checkpoint && $0.layer == listed.layer
            && $0.quantity == listed.quantity
        }
        guard !isTwice else {
          throw AnalysisError(
            "\(line): \(quantity) of \(group), \(name) is listed twice. Tell layers and moments apart "
              + "in columns layer and checkpoint.")
        }
        ofGroup[place].values.append(listed)
      } else {
        ofGroup.append((name, seed, [listed]))
      }
      runs[group] = ofGroup
    }
    guard !names.isEmpty else { throw AnalysisError("\(file): this table has no line of values.") }
    return names.map { name in
      RunGroup(
        name: name,
        runs: (runs[name] ?? []).map {
          GroupRun(name: $0.name, file: file, seed: $0.seed, values: $0.values)
        })
    }
  }
}
