internal import Charts
internal import Entanglement

extension EntanglementCharts {
  static let temperatureLabel = "Temperature T / mean distance"
  private static let lossLabel = "Soft nearest neighbor loss (nats)"

  /// The most panels of small multiples.
  static let mostPanels = 12

  /// Loss against T / mean d at the last checkpoint, a line a layer, minima marked.
  var temperatureCurves: Figure {
    let profiles = history.profiles.suffix(1)
    var chart = temperatureChart(profiles.last, sharing: Array(profiles))
    let name = profiles.last?.checkpoint
    chart.title = "Loss over temperature" + (name.map { ", \($0)" } ?? "")
    let minima = (profiles.last?.layers ?? []).map {
      "\($0.name) \(Self.minimumText($0.entanglement))"
    }
    chart.description =
      "Soft nearest neighbor loss against temperature, one line a layer, at checkpoint "
      + "\(name ?? "none"). Minima: " + minima.joined(separator: "; ") + "."
    return Figure("temperature-curves", chart, table: temperatureTable(Array(profiles)))
  }

  /// The same at several checkpoints, on the same scales; nil where there is one.
  var temperatureCurvesByCheckpoint: Figure? {
    let count = history.profiles.count
    guard count > 1 else { return nil }
    let shown = TextReport.spread(count, into: Self.mostPanels)
    let profiles = shown.map { history.profiles[$0] }
    let panels = shown.map { index in
      var panel = temperatureChart(history.profiles[index], sharing: profiles)
      panel.title = ticks.title(index)
      return panel
    }
    let chart = SmallMultiples(
      title: "Loss over temperature, by checkpoint", panels: panels,
      description:
        "Soft nearest neighbor loss (nats) against temperature, one panel for each of "
        + (shown.count == count ? "" : "\(shown.count) of ") + "\(count) checkpoints, one line a "
        + "layer. Markers are minima.")
    return Figure(
      "temperature-curves-by-checkpoint", chart, table: temperatureTable(profiles))
  }

  /// Loss against the effective number of neighbors, the axis on which layers of any width and
  /// scale compare; nil where perplexities were not computed.
  var perplexityCurves: Figure? {
    guard history.quantities.contains(.perplexity), let profile = history.profiles.last else {
      return nil
    }
    let axis = lossAxis([profile])
    let series = profile.layers.enumerated().map { index, layer in
      let points = Self.rising(layer.entanglement.curve)
      let least = points.min { $0.loss < $1.loss }
      return Series(
        name: layer.name,
        points: points.map {
          .init(
            $0.perplexity, $0.loss,
            note: "\(layer.name): \(NumberStyle.loss($0.loss)) nats over "
              + "\(NumberStyle.loss($0.perplexity)) neighbors, T / mean d = "
              + NumberStyle.loss($0.relativeTemperature))
        },
        emphasised: least.map {
          [
            .init(
              $0.perplexity, $0.loss,
              note: "\(layer.name): \(NumberStyle.loss($0.loss)) nats over "
                + "\(NumberStyle.loss($0.perplexity)) neighbors, the least of the curve")
          ]
        } ?? [], depth: depth(index, of: profile.layers.count), isSmooth: true)
    }
    let most = profile.layers.map { Double($0.entanglement.sampleCount - 1) }.max() ?? 10
    let shown = profile.layers.flatMap {
      $0.entanglement.curve.filter { $0.loss <= axis.top }.map(\.perplexity)
    }
    let found = min(shown.min() ?? 1, most / 2)
    let least = found < 2 ? 1 : found
    let chart = LineChart(
      title: "Loss over the effective number of neighbors, \(profile.checkpoint)",
      xAxis: Axis(
        label: "Effective number of neighbors (perplexity)", kind: .log,
        domain: least...max(most, least * 2)),
      yAxis: axis.axis, series: series,
      rules: chanceRules(profile.layers.map(\.entanglement.chance)),
      description:
        "Soft nearest neighbor loss against the mean perplexity of the soft neighbors, one line a "
        + "layer, at checkpoint \(profile.checkpoint). Markers are the least losses of the curves.")
    var table = CSVTable([
      "checkpoint", "step", "layer", "perplexity", "loss", "temperature", "relativeTemperature",
    ])
    for layer in profile.layers {
      for point in layer.entanglement.curve {
        table.rows.append(
          CSVReport.place(profile, layer)
            + [point.perplexity, point.loss, point.temperature, point.relativeTemperature]
            .map(CSVTable.number))
      }
    }
    return Figure("perplexity-curves", chart, table: table)
  }

  // MARK: Parts

  private func lossAxis(_ profiles: [EntanglementProfile]) -> LossAxis {
    let layers = profiles.flatMap(\.layers).map(\.entanglement)
    return LossAxis(
      label: Self.lossLabel, minima: layers.compactMap { $0.minimum?.loss },
      chance: layers.map(\.chance).max() ?? 0)
  }

  /// One checkpoint's curves, on scales that suit all the profiles.
  private func temperatureChart(
    _ profile: EntanglementProfile?, sharing profiles: [EntanglementProfile]
  ) -> LineChart {
    let layers = profile?.layers ?? []
    let names = history.layerNames
    let axis = lossAxis(profiles)
    let series = layers.map { layer in
      Series(
        name: layer.name, points: points(layer), emphasised: minimumPoint(layer),
        depth: depth(names.firstIndex(of: layer.name) ?? 0, of: names.count), isSmooth: true)
    }
    return LineChart(
      title: "",
      xAxis: Axis(
        label: Self.temperatureLabel, kind: .log,
        domain: Self.temperatureDomain(profiles, top: axis.top)),
      yAxis: axis.axis, series: series, rules: chanceRules(layers.map(\.entanglement.chance)),
      description: "")
  }

  /// The curve, with the refined minimum between its temperatures.
  private func points(_ layer: LayerProfile) -> [Series.Point] {
    var points = layer.entanglement.curve.map { point in
      Series.Point(
        point.relativeTemperature, point.loss, note: "\(layer.name): \(Self.pointText(point))")
    }
    if let minimum = minimumPoint(layer).first, !points.contains(where: { $0.x == minimum.x }) {
      points.append(.init(minimum.x, minimum.y, note: minimum.note))
      points.sort { $0.x < $1.x }
    }
    return points
  }

  private func minimumPoint(_ layer: LayerProfile) -> [Series.Emphasis] {
    guard let minimum = layer.entanglement.minimum, let place = minimum.relativeTemperature,
      let first = layer.entanglement.curve.first?.relativeTemperature,
      let last = layer.entanglement.curve.last?.relativeTemperature, place >= first, place <= last
    else { return [] }
    return [
      .init(
        place, minimum.loss, note: "\(layer.name): minimum \(Self.minimumText(layer.entanglement))")
    ]
  }

  /// The temperatures between where every loss has risen out of sight and where every loss has come
  /// within 2 % of chance; nil where nothing can be left out.
  static func temperatureDomain(
    _ profiles: [EntanglementProfile], top: Double
  ) -> ClosedRange<Double>? {
    let layers = profiles.flatMap(\.layers).map(\.entanglement)
    let shown = layers.flatMap { layer in
      layer.curve.filter { $0.loss <= top }.map(\.relativeTemperature)
    }
    let apart = layers.flatMap { layer in
      layer.curve.filter { abs($0.loss - layer.chance) > 0.02 * layer.chance }
        .map(\.relativeTemperature)
        + (layer.minimum?.relativeTemperature.map { [10 * $0] } ?? [])
    }
    let all = layers.flatMap { $0.curve.map(\.relativeTemperature) }.filter { $0 > 0 }
    guard let least = all.min(), let greatest = all.max() else { return nil }
    let lower = max(shown.min() ?? least, least)
    let upper = min(max(apart.max() ?? greatest, lower * 10), greatest)
    return lower < upper ? lower...upper : nil
  }

  /// The points whose perplexity is above that of the point before.
  private static func rising(_ curve: [CurvePoint]) -> [CurvePoint] {
    curve.reduce(into: []) { kept, point in
      if point.perplexity > (kept.last?.perplexity ?? 0) * (1 + 1e-9) { kept.append(point) }
    }
  }

  private func temperatureTable(_ profiles: [EntanglementProfile]) -> CSVTable {
    var table = CSVTable([
      "checkpoint", "step", "layer", "temperature", "relativeTemperature", "loss", "point",
    ])
    for profile in profiles {
      for layer in profile.layers {
        let place = CSVReport.place(profile, layer)
        for point in layer.entanglement.curve {
          table.rows.append(
            place
              + [point.temperature, point.relativeTemperature, point.loss].map(CSVTable.number)
              + ["curve"])
        }
        if let minimum = layer.entanglement.minimum {
          table.rows.append(
            place
              + [minimum.temperature, minimum.relativeTemperature, minimum.loss]
              .map(CSVTable.number) + ["minimum"])
        }
      }
    }
    return table
  }
}
