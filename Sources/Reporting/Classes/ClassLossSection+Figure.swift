internal import Charts
internal import Entanglement

extension ClassLossSection {
  /// The loss of each class over the checkpoints, a panel a class and a line a layer, with its
  /// interval; where these are not a training from layer to layer. nil where no layer has it.
  var trajectories: Figure? {
    let losses = classLosses
    guard !losses.isEmpty else { return nil }
    let shown = shownClasses(losses)
    let names = reported.layerNames
    let values = shown.flatMap { name in (losses[name] ?? [:]).values.map(\.loss) }
    let axis = LossAxis(
      label: "Loss (nats)", minima: values, chance: values.max() ?? 0,
      bands: reported.hasBands
        ? shown.flatMap { (losses[$0] ?? [:]).values.map { $0.interval?.bounds } } : [],
      isCarried: reported.layers.contains { $0.matched?.isCarried ?? false })
    let panels = shown.map { name -> LineChart in
      let series =
        reported.hasTraining
        ? names.indices.map {
          line(names[$0], depth: Series.depth($0, of: names.count), losses[name] ?? [:])
        }
        : reported.profiles.indices.map { lineOfLayers(names, at: $0, losses[name] ?? [:]) }
      return LineChart(
        title: name.allSatisfy(\.isNumber) ? "class \(name)" : name,
        xAxis: reported.hasTraining
          ? reported.ticks.axis : .categories(names, label: "Layer"),
        yAxis: axis.axis, series: series, description: "")
    }
    let chart = SmallMultiples(
      title: reported.hasTraining
        ? "Loss of each class over training" : "Loss of each class",
      panels: panels, description: description(shown, of: losses))
    return Figure(
      reported.hasTraining ? "class-trajectories" : "class-losses", .multiples(chart),
      table: table(shown, losses), place: .classes)
  }

  private struct At: Hashable {
    let checkpoint: Int
    let layer: String
  }

  /// By the name of the class.
  private var classLosses: [String: [At: ClassLoss]] {
    var losses: [String: [At: ClassLoss]] = [:]
    for (checkpoint, profile) in reported.profiles.enumerated() {
      for layer in profile.layers {
        for item in layer.entanglement.structure?.losses ?? [] {
          losses[item.name, default: [:]][At(checkpoint: checkpoint, layer: layer.name)] = item
        }
      }
    }
    return losses
  }

  /// In the order of the classes: all where they are few, else those of largest loss in the end.
  private func shownClasses(_ losses: [String: [At: ClassLoss]]) -> [String] {
    var all: [String] = []
    var seen: Set<String> = []
    for layer in reported.profiles.flatMap(\.layers) {
      for item in layer.entanglement.structure?.losses ?? [] where seen.insert(item.name).inserted {
        all.append(item.name)
      }
    }
    guard all.count > Self.mostClasses else { return all }
    let last = reported.profiles.count - 1
    let final = all.map { name in
      (losses[name] ?? [:]).filter { $0.key.checkpoint == last }.map(\.value.loss).max() ?? 0
    }
    let chosen = all.indices.sorted {
      final[$0] == final[$1] ? $0 < $1 : final[$0] > final[$1]
    }.prefix(Self.mostClasses)
    return chosen.sorted().map { all[$0] }
  }

  private func line(_ layer: String, depth: Double, _ losses: [At: ClassLoss]) -> Series {
    let items = reported.profiles.indices.map { losses[At(checkpoint: $0, layer: layer)] }
    return Series(
      name: layer,
      points: items.enumerated().map { place, item in
        .init(
          reported.ticks.positions[place], item?.loss,
          note: item.map { Self.note("\(layer), \(reported.profiles[place].checkpoint)", $0) })
      }, band: reported.hasBands ? items.map { $0?.interval?.bounds } : [], depth: depth)
  }

  private func lineOfLayers(
    _ layers: [String], at checkpoint: Int, _ losses: [At: ClassLoss]
  ) -> Series {
    let items = layers.map { losses[At(checkpoint: checkpoint, layer: $0)] }
    let name = reported.profiles[checkpoint].checkpoint
    let isLone = reported.course == .lone
    return Series(
      name: isLone ? "loss of the class" : name,
      points: items.enumerated().map { place, item in
        .init(
          Double(place), item?.loss,
          note: item.map { Self.note((isLone ? "" : "\(name), ") + layers[place], $0) })
      }, band: reported.hasBands ? items.map { $0?.interval?.bounds } : [])
  }

  private static func note(_ place: String, _ item: ClassLoss) -> String {
    let interval = item.interval.map {
      ", 95 % interval \(NumberStyle.loss($0.lower)) to \(NumberStyle.loss($0.upper))"
    }
    return "class \(item.name), \(place): \(NumberStyle.loss(item.loss)) nats" + (interval ?? "")
  }

  private func description(
    _ shown: [String], of losses: [String: [At: ClassLoss]]
  ) -> String {
    let last = reported.profiles.count - 1
    let worst = shown.flatMap { name in
      (losses[name] ?? [:]).filter { $0.key.checkpoint == last }.map {
        (name, $0.key, $0.value.loss)
      }
    }.max { ($0.2, $1.0) < ($1.2, $0.0) }
    return "Mean soft nearest neighbor loss of the samples of each class (nats) at the matched "
      + "perplexity of their layer, one panel for each of "
      + (shown.count < losses.count
        ? "the \(shown.count) classes of largest loss among \(losses.count)"
        : "\(shown.count) classes")
      + (reported.hasTraining
        ? ", one line a layer over \(reported.profiles.count) checkpoints"
        : ", from layer to layer"
          + (reported.course == .lone ? "" : ", one line a \(reported.noun)"))
      + "." + reported.bandsText
      + (worst.map {
        " Largest in the end: class \($0.0) in \($0.1.layer), \(NumberStyle.loss($0.2))."
      } ?? "")
  }

  private func table(
    _ shown: [String], _ losses: [String: [At: ClassLoss]]
  ) -> CSVTable {
    var table = CSVTable([
      "checkpoint", "step", "layer", "class", "count", "temperature", "loss", "lower", "upper",
    ])
    for (index, profile) in reported.profiles.enumerated() {
      for layer in profile.layers {
        for name in shown {
          guard let item = losses[name]?[At(checkpoint: index, layer: layer.name)] else {
            continue
          }
          table.rows.append(
            ReportedHistory.place(profile, layer) + [name, String(item.count)]
              + [
                layer.entanglement.structure?.temperature, item.loss, item.interval?.lower,
                item.interval?.upper,
              ].map(CSVTable.number))
        }
      }
    }
    return table
  }

  private static let mostClasses = 12
}
