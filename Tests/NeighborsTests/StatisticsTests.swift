import Activations
import Foundation
import Neighbors
import Testing

/// What is read off the lists, against values worked out by hand.
@Suite struct StatisticsTests {
  private static let classes = NeighborClasses(
    neighborCount: 4, classes: [0, 1, 1, 0, 2, 2, 2, 2], classCount: 3)

  @Test("The vote goes to the most frequent class, and of equals to that of the nearest neighbor")
  func votes() {
    let votes = NeighborVotes(Self.classes, neighborCounts: [1, 2, 3, 4])
    #expect(votes.predictions == [[0, 2], [0, 2], [1, 2], [0, 2]])
    let agreement = votes.agreement(with: [1, nil])
    #expect(agreement.map(\.count) == [0, 0, 1, 0])
    #expect(agreement[0].total == 2)
  }

  @Test("Label entropy is 0 for one class and log 2 for two halves")
  func entropy() {
    let votes = NeighborVotes(Self.classes, neighborCounts: [1, 4])
    #expect(votes.labelEntropies[0] == 0)
    #expect(abs(votes.labelEntropies[1] - log(2) / 2) < 1e-15)
  }

  @Test("The usual k's end with k itself")
  func counts() {
    #expect(NeighborVotes.usualCounts(through: 1) == [1])
    #expect(NeighborVotes.usualCounts(through: 10) == [1, 2, 3, 5, 10])
    #expect(NeighborVotes.usualCounts(through: 75) == [1, 2, 3, 5, 10, 20, 30, 50, 75])
  }

  @Test("Wilson's interval: 0 of 10 and 5 of 10")
  func wilson() {
    let none = Proportion(count: 0, of: 10).interval
    #expect(none.lowerBound == 0)
    #expect(abs(none.upperBound - 0.27753) < 1e-5)
    let half = Proportion(count: 5, of: 10).interval
    #expect(abs(half.lowerBound - 0.23659) < 1e-5)
    #expect(abs(half.upperBound - 0.76341) < 1e-5)
    #expect(Proportion(count: 0, of: 0).value == 0)
  }

  @Test("A hub stands in every list; bad occurrences are those of another class")
  func hubness() {
    let lists = NeighborLists(
      neighborCount: 1, rows: [1, 0, 1, 1], distances: [1, 1, 1, 1])
    let bank = ClassLabels([0, 0, 1, 1] as [Int64])
    let hubness = Hubness(lists, bank: bank, queryClasses: [0, 0, 1, 1])
    #expect(hubness.occurrences == [1, 3, 0, 0])
    #expect(hubness.antihubShare == 0.5)
    #expect(hubness.hubs.map(\.row) == [1, 0])
    #expect(hubness.hubs.map(\.badOccurrences) == [2, 0])
    // N_k − μ = 0, 2, −1, −1: second moment 6/4, third 6/4.
    #expect(abs(hubness.skewness - 1.5 / pow(1.5, 1.5)) < 1e-15)
  }

  @Test("The posterior is the softmax over distances, summed by class")
  func posterior() {
    let lists = NeighborLists(neighborCount: 3, rows: [0, 1, 2], distances: [1, 2, 3])
    let classes = NeighborClasses(neighborCount: 3, classes: [0, 1, 1], classCount: 2)
    let posterior = NeighborPosterior(lists, classes, temperature: 2)
    let weights = [exp(-0.5), exp(-1), exp(-1.5)]
    #expect(posterior.predictions == [0])
    #expect(
      abs(posterior.probabilities[0] - weights[0] / (weights[0] + weights[1] + weights[2])) < 1e-14)
    // Hot: the vote; cold: the nearest.
    #expect(NeighborPosterior(lists, classes, temperature: 1e9).predictions == [1])
    #expect(NeighborPosterior(lists, classes, temperature: 1e-9).probabilities == [1])
    #expect(NeighborPosterior.meanNeighborDistance(lists) == 2)
  }

  @Test("Back-off: the neighbors decide below the threshold, the model at it and above")
  func backOff() {
    let backOff = BackOff(
      model: [0, 1, nil, 1], confidences: [0.9, 0.4, 0.3, 0.5], neighbors: [1, 0, 0, 0],
      truth: [0, 0, 0, 1], thresholds: [0, 0.5, 1.1])
    #expect(backOff.points.map(\.coverage.count) == [4, 2, 0])
    #expect(backOff.points.map(\.accuracy.count) == [2, 4, 2])
    #expect(backOff.points[1].accuracyOfNeighbors == Proportion(count: 2, of: 2))
    #expect(backOff.points[1].accuracyOfModelThere == Proportion(count: 0, of: 2))
    let softmax = BackOff.softmaxMaxima(rowCount: 1, columnCount: 3) { _, column in
      [1000.0, 1001, 1001][column]
    }
    #expect(softmax[0].column == 1)
    #expect(abs(softmax[0].probability - 1 / (2 + exp(-1))) < 1e-15)
  }

  @Test("Reliability counts each prediction in its bin")
  func reliability() {
    let reliability = Reliability(
      confidences: [0, 0.05, 0.95, 1, 0.1], isCorrect: [false, true, true, true, false])
    #expect(reliability.bins.map(\.accuracy.total) == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2])
    #expect(reliability.bins[0].accuracy.count == 1)
    #expect(reliability.bins[4].meanConfidence == nil)
    let expected = (abs(0.5 - 0.025) * 2 + 0.1 + abs(1 - 0.975) * 2) / 5
    #expect(abs(reliability.expectedError - expected) < 1e-12)
  }

  @Test("A calibration split keeps shares and loses no row")
  func split() {
    var generator = SplitMix64(seed: 1)
    let labels = ClassLabels((0..<100).map { Int64($0 < 80 ? 0 : 1) })
    let split = CalibrationSplit(of: labels, share: 0.25, using: &generator)
    #expect(Set(split.bank + split.calibration) == Set(0..<100))
    #expect(split.calibration.count { $0 < 80 } == 20)
    #expect(split.calibration.count { $0 >= 80 } == 5)
    var same = SplitMix64(seed: 1)
    #expect(CalibrationSplit(of: labels, share: 0.25, using: &same) == split)
  }

  @Test("Classes are matched by name")
  func names() {
    let labels = ClassLabels(["cat", "newt", "dog"])
    #expect(labels.indices(in: ["dog", "cat"]) == [1, nil, 0])
  }
}
