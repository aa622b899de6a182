internal import Charts
internal import Entanglement
internal import PairwiseDistances

/// The figures of a history.
struct EntanglementCharts {
  private let history: EntanglementHistory
  private let options: ReportOptions
  private let ticks: CheckpointTicks

  init(_ history: EntanglementHistory, options: ReportOptions) {
    self.history = history
    self.options = options
    ticks = CheckpointTicks(history.profiles)
  }

  var files: [ReportFile] {
    let (style, width) = (options.figureStyle, options.figureWidth)
    return [
      ReportFile(
        name: "temperature-curves.svg",
        contents: temperatureCurves.svg(style: style, width: width, idPrefix: "curves")),
      ReportFile(
        name: "entanglement-over-training.svg",
        contents: overTraining.svg(style: style, width: width, idPrefix: "training")),
      ReportFile(
        name: "layer-checkpoint-heatmap.svg",
        contents: heatmap.svg(style: style, width: width, idPrefix: "heatmap")),
    ]
  }

  /// Loss against T / mean d at the last checkpoint, a line a layer, minima marked.
  private var temperatureCurves: LineChart {
    let profile = history.profiles.last
    let layers = profile?.layers ?? []
    let chance = layers.map(\.entanglement.chance).max() ?? 1
    // The branch towards T = 0 runs to tens of nats and would flatten all the rest.
    let top = 1.25 * chance
    let series = layers.enumerated().map { index, layer in
      Series(
        name: layer.name,
        points: layer.entanglement.curve.map { point in
          .init(point.relativeTemperature, point.loss <= top ? point.loss : nil)
        },
        emphasised: minimumPoint(layer), depth: depth(index, of: layers.count))
    }
    let minima = layers.map { "\($0.name) \(Self.minimumText($0.entanglement))" }
    return LineChart(
      title: profile.map { "Loss over temperature, \($0.checkpoint)" } ?? "Loss over temperature",
      xAxis: Axis(label: "Temperature T / mean distance", kind: .log),
      yAxis: Axis(label: "Soft nearest neighbor loss (nats)", domain: 0...max(top, 1e-3)),
      series: series, rules: chanceRules(layers.map(\.entanglement.chance)),
      description:
        "Soft nearest neighbor loss against temperature, one line a layer, at checkpoint "
        + "\(profile?.checkpoint ?? "none"). Minima: " + minima.joined(separator: "; ") + ".")
  }

  private func minimumPoint(_ layer: LayerProfile) -> [Series.Emphasis] {
    guard let minimum = layer.entanglement.minimum, let place = minimum.relativeTemperature,
      let first = layer.entanglement.curve.first?.relativeTemperature,
      let last = layer.entanglement.curve.last?.relativeTemperature, place >= first, place <= last
    else { return [] }
    return [
      .init(
        place, minimum.loss,
        note: "\(layer.name): \(Self.minimumText(layer.entanglement))")
    ]
  }

  /// The least loss at each checkpoint, a line a layer.
  private var overTraining: LineChart {
    let names = history.layerNames
    let trajectories = names.map(history.trajectory)
    let series = names.indices.map { index in
      Series(
        name: names[index],
        points: trajectories[index].enumerated().map { position, layer in
          .init(Double(position), layer?.minimum?.loss)
        }, depth: depth(index, of: names.count))
    }
    let changes = names.indices.compactMap { index -> String? in
      let losses = trajectories[index].compactMap { $0?.minimum?.loss }
      guard let first = losses.first, let last = losses.last else { return nil }
      return "\(names[index]) from \(NumberStyle.loss(first)) to \(NumberStyle.loss(last))"
    }
    let chances = trajectories.flatMap { $0.compactMap { $0?.chance } }
    let losses = trajectories.flatMap { $0.compactMap { $0?.minimum?.loss } }
    let top = max(losses.max() ?? 0, chances.max() ?? 0)
    let lowest = losses.min() ?? 0
    // Losses far below chance would lie flat on a linear axis; below a thousandth of it they are
    // as good as 0, which a logarithmic one cannot show.
    let isLogarithmic = (losses.max() ?? 0) < 0.5 * top && lowest > 1e-3 * top
    let lossAxis = Axis(
      label: "Loss at its minimum over T (nats)", kind: isLogarithmic ? .log : .linear,
      domain: isLogarithmic ? 0.8 * lowest...1.25 * top : 0...max(1.1 * top, 1e-3))
    return LineChart(
      title: "Entanglement over training",
      xAxis: .categories(ticks.names, label: ticks.axisLabel),
      yAxis: lossAxis, series: series, rules: chanceRules(chances),
      description:
        "Soft nearest neighbor loss, minimised over temperature, at each of "
        + "\(history.profiles.count) checkpoints, one line a layer (nats): "
        + changes.joined(separator: "; ") + ". Chance is "
        + (chances.max().map(NumberStyle.loss) ?? "unknown") + ".")
  }

  /// The least loss by layer and checkpoint.
  private var heatmap: HeatmapChart {
    let names = history.layerNames
    return HeatmapChart(
      title: "Loss by layer and checkpoint", rows: names, columns: ticks.names,
      values: names.map { history.trajectory(of: $0).map { $0?.minimum?.loss } },
      valueLabel: "Loss at its minimum over T (nats)", xLabel: ticks.axisLabel, yLabel: "Layer",
      description:
        "Soft nearest neighbor loss, minimised over temperature, of \(names.count) layers (rows) at "
        + "\(history.profiles.count) checkpoints (columns), in nats.")
  }

  private func chanceRules(_ chances: [Double]) -> [Rule] {
    Set(chances).sorted().prefix(3).map {
      .horizontal(at: $0, label: "chance \(NumberStyle.loss($0))")
    }
  }

  private func depth(_ index: Int, of count: Int) -> Double {
    count > 1 ? Double(index) / Double(count - 1) : 0
  }

  static func minimumText(_ layer: LayerEntanglement) -> String {
    guard let minimum = layer.minimum else { return "not computed" }
    let loss = NumberStyle.loss(minimum.loss)
    return switch minimum.position {
    case .interior:
      "\(loss) at T / mean d = \(NumberStyle.loss(minimum.relativeTemperature ?? 0))"
    case .zero: "\(loss) as T → 0"
    case .infinity: "\(loss) as T → ∞"
    }
  }
}

/// Numbers for people.
enum NumberStyle {
  /// Three significant digits, in plain notation where that stays short.
  static func loss(_ value: Double) -> String {
    guard value != 0 else { return "0" }
    let size = abs(value)
    var exponent = 0
    var scaled = size
    while scaled >= 10, exponent < 330 {
      scaled /= 10
      exponent += 1
    }
    while scaled < 1, exponent > -330 {
      scaled *= 10
      exponent -= 1
    }
    var digits = Int((scaled * 100).rounded())
    if digits == 1000 {
      digits = 100
      exponent += 1
    }
    let text = String(digits)
    let sign = value < 0 ? "−" : ""
    switch exponent {
    case 2: return sign + text
    case 0...1:
      let split = text.index(text.startIndex, offsetBy: exponent + 1)
      return sign + text[..<split] + "." + text[split...]
    case -4..<0:
      return sign + "0." + String(repeating: "0", count: -exponent - 1) + text
    case 3...5: return sign + text + String(repeating: "0", count: exponent - 2)
    default:
      let split = text.index(after: text.startIndex)
      return sign + text[..<split] + "." + text[split...] + "e\(exponent)"
    }
  }
}
