internal import Activations
package import Entanglement

/// Which rule decides about which number.
package struct RuleAssignment: Sendable {
  /// A number of a layer, and the rule that decides about it.
  package struct Item: Sendable, Equatable {
    /// The place among the rules.
    package let rule: Int
    package let measure: Measure
    package let layer: String
    /// The place among the file's checkpoints; nil where only the baseline has it.
    package let observed: Int?
    /// The place among the baseline's; nil where only the file has it.
    package let baseline: Int?
  }

  /// By checkpoint, then in the network's order, then in the order of the rules.
  package let items: [Item]
  /// The places of rules that no layer matches.
  package let unmatched: [Int]

  /// - Parameters:
  ///   - observed: The names in the file.
  ///   - baseline: The names in the baseline.
  package init(_ rules: [RegressionRule], observed: LayerCatalog, baseline: LayerCatalog) {
    var sites: [Site] = []
    var winners: [Site: [Measure: Item]] = [:]
    var order: [Site: [Measure]] = [:]
    var unmatched: [Int] = []
    for (index, rule) in rules.enumerated() {
      let layer = GlobPattern(rule.layer)
      var isMatched = false
      for (first, second) in Self.checkpoints(of: rule, observed, baseline) {
        let name =
          first.map { observed.checkpoints[$0].name }
          ?? second.map { baseline.checkpoints[$0].name } ?? ""
        for candidate in Self.layers(first, second, observed, baseline)
        where layer.matches(candidate) {
          isMatched = true
          let site = Site(checkpoint: name, layer: candidate)
          if winners[site] == nil {
            sites.append(site)
            winners[site] = [:]
          }
          guard let measure = rule.measure else {
            winners[site] = [:]
            order[site] = []
            continue
          }
          if winners[site]?[measure] == nil { order[site, default: []].append(measure) }
          // The rule that decides also says which checkpoint of the baseline is the other one.
          winners[site]?[measure] = Item(
            rule: index, measure: measure, layer: candidate, observed: first, baseline: second)
        }
      }
      if !isMatched { unmatched.append(index) }
    }
    items = sites.flatMap { site in
      (order[site] ?? []).compactMap { winners[site]?[$0] }
        .filter { rules[$0.rule].level != .off }
    }
    self.unmatched = unmatched
  }

  private struct Site: Hashable {
    let checkpoint: String
    let layer: String
  }

  /// The pairs of checkpoints that a rule is about: the two last ones, or those of one name, else of
  /// one step.
  private static func checkpoints(
    of rule: RegressionRule, _ observed: LayerCatalog, _ baseline: LayerCatalog
  ) -> [(Int?, Int?)] {
    guard let pattern = rule.checkpoint.map(GlobPattern.init) else {
      return [(observed.checkpoints.indices.last, baseline.checkpoints.indices.last)]
    }
    var pairs: [(Int?, Int?)] = []
    var taken: Set<Int> = []
    for (index, checkpoint) in observed.checkpoints.enumerated()
    where pattern.matches(checkpoint.name) {
      let other =
        baseline.checkpoints.firstIndex { $0.name == checkpoint.name }
        ?? baseline.checkpoints.firstIndex { $0.step != nil && $0.step == checkpoint.step }
      if let other { taken.insert(other) }
      pairs.append((index, other))
    }
    for (index, checkpoint) in baseline.checkpoints.enumerated()
    where pattern.matches(checkpoint.name) && !taken.contains(index) {
      pairs.append((nil, index))
    }
    return pairs
  }

  /// The file's layers, then those that only the baseline has.
  private static func layers(
    _ first: Int?, _ second: Int?, _ observed: LayerCatalog, _ baseline: LayerCatalog
  ) -> [String] {
    let here = first.map { observed.checkpoints[$0].layers } ?? []
    let there = second.map { baseline.checkpoints[$0].layers } ?? []
    return here + there.filter { !here.contains($0) }
  }
}
