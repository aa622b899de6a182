import Charts
import Foundation

/// SplitMix64 (Steele, Lea and Flood 2014): the same numbers on every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// Charts of all the sizes that have to look right.
enum Samples {
  static let checkpoints = ["init"] + (0..<7).map { "epoch \(1 << $0)" }

  static func longName(_ index: Int) -> String { "encoder.layers.\(index).mlp.down_proj" }

  static func names(_ count: Int) -> [String] { (0..<count).map { "hidden\($0 + 1)" } }

  /// Falling lines, the later the deeper; nearly equal ones on request.
  static func training(names: [String], steps: Int, nearlyEqual: Bool = false) -> [Series] {
    names.enumerated().map { index, name in
      let share = Double(index + 1) / Double(names.count + 1)
      let end = nearlyEqual ? 1.2 + 0.01 * share : 2.25 - 2.1 * share
      return Series(
        name: name,
        points: (0..<steps).map { step in
          let time = Double(step) / Double(max(1, steps - 1))
          return Series.Point(Double(step), end + (2.3 - end) * exp(-4 * time))
        })
    }
  }

  static func trainingChart(
    names: [String], checkpoints: [String], nearlyEqual: Bool = false
  ) -> LineChart {
    LineChart(
      title: "Loss over training", xAxis: .categories(checkpoints, label: "Checkpoint"),
      yAxis: Axis(label: "Loss (nats)"),
      series: training(names: names, steps: checkpoints.count, nearlyEqual: nearlyEqual),
      rules: [.horizontal(at: 2.3, label: "chance 2.30")],
      description: "\(names.count) lines over \(checkpoints.count) checkpoints.")
  }

  /// Valleys over six decades, each with its minimum marked.
  static func valleys(names: [String]) -> [Series] {
    names.enumerated().map { index, name in
      let depth = 0.3 + 1.7 * Double(names.count - index) / Double(names.count + 1)
      let center = 0.5 + 2 * Double(index) / Double(names.count)
      let points = (0..<61).map { step in
        let exponent = -2 + Double(step) / 10
        let distance = exponent - center
        let value =
          distance < 0
          ? depth + distance * distance * 0.4
          : 2.3 - (2.3 - depth) * exp(-distance * distance * 0.8)
        return Series.Point(pow(10, exponent), value)
      }
      return Series(
        name: name, points: points,
        emphasised: [.init(pow(10, center), depth, note: "\(name): minimum")])
    }
  }

  static func valleyChart(names: [String], title: String = "Loss by temperature") -> LineChart {
    LineChart(
      title: title, xAxis: Axis(label: "Temperature", kind: .log),
      yAxis: Axis(label: "Loss (nats)", domain: 0...2.6), series: valleys(names: names),
      rules: [.horizontal(at: 2.3, label: "chance 2.30")], description: "Valleys.")
  }

  static func heatmap(
    rows: [String], columns: [String], colors: HeatmapChart.Colors = .sequential
  ) -> HeatmapChart {
    let values = rows.indices.map { row in
      columns.indices.map { column -> Double? in
        if row == 2, column == 3 { return nil }
        let depth = Double(row + 1) / Double(rows.count)
        let time = Double(column) / Double(max(1, columns.count - 1))
        return 2.3 - 2.1 * depth * time
      }
    }
    return HeatmapChart(
      title: "Loss by layer and checkpoint", rows: rows, columns: columns, values: values,
      valueLabel: "Loss (nats)", colors: colors, xLabel: "Checkpoint", yLabel: "Layer",
      description: "\(rows.count) by \(columns.count) cells.")
  }

  static func multiples(panels: Int, series: Int) -> SmallMultiples {
    SmallMultiples(
      title: "Loss by temperature and checkpoint",
      panels: (0..<panels).map { panel in
        valleyChart(names: names(series), title: checkpoints[panel % checkpoints.count])
      }, description: "\(panels) panels.")
  }

  /// Clouds around places on a circle, as many as there are names.
  static func scatter(names: [String], points: Int, title: String = "layer1: 0.991") -> ScatterChart
  {
    var generator = SeededGenerator(seed: 7)
    let groups = names.enumerated().map { index, name -> ScatterChart.Group in
      let angle = 2 * Double.pi * Double(index) / Double(max(1, names.count))
      return ScatterChart.Group(
        name: name, index: index,
        points: (0..<points).map { _ -> ScatterChart.Point in
          let x = Double.random(in: -1...1, using: &generator)
          let y = Double.random(in: -1...1, using: &generator)
          return ScatterChart.Point(3 * cos(angle) + x, 2 * sin(angle) + y)
        })
    }
    return ScatterChart(
      title: title, groups: groups, xLabel: "PC 1 (34 %)", yLabel: "PC 2 (12 %)",
      description: "\(names.count) groups of \(points) points.")
  }

  /// Class against class, with the tree that joins neighbors first.
  static func confusion(_ names: [String]) -> HeatmapChart {
    let count = names.count
    var merges: [Dendrogram.Merge] = []
    var node = 0
    // Leaves join from the last to the first, so that the order is not that of the rows.
    for leaf in (0..<count).reversed() {
      if leaf == count - 1 {
        node = leaf
      } else {
        merges.append(.init(node, leaf, height: 0.1 + 0.1 * Double(merges.count)))
        node = count + merges.count - 1
      }
    }
    return HeatmapChart(
      title: "Soft confusion", rows: names, columns: names,
      values: (0..<count).map { row -> [Double?] in
        (0..<count).map { column -> Double? in 0.8 / Double(1 + 3 * abs(row - column)) }
      }, valueLabel: "Share of soft neighbors", domain: 0...1, xLabel: "Neighbor's class",
      yLabel: "Class", tree: Dendrogram(leafCount: count, merges: merges),
      description: "\(count) classes.")
  }

  /// Matrices of two rows, all in one order, with a tree beside each row.
  static func matrices(_ names: [String], panels: Int) -> MatrixGrid {
    let count = names.count
    let merges = (1..<max(count, 1)).map { leaf -> Dendrogram.Merge in
      .init(leaf == 1 ? 0 : count + leaf - 2, leaf, height: 0.1 * Double(leaf))
    }
    func values(_ panel: Int) -> [[Double?]] {
      (0..<count).map { row -> [Double?] in
        (0..<count).map { column -> Double? in
          let distance = (3 + 9 * panel) * abs(row - column)
          return max(0.8 / Double(1 + distance), 1e-3)
        }
      }
    }
    return MatrixGrid(
      title: "Soft confusion",
      rows: ["layer1", "logits"].map { layer in
        MatrixGrid.Row(
          names: names, tree: Dendrogram(leafCount: count, merges: merges),
          panels: (0..<panels).map {
            MatrixGrid.Panel(title: layer, subtitle: "epoch \($0)", values: values($0))
          })
      }, valueLabel: "Share of soft neighbors", domain: 1e-3...1, valueKind: .log,
      xLabel: "Class of the neighbors", yLabel: "Class", description: "\(count) classes.")
  }

  /// Lines with a band around each, on steps to scale.
  static func bands(names: [String]) -> LineChart {
    let steps = [0.0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000]
    var series = training(names: names, steps: steps.count)
    for index in series.indices {
      series[index].points = zip(steps, series[index].points).map { Series.Point($0, $1.y) }
      series[index].band = series[index].points.map { ($0.y ?? 0) * 0.9...($0.y ?? 0) * 1.08 }
    }
    return LineChart(
      title: "Loss over training", xAxis: Axis(label: "Training step", kind: .logFromZero),
      yAxis: Axis(label: "Loss (nats)"), series: series,
      rules: [.horizontal(at: 2.3, label: "chance 2.30")], description: "Bands.")
  }

  /// Names in scripts and with characters that XML, layout and fonts find hard; gaps of all kinds.
  static let hostile: LineChart = {
    var series = training(
      names: ["<&\">'", "输入层", "слой\u{7}\u{1b} 2", "تضمين", longName(3)], steps: 30)
    series[0].band = series[0].points.map { ($0.y ?? 0) - 0.1...($0.y ?? 0) + 0.2 }
    series[1].points[10] = .init(10, nil)
    series[1].points[12] = .init(12, .nan)
    series[2].points[20] = .init(20, .infinity)
    series[3].points = Array(series[3].points.prefix(15))
    return LineChart(
      title: "A title that is longer than the figure is wide, with <markup> & \"quotes\" in it",
      xAxis: Axis(label: "Training step (thousands)"), yAxis: Axis(label: "Loss (nats)"),
      series: series,
      rules: [
        .horizontal(at: 2.3, label: "chance 2.30"), .vertical(at: 10, label: "warm-up ends"),
        .vertical(at: 12, label: "decay begins"),
      ], description: "Hostile <names> & gaps.")
  }()
}
