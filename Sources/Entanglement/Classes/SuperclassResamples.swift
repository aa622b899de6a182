internal import Activations
internal import ElementaryFunctions
internal import PairwiseDistances

/// How steady the superclasses of a layer are under other weights of its samples: every sample gets an
/// exponential weight of mean 1, as an anchor and as a neighbor, and the tree of the classes is made
/// anew, a hundred times (the Bayesian bootstrap; Rubin 1981). Rows drawn with replacement would not do:
/// a copy is a neighbor at distance 0.
package struct SuperclassResamples: Sendable, Equatable, Codable {
  package let resampleCount: Int
  package let seed: UInt64
  /// By merge of the layer's own tree, the share of resamples whose tree has a merge of just these
  /// classes.
  package let shares: [Double]

  static let resampleCount = 100
  /// Beyond this many classes no tree is compared.
  static let mostClasses = 256
}

/// Gathers the weighted losses of all pairs of classes.
///
/// With W_c = Σ_{i∈c} w_i the loss of the pair of classes (a, b) is
/// Σ_{i∈a∪b} w_i log(1 + S_i[other]/S_i[own]) / (W_a + W_b), S_i[c] = Σ_{j∈c, j≠i} w_j e^{−βd_ij},
/// over the classes with two samples or more; chance is the same with all d = 0.
struct ResampledPairs {
  private let order: ClassOrder
  private let machine: Machine
  private let seed: UInt64
  /// Of each position, `ReweightedSums.width` in a row.
  let weights: [Float]
  /// Σ_{i∈own} w_i log(1 + odds of another class), at (own·classes + other)·width + resample.
  private var losses: [Double]

  init(_ order: ClassOrder, on machine: Machine, seed: UInt64) {
    self.order = order
    self.machine = machine
    self.seed = seed
    var generator = SplitMix64(seed: seed)
    weights = (0..<order.rows.count * ReweightedSums.width).map { _ in
      // Never 0: a logarithm of it would not be finite.
      Float(max(-Elementary.log(1 - Double.random(in: 0..<1, using: &generator)), 1e-6))
    }
    losses = Array(
      repeating: 0, count: order.runs.count * order.runs.count * ReweightedSums.width)
  }

  /// Adds the anchors of a batch.
  mutating func add(_ sums: ReweightedSums, plain: ClassPass) {
    let (runs, weights, width) = (order.runs, weights, ReweightedSums.width)
    losses.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let losses = buffer
      machine.forEach(runs.count) { own in
        for anchor in runs[own].clamped(to: plain.anchors) {
          guard let mates = plain.sum(at: anchor, class: own) else { continue }
          sums.withSums(at: anchor, class: own) { same in
            for other in runs.indices where other != own {
              guard let theirs = plain.sum(at: anchor, class: other) else { continue }
              let scale = NeighborOdds.Scale(
                of: theirs.base, against: mates.base, beta: plain.beta)
              let row = (own * runs.count + other) * width
              sums.withSums(at: anchor, class: other) { rest in
                for resample in 0..<SuperclassResamples.resampleCount {
                  losses[row + resample] +=
                    Double(weights[anchor * width + resample])
                    * scale.loss(ratio: Double(rest[resample]) / Double(same[resample]))
                }
              }
            }
          }
        }
      }
    }
  }

  /// How many of the resampled trees have each merge of `structure`'s.
  func shares(of structure: ClassStructure) -> SuperclassResamples? {
    guard let tree = structure.tree else { return nil }
    let places = order.runs.indices.filter { !order.runs[$0].isEmpty }
    let leaves = structure.classes.indices.filter { structure.counts[$0] > 1 }
    let merges = tree.merges.map(\.classes)
    var found = Array(repeating: false, count: merges.count * SuperclassResamples.resampleCount)
    found.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let found = buffer
      machine.forEach(SuperclassResamples.resampleCount) { resample in
        let others = Set(self.tree(resample, leaves, of: structure, places).merges.map(\.classes))
        for (index, merge) in merges.enumerated() where others.contains(merge) {
          found[index * SuperclassResamples.resampleCount + resample] = true
        }
      }
    }
    return SuperclassResamples(
      resampleCount: SuperclassResamples.resampleCount, seed: seed,
      shares: merges.indices.map { index in
        let places =
          index * SuperclassResamples.resampleCount..<(index + 1)
          * SuperclassResamples.resampleCount
        return Double(found[places].count { $0 }) / Double(SuperclassResamples.resampleCount)
      })
  }

  private func tree(
    _ resample: Int, _ leaves: [Int], of structure: ClassStructure, _ places: [Int]
  ) -> ClassTree {
    let totals = places.map { place in
      order.runs[place].reduce(0.0) { $0 + weight($1, resample) }
    }
    return ClassTree(classes: leaves, classCount: structure.classes.count) { first, second in
      var (loss, chance) = (0.0, 0.0)
      for (own, other) in [(first, second), (second, first)] {
        let run = order.runs[places[own]]
        loss +=
          losses[
            (places[own] * order.runs.count + places[other]) * ReweightedSums.width + resample]
        for position in run {
          let weight = weight(position, resample)
          chance += weight * NeighborOdds.loss(odds: totals[other] / (totals[own] - weight))
        }
      }
      return chance > 0 ? loss / chance : 0
    }
  }

  private func weight(_ position: Int, _ resample: Int) -> Double {
    Double(weights[position * ReweightedSums.width + resample])
  }
}
