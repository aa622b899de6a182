package import Activations
internal import Entanglement
internal import PairwiseDistances
package import Reporting

extension AnalysisPlan {
  /// How a run was set up, as far as its result depends on it: nothing of the machine, the time, or
  /// where the result went.
  package var provenance: [ReportOptions.Setting] {
    let (reading, settings) = (options.reading, options.settings)
    var list: [ReportOptions.Setting] = []
    func add(_ name: String, _ values: [String]) {
      if !values.isEmpty { list.append(.init(name, values.joined(separator: ", "))) }
    }
    let values = settings.sweep.values
    if let first = values.first, let last = values.last {
      let absolute = settings.distance == .cosine ? "units of 1 − cos" : "squared activation units"
      let unit = settings.sweep.scale == .absolute ? absolute : "times the mean distance"
      let shown =
        values.count <= 4
        ? values.map(Self.plain).joined(separator: ", ")
        : "\(values.count) from \(Self.plain(first)) to \(Self.plain(last))"
      add("Temperatures", [shown + " " + unit])
    }
    add(
      "Computed",
      LossSettings.Quantity.allCases.filter(settings.quantities.contains).map(\.rawValue))
    add("Layers", reading.layers)
    add("Except", reading.except)
    add("Checkpoints", reading.checkpoints)
    add("Labels", reading.labels)
    add("Checkpoint pattern", [reading.checkpointPattern].compactMap(\.self))
    add("Pooling", [reading.pooling?.rawValue].compactMap(\.self))
    if settings.zeroRows != .refuse { add("Rows of zeros", [settings.zeroRows.rawValue]) }
    if let sizes = settings.sampleSizes {
      add("Sample sizes", sizes.sizes.map(String.init) + ["seed \(sizes.seed)"])
    }
    if let batches = settings.miniBatches {
      add("Batches", ["\(batches.count) of \(batches.size) samples", "seed \(batches.seed)"])
    }
    switch options.schedule {
    case .annealed(let schedule):
      let (offset, exponent) = (Self.plain(schedule.offset), Self.plain(schedule.exponent))
      add("Temperature schedule", ["T = 1/(\(offset) + step)^\(exponent)"])
    case .logged(let name): add("Temperature schedule", ["logged as \(name)"])
    case nil: break
    }
    return list
  }

  /// Where the labels of each checkpoint came from, by its name.
  var labelPlaces: [String: String] {
    Dictionary(
      collection.checkpoints.compactMap { checkpoint in
        checkpoint.labelsPath.map { (checkpoint.name, $0) }
      }, uniquingKeysWith: { first, _ in first })
  }

  /// What was read and by which choices; nil without a checkpoint.
  package var readingHead: ReadingHead? { collection.readingHead }

  /// What a baseline and a check must have in common.
  var comparableSettings: [String: String] {
    var settings = [
      "distance": options.settings.distance.rawValue,
      "pool": options.reading.pooling?.rawValue ?? "default",
      "samples": options.sampleCount.map(String.init) ?? "default",
    ]
    if options.sampleCount != nil { settings["seed"] = String(options.settings.seed) }
    return settings
  }

  /// `1000` rather than `1000.0`.
  private static func plain(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
