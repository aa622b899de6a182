internal import Activations

/// The anchors that stand for all samples: of each class the last few of a random order or, of every
/// other class, the first, so that those of two classes lie together and fill blocks of the pass.
///
/// Every class has its share of them, rounded up, and at least two where it has two. A larger draw of one
/// order holds a smaller one, and the same samples, labels and seed give the same anchors.
struct AnchorDraw: Sendable {
  /// By class: the positions drawn, at the end of its run or at the beginning.
  let runs: [Range<Int>]
  /// By class: N_c.
  let sizes: [Int]

  /// - Parameters:
  ///   - order: With the rows of each class shuffled.
  ///   - count: How many anchors are wanted; small classes may make them more.
  init(_ order: ClassOrder, count: Int) {
    let total = order.rows.count
    sizes = order.runs.map(\.count)
    runs = order.runs.enumerated().map { index, run in
      let share = (run.count * min(count, total) + total - 1) / max(total, 1)
      let drawn = min(max(share, 2), run.count)
      return index % 2 == 0
        ? run.upperBound - drawn..<run.upperBound : run.lowerBound..<run.lowerBound + drawn
    }
  }

  /// The order in which the samples of a layer are passed over, and the anchors in it; nil where all are.
  static func begin(
    _ labels: ClassLabels, _ settings: LossSettings
  ) -> (order: ClassOrder, draw: AnchorDraw?) {
    guard let anchors = settings.anchors else { return (ClassOrder(labels), nil) }
    var generator = SplitMix64(seed: settings.seed)
    let shuffled = ClassOrder(labels, shufflingBy: &generator)
    let count = anchors.begin(sampleCount: labels.sampleCount).count
    let draw = AnchorDraw(shuffled, count: count)
    // An estimate from all samples is no estimate, and has the bits of what is none.
    return draw.holdsAll ? (ClassOrder(labels), nil) : (shuffled, draw)
  }

  var anchorCount: Int { runs.reduce(0) { $0 + $1.count } }
  var sampleCount: Int { sizes.reduce(0, +) }
  var holdsAll: Bool { anchorCount == sampleCount }

  /// How many samples each anchor of a class stands for: N_c/n_c.
  func weight(ofClass index: Int) -> Double {
    runs[index].isEmpty ? 0 : Double(sizes[index]) / Double(runs[index].count)
  }

  /// Σ over all samples, estimated from the anchors: Σ_c N_c·mean_c.
  func sum(_ value: (_ position: Int) -> Double) -> Double {
    runs.indices.reduce(0) { total, index in
      total + weight(ofClass: index) * runs[index].reduce(0) { $0 + value($1) }
    }
  }

  /// The variance of such a sum over draws: Σ_c N_c²(1 − n_c/N_c)·s_c²/n_c, s_c² that within the class.
  func variance(_ value: (_ position: Int) -> Double) -> Double {
    runs.indices.reduce(0) { total, index in
      let (drawn, size) = (runs[index].count, sizes[index])
      guard drawn > 1, drawn < size else { return total }
      let values = runs[index].map(value)
      let mean = values.reduce(0, +) / Double(drawn)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return total + Double(size) * Double(size - drawn) * squares / Double(drawn * (drawn - 1))
    }
  }

  /// Every other anchor of each class, as a draw of its own: two halves that have none in common, but for
  /// classes of one sample.
  /// - Returns: The weight of each anchor, by position; 0 in the other half.
  func half(_ remainder: Int) -> [Int: Double] {
    var weights: [Int: Double] = [:]
    for (index, run) in runs.enumerated() {
      let members =
        run.count > 1 ? run.filter { ($0 - run.lowerBound) % 2 == remainder } : Array(run)
      for position in members {
        weights[position] = Double(sizes[index]) / Double(members.count)
      }
    }
    return weights
  }
}
