internal import Entanglement
internal import PairwiseDistances

/// The comparison of groups for a person at a terminal: words, then a table of each quantity at the
/// last checkpoint.
struct GroupText {
  let comparison: GroupComparison
  /// How the runs were read; empty where that is not known.
  let reading: String

  private var names: [String] { comparison.groups.map(\.name) }

  private var last: Int { comparison.checkpoints.count - 1 }

  func text(width: Int, color: Bool) -> String {
    (sentences.map { $0.wrapped(to: width) }
      + shownQuantities.map { "\(heading($0)):\n\n" + table($0, width: width).text })
      .joined(separator: "\n")
  }

  /// What stands in tables: not the losses of single classes or temperatures, which the files have.
  private var shownQuantities: [ComparedQuantity] {
    comparison.quantities.filter(\.isTabled).filter {
      !comparison.places(of: $0, checkpoint: last).isEmpty
    }
  }

  private func heading(_ quantity: ComparedQuantity) -> String {
    comparison.checkpoints.count > 1
      ? "\(quantity.title), \(comparison.checkpoints[last].name)" : quantity.title
  }

  var sentences: [String] {
    let counts = comparison.groups.map {
      "\($0.name) (\(NumberStyle.count($0.runs.count, "run")))"
    }
    let what =
      counts.joined(separator: ", ") + ": means over runs of "
      + (comparison.layers.isEmpty
        ? "" : NumberStyle.count(comparison.layers.count, "layer") + " at ")
      + NumberStyle.count(comparison.checkpoints.count, "checkpoint")
      + (comparison.groups[0].distance.map { ", \($0.rawValue) distance" } ?? "") + ". "
      + "± is half the 95 % interval of the mean by Student's t."
    return [what] + [reading].filter { !$0.isEmpty } + found + comparison.notices
      + comparison.missingTexts
  }

  /// Which differences at the last checkpoint are told from 0, and what their noise is made of.
  private var found: [String] {
    guard
      let quantity = comparison.quantities.first(where: \.isDrawn) ?? comparison.quantities.first
    else { return [] }
    return names.indices.dropFirst().compactMap { group in
      let known = comparison.places(of: quantity, checkpoint: last).compactMap {
        comparison.difference(group, $0)
      }
      let tested = known.filter { $0.adjustedP != nil }
      guard !tested.isEmpty else { return nil }
      let told = tested.count { ($0.adjustedP ?? 1) < 0.05 }
      let shares = known.compactMap { $0.variance?.shareOfRuns }
      let share =
        shares.isEmpty
        ? ""
        : " Of the variance of these differences the runs make "
          + Self.range(shares) + ", the samples the rest."
      return "\(names[group]) − \(names[0]) differs from 0 in \(told) of "
        + "\(NumberStyle.count(tested.count, "layer")) (p < 0.05 after Holm over the layers; "
        + "\(quantity.name))." + share
    }
  }

  private static func range(_ shares: [Double]) -> String {
    let percents = shares.map { Int(($0 * 100).rounded()) }
    guard let least = percents.min(), let most = percents.max() else { return "" }
    return least == most ? "\(least) %" : "\(least) to \(most) %"
  }

  private func table(_ quantity: ComparedQuantity, width: Int) -> TextTable {
    let others = names.indices.dropFirst()
    let header =
      ["layer"] + names
      + others.flatMap { ["\(names[$0]) − \(names[0])", "95 % interval", "p (Holm)", "exact p"] }
    var table = TextTable(
      header.enumerated().map { column, name in
        column == 0
          ? .left(name, widths: 0...width / 3) : .right(name, widths: 0...Self.mostWidth)
      })
    for place in comparison.places(of: quantity, checkpoint: last) {
      table.add(
        [place.layer ?? "–"]
          + names.indices.map { comparison.row($0, place).map { $0.mean.text } ?? "–" }
          + others.flatMap { group -> [String] in
            guard let difference = comparison.difference(group, place) else {
              return ["–", "–", "–", "–"]
            }
            return [
              NumberStyle.signed(difference.test.difference),
              difference.test.interval?.text ?? "–",
              difference.adjustedP.map(NumberStyle.probability) ?? "–",
              difference.test.permutation?.text ?? "–",
            ]
          })
    }
    return table
  }

  private static let mostWidth = 26
}

extension RunMean {
  /// `0.412 ± 0.021`; of fewer than three runs the mean, and how many there are.
  var text: String {
    guard let interval else { return "\(NumberStyle.loss(mean)) (n = \(values.count))" }
    let texts = NumberStyle.measured(mean, halfWidth: interval.halfWidth)
    return "\(texts.value) ± \(texts.halfWidth)"
  }
}

extension ExactPermutation {
  /// With the least that can be reached, where it is that.
  var text: String {
    NumberStyle.probability(p) + (p <= smallest ? " (least)" : "")
  }
}

extension NumberStyle {
  /// `0.034`, `2.1e-7`.
  static func probability(_ p: Double) -> String {
    p >= 0.0995 ? fixed(p, decimals: 2) : loss(p)
  }
}
