internal import Entanglement
internal import PairwiseDistances

/// What a history says, in sentences.
struct Summary {
  private let history: EntanglementHistory
  private let reported: ReportedHistory
  private let measure: HeadlineLoss
  /// Of a layer.
  private let shortName: (String) -> String
  private let title: String
  /// How it was read; empty where that is not known.
  private let reading: String

  init(_ history: EntanglementHistory, title: String, reading: String = "") {
    self.history = history
    reported = ReportedHistory(history)
    measure = HeadlineLoss(history)
    shortName = reported.shortNames(columns: 40)
    self.title = title
    self.reading = reading
  }

  func paragraphs(width: Int) -> String {
    sentences.map { $0.wrapped(to: width) }.joined(separator: "\n")
  }

  /// A paragraph on what was measured, one on how it was read, and one on what came out.
  var sentences: [String] {
    [measured, history.estimateSentence ?? "", reading, found].filter { !$0.isEmpty }
  }

  /// What was measured.
  private var measured: String {
    let all = history.profiles.flatMap(\.layers).map(\.entanglement)
    guard let first = all.first else { return "\(title): no layer could be computed." }
    let sampleCounts = Set(all.map(\.sampleCount)).sorted().map(String.init)
    let classCount = first.classes.count { $0.count > 0 }
    var text =
      "\(title): soft nearest neighbor loss of \(NumberStyle.count(history.layerNames.count, "layer")) "
      + (reported.course == .apart ? "in " : "at ")
      + "\(NumberStyle.count(history.profiles.count, reported.noun)), "
      + "\(sampleCounts.joined(separator: " or ")) samples in \(classCount) classes, "
      + "\(history.distance.rawValue) distance; chance is \(NumberStyle.loss(first.chance)) nats."
    if let sampling = history.sampling {
      text += " A stratified draw of \(sampling.sampleCount) samples, seed \(sampling.seed)."
    }
    let singletons = all.map(\.singletonCount).max() ?? 0
    if singletons > 0 {
      text +=
        " \(NumberStyle.count(singletons, "sample")) alone in \(singletons == 1 ? "its" : "their") class: "
        + "neighbors of others, but no anchors of the mean."
    }
    let skipped = all.map(\.skippedRows.count).max() ?? 0
    if skipped > 0 {
      text += " Up to \(NumberStyle.count(skipped, "row")) of zeros skipped in a layer."
    }
    return text
  }

  /// What came out, about the last checkpoint and the way there, all by one loss.
  private var found: String {
    let last = history.profiles.last?.layers ?? []
    var sentences: [String] = []
    if let sentence = changes { sentences.append(sentence) }
    let known = last.compactMap { layer in
      measure.loss(layer.entanglement).map {
        (name: layer.name, layer: layer.entanglement, loss: $0)
      }
    }
    let asShuffled = known.filter { measure.isAsShuffled($0.layer) }.map(\.name)
    if !asShuffled.isEmpty {
      sentences.append(
        "\(list(asShuffled)) \(asShuffled.count == 1 ? "is" : "are") \(measure.placeOfShuffled): "
          + "neighbors say nothing about the class.")
    }
    let atZero = known.filter { $0.layer.minimum?.position == .zero }.map(\.name)
    if !atZero.isEmpty {
      sentences.append(
        "In \(list(atZero)) the loss falls towards T → 0 without a minimum: no sample "
          + "has a nearer neighbor of another class than of its own. Compare "
          + "\(atZero.count == 1 ? "it" : "these") "
          + (measure == .matched
            ? "by the loss at the matched perplexity." : "at a fixed T / mean d instead."))
    }
    let constant = last.filter(\.entanglement.isConstant).map(\.name)
    if !constant.isEmpty {
      sentences.append(
        "All rows of \(list(constant)) are equal; relative temperatures are taken with scale 1.")
    }
    if let best = known.min(by: { $0.loss < $1.loss }), known.count > 1 {
      let place = history.profiles.last?.checkpoint ?? "the end"
      sentences.append(
        (reported.course == .training ? "At" : "In")
          + " \(place) the classes are least entangled in "
          + "\(shortName(best.name)), at \(NumberStyle.loss(best.loss)) nats"
          // The sentence before has said by which loss.
          + (changes == nil ? ", by the \(measure.name)." : "."))
    }
    return sentences.joined(separator: " ")
  }

  /// Which layers changed most from the first checkpoint to the last; nil where these are no training.
  private var changes: String? {
    guard reported.hasTraining else { return nil }
    let changes = history.layerNames.compactMap {
      name -> (name: String, first: Double, last: Double)? in
      let losses = history.trajectory(of: name).compactMap { $0.flatMap(measure.loss) }
      guard let first = losses.first, let last = losses.last, losses.count > 1 else { return nil }
      return (name, first, last)
    }
    guard let most = changes.max(by: { abs($0.last - $0.first) < abs($1.last - $1.first) }) else {
      return nil
    }
    let fell = changes.count { $0.last < 0.99 * $0.first }
    let rose = changes.count { $0.last > 1.01 * $0.first }
    var text = "By the \(measure.name), "
    switch (fell, rose) {
    case (0, 0): return text + "no layer changed by more than one percent."
    case (changes.count, _): text += "every layer disentangled"
    case (_, changes.count): text += "every layer became more entangled"
    case (_, 0): text += "\(fell) of \(changes.count) layers disentangled"
    case (0, _): text += "\(rose) of \(changes.count) layers became more entangled"
    default:
      text += "\(NumberStyle.count(fell, "layer")) disentangled, \(rose) became more entangled"
    }
    text +=
      "; \(shortName(most.name)) changed most, from \(NumberStyle.loss(most.first)) to "
      + "\(NumberStyle.loss(most.last)) nats."
    return text
  }

  private func list(_ names: [String]) -> String {
    let names = names.map(shortName)
    return switch names.count {
    case 0: ""
    case 1: names[0]
    case 2...5: names.dropLast().joined(separator: ", ") + " and " + names[names.count - 1]
    default: names.prefix(4).joined(separator: ", ") + " and \(names.count - 4) more layers"
    }
  }
}

/// The loss that a headline speaks of, the one to quote: at the matched perplexity where every layer of
/// the last checkpoint has it, else the minimum over the temperature.
enum HeadlineLoss: Sendable {
  case matched, minimum

  init(_ history: EntanglementHistory) {
    let last = history.profiles.last?.layers ?? []
    self = !last.isEmpty && last.allSatisfy { $0.entanglement.matched != nil } ? .matched : .minimum
  }

  /// As it goes on after "the".
  var name: String {
    switch self {
    case .matched: "loss at the matched perplexity"
    case .minimum: "minimum over T"
    }
  }

  func loss(_ layer: LayerEntanglement) -> Double? {
    switch self {
    case .matched: layer.matched?.loss
    case .minimum: layer.minimum?.loss
    }
  }

  /// Whether it is within 5 % of what labels without meaning have.
  func isAsShuffled(_ layer: LayerEntanglement) -> Bool {
    switch self {
    case .matched: (layer.matched?.shareOfNull ?? 0) > 0.95
    case .minimum:
      layer.minimum.map { $0.position == .infinity || $0.loss > 0.95 * layer.chance } ?? false
    }
  }

  var placeOfShuffled: String {
    switch self {
    case .matched: "at the loss of shuffled labels"
    case .minimum: "at chance"
    }
  }
}
