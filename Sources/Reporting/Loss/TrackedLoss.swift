internal import Charts
internal import Entanglement

/// A loss that layers and checkpoints are compared by, in a figure: each section that has one says
/// what it is.
struct TrackedLoss: Sendable {
  /// `Entanglement`, before "over training".
  let title: String
  /// From layer to layer.
  let titleByLayer: String
  /// Of the axis.
  let label: String
  /// As it goes on in a description.
  let words: String
  /// What a line is called that goes from layer to layer.
  let lineName: String
  let loss: @Sendable (LayerEntanglement) -> Double?
  let interval: @Sendable (LayerEntanglement) -> Interval?
  /// For a tooltip.
  let text: @Sendable (LayerEntanglement) -> String
  /// What it is compared with.
  var reference = Reference.chance

  enum Reference: Sendable {
    /// The loss as T → ∞: for a minimum over T.
    case chance
    /// The loss under shuffled labels at the same temperature.
    case null

    func rules(_ layers: [LayerEntanglement]) -> [Rule] {
      switch self {
      case .chance: ReportedHistory.chanceRules(layers.map(\.chance))
      case .null: ReportedHistory.nullRules(layers)
      }
    }

    /// Whether a handful of samples carries some of the losses.
    func isCarried(_ layers: [LayerEntanglement]) -> Bool {
      self == .null && layers.contains { $0.matched?.isCarried ?? false }
    }

    /// The greatest, which a figure has to show.
    func greatest(_ layers: [LayerEntanglement]) -> Double? {
      switch self {
      case .chance: layers.map(\.chance).max()
      case .null: layers.map { $0.matched?.null?.mean ?? $0.chance }.max()
      }
    }

    /// A sentence of a description, with a space before it.
    func sentence(_ layers: [LayerEntanglement]) -> String {
      switch self {
      case .chance: return " Chance is \(greatest(layers).map(NumberStyle.loss) ?? "unknown")."
      case .null:
        let nulls = layers.compactMap { $0.matched?.null?.mean }
        guard let least = nulls.min(), let greatest = nulls.max() else { return "" }
        let range = [least, greatest].map(NumberStyle.loss)
        return " The null, the loss under shuffled labels at the same temperatures, is "
          + (range[0] == range[1] ? range[0] : "\(range[0]) to \(range[1])") + "."
      }
    }
  }

  /// Over the checkpoints of a training, a line a layer; else from layer to layer, a line a checkpoint.
  func chart(of reported: ReportedHistory) -> LineChart {
    reported.hasTraining ? byCheckpoint(reported) : byLayer(reported)
  }

  private func bandsText(_ layers: [LayerEntanglement], _ reported: ReportedHistory) -> String {
    layers.contains { interval($0) != nil } ? reported.bandsText : ""
  }

  private func byLayer(_ reported: ReportedHistory) -> LineChart {
    let names = reported.layerNames
    let layers = reported.layers
    let isLone = reported.course == .lone
    func text(_ profile: EntanglementProfile, _ name: String, _ layer: LayerEntanglement) -> String
    {
      (isLone ? "" : "\(profile.checkpoint), ") + "\(name) \(self.text(layer))"
    }
    let series = reported.profiles.enumerated().map { index, profile in
      let found = names.map { name in
        profile.layers.first { $0.name == name }?.entanglement
      }
      return Series(
        name: isLone ? lineName : profile.checkpoint,
        points: found.enumerated().map { place, layer in
          .init(
            Double(place), layer.flatMap(loss), note: layer.map { text(profile, names[place], $0) })
        }, band: reported.hasBands ? found.map { $0.flatMap(interval)?.bounds } : [])
    }
    let axis = LossAxis(
      label: label, minima: layers.compactMap(loss), chance: reference.greatest(layers) ?? 0,
      bands: series.flatMap(\.band), isCarried: reference.isCarried(layers))
    let texts = reported.profiles.flatMap { profile in
      profile.layers.map { text(profile, $0.name, $0.entanglement) }
    }
    return LineChart(
      title: isLone
        ? titleByLayer + (reported.profiles.first.map { ", \($0.checkpoint)" } ?? "")
        : titleByLayer,
      xAxis: .categories(names, label: "Layer"), yAxis: axis.axis, series: series,
      rules: reference.rules(layers),
      description:
        "Soft nearest neighbor loss, \(words), of \(NumberStyle.count(names.count, "layer")) "
        + (isLone
          ? "at checkpoint \(reported.profiles.first?.checkpoint ?? "none")"
          : "in \(reported.profiles.count) \(reported.noun)s, one line a \(reported.noun)")
        + ": " + texts.joined(separator: "; ") + "."
        + (reference == .chance ? "" : reference.sentence(layers)) + bandsText(layers, reported)
        + markersText(series, are: "layers"))
  }

  private func byCheckpoint(_ reported: ReportedHistory) -> LineChart {
    let names = reported.layerNames
    let trajectories = names.map(reported.history.trajectory)
    let series = names.indices.map { index in
      Series(
        name: names[index],
        points: trajectories[index].enumerated().map { place, layer in
          .init(
            reported.ticks.positions[place], layer.flatMap(loss),
            note: layer.map {
              "\(names[index]), \(reported.profiles[place].checkpoint): \(text($0))"
            })
        },
        band: reported.hasBands
          ? trajectories[index].map { $0.flatMap(interval)?.bounds } : [],
        depth: Series.depth(index, of: names.count))
    }
    let changes = names.indices.compactMap { index -> String? in
      let losses = trajectories[index].compactMap { $0.flatMap(loss) }
      guard let first = losses.first, let last = losses.last else { return nil }
      return "\(names[index]) from \(NumberStyle.loss(first)) to \(NumberStyle.loss(last))"
    }
    let layers = trajectories.flatMap { $0.compactMap(\.self) }
    let axis = LossAxis(
      label: label, minima: layers.compactMap(loss), chance: reference.greatest(layers) ?? 0,
      bands: series.flatMap(\.band), isCarried: reference.isCarried(layers))
    return LineChart(
      title: "\(title) over training", xAxis: reported.ticks.axis, yAxis: axis.axis,
      series: series, rules: reference.rules(layers),
      description:
        "Soft nearest neighbor loss, \(words), at each of "
        + "\(reported.profiles.count) checkpoints, one line a layer (nats): "
        + changes.joined(separator: "; ") + "." + reference.sentence(layers)
        + bandsText(layers, reported) + markersText(series, are: "checkpoints"))
  }

  /// What markers are, where lines have them.
  private func markersText(_ series: [Series], are points: String) -> String {
    Series.showMarkers(series) ? " Markers are \(points)." : ""
  }
}
