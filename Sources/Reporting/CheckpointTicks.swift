internal import Charts
internal import Entanglement

/// Checkpoints along an axis: short names, and places to scale where their steps are known.
///
/// What names share at the front goes into the axis label, and numbers lose their leading zeros
/// (`epoch_000`, `epoch_055` → `0`, `55` on an axis "Epoch").
struct CheckpointTicks: Sendable {
  let axisLabel: String
  /// Whether the label is a part of each name.
  private let isNamedByAxis: Bool
  let names: [String]
  /// Where each checkpoint lies along `axis`.
  let positions: [Double]
  let axis: Axis

  /// - Parameter noun: What one of them is called.
  init(_ profiles: [EntanglementProfile], noun: String) {
    self.init(names: profiles.map(\.checkpoint), steps: profiles.map(\.step), noun: noun)
  }

  init(names all: [String], steps: [Int?], noun: String = "checkpoint") {
    let any = noun.prefix(1).uppercased() + noun.dropFirst()
    let (shared, names) = Self.shortened(all)
    isNamedByAxis = shared != nil
    axisLabel = shared ?? any
    self.names = names
    let known = steps.compactMap(\.self).map(Double.init)
    let gaps = zip(known, known.dropFirst()).map { $1 - $0 }
    guard known.count == all.count, let least = gaps.min(), let greatest = gaps.max(), least > 0,
      known[0] >= 0
    else {
      positions = all.indices.map(Double.init)
      axis = .categories(names, label: axisLabel)
      return
    }
    positions = known
    let label = shared ?? "Training step"
    // Steps that grow by ratios would crowd at the left of a linear axis.
    let isGeometric = greatest > 5 * least && known[known.count - 1] >= 10 * max(known[1], 1)
    let isFew = known.count <= 12 && !isGeometric
    axis = Axis(
      label: isGeometric && known[0] == 0
        ? label + " (linear to \(Int(known[1])), then logarithmic)" : label,
      kind: !isGeometric ? .linear : known[0] > 0 ? .log : .logFromZero,
      ticks: isFew ? zip(known, names).map { Axis.NamedTick($0, $1) } : nil)
  }

  /// A checkpoint as a panel's title: `Epoch 5`.
  func title(_ index: Int) -> String {
    isNamedByAxis ? "\(axisLabel) \(names[index])" : names[index]
  }

  /// What the names begin with, and what is left of them; nil where they share nothing.
  private static func shortened(_ all: [String]) -> (label: String?, names: [String]) {
    var prefix = Array(all.first ?? "")
    for name in all {
      prefix = zip(prefix, name).prefix { $0 == $1 }.map(\.0)
    }
    // A number belongs to the tick as a whole.
    while let last = prefix.last, last.isNumber { prefix.removeLast() }
    let rests = all.map { String($0.dropFirst(prefix.count)) }
    let shared = String(prefix).trimmedOfSeparators
    guard all.count > 1, !shared.isEmpty, !rests.contains("") else { return (nil, all) }
    let names = rests.map { rest -> String in
      guard rest.allSatisfy(\.isNumber) else { return rest }
      let digits = rest.drop { $0 == "0" }
      return digits.isEmpty ? "0" : String(digits)
    }
    return (shared.prefix(1).uppercased() + shared.dropFirst(), names)
  }
}

extension String {
  fileprivate var trimmedOfSeparators: String {
    var text = Substring(self)
    while let last = text.last, "_- ./:".contains(last) { text.removeLast() }
    return String(text)
  }
}
