internal import Charts
internal import Entanglement

/// A loss that layers and checkpoints are compared by, in a figure: each section that has one says
/// what it is.
struct TrackedLoss: Sendable {
  /// `Entanglement`, before "over training".
  let title: String
  /// Of one checkpoint, from layer to layer.
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

  /// Over the checkpoints, a line a layer; of a lone checkpoint from layer to layer.
  func chart(of reported: ReportedHistory) -> LineChart {
    reported.profiles.count == 1 ? byLayer(reported) : byCheckpoint(reported)
  }

  private func bandsText(_ layers: [LayerEntanglement], _ reported: ReportedHistory) -> String {
    layers.contains { interval($0) != nil } ? reported.bandsText : ""
  }

  private func byLayer(_ reported: ReportedHistory) -> LineChart {
    let profile = reported.profiles[0]
    let layers = profile.layers.map(\.entanglement)
    let bands = layers.map { interval($0)?.bounds }
    let axis = LossAxis(
      label: label, minima: layers.compactMap(loss), chance: reference.greatest(layers) ?? 0,
      bands: bands, isCarried: reference.isCarried(layers))
    let texts = profile.layers.map { "\($0.name) \(text($0.entanglement))" }
    return LineChart(
      title: "\(titleByLayer), \(profile.checkpoint)",
      xAxis: .categories(profile.layers.map(\.name), label: "Layer"), yAxis: axis.axis,
      series: [
        Series(
          name: lineName,
          points: zip(layers, texts).enumerated().map { place, layer in
            .init(Double(place), loss(layer.0), note: layer.1)
          }, band: bands)
      ], rules: reference.rules(layers),
      description:
        "Soft nearest neighbor loss, \(words), of \(layers.count) layers at "
        + "checkpoint \(profile.checkpoint): " + texts.joined(separator: "; ") + "."
        + (reference == .chance ? "" : reference.sentence(layers)) + bandsText(layers, reported))
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
        + bandsText(layers, reported))
  }
}
