internal import Charts
internal import Entanglement

/// What the file tells of the training at each checkpoint, such as `test_accuracy`.
struct MetricSection: ReportSection {
  private let reported: ReportedHistory
  /// Every name, in order of first appearance.
  private let names: [String]

  init(_ reported: ReportedHistory) {
    self.reported = reported
    names = reported.profiles.flatMap(\.metrics).map(\.name).reduce(into: []) { names, name in
      if !names.contains(name) { names.append(name) }
    }
  }

  private func values(_ name: String) -> [Double?] {
    reported.profiles.map { profile in profile.metrics.first { $0.name == name }?.value }
  }

  /// First and last, a line a metric.
  func text(width: Int, color: Bool) -> String {
    guard !names.isEmpty else { return "" }
    var table = TextTable([.left(""), .left("")], hasHeader: false, indentation: 2)
    for name in names {
      let known = values(name).compactMap(\.self)
      guard let first = known.first, let last = known.last else { continue }
      table.add([
        name.elided(to: max(12, width / 3)),
        known.count > 1
          ? "\(NumberStyle.loss(first)) → \(NumberStyle.loss(last))" : NumberStyle.loss(last),
      ])
    }
    let heading =
      "Metrics of the file" + (reported.hasTraining ? ", first to last checkpoint" : "") + ":"
    return heading.wrapped(to: width) + table.text
  }

  /// A row a checkpoint, a column a metric.
  var tables: [NamedTable] {
    guard !names.isEmpty else { return [] }
    var table = CSVTable(["checkpoint", "step"] + names)
    table.rows += reported.profiles.enumerated().map { index, profile in
      [profile.checkpoint, CSVTable.integer(profile.step)]
        + names.map { CSVTable.number(values($0)[index]) }
    }
    return [NamedTable(name: "metrics.csv", table: table)]
  }

  var pageTables: [PageTable] {
    guard !names.isEmpty else { return [] }
    let columns = names.map(values)
    return [
      PageTable(
        id: "metrics", title: "Metrics of the file",
        columns: [.init(name: "checkpoint")] + names.map { .init(name: $0, isNumber: true) },
        rows: reported.profiles.enumerated().map { index, profile in
          [.init(profile.checkpoint)] + columns.map { .init($0[index]) }
        }, caption: "What was recorded with each checkpoint.")
    ]
  }

  /// The chart, with panels of the metrics below it where there is a training: those that are shares in
  /// one, the others in another.
  func picture(below chart: LineChart) -> Figure.Picture {
    let known = names.map { (name: $0, values: values($0)) }
      .filter { $0.values.count { $0 != nil } > 1 }
    guard reported.hasTraining, !known.isEmpty else { return .line(chart) }
    let shares = known.filter { isShare($0.values) }
    let others = known.filter { !isShare($0.values) }
    let panels = [shares, others].filter { !$0.isEmpty }.map {
      panel(Array($0.prefix(Self.mostLines)), color: known.map(\.name))
    }
    var upper = chart
    upper.xAxis.label = ""
    let ends = known.map { metric in
      let values = metric.values.compactMap(\.self)
      return "\(metric.name) from \(NumberStyle.loss(values[0])) to "
        + NumberStyle.loss(values[values.count - 1])
    }
    return .stack(
      LineStack(
        title: chart.title, panels: [upper] + panels,
        description: chart.description + " Below it metrics of the file: "
          + ends.joined(separator: "; ") + "."))
  }

  private func isShare(_ values: [Double?]) -> Bool {
    values.allSatisfy { $0.map { (0...1).contains($0) } ?? true }
      && (values.compactMap(\.self).max() ?? 0) > 0.05
  }

  private func panel(
    _ metrics: [(name: String, values: [Double?])], color names: [String]
  ) -> LineChart {
    let values = metrics.flatMap { $0.values.compactMap(\.self) }
    let (least, greatest) = (values.min() ?? 0, values.max() ?? 1)
    let isLogarithmic = least > 0 && greatest > 20 * least
    let axis =
      isShare(values)
      ? Axis(label: metrics.count == 1 ? metrics[0].name : "Metrics", domain: 0...1)
      : Axis(
        label: metrics.count == 1 ? metrics[0].name : "Metrics",
        kind: isLogarithmic ? .log : .linear)
    return LineChart(
      title: "", xAxis: reported.ticks.axis, yAxis: axis,
      series: metrics.map { metric in
        var series = Series(
          name: metric.name,
          points: metric.values.enumerated().map { index, value in
            .init(
              reported.ticks.positions[index], value,
              note: value.map {
                "\(metric.name), \(reported.profiles[index].checkpoint): \(NumberStyle.loss($0))"
              })
          })
        series.color = CategoricalPalette.color(names.firstIndex(of: metric.name) ?? 0)
        return series
      }, description: "")
  }

  private static let mostLines = 6
}
