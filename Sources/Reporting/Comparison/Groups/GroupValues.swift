internal import Activations
internal import Entanglement

/// The numbers of the runs of groups, by place, and the influences of their samples in one order.
struct GroupValues {
  struct Value {
    let value: Double
    /// By sample, in the order of the first run; nil where they are not known.
    let influences: [Double]?
  }

  let matching: RunComparison.Matching
  let checkpoints: [RunComparison.Checkpoint]
  let layers: [String]
  let quantities: [ComparedQuantity]
  let missing: [GroupComparison.Missing]
  let notices: [String]
  /// By group and run.
  private let values: [[[GroupComparison.Place: Value]]]

  /// The most temperatures of a curve that are compared one by one.
  private static let mostTemperatures = 8

  init(_ groups: [RunGroup], sweep: TemperatureSweep) throws(GroupError) {
    let all = groups.flatMap { group in group.runs.map { (group: group.name, run: $0) } }
    let moments = CheckpointMatching(all.map { $0.run.history?.profiles ?? [] })
    matching = moments.rule
    checkpoints = moments.order.compactMap { moments.named[$0] }
    let names = all.flatMap { $0.run.history?.layerNames ?? [] }.uniqueInOrder
    layers = names
    try Self.requireDistinct(groups)
    let temperatures = sweep.values.count <= Self.mostTemperatures ? sweep.values : []
    var missing: [GroupComparison.Missing] = []
    var quantities: [ComparedQuantity] = []
    var references: [String: (run: String, samples: SampleIdentity)] = [:]
    var byPlace: Set<String> = []
    var values: [[[GroupComparison.Place: Value]]] = []
    // A layer that no run has at a checkpoint is missing of none.
    let present = Set(
      all.flatMap { entry in
        (entry.run.history?.profiles ?? []).flatMap { profile in
          profile.layers.map { [moments.key(profile), $0.name] }
        }
      })
    for group in groups {
      var ofGroup: [[GroupComparison.Place: Value]] = []
      for run in group.runs {
        var ofRun: [GroupComparison.Place: Value] = [:]
        for (index, key) in moments.order.enumerated() {
          let profile = run.history?.profiles.first { moments.key($0) == key }
          let absent = names.filter { name in
            present.contains([key, name])
              && !(profile?.layers.contains { $0.name == name } ?? false)
          }
          missing += absent.map {
            GroupComparison.Missing(
              group: group.name, run: run.name, checkpoint: moments.named[key]?.name ?? "",
              layer: $0)
          }
          guard let profile else { continue }
          var rows: [Int]?
          if let samples = profile.samples {
            if let reference = references[key] {
              do throws(SamplePairing.Absence) {
                let pairing = try SamplePairing(reference.samples, samples)
                rows = pairing.rows
                if pairing.rule == .position { byPlace.insert(group.name) }
              } catch {
                throw GroupError(
                  description: "\(group.name): \(run.name) is not to be set beside "
                    + "\(reference.run), because \(error.reason) (checkpoint "
                    + "\(profile.checkpoint)). The runs of all groups need the same samples under "
                    + "the same labels: record them so, or compare those alone that have them.")
              }
            } else {
              references[key] = ("\(group.name)'s \(run.name)", samples)
              rows = Array(samples.labels.indices)
            }
          }
          for layer in profile.layers {
            for found in ComparedQuantity.all(
              of: layer.entanglement, temperatures: temperatures,
              areRelative: sweep.scale == .meanDistance)
            {
              let place = GroupComparison.Place(
                checkpoint: index, layer: layer.name, quantity: found.quantity)
              let influences = found.influences.flatMap { all in
                rows.flatMap { rows in
                  rows.count == all.count ? rows.map { all[$0] } : nil
                }
              }
              ofRun[place] = Value(value: found.value, influences: influences)
              if !quantities.contains(found.quantity) { quantities.append(found.quantity) }
            }
          }
          if let accuracy = run.accuracies[profile.checkpoint] {
            ofRun[
              GroupComparison.Place(checkpoint: index, layer: nil, quantity: .accuracy)] = Value(
                value: accuracy, influences: nil)
          }
        }
        ofGroup.append(ofRun)
      }
      values.append(ofGroup)
    }
    if all.contains(where: { !$0.run.accuracies.isEmpty }) { quantities.append(.accuracy) }
    self.missing = missing
    self.quantities = quantities
    self.values = values
    notices =
      byPlace.isEmpty
      ? []
      : [
        "Rows of the runs pair by their place, as the labels are the same and not all have "
          + "sample_ids."
      ]
  }

  /// Of values that a table lists.
  init(listed groups: [RunGroup]) {
    let all = groups.flatMap { group in
      group.runs.flatMap { run in run.values.map { (group: group.name, run: run.name, value: $0) } }
    }
    matching = .name
    var moments: [RunComparison.Checkpoint] = []
    for entry in all where !moments.contains(where: { $0.name == entry.value.checkpoint }) {
      moments.append(
        RunComparison.Checkpoint(name: entry.value.checkpoint, step: entry.value.step))
    }
    if moments.allSatisfy({ $0.step != nil }) {
      moments.sort { ($0.step ?? 0) < ($1.step ?? 0) }
    }
    checkpoints = moments
    layers = all.compactMap(\.value.layer).uniqueInOrder
    quantities = all.map(\.value.quantity).uniqueInOrder.map(ComparedQuantity.listed)
    let places = Dictionary(
      uniqueKeysWithValues: moments.enumerated().map { ($1.name, $0) })
    values = groups.map { group in
      group.runs.map { run in
        run.values.reduce(into: [:]) { found, value in
          let place = GroupComparison.Place(
            checkpoint: places[value.checkpoint] ?? 0, layer: value.layer,
            quantity: .listed(value.quantity))
          found[place] = Value(value: value.value, influences: nil)
        }
      }
    }
    let known = Set(values.joined().flatMap(\.keys))
    let values = values
    missing = groups.enumerated().flatMap { index, group in
      group.runs.enumerated().flatMap { number, run in
        known.filter { values[index][number][$0] == nil }.map { place in
          GroupComparison.Missing(
            group: group.name, run: run.name, checkpoint: moments[place.checkpoint].name,
            layer: [place.layer, place.quantity.name].compactMap(\.self).joined(separator: " "))
        }.sorted { ($0.checkpoint, $0.layer) < ($1.checkpoint, $1.layer) }
      }
    }
    notices = []
  }

  /// By run; nil for a run that has no such number.
  func runs(of group: Int, at place: GroupComparison.Place) -> [Value?] {
    values[group].map { $0[place] }
  }

  /// Throws where two runs of a group are one: a copy is no other seed.
  private static func requireDistinct(_ groups: [RunGroup]) throws(GroupError) {
    for group in groups {
      for (place, run) in group.runs.enumerated() {
        let layers = run.history?.profiles.map { $0.layers.map(\.entanglement) } ?? []
        guard !layers.joined().isEmpty else { continue }
        let copy = group.runs[..<place].first { other in
          other.history?.profiles.map { $0.layers.map(\.entanglement) } == layers
        }
        if let copy {
          throw GroupError(
            description: "\(group.name): \(copy.name) and \(run.name) are the same to the last "
              + "sample in every layer. A copy is no other seed: give each training once.")
        }
      }
    }
  }
}
