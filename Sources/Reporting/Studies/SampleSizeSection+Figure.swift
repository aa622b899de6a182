internal import Charts
internal import Entanglement

extension SampleSizeSection {
  /// The loss over the number of samples at the last checkpoint, a line a layer: its minimum beside
  /// the loss at the matched perplexity. nil of a single size.
  var figure: Figure? {
    guard let profile = reported.profiles.last else { return nil }
    let layers = profile.layers
    let sizes = Set(layers.flatMap(\.entanglement.sampleSizes).map(\.sampleCount)).sorted()
    guard sizes.count > 1 else { return nil }
    let statistics:
      [(
        title: String, reference: TrackedLoss.Reference, value: (SampleSizeEstimate) -> DrawnLoss?
      )] = [
        ("Minimum over T", .chance, { $0.minimum }), (Self.rule(layers), .null, { $0.matched }),
      ]
    let estimates = layers.flatMap(\.entanglement.sampleSizes)
    let shown = statistics.filter { statistic in
      estimates.contains { statistic.value($0) != nil }
    }
    let losses = shown.flatMap { statistic in
      estimates.compactMap { statistic.value($0)?.loss }
    }
    let references = shown.compactMap { $0.reference.greatest(layers.map(\.entanglement)) }
    let axis = Self.sizeAxis(losses, chance: references.max() ?? 0)
    let panels = shown.map { title, reference, value in
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
        }, rules: reference.rules(layers.map(\.entanglement)), description: "")
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
    return Figure("sample-size", .multiples(chart), table: table, place: .studies)
  }

  private func series(
    _ index: Int, _ layer: LayerProfile, of value: (SampleSizeEstimate) -> DrawnLoss?,
    above least: Double
  ) -> Series {
    let estimates = layer.entanglement.sampleSizes
    let names = reported.layerNames
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
      }, depth: Series.depth(names.firstIndex(of: layer.name) ?? index, of: names.count))
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

  private static let mostNamedSizes = 8
}
