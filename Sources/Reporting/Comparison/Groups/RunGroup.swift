package import Entanglement
internal import PairwiseDistances

/// A training among others that differ from it in what a seed draws.
package struct GroupRun: Sendable {
  /// Unlike that of any other run of its group.
  package let name: String
  package let files: [String]
  /// nil where neither a name nor an attribute tells it.
  package let seed: Int?
  /// nil of a run that is known by listed values alone.
  package let history: EntanglementHistory?
  /// Numbers that were measured elsewhere; none beside a history.
  package let values: [ListedValue]
  /// Of the network's predictions, by the name of the checkpoint; none where files hold none.
  package let accuracies: [String: Double]

  package init(
    name: String, files: [String], seed: Int?, history: EntanglementHistory,
    accuracies: [String: Double] = [:]
  ) {
    self.name = name
    self.files = files
    self.seed = seed
    self.history = history
    self.accuracies = accuracies
    values = []
  }

  /// A run that is known by numbers alone.
  package init(name: String, file: String, seed: Int?, values: [ListedValue]) {
    self.name = name
    files = [file]
    self.seed = seed
    history = nil
    accuracies = [:]
    self.values = values
  }
}

/// A number of a run as a table lists it.
package struct ListedValue: Sendable, Equatable {
  /// Empty where there is one moment alone.
  package let checkpoint: String
  package let step: Int?
  /// nil for what is of no layer.
  package let layer: String?
  package let quantity: String
  package let value: Double

  package init(checkpoint: String, step: Int?, layer: String?, quantity: String, value: Double) {
    self.checkpoint = checkpoint
    self.step = step
    self.layer = layer
    self.quantity = quantity
    self.value = value
  }
}

/// Runs of one kind, under a name of the user's: `plain`, `entangled`.
package struct RunGroup: Sendable {
  package let name: String
  package let runs: [GroupRun]

  /// - Precondition: A run or more, each of a name of its own.
  package init(name: String, runs: [GroupRun]) {
    precondition(
      !runs.isEmpty && Set(runs.map(\.name)).count == runs.count, "runs need names of their own")
    self.name = name
    self.runs = runs
  }

  /// The distance of its losses; nil where values are listed.
  var distance: Distance? { runs.first?.history?.distance }

  /// Whether each run has a seed that no other has.
  var hasSeeds: Bool {
    let seeds = runs.compactMap(\.seed)
    return seeds.count == runs.count && Set(seeds).count == seeds.count
  }
}

/// Why runs are not to be averaged, or held against one another: a sentence.
package struct GroupError: Error, Sendable, CustomStringConvertible {
  package let description: String
}
