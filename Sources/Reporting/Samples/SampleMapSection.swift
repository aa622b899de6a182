internal import Charts
internal import Entanglement

/// The samples in the plane of each layer's two principal components, with the loss in the title
/// (as in the paper's figure 1).
struct SampleMapSection: ReportSection {
  private let reported: ReportedHistory

  init(_ reported: ReportedHistory) {
    self.reported = reported
  }

  var figures: [Figure] { [map].compactMap(\.self) }

  /// nil where no layer was projected.
  private var map: Figure? {
    let mapped = reported.profiles.indices.flatMap { checkpoint in
      reported.profiles[checkpoint].layers.compactMap { layer in
        layer.projection.map { (checkpoint: checkpoint, layer: layer, projection: $0) }
      }
    }
    guard !mapped.isEmpty else { return nil }
    let (colors, classCount) = colors(
      mapped.map { ($0.layer.entanglement.classes.map(\.name), $0.projection.classes) })
    let isOneCheckpoint = Set(mapped.map(\.checkpoint)).count == 1
    let panels = mapped.map { map in
      let when = isOneCheckpoint ? "Loss" : reported.ticks.title(map.checkpoint)
      let loss = map.layer.entanglement.minimum.map { "\(NumberStyle.loss($0.loss)) nats" }
      return ScatterChart(
        title: "\(map.layer.name)\n\(when): \(loss ?? "not computed")",
        groups: groups(
          map.projection, names: map.layer.entanglement.classes.map(\.name), colors: colors),
        xLabel: componentName(1, map.projection), yLabel: componentName(2, map.projection),
        description: "")
    }
    let perCheckpoint = isOneCheckpoint ? mapped.count : (mapped.count + 1) / 2
    let counts = Set(mapped.map(\.projection.rows.count)).sorted().map(String.init)
    let chart = ChartGrid(
      title: "Samples by class"
        + (isOneCheckpoint ? ", \(reported.profiles[mapped[0].checkpoint].checkpoint)" : ""),
      panels: panels.map(ChartGrid.Panel.scatter),
      columns: perCheckpoint <= 4 ? perCheckpoint : 3,
      description:
        "Samples in the plane of the two principal components of each layer (of "
        + "\(counts.joined(separator: " or ")) samples), "
        + (colors.count < classCount
          ? "the \(colors.count) largest classes in colour and the others gray"
          : "one colour a class")
        + "; the titles give the loss at its minimum over temperature (nats): "
        + mapped.map { map in
          "\(map.layer.name) at \(reported.profiles[map.checkpoint].checkpoint) "
            + (map.layer.entanglement.minimum.map { NumberStyle.loss($0.loss) } ?? "unknown")
        }.joined(separator: "; ")
        + ". The plane shows what a plane can: classes that overlap here may be apart in the layer."
    )
    var table = CSVTable([
      "checkpoint", "step", "layer", "row", "class", "component1", "component2",
    ])
    for map in mapped {
      let profile = reported.profiles[map.checkpoint]
      let names = map.layer.entanglement.classes.map(\.name)
      for index in map.projection.rows.indices {
        let group = map.projection.classes[index]
        table.rows.append(
          ReportedHistory.place(profile, map.layer)
            + [
              String(map.projection.rows[index]),
              names.indices.contains(group) ? names[group] : String(group),
              "\(Float(map.projection.x[index]))",
              "\(Float(map.projection.y[index]))",
            ])
      }
    }
    return Figure("sample-map", .grid(chart), table: table, place: .samples)
  }

  /// The place in the palette by the name of a class, and how many classes there are: the largest ones
  /// where there are more than colours.
  private func colors(
    _ maps: [(names: [String], classes: [Int])]
  ) -> (places: [String: Int], classCount: Int) {
    var counts: [String: Int] = [:]
    for map in maps {
      for index in map.classes where map.names.indices.contains(index) {
        counts[map.names[index], default: 0] += 1
      }
    }
    let order = maps.first?.names ?? []
    let names = counts.keys.map { (order.firstIndex(of: $0) ?? order.count, $0) }.sorted(by: <)
    guard names.last.map({ $0.0 >= ScatterChart.mostColors }) ?? false else {
      return (Dictionary(uniqueKeysWithValues: names.map { ($1, $0) }), names.count)
    }
    let largest = names.sorted {
      (-counts[$0.1, default: 0], $0.0) < (-counts[$1.1, default: 0], $1.0)
    }.prefix(ScatterChart.mostColors)
    let places = largest.sorted(by: <).enumerated().map { ($1.1, $0) }
    return (Dictionary(uniqueKeysWithValues: places), names.count)
  }

  private func groups(
    _ projection: SampleProjection, names: [String], colors: [String: Int]
  ) -> [ScatterChart.Group] {
    var points = Array(repeating: [ScatterChart.Point](), count: names.count)
    for index in projection.rows.indices where names.indices.contains(projection.classes[index]) {
      points[projection.classes[index]].append(.init(projection.x[index], projection.y[index]))
    }
    return names.indices.filter { !points[$0].isEmpty }
      .map {
        ScatterChart.Group(
          name: names[$0], index: colors[names[$0]],
          points: points[$0])
      }
  }

  private func componentName(_ number: Int, _ projection: SampleProjection) -> String {
    let share = projection.varianceShares[number - 1] * 100
    return "PC \(number) (\(NumberStyle.fixed(share, decimals: 0)) %)"
  }
}
