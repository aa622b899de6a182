internal import Charts
internal import Entanglement

extension EntanglementCharts {
  /// The least loss at each checkpoint, a line a layer; of a lone checkpoint from layer to layer.
  var overTraining: Figure {
    let chart = history.profiles.count == 1 ? lossByLayer : lossByCheckpoint
    var table = CSVTable(["checkpoint", "step", "layer", "loss", "position", "chance"])
    for profile in history.profiles {
      for layer in profile.layers {
        table.rows.append(
          CSVReport.place(profile, layer) + [
            CSVTable.number(layer.entanglement.minimum?.loss),
            layer.entanglement.minimum?.position.rawValue ?? "",
            CSVTable.number(layer.entanglement.chance),
          ])
      }
    }
    return Figure("entanglement-over-training", chart, table: table)
  }

  private static let lossLabel = "Loss at its minimum over T (nats)"

  private var lossByLayer: LineChart {
    let profile = history.profiles[0]
    let layers = profile.layers.map(\.entanglement)
    let axis = LossAxis(
      label: Self.lossLabel, minima: layers.compactMap { $0.minimum?.loss },
      chance: layers.map(\.chance).max() ?? 0)
    let texts = profile.layers.map { "\($0.name) \(Self.minimumText($0.entanglement))" }
    return LineChart(
      title: "Entanglement by layer, \(profile.checkpoint)",
      xAxis: .categories(profile.layers.map(\.name), label: "Layer"), yAxis: axis.axis,
      series: [
        Series(
          name: "minimum over T",
          points: zip(layers, texts).enumerated().map { place, layer in
            .init(Double(place), layer.0.minimum?.loss, note: layer.1)
          })
      ], rules: chanceRules(layers.map(\.chance)),
      description:
        "Soft nearest neighbor loss, minimised over temperature, of \(layers.count) layers at "
        + "checkpoint \(profile.checkpoint): " + texts.joined(separator: "; ") + ".")
  }

  private var lossByCheckpoint: LineChart {
    let names = history.layerNames
    let trajectories = names.map(history.trajectory)
    let series = names.indices.map { index in
      Series(
        name: names[index],
        points: trajectories[index].enumerated().map { place, layer in
          .init(
            ticks.positions[place], layer?.minimum?.loss,
            note: layer.map {
              "\(names[index]), \(history.profiles[place].checkpoint): \(Self.minimumText($0))"
            })
        }, depth: depth(index, of: names.count))
    }
    let changes = names.indices.compactMap { index -> String? in
      let losses = trajectories[index].compactMap { $0?.minimum?.loss }
      guard let first = losses.first, let last = losses.last else { return nil }
      return "\(names[index]) from \(NumberStyle.loss(first)) to \(NumberStyle.loss(last))"
    }
    let chances = trajectories.flatMap { $0.compactMap { $0?.chance } }
    let losses = trajectories.flatMap { $0.compactMap { $0?.minimum?.loss } }
    let axis = LossAxis(
      label: Self.lossLabel, minima: losses, chance: chances.max() ?? 0)
    return LineChart(
      title: "Entanglement over training", xAxis: ticks.axis, yAxis: axis.axis, series: series,
      rules: chanceRules(chances),
      description:
        "Soft nearest neighbor loss, minimised over temperature, at each of "
        + "\(history.profiles.count) checkpoints, one line a layer (nats): "
        + changes.joined(separator: "; ") + ". Chance is "
        + (chances.max().map(NumberStyle.loss) ?? "unknown") + ".")
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
