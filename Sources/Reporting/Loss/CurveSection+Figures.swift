internal import Charts
internal import Entanglement

extension CurveSection {
  /// Loss against T / mean d at the last checkpoint, a line a layer, minima marked.
  var temperatureCurves: Figure {
    let profiles = Array(reported.profiles.suffix(1))
    var chart = temperatureChart(profiles.last, sharing: profiles)
    let name = profiles.last?.checkpoint
    chart.title = "Loss over temperature" + (name.map { ", \($0)" } ?? "")
    let minima = reported.lastLayers.map { "\($0.name) \($0.entanglement.minimumText)" }
    chart.description =
      "Soft nearest neighbor loss against temperature, one line a layer, at \(reported.noun) "
      + "\(name ?? "none"). Minima: " + minima.joined(separator: "; ") + "; markers are these."
      + Self.nullText(reported.lastLayers.map(\.entanglement))
    return Figure(
      "temperature-curves", .line(chart), table: temperatureTable(profiles), place: .temperature)
  }

  /// The same at several checkpoints, on the same scales; nil where there is one.
  var temperatureCurvesByCheckpoint: Figure? {
    let count = reported.profiles.count
    guard count > 1 else { return nil }
    // Where there are many lines, few panels: each is to be as wide as lines can be told in.
    let most = reported.layerNames.count > 40 ? 3 : ReportedHistory.mostPanels
    let shown = (0..<count).spread(into: most)
    let profiles = shown.map { reported.profiles[$0] }
    let panels = shown.map { index in
      var panel = temperatureChart(reported.profiles[index], sharing: profiles)
      panel.title = reported.ticks.title(index)
      return panel
    }
    let chart = SmallMultiples(
      title: "Loss over temperature, by \(reported.noun)", panels: panels,
      description:
        "Soft nearest neighbor loss (nats) against temperature, one panel for each of "
        + (shown.count == count ? "" : "\(shown.count) of ")
        + "\(count) \(reported.noun)s, one line a "
        + "layer. Markers are minima."
        + Self.nullText(profiles.flatMap(\.layers).map(\.entanglement)))
    return Figure(
      "temperature-curves-by-\(reported.noun)", .multiples(chart),
      table: temperatureTable(profiles),
      place: .temperature)
  }

  /// One checkpoint's curves, on scales that suit all the profiles.
  private func temperatureChart(
    _ profile: EntanglementProfile?, sharing profiles: [EntanglementProfile]
  ) -> LineChart {
    let layers = profile?.layers ?? []
    let names = reported.layerNames
    let axis = Self.lossAxis(profiles)
    let series = layers.map { layer in
      Series(
        name: layer.name, points: points(layer), emphasised: minimumPoint(layer),
        depth: Series.depth(names.firstIndex(of: layer.name) ?? 0, of: names.count),
        isSmooth: true)
    }
    return LineChart(
      title: "", xAxis: Self.temperatureAxis(profiles, top: axis.top), yAxis: axis.axis,
      series: series,
      rules: ReportedHistory.chanceRules(layers.map(\.entanglement.chance))
        + Self.nullMarks(layers) { $0.relativeTemperature },
      description: "")
  }

  /// The curve, with the refined minimum between its temperatures.
  private func points(_ layer: LayerProfile) -> [Series.Point] {
    var points = layer.entanglement.curve.map { point in
      Series.Point(point.relativeTemperature, point.loss, note: "\(layer.name): \(point.text)")
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
        place, minimum.loss, note: "\(layer.name): minimum \(layer.entanglement.minimumText)")
    ]
  }

  /// Of the temperatures between where every loss has risen out of sight and where every loss has come
  /// within 2 % of chance; of all where nothing can be left out.
  /// - Parameter top: The largest loss that is in sight.
  static func temperatureAxis(_ profiles: [EntanglementProfile], top: Double) -> Axis {
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
    var domain: ClosedRange<Double>?
    if let least = all.min(), let greatest = all.max() {
      let lower = max(shown.min() ?? least, least)
      let upper = min(max(apart.max() ?? greatest, lower * 10), greatest)
      domain = lower < upper ? lower...upper : nil
    }
    return Axis(label: "Temperature T / mean distance", kind: .log, domain: domain)
  }

  private func temperatureTable(_ profiles: [EntanglementProfile]) -> CSVTable {
    reported.table(["temperature", "relativeTemperature", "loss", "point"], of: profiles) {
      layer in
      let curve = layer.entanglement.curve.map { point in
        [point.temperature, point.relativeTemperature, point.loss].map(CSVTable.number) + ["curve"]
      }
      let minimum = layer.entanglement.minimum.map { minimum in
        [minimum.temperature, minimum.relativeTemperature, minimum.loss].map(CSVTable.number)
          + ["minimum"]
      }
      return curve + [minimum].compactMap(\.self)
    }
  }
}
