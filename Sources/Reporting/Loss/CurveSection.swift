internal import Charts
internal import Entanglement

/// The loss over the temperatures, and over the perplexities that they come with.
struct CurveSection: ReportSection {
  let reported: ReportedHistory

  init(_ reported: ReportedHistory) {
    self.reported = reported
  }

  private var hasPerplexity: Bool { reported.history.quantities.contains(.perplexity) }

  func members(
    of layer: LayerProfile, at checkpoint: EntanglementProfile
  ) -> [(String, JSONValue)] {
    let points = layer.entanglement.curve.map { point in
      JSONValue.record(
        [
          ("temperature", .number(point.temperature)),
          ("relativeTemperature", .number(point.relativeTemperature)),
          ("loss", .number(point.loss)),
          ("slope", .number(point.slope)),
        ] + (hasPerplexity ? [("perplexity", .number(point.perplexity))] : []))
    }
    return [("curve", .array(points))]
  }

  /// A row a checkpoint, layer and temperature.
  var tables: [NamedTable] {
    let table = reported.table(
      ["temperature", "relativeTemperature", "loss", "slope"]
        + (hasPerplexity ? ["perplexity"] : [])
    ) { layer in
      layer.entanglement.curve.map { point in
        ([point.temperature, point.relativeTemperature, point.loss, point.slope]
          + (hasPerplexity ? [point.perplexity] : [])).map(CSVTable.number)
      }
    }
    return [NamedTable(name: "report.csv", table: table)]
  }

  var figures: [Figure] {
    [temperatureCurves, temperatureCurvesByCheckpoint, perplexityCurves].compactMap(\.self)
  }

  /// Loss against the effective number of neighbors, the axis on which layers of any width and
  /// scale compare; nil where perplexities were not computed.
  private var perplexityCurves: Figure? {
    guard hasPerplexity, let profile = reported.profiles.last else { return nil }
    let axis = Self.lossAxis([profile])
    let series = profile.layers.enumerated().map { index, layer in
      let points = Self.rising(layer.entanglement.curve)
      let least = points.min { $0.loss < $1.loss }
      return Series(
        name: layer.name,
        points: points.map {
          .init(
            $0.perplexity, $0.loss,
            note: "\(layer.name): \($0.lossOverNeighbors), T / mean d = "
              + NumberStyle.loss($0.relativeTemperature))
        },
        emphasised: least.map {
          [
            .init(
              $0.perplexity, $0.loss,
              note: "\(layer.name): \($0.lossOverNeighbors), the least of the curve")
          ]
        } ?? [], depth: Series.depth(index, of: profile.layers.count), isSmooth: true)
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
      rules: ReportedHistory.chanceRules(profile.layers.map(\.entanglement.chance))
        + Self.nullMarks(profile.layers) { $0.perplexity },
      description:
        "Soft nearest neighbor loss against the mean perplexity of the soft neighbors, one line a "
        + "layer, at \(reported.noun) \(profile.checkpoint). Markers are the least losses of the curves."
        + Self.nullText(profile.layers.map(\.entanglement)))
    let table = reported.table(
      ["perplexity", "loss", "temperature", "relativeTemperature"], of: [profile]
    ) { layer in
      layer.entanglement.curve.map { point in
        [point.perplexity, point.loss, point.temperature, point.relativeTemperature]
          .map(CSVTable.number)
      }
    }
    return Figure("perplexity-curves", .line(chart), table: table, place: .temperature)
  }

  /// The points whose perplexity is above that of the point before.
  private static func rising(_ curve: [CurvePoint]) -> [CurvePoint] {
    curve.reduce(into: []) { kept, point in
      if point.perplexity > (kept.last?.perplexity ?? 0) * (1 + 1e-9) { kept.append(point) }
    }
  }

  static func lossAxis(_ profiles: [EntanglementProfile]) -> LossAxis {
    let layers = profiles.flatMap(\.layers).map(\.entanglement)
    return LossAxis(
      label: "Soft nearest neighbor loss (nats)", minima: layers.compactMap { $0.minimum?.loss },
      chance: layers.flatMap { [$0.chance, $0.matched?.null?.mean ?? 0] }.max() ?? 0)
  }

  /// Short ones that mark the null where it is known: at the matched perplexity alone.
  static func nullMarks(
    _ layers: [LayerProfile], at abscissa: (MatchedLoss) -> Double
  ) -> [Rule] {
    layers.compactMap { layer in
      guard let matched = layer.entanglement.matched, let null = matched.null else { return nil }
      let place = abscissa(matched)
      return .mark(
        at: null.mean, between: place / 1.25...place * 1.25,
        label: "\(layer.name): \(NumberStyle.loss(null.mean)) nats under shuffled labels at "
          + "perplexity \(NumberStyle.loss(matched.perplexity))")
    }
  }

  /// A sentence of a description on the marks, with a space before it; empty where there are none.
  static func nullText(_ layers: [LayerEntanglement]) -> String {
    layers.contains { $0.matched?.null != nil }
      ? " Short lines mark the null, the loss under shuffled labels, at the matched perplexity."
      : ""
  }
}

extension CurvePoint {
  /// For a tooltip.
  var text: String {
    "\(NumberStyle.loss(loss)) nats at T / mean d = \(NumberStyle.loss(relativeTemperature)) "
      + "(T = \(NumberStyle.loss(temperature)))"
  }

  fileprivate var lossOverNeighbors: String {
    "\(NumberStyle.loss(loss)) nats over \(NumberStyle.loss(perplexity)) neighbors"
  }
}
