internal import Entanglement

extension LayerEntanglement {
  /// Every number that a report shows about classes and certainty, by name.
  var structureNumbers: [(String, Double)] {
    var numbers: [(String, Double)] = []
    func add(_ name: String, _ interval: Interval?) {
      guard let interval else { return }
      numbers += [
        ("the lower end of \(name)", interval.lower), ("the upper end of \(name)", interval.upper),
      ]
    }
    if let matched {
      numbers += [
        ("the perplexity compared at", matched.perplexity),
        ("the temperature of the perplexity", matched.temperature),
        ("the relative temperature of the perplexity", matched.relativeTemperature),
        ("the loss at the perplexity", matched.loss),
      ]
      add("the loss at the perplexity", matched.interval)
    }
    add("the minimum", minimum?.interval)
    for (loss, odds) in zip(samples?.losses ?? [], samples?.odds ?? []) {
      numbers += [("the loss of a sample", loss ?? 0), ("the log odds of a sample", odds ?? 0)]
    }
    guard let structure else { return numbers }
    for item in structure.losses {
      numbers.append(("the loss of class \(item.name)", item.loss))
      add("the loss of class \(item.name)", item.interval)
    }
    for (name, row) in zip(structure.classes, structure.confusion) {
      numbers += row.map { ("the soft confusion of class \(name)", $0) }
    }
    for (first, name) in structure.classes.enumerated() {
      numbers += structure.classes.indices.compactMap { second in
        structure.pairLoss(first, second).map { ("a pairwise loss of class \(name)", $0) }
      }
    }
    return numbers
  }
}
