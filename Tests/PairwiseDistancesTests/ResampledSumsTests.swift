import Activations
import Foundation
import PairwiseDistances
import TestSupport
import Testing

/// Sums under many labelings or weights, against sums in Double over all pairs.
@Suite struct ResampledSumsTests {
  /// Float32 exponentials and sums of up to 128 of them, and distances right to 3e-6.
  private static let tolerance = 2e-5

  private struct Layer {
    let samples: DistanceSamples
    /// By position, in inner units.
    let distances: [[Double]]
    let beta: Double

    init(count: Int, classes: Int, relativeTemperature: Double) {
      var random = RandomActivations(seed: UInt64(count))
      let labels = random.labels(count, classes: classes)
      let matrix = random.matrix(labels, features: 7, separation: 1)
      let order = ClassOrder(labels)
      let samples = DistanceSamples(matrix, order: order, distance: .squaredEuclidean)
      let naive = NaiveLoss.squaredDistances(matrix)
      distances = order.rows.map { i in order.rows.map { samples.inner(naive[i][$0]) } }
      beta = 1 / (relativeTemperature * samples.inner(samples.meanDistance))
      self.samples = samples
    }
  }

  @Test(
    "Same-class sums of shuffled labelings are those of all pairs",
    arguments: InstructionSet.allCases.filter(\.isAvailable), [2, 40, 128, 131, 290])
  func labelings(set: InstructionSet, count: Int) throws {
    let layer = Layer(count: count, classes: min(count, 5), relativeTemperature: 0.2)
    var generator = SplitMix64(seed: 3)
    let labelings = (0..<9).map { _ in layer.samples.order.classes.shuffled(using: &generator) }
    let bases = layer.distances.enumerated().map { i, row in
      row.enumerated().filter { $0.offset != i }.map(\.element).min() ?? 0
    }
    let sums = RelabeledSums(layer.samples, beta: layer.beta, bases: bases, labelings: labelings)
    try PairwisePass(Machine(threadCount: 2, instructionSet: set)).reduce(layer.samples, with: sums)
    for i in 0..<count {
      for (index, labels) in labelings.enumerated() {
        let expected = (0..<count).filter { $0 != i && labels[$0] == labels[i] }
          .reduce(0) { $0 + exp(-layer.beta * (layer.distances[i][$1] - bases[i])) }
        #expect(
          isClose(sums.sum(at: i, labeling: index), expected, relative: Self.tolerance))
      }
    }
  }

  @Test(
    "Weighted class sums are those of all pairs",
    arguments: InstructionSet.allCases.filter(\.isAvailable), [3, 40, 128, 131, 290])
  func weights(set: InstructionSet, count: Int) throws {
    let layer = Layer(count: count, classes: min(count, 6), relativeTemperature: 0.1)
    var random = SplitMix64(seed: 4)
    let weights = (0..<count * ReweightedSums.width).map { _ in
      Float.random(in: 0.1...3, using: &random)
    }
    let pass = PairwisePass(Machine(threadCount: 2, instructionSet: set))
    let anchors = count / 4..<count
    let plain = ClassPass(
      layer.samples, beta: layer.beta, anchors: anchors,
      quantities: ClassPass.Quantities(classSums: true, lossChanges: false))
    try pass.reduce(layer.samples, with: plain)
    let sums = ReweightedSums(layer.samples, plain: plain, weights: weights)
    try pass.reduce(layer.samples, with: sums)
    for i in anchors {
      for (index, run) in layer.samples.order.runs.enumerated() {
        guard let base = plain.sum(at: i, class: index)?.base else { continue }
        sums.withSums(at: i, class: index) { sums in
          for r in [0, 1, 57, ReweightedSums.width - 1] {
            let expected = run.filter { $0 != i }.reduce(0) {
              $0 + Double(weights[$1 * ReweightedSums.width + r])
                * exp(-layer.beta * (layer.distances[i][$1] - base))
            }
            #expect(isClose(Double(sums[r]), expected, relative: Self.tolerance))
          }
        }
      }
    }
  }
}
