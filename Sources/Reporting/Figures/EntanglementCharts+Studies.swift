internal import Charts
internal import Entanglement

extension EntanglementCharts {
  /// The loss at the temperature that each checkpoint has by its schedule, a line a layer; nil of a lone
  /// checkpoint, and without a schedule.
  var atSchedule: Figure? {
    guard history.isScheduled, history.profiles.count > 1 else { return nil }
    var table = CSVTable([
      "checkpoint", "step", "layer", "temperature", "relativeTemperature", "loss", "slope",
      "perplexity", "chance",
    ])
    for profile in history.profiles {
      for layer in profile.layers {
        guard let point = layer.entanglement.scheduled else { continue }
        table.rows.append(
          CSVReport.place(profile, layer)
            + [
              point.temperature, point.relativeTemperature, point.loss, point.slope,
              point.perplexity, layer.entanglement.chance,
            ].map(CSVTable.number))
      }
    }
    return Figure("entanglement-at-schedule", chart(of: .scheduled), table: table)
  }

  /// The loss over the number of samples at the last checkpoint, a line a layer: its minimum beside the
  /// loss at the matched perplexity. nil of a single size.
  var sampleSize: Figure? {
    guard let profile = history.profiles.last else { return nil }
    let layers = profile.layers
    let sizes = Set(layers.flatMap(\.entanglement.sampleSizes).map(\.sampleCount)).sorted()
    guard sizes.count > 1 else { return nil }
    let statistics: [(title: String, value: (SampleSizeEstimate) -> DrawnLoss?)] = [
      ("minimum over T", { $0.minimum }), (Self.rule(layers), { $0.matched }),
    ]
    let estimates = layers.flatMap(\.entanglement.sampleSizes)
    let shown = statistics.filter { statistic in
      estimates.contains { statistic.value($0) != nil }
    }
    let losses = shown.flatMap { statistic in
      estimates.compactMap { statistic.value($0)?.loss }
    }
    let chances = layers.map(\.entanglement.chance)
    let axis = LossAxis(
      label: "Soft nearest neighbor loss (nats)", minima: losses, chance: chances.max() ?? 0)
    let panels = shown.map { title, value in
      LineChart(
        title: title,
        xAxis: Axis(
          label: "Number of samples", kind: .log,
          domain: Double(sizes[0])...Double(sizes[sizes.count - 1]),
          ticks: sizes.count <= Self.mostNamedSizes
            ? sizes.map { .init(Double($0), String($0)) } : nil),
        yAxis: axis.axis, series: layers.enumerated().map { series($0, $1, of: value) },
        rules: chanceRules(chances), description: "")
    }
    let ends = layers.compactMap { layer -> String? in
      let found = layer.entanglement.sampleSizes.compactMap { estimate in
        estimate.minimum.map { (count: estimate.sampleCount, loss: $0.loss) }
      }
      guard let first = found.first, let last = found.last else { return nil }
      return "\(layer.name) from \(NumberStyle.loss(first.loss)) at \(first.count) samples to "
        + "\(NumberStyle.loss(last.loss)) at \(last.count)"
    }
    let chart = SmallMultiples(
      title: "Loss by number of samples, \(profile.checkpoint)", panels: panels,
      description:
        "Soft nearest neighbor loss of stratified sub-samples (nats) against their number of samples, "
        + "one line a layer, at checkpoint \(profile.checkpoint). Bands are a standard deviation "
        + "over draws to either side. Minima over the temperature: "
        + ends.joined(separator: "; ") + ".")
    return Figure("sample-size", chart, table: CSVReport.sampleSizes(history))
  }

  private func series(
    _ index: Int, _ layer: LayerProfile, of value: (SampleSizeEstimate) -> DrawnLoss?
  ) -> Series {
    let estimates = layer.entanglement.sampleSizes
    let names = history.layerNames
    return Series(
      name: layer.name,
      points: estimates.map { estimate in
        let drawn = value(estimate)
        let spread = drawn?.standardDeviation.map { " ± \(NumberStyle.loss($0))" }
        return .init(
          Double(estimate.sampleCount), drawn?.loss,
          note: drawn.map {
            "\(layer.name), \(estimate.sampleCount) samples: \(NumberStyle.loss($0.loss))"
              + (spread ?? "") + " nats"
          })
      },
      band: estimates.map { estimate in
        guard let drawn = value(estimate) else { return nil }
        // All samples are one draw, of no spread.
        let deviation = drawn.standardDeviation ?? 0
        return max(drawn.loss - deviation, 0)...drawn.loss + deviation
      }, depth: depth(names.firstIndex(of: layer.name) ?? index, of: names.count))
  }

  private static func rule(_ layers: [LayerProfile]) -> String {
    switch layers.lazy.flatMap(\.entanglement.sampleSizes).first?.target {
    case .share(let share): "at perplexity \(NumberStyle.loss(100 * share)) % of the others"
    case .count(let count): "at perplexity \(NumberStyle.loss(count))"
    case nil: "at the matched perplexity"
    }
  }

  private static let mostNamedSizes = 8
}
