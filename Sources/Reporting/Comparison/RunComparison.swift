public import Entanglement

/// A run under a name of the user's: `plain`, `entangled`.
public struct NamedRun: Sendable, Equatable {
  package let name: String
  package let history: EntanglementHistory

  /// - Parameter name: One that no other run has.
  public init(name: String, history: EntanglementHistory) {
    self.name = name
    self.history = history
  }
}

/// Runs side by side: what they have in common, layer by layer and checkpoint by checkpoint.
///
/// Layers match by name; checkpoints by step where every run's have steps of their own, else by
/// name; two lone checkpoints always match. The first run is the one that the others are held
/// against. A difference is loss − loss of the first run, in nats.
public struct RunComparison: Sendable {
  /// How checkpoints were matched.
  package enum Matching: String, Sendable { case step, name, position }

  /// A layer at a checkpoint that at least two runs have.
  struct Entry: Sendable {
    let layer: String
    /// The place among `checkpoints`.
    let checkpoint: Int
    /// In the order of the runs; nil where a run lacks it.
    let layers: [LayerEntanglement?]
    /// To the first run, in the order of the runs; nil for the first and where a loss is missing.
    let differences: [ComparedLoss: [RunDifference?]]
    /// How the rows of each run pair with those of the first; nil where they do not.
    let pairings: [SamplePairing.Rule?]
  }

  /// Why the rows of a run do not pair with those of the first.
  struct Unpaired: Hashable, Sendable {
    let run: String
    let reason: String
  }

  struct Checkpoint: Sendable {
    let name: String
    let step: Int?
  }

  /// What one run has and no other.
  struct Unmatched: Sendable {
    let run: String
    let checkpoint: String
    let layer: String
  }

  let runs: [NamedRun]
  package let matching: Matching
  let checkpoints: [Checkpoint]
  /// By checkpoint, then by layer in the network's order.
  let entries: [Entry]
  let unmatched: [Unmatched]
  /// Each once.
  let unpaired: [Unpaired]

  /// - Precondition: two runs or more, of different names.
  public init(_ runs: [NamedRun]) {
    precondition(
      runs.count > 1 && Set(runs.map(\.name)).count == runs.count, "runs need names of their own")
    self.runs = runs
    let profiles = runs.map(\.history.profiles)
    let moments = CheckpointMatching(profiles)
    matching = moments.rule
    let key = moments.key
    let byKey = profiles.map { Dictionary($0.map { (key($0), $0) }) { first, _ in first } }
    var names: [String] = []
    for name in runs.flatMap(\.history.layerNames) where !names.contains(name) {
      names.append(name)
    }
    var checkpoints: [Checkpoint] = []
    var entries: [Entry] = []
    var unmatched: [Unmatched] = []
    var unpaired: [Unpaired] = []
    for key in moments.order {
      var found: [Entry] = []
      let samples = byKey.map { $0[key]?.samples }
      var pairings: [SamplePairing?] = [nil]
      for (run, other) in zip(runs, samples).dropFirst() {
        guard let first = samples[0], let other else {
          pairings.append(nil)
          continue
        }
        do throws(SamplePairing.Absence) {
          pairings.append(try SamplePairing(first, other))
        } catch {
          pairings.append(nil)
          let absence = Unpaired(run: run.name, reason: error.reason)
          if !unpaired.contains(absence) { unpaired.append(absence) }
        }
      }
      for name in names {
        let layers = byKey.map { $0[key]?.layers.first { $0.name == name }?.entanglement }
        let owners = layers.indices.filter { layers[$0] != nil }
        if owners.count > 1 {
          found.append(
            Entry(layer: name, checkpoint: checkpoints.count, layers: layers, pairings: pairings))
        } else if let owner = owners.first {
          unmatched.append(
            Unmatched(
              run: runs[owner].name, checkpoint: byKey[owner][key]?.checkpoint ?? "", layer: name))
        }
      }
      if !found.isEmpty, let checkpoint = moments.named[key] {
        checkpoints.append(checkpoint)
        entries += found
      }
    }
    self.checkpoints = checkpoints
    self.entries = entries
    self.unmatched = unmatched
    self.unpaired = unpaired
  }

  /// Whether nothing at all is common to two runs.
  package var isEmpty: Bool { entries.isEmpty }

  /// What could not be computed, of all runs.
  package var failures: [LayerFailure] { runs.flatMap(\.history.failures) }

  /// The names of the common layers, in the network's order.
  var layerNames: [String] {
    entries.reduce(into: []) { names, entry in
      if !names.contains(entry.layer) { names.append(entry.layer) }
    }
  }

  func entry(layer: String, checkpoint: Int) -> Entry? {
    entries.first { $0.layer == layer && $0.checkpoint == checkpoint }
  }

  /// What makes numbers of different runs hard to hold against one another.
  var notices: [String] {
    let all = entries.flatMap { $0.layers.compactMap(\.self) }
    let first = entries.first?.layers.compactMap(\.self) ?? []
    var notices: [String] = []
    let counts = Set(all.map(\.sampleCount)).sorted()
    if counts.count > 1 {
      notices.append(
        "The runs have \(counts.map(String.init).joined(separator: " and ")) samples. The minimum "
          + "of the loss falls with the number of samples: draw the same number with --samples.")
    }
    if Set(first.map { Set($0.classes.filter { $0.count > 0 }.map(\.name)) }).count > 1 {
      notices.append("The runs have different classes, so their losses measure different things.")
    } else if counts.count == 1, Set(first.map(\.chance)).count > 1 {
      notices.append("The runs have other numbers of samples in their classes: chance differs.")
    }
    return notices + intervalNotices
  }

  /// Which differences have no interval, and which have one of no width.
  private var intervalNotices: [String] {
    var notices = unpaired.map {
      "No intervals for \($0.run) − \(runs[0].name), because \($0.reason)."
    }
    for (index, run) in runs.enumerated().dropFirst() {
      let matched = entries.compactMap { $0.difference(index, .matched) }
      if !matched.isEmpty, matched.allSatisfy(\.isIdentical) {
        notices.append(
          "\(run.name) and \(runs[0].name) are the same to the last sample in every layer: the "
            + "differences are 0, with intervals of no width. Are these two runs?")
      }
      let isByPlace = entries.contains { $0.pairings[index] == .position }
      if isByPlace, matched.contains(where: { $0.interval != nil }) {
        notices.append(
          "Rows of \(run.name) and \(runs[0].name) pair by their place, as the labels are the same and "
            + "not both have sample_ids.")
      }
    }
    return notices
  }
}

extension RunComparison.Entry {
  fileprivate init(
    layer: String, checkpoint: Int, layers: [LayerEntanglement?], pairings: [SamplePairing?]
  ) {
    self.layer = layer
    self.checkpoint = checkpoint
    self.layers = layers
    self.pairings = pairings.map { $0?.rule }
    differences = Dictionary(
      uniqueKeysWithValues: ComparedLoss.allCases.map { quantity in
        let all = zip(layers, pairings).enumerated().map { run, other -> RunDifference? in
          guard run > 0, let first = layers[0], let layer = other.0 else { return nil }
          return quantity.difference(from: first, to: layer, pairing: other.1)
        }
        return (quantity, all)
      })
  }

  var losses: [Double?] { losses(.minimum) }

  func losses(_ quantity: ComparedLoss) -> [Double?] { layers.map { $0.flatMap(quantity.value) } }

  /// loss − loss of the first run; nil for the first and where either is missing.
  func difference(_ run: Int, _ quantity: ComparedLoss = .minimum) -> RunDifference? {
    differences[quantity]?[run]
  }
}
