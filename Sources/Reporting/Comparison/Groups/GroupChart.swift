internal import Charts
internal import Entanglement

/// The figures of groups, for each loss of a whole layer: `comparison`, the means over training or
/// from layer to layer with a band for the interval and a thin line for each run; and
/// `comparison-runs`, every run at the last checkpoint as a dot, by layer and group.
struct GroupChart {
  let comparison: GroupComparison
  let quantity: ComparedQuantity

  var figures: [Figure] {
    let rows = comparison.rows.filter { $0.place.quantity == quantity }
    guard !rows.isEmpty else { return [] }
    return [
      comparison.checkpoints.count > 1
        ? Figure("comparison" + suffix, .multiples(overTraining(rows)))
        : Figure("comparison" + suffix, .line(overLayers(rows))),
      Figure("comparison-runs" + suffix, .line(strip(rows))),
    ]
  }

  private var suffix: String { quantity == .minimum ? "" : "-at-perplexity" }

  private var names: [String] { comparison.groups.map(\.name) }

  private var place: String {
    quantity == .minimum ? "minimised over temperature" : "at the matched perplexity"
  }

  private var reference: TrackedLoss.Reference { quantity == .minimum ? .chance : .null }

  private var measured: [LayerEntanglement] {
    comparison.groups.flatMap { group in
      group.runs.flatMap { ($0.history?.profiles ?? []).flatMap { $0.layers.map(\.entanglement) } }
    }
  }

  private func axis(_ rows: [GroupComparison.Row], label: String) -> LossAxis {
    LossAxis(
      label: label, minima: rows.flatMap { $0.values.compactMap(\.self) },
      chance: reference.greatest(measured) ?? 0, bands: rows.map { bounds($0) },
      isCarried: reference.isCarried(measured))
  }

  /// Of a loss, which is not below 0.
  private func bounds(_ row: GroupComparison.Row?) -> ClosedRange<Double>? {
    row?.mean.interval.map { interval in
      let lower = max(interval.lower, 0)
      return lower...max(lower, interval.upper)
    }
  }

  private func note(_ row: GroupComparison.Row) -> String {
    "\(names[row.group]), \(row.place.layer ?? "–"), "
      + "\(comparison.checkpoints[row.place.checkpoint].name): \(row.mean.text)"
  }

  /// A group's line through some places.
  private func series(
    _ group: Int, _ places: [GroupComparison.Place], at positions: [Double]
  ) -> Series {
    let rows = places.map { comparison.row(group, $0) }
    var series = Series(
      name: names[group],
      points: zip(positions, rows).map { position, row in
        .init(position, row?.mean.mean, note: row.map(note))
      }, band: rows.map { bounds($0) }, depth: Series.depth(group, of: names.count))
    if comparison.groups[group].runs.count > 1 {
      series.threads = comparison.groups[group].runs.indices.map { run in
        rows.map { $0?.values[run] }
      }
    }
    return series
  }

  private func overTraining(_ rows: [GroupComparison.Row]) -> SmallMultiples {
    let ticks = CheckpointTicks(
      names: comparison.checkpoints.map(\.name), steps: comparison.checkpoints.map(\.step))
    let axis = axis(rows, label: "Loss (nats)")
    let shown = comparison.layers.spread(into: ReportedHistory.mostPanels)
    let panels = shown.map { layer in
      LineChart(
        title: layer, xAxis: ticks.axis, yAxis: axis.axis,
        series: names.indices.map { group in
          series(
            group,
            comparison.checkpoints.indices.map {
              .init(checkpoint: $0, layer: layer, quantity: quantity)
            }, at: ticks.positions)
        }, rules: reference.rules(measured), description: "")
    }
    return SmallMultiples(
      title: "Means over runs, \(place), by layer", panels: panels,
      description: description("\(comparison.checkpoints.count) checkpoints")
        + (shown.count < comparison.layers.count
          ? " \(shown.count) of \(comparison.layers.count) layers are shown." : ""))
  }

  private func overLayers(_ rows: [GroupComparison.Row]) -> LineChart {
    LineChart(
      title: "Means over runs, \(place), by layer",
      xAxis: .categories(comparison.layers, label: "Layer"),
      yAxis: axis(rows, label: "Loss (nats)").axis,
      series: names.indices.map { group in
        series(
          group,
          comparison.layers.map { .init(checkpoint: 0, layer: $0, quantity: quantity) },
          at: comparison.layers.indices.map(Double.init))
      }, rules: reference.rules(measured), description: description("one checkpoint"))
  }

  /// Groups stand side by side about the place of their layer.
  private func strip(_ all: [GroupComparison.Row]) -> LineChart {
    let last = comparison.checkpoints.count - 1
    let rows = all.filter { $0.place.checkpoint == last }
    let count = comparison.layers.count
    let apart = 0.6 / Double(max(names.count, 1))
    var axisOfLayers = Axis.categories(comparison.layers, label: "Layer")
    axisOfLayers.domain = -0.45...(Double(count - 1) + 0.45)
    return LineChart(
      title: "Runs at \(comparison.checkpoints[last].name), \(place)", xAxis: axisOfLayers,
      yAxis: axis(rows.isEmpty ? all : rows, label: "Loss (nats)").axis,
      series: names.indices.map { group in
        let offset = (Double(group) - Double(names.count - 1) / 2) * apart
        var series = series(
          group, comparison.layers.map { .init(checkpoint: last, layer: $0, quantity: quantity) },
          at: comparison.layers.indices.map { Double($0) + offset })
        series.isStrip = true
        return series
      }, rules: reference.rules(measured),
      description: "Soft nearest neighbor loss, \(place) (nats), of every run at "
        + "\(comparison.checkpoints[last].name) as a dot, by layer and group: "
        + "\(names.joined(separator: ", ")). A filled marker is the mean, a whisker its 95 % interval "
        + "by Student's t.")
  }

  private func description(_ moments: String) -> String {
    let counts = comparison.groups.map {
      "\($0.name) (\(NumberStyle.count($0.runs.count, "run")))"
    }
    return "Soft nearest neighbor loss, \(place) (nats), of \(comparison.layers.count) layers at "
      + "\(moments), the mean over the runs of each group: \(counts.joined(separator: ", ")). A thin "
      + "line is a run; a band is the 95 % interval of the mean by Student's t, from three runs on."
  }
}
