internal import Charts
internal import Entanglement

/// The figure `comparison`: over training a panel a layer and a line a run; at one checkpoint the
/// layers from left to right.
struct ComparisonChart {
  private let comparison: RunComparison

  init(_ comparison: RunComparison) {
    self.comparison = comparison
  }

  private static let mostPanels = 12

  var figure: Figure {
    comparison.checkpoints.count > 1
      ? Figure("comparison", overTraining, table: table)
      : Figure("comparison", overLayers, table: table)
  }

  private var names: [String] { comparison.runs.map(\.name) }

  private var chances: [Double] {
    Set(comparison.entries.flatMap { $0.layers.compactMap { $0?.chance } }).sorted()
  }

  private var axis: LossAxis {
    LossAxis(
      label: comparison.checkpoints.count > 1 ? "Loss (nats)" : "Loss at its minimum over T (nats)",
      minima: comparison.entries.flatMap { $0.losses.compactMap(\.self) },
      chance: chances.last ?? 0)
  }

  private var rules: [Rule] {
    chances.prefix(3).map { .horizontal(at: $0, label: "chance \(NumberStyle.loss($0))") }
  }

  private func depth(_ run: Int) -> Double { Double(run) / Double(max(names.count - 1, 1)) }

  private func note(_ run: Int, _ entry: RunComparison.Entry) -> String? {
    entry.layers[run].map {
      "\(names[run]), \(entry.layer), \(comparison.checkpoints[entry.checkpoint].name): "
        + EntanglementCharts.minimumText($0)
    }
  }

  private var overTraining: SmallMultiples {
    let ticks = CheckpointTicks(
      names: comparison.checkpoints.map(\.name), steps: comparison.checkpoints.map(\.step))
    let layers = comparison.layerNames
    let shown = TextReport.spread(layers.count, into: Self.mostPanels).map { layers[$0] }
    let panels = shown.map { layer in
      LineChart(
        title: layer, xAxis: ticks.axis, yAxis: axis.axis,
        series: names.indices.map { run in
          Series(
            name: names[run],
            points: comparison.checkpoints.indices.map { place in
              let entry = comparison.entry(layer: layer, checkpoint: place)
              return .init(
                ticks.positions[place], entry?.losses[run], note: entry.flatMap { note(run, $0) })
            }, depth: depth(run))
        }, rules: rules, description: "")
    }
    return SmallMultiples(
      title: "Runs compared, by layer", panels: panels,
      description: description
        + (shown.count < layers.count ? " \(shown.count) of \(layers.count) layers are shown." : "")
    )
  }

  private var overLayers: LineChart {
    LineChart(
      title: "Runs compared, by layer",
      xAxis: .categories(comparison.layerNames, label: "Layer"), yAxis: axis.axis,
      series: names.indices.map { run in
        Series(
          name: names[run],
          points: comparison.entries.enumerated().map { place, entry in
            .init(Double(place), entry.losses[run], note: note(run, entry))
          }, depth: depth(run))
      }, rules: rules, description: description)
  }

  private var description: String {
    "Soft nearest neighbor loss, minimised over temperature (nats), of "
      + "\(comparison.layerNames.count) layers at \(comparison.checkpoints.count) common "
      + "checkpoints, one line a run: \(names.joined(separator: ", "))."
  }

  private var table: CSVTable {
    var table = CSVTable([
      "checkpoint", "step", "layer", "run", "loss", "difference", "relativeTemperature",
      "position", "chance", "sampleCount",
    ])
    for entry in comparison.entries {
      let checkpoint = comparison.checkpoints[entry.checkpoint]
      for (index, layer) in entry.layers.enumerated() {
        guard let layer else { continue }
        table.rows.append([
          checkpoint.name, CSVTable.integer(checkpoint.step), entry.layer, names[index],
          CSVTable.number(layer.minimum?.loss), CSVTable.number(entry.difference(index)),
          CSVTable.number(layer.minimum?.relativeTemperature),
          layer.minimum?.position.rawValue ?? "", CSVTable.number(layer.chance),
          String(layer.sampleCount),
        ])
      }
    }
    return table
  }
}
