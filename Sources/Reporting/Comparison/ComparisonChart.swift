internal import Charts
internal import Entanglement

/// The figures `comparison` and `comparison-at-perplexity`: over training a panel a layer and a
/// line a run; at one checkpoint the layers from left to right. A band is the 95 % interval of the
/// difference to the first run, around the run's line.
struct ComparisonChart {
  private let comparison: RunComparison
  private let quantity: ComparedLoss

  init(_ comparison: RunComparison, _ quantity: ComparedLoss) {
    self.comparison = comparison
    self.quantity = quantity
  }

  /// nil where no layer has the loss.
  var figure: Figure? {
    let isKnown = comparison.entries.contains { $0.losses(quantity).contains { $0 != nil } }
    guard isKnown || quantity == .minimum else { return nil }
    let name = quantity == .minimum ? "comparison" : "comparison-at-perplexity"
    return comparison.checkpoints.count > 1
      ? Figure(name, .multiples(overTraining), table: table)
      : Figure(name, .line(overLayers), table: table)
  }

  private var title: String {
    quantity == .minimum
      ? "Runs compared, by layer" : "Runs compared at the matched perplexity, by layer"
  }

  /// The interval of the difference to the first run, around the run's loss.
  private func band(_ run: Int, _ entry: RunComparison.Entry?) -> ClosedRange<Double>? {
    guard let entry, let interval = entry.difference(run, quantity)?.interval,
      let first = entry.losses(quantity)[0]
    else { return nil }
    let lower = max(first + interval.lower, 0)
    return lower...max(lower, first + interval.upper)
  }

  private var names: [String] { comparison.runs.map(\.name) }

  private var layers: [LayerEntanglement] {
    comparison.entries.flatMap { $0.layers.compactMap(\.self) }
  }

  private var reference: TrackedLoss.Reference { quantity == .minimum ? .chance : .null }

  private var axis: LossAxis {
    LossAxis(
      label: comparison.checkpoints.count > 1
        ? "Loss (nats)"
        : quantity == .minimum
          ? "Loss at its minimum over T (nats)" : "Loss at the matched perplexity (nats)",
      minima: comparison.entries.flatMap { $0.losses(quantity).compactMap(\.self) },
      chance: reference.greatest(layers) ?? 0,
      bands: comparison.entries.flatMap { entry in names.indices.map { band($0, entry) } },
      isCarried: reference.isCarried(layers))
  }

  private var rules: [Rule] { reference.rules(layers) }

  private func depth(_ run: Int) -> Double { Series.depth(run, of: names.count) }

  private func note(_ run: Int, _ entry: RunComparison.Entry) -> String? {
    entry.layers[run].map {
      "\(names[run]), \(entry.layer), \(comparison.checkpoints[entry.checkpoint].name): "
        + (quantity == .minimum ? $0.minimumText : $0.matchedText)
        + (entry.difference(run, quantity).map { difference in
          ", \(NumberStyle.signed(difference.value)) to \(names[0])"
            + (difference.interval.map { " \($0.text)" } ?? "")
        } ?? "")
    }
  }

  private var overTraining: SmallMultiples {
    let ticks = CheckpointTicks(
      names: comparison.checkpoints.map(\.name), steps: comparison.checkpoints.map(\.step))
    let layers = comparison.layerNames
    let shown = layers.spread(into: ReportedHistory.mostPanels)
    let panels = shown.map { layer in
      LineChart(
        title: layer, xAxis: ticks.axis, yAxis: axis.axis,
        series: names.indices.map { run in
          Series(
            name: names[run],
            points: comparison.checkpoints.indices.map { place in
              let entry = comparison.entry(layer: layer, checkpoint: place)
              return .init(
                ticks.positions[place], entry?.losses(quantity)[run],
                note: entry.flatMap { note(run, $0) })
            },
            band: comparison.checkpoints.indices.map {
              band(run, comparison.entry(layer: layer, checkpoint: $0))
            }, depth: depth(run))
        }, rules: rules, description: "")
    }
    return SmallMultiples(
      title: title, panels: panels,
      description: description
        + (shown.count < layers.count ? " \(shown.count) of \(layers.count) layers are shown." : "")
    )
  }

  private var overLayers: LineChart {
    LineChart(
      title: title,
      xAxis: .categories(comparison.layerNames, label: "Layer"), yAxis: axis.axis,
      series: names.indices.map { run in
        Series(
          name: names[run],
          points: comparison.entries.enumerated().map { place, entry in
            .init(Double(place), entry.losses(quantity)[run], note: note(run, entry))
          }, band: comparison.entries.map { band(run, $0) }, depth: depth(run))
      }, rules: rules, description: description)
  }

  private var description: String {
    "Soft nearest neighbor loss, "
      + (quantity == .minimum ? "minimised over temperature" : "at the matched perplexity")
      + " (nats), of "
      + "\(comparison.layerNames.count) layers at \(comparison.checkpoints.count) common "
      + "checkpoints, one line a run: \(names.joined(separator: ", "))."
      + (hasBands
        ? " A band is the 95 % interval of the difference to \(names[0]), of paired samples, around "
          + "the line of the other run." : "")
  }

  private var hasBands: Bool {
    comparison.entries.contains { entry in
      names.indices.contains { band($0, entry) != nil }
    }
  }

  private var table: CSVTable {
    var table = CSVTable(
      [
        "checkpoint", "step", "layer", "run", "loss", "difference", "lower", "upper",
        "relativeTemperature", quantity == .minimum ? "position" : "perplexity", "chance",
        "sampleCount",
      ] + (quantity == .minimum ? [] : ["null"]))
    for entry in comparison.entries {
      let checkpoint = comparison.checkpoints[entry.checkpoint]
      for (index, layer) in entry.layers.enumerated() {
        guard let layer else { continue }
        let difference = entry.difference(index, quantity)
        let place =
          quantity == .minimum
          ? [
            CSVTable.number(layer.minimum?.relativeTemperature),
            layer.minimum?.position.rawValue ?? "",
          ]
          : [layer.matched?.relativeTemperature, layer.matched?.perplexity].map(CSVTable.number)
        table.rows.append(
          [checkpoint.name, CSVTable.integer(checkpoint.step), entry.layer, names[index]]
            + [
              entry.losses(quantity)[index], difference?.value, difference?.interval?.lower,
              difference?.interval?.upper,
            ].map(CSVTable.number) + place
            + [CSVTable.number(layer.chance), String(layer.sampleCount)]
            + (quantity == .minimum ? [] : [CSVTable.number(layer.matched?.null?.mean)]))
      }
    }
    return table
  }
}
