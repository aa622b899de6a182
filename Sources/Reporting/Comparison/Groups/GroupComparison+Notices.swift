internal import Entanglement

extension GroupComparison {
  /// What stands in the way of reading the numbers as one would like to.
  static func notices(
    _ groups: [RunGroup], pairs: [SeedPairs], rows: [Row], differences: [Difference]
  ) -> [String] {
    var notices: [String] = []
    for group in groups where group.runs.count < RunMean.fewest {
      notices.append(
        "\(group.name) has \(NumberStyle.count(group.runs.count, "run")): no interval, as what runs "
          + "differ by cannot be told from fewer than three. The single values stand in the files.")
    }
    for group in groups {
      let seeds = group.runs.compactMap(\.seed)
      let twice = Set(seeds.filter { seed in seeds.count { $0 == seed } > 1 }).sorted()
      if !twice.isEmpty {
        notices.append(
          "\(group.name): seed \(twice.map(String.init).joined(separator: ", ")) is that of several "
            + "runs, so these do not pair by seed.")
      }
    }
    for (group, pair) in zip(groups, pairs).dropFirst() {
      let name = "\(group.name) − \(groups[0].name)"
      notices.append(
        pair.reason.map {
          "\(name) is not paired by seed, because \($0): differences are by Welch's t."
        } ?? "\(name) is paired by seed: differences are by Student's t of the pairs.")
    }
    for (index, group) in groups.enumerated() {
      let partial = rows.filter {
        $0.group == index && $0.place.quantity == .temperature && $0.values.contains { $0 == nil }
      }
      if !partial.isEmpty {
        notices.append(
          "\(group.name): in \(NumberStyle.count(partial.count, "layer")) of checkpoints some runs "
            + "have no temperature of the minimum, as it is a limit or the layer is not there; the mean "
            + "is over the others.")
      }
    }
    if differences.contains(where: { $0.test.permutation == nil && $0.test.p != nil }) {
      notices.append(
        "No exact permutation p with fewer than \(ExactPermutation.fewestPairs) pairs or "
          + "\(ExactPermutation.fewestRuns) runs a side, which cannot come below 5 %, nor where there "
          + "are more than \(ExactPermutation.most) ways to assign the runs.")
    }
    return notices
  }

  /// The layers that runs lack, a sentence a run.
  var missingTexts: [String] {
    missing.grouped { "\($0.group): \($0.run)" }.map { name, layers in
      let shown = layers.prefix(4).map { "\($0.layer) at \($0.checkpoint)" }
      let more = layers.count - shown.count
      return "\(name) lacks \(shown.joined(separator: ", "))"
        + (more > 0 ? " and \(more) more" : "") + "; the means there are over the other runs."
    }
  }
}
