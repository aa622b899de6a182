internal import Entanglement

/// What the last checkpoint says at the matched perplexity: a line a layer, with the interval and
/// the two classes that are most entangled.
struct TextStructure {
  private let history: EntanglementHistory

  init(_ history: EntanglementHistory) {
    self.history = history
  }

  /// Empty where nothing of it was computed.
  func text(width: Int) -> String {
    let layers = history.profiles.last?.layers ?? []
    var text = ""
    if let first = layers.lazy.compactMap(\.entanglement.matched).first {
      let names = layers.map { TextReport.elided($0.name, to: max(12, width / 4)) }
      let nameWidth = names.map(\.count).max() ?? 0
      text += TextReport.wrapped(heading(first), width: width)
      for (layer, name) in zip(layers, names) {
        guard let matched = layer.entanglement.matched else { continue }
        let interval = matched.interval.map {
          " [\(NumberStyle.loss($0.lower)), \(NumberStyle.loss($0.upper))]"
        }
        let line =
          "  " + name + String(repeating: " ", count: nameWidth - name.count) + "  "
          + NumberStyle.loss(matched.loss) + (interval ?? "")
        text += line + (layer.entanglement.structure.flatMap(closest) ?? "") + "\n"
      }
    }
    return text + shuffled(layers, width: width) + changes(width: width)
      + notices(layers, width: width)
  }

  /// What the last checkpoint is to the first, sample by sample; a line a layer.
  private func changes(width: Int) -> String {
    let changes = history.changes
    guard let first = changes.first else { return "" }
    let names = changes.map { TextReport.elided($0.layer, to: max(12, width / 4)) }
    let nameWidth = names.map(\.displayWidth).max() ?? 0
    return "\n"
      + TextReport.wrapped(
        "Change of it from \(first.first) to \(first.last), paired by sample, 95 % interval (nats):",
        width: width)
      + zip(changes, names).map { change, name in
        let interval = change.difference.interval
        let isSure = interval.lower > 0 || interval.upper < 0
        return "  " + name.padded(to: nameWidth) + "  "
          + NumberStyle.loss(change.difference.difference)
          + " [\(NumberStyle.loss(interval.lower)), \(NumberStyle.loss(interval.upper))]"
          + (isSure ? "" : "  within chance of the samples") + "\n"
      }.joined()
  }

  private func heading(_ matched: MatchedLoss) -> String {
    let percent = NumberStyle.loss(matched.share * 100)
    let rule =
      switch matched.target {
      case .share: "a share of \(percent) % of the others, which compares across sample counts"
      case .count: "a count, which compares layers of one sample count only"
      }
    return "Loss at perplexity \(NumberStyle.loss(matched.perplexity)) (\(rule))"
      + (matched.interval == nil ? "" : ", 95 % interval")
      + (history.profiles.count > 1 ? ", last checkpoint" : "") + " (nats):"
  }

  /// The loss under shuffled labels; a line a layer.
  private func shuffled(_ layers: [LayerProfile], width: Int) -> String {
    let nulls = layers.compactMap { layer in
      layer.entanglement.permutationNull.map {
        (name: TextReport.elided(layer.name, to: max(12, width / 4)), null: $0)
      }
    }
    guard let first = nulls.first else { return "" }
    let nameWidth = nulls.map(\.name.displayWidth).max() ?? 0
    return "\n"
      + TextReport.wrapped(
        "Loss at the same temperature under \(first.null.labelingCount) shuffled labelings: mean, 95 % "
          + "range, and p, the probability of so small a loss as that above were there no classes:",
        width: width)
      + nulls.map { name, null in
        "  " + name.padded(to: nameWidth) + "  \(NumberStyle.loss(null.mean)) "
          + "[\(NumberStyle.loss(null.lower)), \(NumberStyle.loss(null.upper))]  p = \(null.p)\n"
      }.joined()
  }

  /// The pair of classes nearest to its chance.
  private func closest(_ structure: ClassStructure) -> String? {
    guard structure.classes.count > 2, let pair = structure.mostEntangledPairs(1).first else {
      return nil
    }
    return "  most entangled: \(structure.classes[pair.first]) and "
      + "\(structure.classes[pair.second]) (\(NumberStyle.loss(pair.entanglement * 100)) % of "
      + "chance)"
  }

  /// Each notice once, with the layers it is about.
  private func notices(_ layers: [LayerProfile], width: Int) -> String {
    var order: [String] = []
    var names: [String: [String]] = [:]
    for layer in layers {
      for notice in layer.entanglement.notices {
        if names[notice] == nil { order.append(notice) }
        names[notice, default: []].append(layer.name)
      }
    }
    return order.map { notice in
      let about = names[notice] ?? []
      let list =
        about.count > 4
        ? about.prefix(3).joined(separator: ", ") + " and \(about.count - 3) more"
        : about.joined(separator: ", ")
      return TextReport.wrapped("\(list): \(notice)", width: width)
    }.joined()
  }
}
