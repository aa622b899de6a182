internal import Charts
internal import Entanglement

extension EntanglementCharts {
  /// The least loss at each checkpoint, a line a layer; of a lone checkpoint from layer to layer.
  var overTraining: Figure {
    let quantity = TrackedLoss.minimum
    var table = CSVTable([
      "checkpoint", "step", "layer", "loss", "lower", "upper", "position", "chance",
    ])
    for profile in history.profiles {
      for layer in profile.layers {
        let minimum = layer.entanglement.minimum
        table.rows.append(
          CSVReport.place(profile, layer)
            + [minimum?.loss, minimum?.interval?.lower, minimum?.interval?.upper].map(
              CSVTable.number)
            + [minimum?.position.rawValue ?? "", CSVTable.number(layer.entanglement.chance)])
      }
    }
    return Figure("entanglement-over-training", chart(of: quantity), table: table)
  }

  /// The same of the loss at the matched perplexity; nil where no layer has it.
  var perplexityOverTraining: Figure? {
    guard
      history.profiles.contains(where: { $0.layers.contains { $0.entanglement.matched != nil } })
    else { return nil }
    var table = CSVTable([
      "checkpoint", "step", "layer", "perplexity", "temperature", "loss", "lower", "upper",
      "chance",
    ])
    for profile in history.profiles {
      for layer in profile.layers {
        let matched = layer.entanglement.matched
        table.rows.append(
          CSVReport.place(profile, layer)
            + [
              matched?.perplexity, matched?.temperature, matched?.loss, matched?.interval?.lower,
              matched?.interval?.upper, layer.entanglement.chance,
            ].map(CSVTable.number))
      }
    }
    return Figure("perplexity-over-training", chart(of: .matched), table: table)
  }

  /// A loss that layers and checkpoints are compared by.
  enum TrackedLoss {
    case minimum, matched, scheduled

    var label: String {
      switch self {
      case .minimum: "Loss at its minimum over T (nats)"
      case .matched: "Loss at the matched perplexity (nats)"
      case .scheduled: "Loss at the temperature of the schedule (nats)"
      }
    }

    /// As it goes on in a description.
    var words: String {
      switch self {
      case .minimum: "minimised over temperature"
      case .matched: "at the matched perplexity"
      case .scheduled: "at the temperature of the schedule"
      }
    }

    /// Of one checkpoint, from layer to layer.
    var titleByLayer: String {
      switch self {
      case .minimum: "Entanglement by layer, "
      case .matched: "Loss at the matched perplexity, "
      case .scheduled: "Loss at the temperature of the schedule, "
      }
    }

    var titleOverTraining: String {
      switch self {
      case .minimum: "Entanglement over training"
      case .matched: "Loss at the matched perplexity over training"
      case .scheduled: "Loss at the temperature of the schedule over training"
      }
    }

    /// What a line is called that goes from layer to layer.
    var name: String {
      switch self {
      case .minimum: "minimum over T"
      case .matched: "at the perplexity"
      case .scheduled: "at the schedule"
      }
    }

    func value(_ layer: LayerEntanglement) -> Double? {
      switch self {
      case .minimum: layer.minimum?.loss
      case .matched: layer.matched?.loss
      case .scheduled: layer.scheduled?.loss
      }
    }

    func interval(_ layer: LayerEntanglement) -> Interval? {
      switch self {
      case .minimum: layer.minimum?.interval
      case .matched: layer.matched?.interval
      case .scheduled: nil
      }
    }

    func text(_ layer: LayerEntanglement) -> String {
      switch self {
      case .minimum: EntanglementCharts.minimumText(layer)
      case .matched: EntanglementCharts.matchedText(layer)
      case .scheduled:
        layer.scheduled.map(EntanglementCharts.pointText) ?? "without a temperature"
      }
    }
  }

  func chart(of quantity: TrackedLoss) -> LineChart {
    history.profiles.count == 1 ? lossByLayer(quantity) : lossByCheckpoint(quantity)
  }

  private func bandsText(_ layers: [LayerEntanglement], _ quantity: TrackedLoss) -> String {
    layers.contains { quantity.interval($0) != nil } ? bandsText : ""
  }

  private func lossByLayer(_ quantity: TrackedLoss) -> LineChart {
    let profile = history.profiles[0]
    let layers = profile.layers.map(\.entanglement)
    let axis = LossAxis(
      label: quantity.label, minima: layers.compactMap(quantity.value),
      chance: layers.map(\.chance).max() ?? 0,
      bands: layers.map { quantity.interval($0)?.bounds })
    let texts = profile.layers.map { "\($0.name) \(quantity.text($0.entanglement))" }
    return LineChart(
      title: quantity.titleByLayer + profile.checkpoint,
      xAxis: .categories(profile.layers.map(\.name), label: "Layer"), yAxis: axis.axis,
      series: [
        Series(
          name: quantity.name,
          points: zip(layers, texts).enumerated().map { place, layer in
            .init(Double(place), quantity.value(layer.0), note: layer.1)
          }, band: layers.map { quantity.interval($0)?.bounds })
      ], rules: chanceRules(layers.map(\.chance)),
      description:
        "Soft nearest neighbor loss, \(quantity.words), of \(layers.count) layers at "
        + "checkpoint \(profile.checkpoint): " + texts.joined(separator: "; ") + "."
        + bandsText(layers, quantity))
  }

  private func lossByCheckpoint(_ quantity: TrackedLoss) -> LineChart {
    let names = history.layerNames
    let trajectories = names.map(history.trajectory)
    let series = names.indices.map { index in
      Series(
        name: names[index],
        points: trajectories[index].enumerated().map { place, layer in
          .init(
            ticks.positions[place], layer.flatMap(quantity.value),
            note: layer.map {
              "\(names[index]), \(history.profiles[place].checkpoint): \(quantity.text($0))"
            })
        },
        band: hasBands ? trajectories[index].map { $0.flatMap(quantity.interval)?.bounds } : [],
        depth: depth(index, of: names.count))
    }
    let changes = names.indices.compactMap { index -> String? in
      let losses = trajectories[index].compactMap { $0.flatMap(quantity.value) }
      guard let first = losses.first, let last = losses.last else { return nil }
      return "\(names[index]) from \(NumberStyle.loss(first)) to \(NumberStyle.loss(last))"
    }
    let layers = trajectories.flatMap { $0.compactMap(\.self) }
    let chances = layers.map(\.chance)
    let axis = LossAxis(
      label: quantity.label, minima: layers.compactMap(quantity.value), chance: chances.max() ?? 0,
      bands: series.flatMap(\.band))
    return LineChart(
      title: quantity.titleOverTraining,
      xAxis: ticks.axis, yAxis: axis.axis, series: series, rules: chanceRules(chances),
      description:
        "Soft nearest neighbor loss, \(quantity.words), at each of "
        + "\(history.profiles.count) checkpoints, one line a layer (nats): "
        + changes.joined(separator: "; ") + ". Chance is "
        + (chances.max().map(NumberStyle.loss) ?? "unknown") + "." + bandsText(layers, quantity))
  }

  /// The least loss by layer and checkpoint.
  var heatmap: Figure {
    let names = history.layerNames
    let values = names.map { history.trajectory(of: $0).map { $0?.minimum?.loss } }
    let known = values.flatMap { $0.compactMap(\.self) }
    let (least, greatest) = (known.min() ?? 0, known.max() ?? 0)
    // Losses that differ by ratios would all be dark but one on a linear ramp.
    let isLogarithmic = least > 1e-3 * greatest && greatest > 6 * least
    let chart = HeatmapChart(
      title: "Loss by layer and checkpoint", rows: names, columns: ticks.names, values: values,
      valueLabel: "Loss (nats)", valueKind: isLogarithmic ? .log : .linear,
      xLabel: ticks.axisLabel, yLabel: "Layer",
      description:
        "Soft nearest neighbor loss, minimised over temperature, of \(names.count) layers (rows) at "
        + "\(history.profiles.count) checkpoints (columns), in nats: from "
        + "\(NumberStyle.loss(least)) to \(NumberStyle.loss(greatest)).")
    var table = CSVTable(["layer"] + history.profiles.map(\.checkpoint))
    for (name, row) in zip(names, values) { table.rows.append([name] + row.map(CSVTable.number)) }
    return Figure("layer-checkpoint-heatmap", chart, table: table)
  }
}

extension Interval {
  /// What a band of a figure spans.
  var bounds: ClosedRange<Double> { lower...max(lower, upper) }
}
