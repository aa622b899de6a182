import ActivationFiles
import Entanglement
import PairwiseDistances
import Reporting

/// How a run was set up, as far as its result depends on it: nothing of the machine, the time, or
/// where the result went.
enum Provenance {
  static func settings(
    selection input: SelectionOptions, compute: ComputeOptions
  ) -> [ReportOptions.Setting] {
    var settings: [ReportOptions.Setting] = []
    func add(_ name: String, _ values: [String]) {
      if !values.isEmpty { settings.append(.init(name, values.joined(separator: ", "))) }
    }
    let sweep = try? compute.sweep
    let values = sweep?.values ?? []
    if let first = values.first, let last = values.last {
      let absolute = compute.distance == .cosine ? "units of 1 − cos" : "squared activation units"
      let unit = sweep?.scale == .absolute ? absolute : "times the mean distance"
      let list =
        values.count <= 4
        ? values.map(plain).joined(separator: ", ")
        : "\(values.count) from \(plain(first)) to \(plain(last))"
      add("Temperatures", [list + " " + unit])
    }
    let quantities = LossSettings.Quantity.allCases.filter(
      compute.compute.quantities.contains)
    add("Computed", quantities.map(\.rawValue))
    add("Layers", input.layers)
    add("Except", input.except)
    add("Checkpoints", input.checkpoints)
    add("Labels", input.labels)
    add("Checkpoint pattern", [input.checkpointPattern].compactMap(\.self))
    add("Pooling", [input.pool?.rawValue].compactMap(\.self))
    if compute.zeroRows != .refuse { add("Rows of zeros", [compute.zeroRows.rawValue]) }
    return settings
  }

  /// What was computed beside the loss of each layer.
  static func settings(studies: StudyOptions, seed: UInt64) -> [ReportOptions.Setting] {
    var settings: [ReportOptions.Setting] = []
    if let sizes = studies.sampleSizes?.sizes {
      settings.append(
        .init("Sample sizes", sizes.map(String.init).joined(separator: ", ") + ", seed \(seed)"))
    }
    if let batches = studies.miniBatches(seed: seed) {
      settings.append(
        .init("Batches", "\(batches.count) of \(batches.size) samples, seed \(seed)"))
    }
    switch studies.temperatureSchedule {
    case .annealed(let schedule):
      settings.append(
        .init(
          "Temperature schedule",
          "T = 1/(\(plain(schedule.offset)) + step)^\(plain(schedule.exponent))"))
    case .logged(let name): settings.append(.init("Temperature schedule", "logged as \(name)"))
    case nil: break
    }
    return settings
  }

  /// `1000` rather than `1000.0`.
  private static func plain(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Where the labels of each checkpoint came from, by its name.
  static func labels(_ collection: ActivationCollection) -> [String: String] {
    Dictionary(
      collection.checkpoints.compactMap { checkpoint in
        checkpoint.labelsPath.map { (checkpoint.name, $0) }
      }, uniquingKeysWith: { first, _ in first })
  }
}
