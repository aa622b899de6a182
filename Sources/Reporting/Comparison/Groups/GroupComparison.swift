package import Entanglement
internal import PairwiseDistances

/// Groups of runs side by side: means over runs with the intervals of a new training, and the
/// differences of each group to the first.
///
/// Layers match by name and checkpoints as those of single runs do. All runs have the same samples
/// under the same labels, in whatever order.
package struct GroupComparison: Sendable {
  /// A number of each run of a group at one place.
  struct Row: Sendable {
    /// The place among `groups`.
    let group: Int
    let place: Place
    /// By run; nil where a run lacks it.
    let values: [Double?]
    let mean: RunMean
    /// nil where the samples' influences are not known.
    let variance: VarianceShares?
  }

  /// How far a group is from the first at one place.
  struct Difference: Sendable {
    /// The place among `groups`.
    let group: Int
    let place: Place
    /// The group's mean less that of the first.
    let test: GroupTest
    /// Over the layers of one quantity, checkpoint and pair of groups.
    let adjustedP: Double?
    let variance: VarianceShares?
  }

  /// What is compared: a quantity of a layer at a checkpoint.
  struct Place: Hashable, Sendable {
    /// Among `checkpoints`.
    let checkpoint: Int
    /// nil for what is of the network as a whole.
    let layer: String?
    let quantity: ComparedQuantity
  }

  /// A layer of a checkpoint that a run lacks and another has.
  struct Missing: Sendable {
    let group: String
    let run: String
    let checkpoint: String
    let layer: String
  }

  let groups: [RunGroup]
  let matching: RunComparison.Matching
  let checkpoints: [RunComparison.Checkpoint]
  /// In the network's order.
  let layers: [String]
  let quantities: [ComparedQuantity]
  /// By quantity, checkpoint, layer and group.
  let rows: [Row]
  let differences: [Difference]
  let missing: [Missing]
  let notices: [String]
  /// Where the row and the difference of each group are, by place.
  private let places: [Place: [Int: (row: Int?, difference: Int?)]]

  /// - Parameters:
  ///   - groups: One or more, of different names.
  ///   - sweep: The temperatures that were asked for; few of them are compared one by one.
  /// - Throws: Where runs have other samples or labels, or are one and the same.
  package init(_ groups: [RunGroup], sweep: TemperatureSweep) throws(GroupError) {
    precondition(
      !groups.isEmpty && Set(groups.map(\.name)).count == groups.count,
      "groups need names of their own")
    let values =
      groups.allSatisfy { $0.runs.allSatisfy { $0.history == nil } }
      ? GroupValues(listed: groups) : try GroupValues(groups, sweep: sweep)
    self.groups = groups
    matching = values.matching
    checkpoints = values.checkpoints
    layers = values.layers
    quantities = values.quantities
    missing = values.missing
    let pairs = groups.map { SeedPairs(groups[0], $0) }
    var rows: [Row] = []
    var differences: [Difference] = []
    for quantity in quantities {
      for checkpoint in checkpoints.indices {
        var found: [Difference] = []
        for layer in [nil] + layers.map(Optional.some) {
          let place = Place(checkpoint: checkpoint, layer: layer, quantity: quantity)
          let atPlace = groups.indices.map { values.runs(of: $0, at: place) }
          for (group, runs) in atPlace.enumerated() {
            let known = runs.compactMap { $0?.value }
            guard !known.isEmpty else { continue }
            let mean = RunMean(known)
            rows.append(
              Row(
                group: group, place: place, values: runs.map { $0?.value }, mean: mean,
                variance: VarianceShares(of: mean, runs.compactMap(\.self).map(\.influences))))
            guard group > 0 else { continue }
            let pair = pairs[group]
            if let difference = Self.difference(atPlace[0], runs, pair) {
              found.append(
                Difference(
                  group: group, place: place, test: difference.test, adjustedP: nil,
                  variance: difference.variance))
            }
          }
        }
        differences += Self.adjusted(found, groupCount: groups.count)
      }
    }
    self.rows = rows
    self.differences = differences
    var index: [Place: [Int: (row: Int?, difference: Int?)]] = [:]
    for (number, row) in rows.enumerated() {
      index[row.place, default: [:]][row.group, default: (nil, nil)].row = number
    }
    for (number, difference) in differences.enumerated() {
      index[difference.place, default: [:]][difference.group, default: (nil, nil)].difference =
        number
    }
    places = index
    notices =
      values.notices
      + Self.notices(groups, pairs: pairs, rows: rows, differences: differences)
  }

  private static func difference(
    _ first: [GroupValues.Value?], _ second: [GroupValues.Value?], _ pairs: SeedPairs
  ) -> (test: GroupTest, variance: VarianceShares?)? {
    if let places = pairs.places {
      let both = places.compactMap { place -> (GroupValues.Value, GroupValues.Value)? in
        guard let one = first[place.first], let other = second[place.second] else { return nil }
        return (one, other)
      }
      guard !both.isEmpty else { return nil }
      let test = GroupTest(paired: both.map { $1.value - $0.value })
      return (
        test, VarianceShares(of: test, both.map(\.0.influences), both.map(\.1.influences))
      )
    }
    let (one, other) = (first.compactMap(\.self), second.compactMap(\.self))
    guard !one.isEmpty, !other.isEmpty else { return nil }
    let test = GroupTest(from: one.map(\.value), to: other.map(\.value))
    return (test, VarianceShares(of: test, one.map(\.influences), other.map(\.influences)))
  }

  /// With Holm's p over the layers of each pair of groups.
  private static func adjusted(_ all: [Difference], groupCount: Int) -> [Difference] {
    (0..<groupCount).flatMap { group -> [Difference] in
      let own = all.filter { $0.group == group }
      let known = own.indices.filter { own[$0].test.p != nil }
      let adjusted = Holm.adjusted(known.compactMap { own[$0].test.p })
      let byIndex = Dictionary(uniqueKeysWithValues: zip(known, adjusted))
      return own.enumerated().map { index, difference in
        Difference(
          group: group, place: difference.place, test: difference.test,
          adjustedP: byIndex[index], variance: difference.variance)
      }
    }
  }

  /// Whether nothing at all is in two runs.
  package var isEmpty: Bool {
    differences.isEmpty && !rows.contains { $0.mean.values.count > 1 }
  }

  /// What could not be computed, of all runs.
  package var failures: [LayerFailure] {
    groups.flatMap { $0.runs.flatMap { $0.history?.failures ?? [] } }
  }

  func row(_ group: Int, _ place: Place) -> Row? {
    places[place]?[group]?.row.map { rows[$0] }
  }

  func difference(_ group: Int, _ place: Place) -> Difference? {
    places[place]?[group]?.difference.map { differences[$0] }
  }

  /// Of the last checkpoint, in the network's order; a lone nil for what is of no layer.
  func places(of quantity: ComparedQuantity, checkpoint: Int) -> [Place] {
    ([nil] + layers.map(Optional.some)).map {
      Place(checkpoint: checkpoint, layer: $0, quantity: quantity)
    }.filter { places[$0] != nil }
  }
}

/// Which runs of two groups have one seed.
struct SeedPairs {
  /// By the places of the runs in their groups; nil where they do not pair.
  let places: [(first: Int, second: Int)]?
  /// Why they do not pair, as it goes on after "because"; nil where they do.
  let reason: String?

  init(_ first: RunGroup, _ second: RunGroup) {
    guard first.hasSeeds, second.hasSeeds else {
      places = nil
      reason = "not every run has a seed of its own"
      return
    }
    let seeds = first.runs.map(\.seed)
    let found = second.runs.map { run in seeds.firstIndex(of: run.seed) }
    let known = found.compactMap(\.self)
    guard known.count == found.count, known.count == seeds.count else {
      let (all, others) = (Set(seeds.compactMap(\.self)), Set(second.runs.compactMap(\.seed)))
      let lone = all.symmetricDifference(others).sorted()
      places = nil
      reason =
        "the seed\(lone.count == 1 ? "" : "s") \(lone.map(String.init).joined(separator: ", ")) "
        + (lone.count == 1 ? "is" : "are") + " in one of them only"
      return
    }
    reason = nil
    places = known.enumerated().map { ($1, $0) }
  }
}

extension VarianceShares {
  /// Of the mean of a group; nil where an influence is not known or there is no spread to speak of.
  fileprivate init?(of mean: RunMean, _ influences: [[Double]?]) {
    guard let deviation = mean.standardDeviation,
      let known = Self.known(influences)
    else { return nil }
    self.init(runs: deviation * deviation / Double(mean.values.count), influences: known)
  }

  fileprivate init?(of test: GroupTest, _ first: [[Double]?], _ second: [[Double]?]) {
    guard let variance = test.variance, let first = Self.known(first),
      let second = Self.known(second), first[0].count == second[0].count
    else { return nil }
    self.init(runs: variance, influences: second, less: first)
  }

  private static func known(_ influences: [[Double]?]) -> [[Double]]? {
    let known = influences.compactMap(\.self)
    guard let first = known.first, known.count == influences.count,
      known.allSatisfy({ $0.count == first.count })
    else { return nil }
    return known
  }
}
