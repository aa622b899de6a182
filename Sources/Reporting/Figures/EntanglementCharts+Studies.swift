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
      ("Minimum over T", { $0.minimum }), (Self.rule(layers), { $0.matched }),
    ]
    let estimates = layers.flatMap(\.entanglement.sampleSizes)
    let shown = statistics.filter { statistic in
      estimates.contains { statistic.value($0) != nil }
    }
    let losses = shown.flatMap { statistic in
      estimates.compactMap { statistic.value($0)?.loss }
    }
    let chances = layers.map(\.entanglement.chance)
    let axis = Self.sizeAxis(losses, chance: chances.max() ?? 0)
    let panels = shown.map { title, value in
      LineChart(
        title: title,
        xAxis: Axis(
          label: "Number of samples", kind: .log,
          domain: Double(sizes[0])...Double(sizes[sizes.count - 1]),
          ticks: sizes.count <= Self.mostNamedSizes
            ? sizes.map { .init(Double($0), String($0)) } : nil),
        yAxis: axis,
        series: layers.enumerated().map {
          series($0, $1, of: value, above: axis.domain?.lowerBound ?? 0)
        }, rules: chanceRules(chances), description: "")
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
    _ index: Int, _ layer: LayerProfile, of value: (SampleSizeEstimate) -> DrawnLoss?,
    above least: Double
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
        return max(drawn.loss - deviation, min(least, drawn.loss))...drawn.loss + deviation
      }, depth: depth(names.firstIndex(of: layer.name) ?? index, of: names.count))
  }

  private static func rule(_ layers: [LayerProfile]) -> String {
    switch layers.lazy.flatMap(\.entanglement.sampleSizes).first?.target {
    case .share(let share): "At perplexity \(NumberStyle.loss(100 * share)) % of the others"
    case .count(let count): "At perplexity \(NumberStyle.loss(count))"
    case nil: "At the matched perplexity"
    }
  }

  /// Losses that fall by ratios as samples are added go on a logarithmic axis.
  private static func sizeAxis(_ losses: [Double], chance: Double) -> Axis {
    let label = "Soft nearest neighbor loss (nats)"
    let (least, greatest) = (losses.min() ?? 0, max(losses.max() ?? 0, chance))
    guard least > 1e-3 * greatest, greatest > 6 * least else {
      return LossAxis(label: label, minima: losses, chance: chance).axis
    }
    return Axis(label: label, kind: .log, domain: 0.8 * least...1.25 * greatest)
  }

  /// The loss within batches beside that of all samples, a panel a layer of the last checkpoint; nil
  /// where no layer has it.
  var batches: Figure? {
    guard let profile = history.profiles.last else { return nil }
    let found = profile.layers.compactMap { layer in layer.entanglement.batches.map { (layer, $0) }
    }
    guard let size = found.first?.1.size else { return nil }
    let shown = TextReport.spread(found.count, into: Self.mostPanels).map { found[$0] }
    let layers = shown.map(\.0.entanglement)
    let axis = LossAxis(
      label: "Loss (nats)", minima: layers.compactMap { $0.minimum?.loss },
      chance: layers.map(\.chance).max() ?? 0)
    let panels = shown.map { layer, batches in
      let whole = layer.entanglement.curve
      return LineChart(
        title: layer.name,
        xAxis: Axis(
          label: Self.temperatureLabel, kind: .log,
          domain: Self.temperatureDomain([profile], top: axis.top)),
        yAxis: axis.axis,
        series: [
          Series(
            name: "all samples",
            points: whole.map {
              .init($0.relativeTemperature, $0.loss, note: "\(layer.name): \(Self.pointText($0))")
            }, isSmooth: true),
          Series(
            name: "within batches of \(size)",
            points: batches.curve.map { point in
              let error = point.mean.standardError.map { " ± \(NumberStyle.loss($0))" } ?? ""
              return .init(
                point.relativeTemperature, point.mean.loss,
                note:
                  "\(layer.name), batches: \(NumberStyle.loss(point.mean.loss))\(error) nats at "
                  + "T / mean d = \(NumberStyle.loss(point.relativeTemperature))")
            },
            band: batches.curve.map { point in
              point.mean.standardError.map {
                max(point.mean.loss - 2 * $0, 0)...point.mean.loss + 2 * $0
              }
            }, isSmooth: true),
        ], rules: chanceRules([layer.entanglement.chance]), description: "")
    }
    let minima = shown.compactMap { layer, batches -> String? in
      guard let mean = batches.minimum?.loss, let all = layer.entanglement.minimum?.loss else {
        return nil
      }
      return "\(layer.name) \(NumberStyle.loss(mean)) against \(NumberStyle.loss(all))"
    }
    let chart = SmallMultiples(
      title: "Loss within batches of \(size) and of all samples, \(profile.checkpoint)",
      panels: panels,
      description:
        "Soft nearest neighbor loss against temperature (nats), one panel for each of "
        + (shown.count < found.count ? "\(shown.count) of " : "") + "\(found.count) layers at "
        + "checkpoint \(profile.checkpoint): of all samples, and the mean over random batches of "
        + "\(size) with a band of two standard errors. Minima over the temperature, in a batch on "
        + "average and of all: " + minima.joined(separator: "; ") + ".")
    return Figure("batches", chart, table: CSVReport.batches(history))
  }

  private static let mostNamedSizes = 8
}
