import Activations
import Entanglement
import Foundation
import PairwiseDistances
import TestSupport
import Testing

/// Losses by class, the soft confusion and the pairwise losses against their definitions.
@Suite struct ClassStructureTests {
  private static func structure(
    _ matrix: ActivationMatrix, _ labels: ClassLabels, target: PerplexityTarget = .share(0.1),
    threads: Int = 1
  ) throws -> ClassStructure {
    let layer = try SoftNearestNeighborLoss(
      LossSettings(quantities: [.curve, .classes], perplexityTarget: target),
      machine: Machine(threadCount: threads)
    ).entanglement(of: matrix, labels: labels)
    return try #require(layer.structure)
  }

  @Test("Tables of more classes than memory holds are left out, and a notice says so")
  func manyClasses() throws {
    let count = 400
    var generator = SplitMix64(seed: 5)
    let matrix = ActivationMatrix(
      sampleCount: count, featureCount: 2,
      values: (0..<2 * count).map { _ in Float.random(in: 0..<1, using: &generator) })
    let labels = ClassLabels((0..<count).map { Int64($0 / 2) })
    func layer(_ memory: Int) throws -> LayerEntanglement {
      try SoftNearestNeighborLoss(
        LossSettings(quantities: [.curve, .perplexity, .classes, .samples]),
        machine: Machine(threadCount: 1, memoryLimit: memory)
      ).entanglement(of: matrix, labels: labels)
    }
    let whole = try layer(1 << 30)
    let small = try layer(10 << 20)
    #expect(whole.structure?.classes.count == 200)
    #expect(whole.notices.isEmpty)
    #expect(small.structure == nil)
    #expect(small.matched == whole.matched)
    #expect(small.samples == whole.samples)
    #expect(
      small.notices == [
        "No losses by class, soft confusion or pairs: tables of 200 by 200 classes take some 11 MiB "
          + "of memory and the limit is 10 MiB. Raise --memory, or label fewer classes."
      ])
  }

  /// P[c→c'] by its definition.
  private static func confusion(
    _ matrix: ActivationMatrix, _ labels: ClassLabels, temperature: Double
  ) -> [[Double]] {
    let distances = NaiveLoss.squaredDistances(matrix)
    let count = labels.sampleCount
    var table = labels.names.map { _ in labels.names.map { _ in 0.0 } }
    for i in 0..<count {
      let others = (0..<count).filter { $0 != i }
      let nearest = others.map { distances[i][$0] }.min() ?? 0
      let weights = others.map { exp((nearest - distances[i][$0]) / temperature) }
      let total = weights.reduce(0, +)
      for (other, weight) in zip(others, weights) {
        table[Int(labels.indices[i])][Int(labels.indices[other])] += weight / total
      }
    }
    return zip(table, labels.counts).map { row, count in row.map { $0 / Double(count) } }
  }

  private static func expectAgreement(_ matrix: ActivationMatrix, _ labels: ClassLabels) throws {
    let structure = try structure(matrix, labels)
    let names = labels.names.indices.filter { labels.counts[$0] > 0 }
    #expect(structure.classes == names.map { labels.names[$0] })
    let confusion = confusion(matrix, labels, temperature: structure.temperature)
    for (row, own) in zip(structure.confusion, names) {
      #expect(isClose(row.reduce(0, +), 1, relative: 1e-12))
      for (value, other) in zip(row, names) {
        #expect(isClose(value, confusion[own][other], relative: 1e-5, absolute: 1e-9))
      }
    }
    let weighted = WeightedLoss(matrix, labels)
    let weights = Array(repeating: 1.0, count: labels.sampleCount)
    for item in structure.losses {
      let index = Int32(try #require(labels.names.firstIndex(of: item.name)))
      #expect(
        isClose(
          item.loss, weighted.loss(weights, temperature: structure.temperature, only: index),
          relative: 5e-6, absolute: 1e-12))
      #expect(item.count == labels.counts[Int(index)])
    }
    for (row, first) in names.enumerated() {
      for (column, second) in names.enumerated() {
        let value = structure.pairLoss(row, column)
        let members = labels.indices.indices.filter {
          [first, second].contains(Int(labels.indices[$0]))
        }
        if first == second || members.count < 3 {
          #expect(value == nil)
          continue
        }
        let far = NaiveLoss(
          matrix.rows(members), labels.rows(members), temperature: 1e12 * structure.temperature)
        #expect(isClose(try #require(structure.pairChance(row, column)), far.loss, relative: 1e-6))
        let naive = NaiveLoss(
          matrix.rows(members), labels.rows(members), temperature: structure.temperature)
        #expect(isClose(try #require(value), naive.loss, relative: 5e-6, absolute: 1e-12))
      }
    }
  }

  @Test("They agree with the definitions over tiles, tails and singletons")
  func definition() throws {
    for (count, classes) in [(70, 3), (129, 5), (300, 40)] {
      var random = RandomActivations(seed: UInt64(count))
      let labels = random.labels(count, classes: classes)
      try Self.expectAgreement(random.matrix(labels, features: 6, separation: 1), labels)
    }
    var random = RandomActivations(seed: 41)
    let alone = ClassLabels((0..<80).map { Int64($0 < 5 ? 10 + $0 : $0 % 2) })
    try Self.expectAgreement(random.matrix(alone, features: 6), alone)
  }

  @Test("Classes that lost every sample are not in the tables")
  func emptyClasses() throws {
    var random = RandomActivations(seed: 42)
    let labels = random.labels(90, classes: 3)
    let kept = (0..<90).filter { labels.indices[$0] != 1 }
    try Self.expectAgreement(
      random.matrix(labels, features: 5).rows(kept), labels.rows(kept))
  }

  @Test("Pairwise losses stay exact where one class is far beyond the reach of an exponential")
  func farClasses() throws {
    // At a perplexity of a few neighbors T is far below the distance between the classes.
    var random = RandomActivations(seed: 43)
    let labels = random.labels(90, classes: 3)
    let noise = random.values(labels, features: 4, separation: 0)
    let values = noise.enumerated().map { index, value in
      value + 200 * Double(labels.indices[index / 4])
    }
    try Self.expectAgreement(
      ActivationMatrix(sampleCount: 90, featureCount: 4, values: values), labels)
  }

  @Test("The mean of the class losses by size is the loss")
  func mean() throws {
    var random = RandomActivations(seed: 44)
    let labels = random.labels(200, classes: 7)
    let layer = try SoftNearestNeighborLoss(LossSettings(quantities: [.curve, .classes]))
      .entanglement(of: random.matrix(labels, features: 6), labels: labels)
    let structure = try #require(layer.structure)
    let mean =
      structure.losses.reduce(0) { $0 + $1.loss * Double($1.count) } / Double(layer.anchorCount)
    #expect(isClose(mean, try #require(layer.matched?.loss), relative: 1e-12))
    #expect(structure.place == .perplexity)
    #expect(structure.losses.allSatisfy { $0.interval == nil })
  }

  @Test("Without a matched perplexity the classes are compared at the minimum")
  func atMinimum() throws {
    var random = RandomActivations(seed: 45)
    let labels = random.labels(100, classes: 3)
    let layer = try SoftNearestNeighborLoss(LossSettings(perplexityTarget: .count(1000)))
      .entanglement(of: random.matrix(labels, features: 6), labels: labels)
    #expect(layer.structure?.place == .minimum)
    #expect(layer.structure?.temperature == layer.minimum?.temperature)
  }
}
