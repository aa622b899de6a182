import Activations
import Entanglement
import Foundation
import PairwiseDistances
import TestSupport
import Testing

/// What is said of single samples.
@Suite struct SampleTests {
  private static func layer(
    _ matrix: ActivationMatrix, _ labels: ClassLabels, distance: Distance = .squaredEuclidean
  ) throws -> LayerEntanglement {
    try SoftNearestNeighborLoss(
      LossSettings(distance: distance, quantities: [.curve, .samples], zeroRows: .skip)
    ).entanglement(of: matrix, labels: labels)
  }

  @Test("Losses, claims and odds are those of the definition, by row")
  func definition() throws {
    var random = RandomActivations(seed: 51)
    let labels = ClassLabels((0..<150).map { Int64($0 == 7 ? 9 : $0 % 4) })
    let matrix = random.matrix(labels, features: 5)
    let layer = try Self.layer(matrix, labels)
    let samples = try #require(layer.samples)
    let temperature = try #require(layer.matched?.temperature)
    let distances = NaiveLoss.squaredDistances(matrix)
    #expect(samples.rows == Array(0..<150))
    for i in 0..<150 {
      var sums = labels.names.map { _ in 0.0 }
      for k in 0..<150 where k != i {
        sums[Int(labels.indices[k])] += exp(-distances[i][k] / temperature)
      }
      let own = Int(labels.indices[i])
      let same = sums[own]
      sums[own] = -1
      let claim = try #require(sums.indices.max { sums[$0] < sums[$1] })
      #expect(samples.claims[i] == claim)
      guard i != 7 else {
        #expect(samples.losses[i] == nil)
        #expect(samples.odds[i] == nil)
        continue
      }
      sums[own] = same
      #expect(isClose(try #require(samples.odds[i]), log(sums[claim] / same), relative: 1e-4))
      #expect(
        isClose(
          try #require(samples.losses[i]), log(sums.reduce(0, +) / same), relative: 1e-4))
    }
    let most = samples.mostEntangled(10)
    #expect(most.count == 10)
    #expect(
      zip(most, most.dropFirst()).allSatisfy {
        (samples.losses[$0] ?? 0) >= (samples.losses[$1] ?? 0)
      })
  }

  @Test("Rows keep their numbers where rows of zeros are skipped")
  func skippedRows() throws {
    var random = RandomActivations(seed: 52)
    let labels = random.labels(60, classes: 3)
    let matrix = random.matrix(labels, features: 5)
    let values = (0..<60).flatMap { row in
      (0..<5).map { row == 3 || row == 40 ? 0 : matrix[row, $0] }
    }
    let layer = try Self.layer(
      ActivationMatrix(sampleCount: 60, featureCount: 5, values: values), labels, distance: .cosine)
    #expect(layer.skippedRows == [3, 40])
    #expect(layer.samples?.rows == (0..<60).filter { $0 != 3 && $0 != 40 })
  }

  @Test("Who is claimed in most layers comes before who is claimed in a few; ties keep their rows")
  func candidates() throws {
    let names = ["a", "b", "c"]
    func record(_ odds: [Double?], _ claims: [Int?]) -> LabelSuspect.Record {
      LabelSuspect.Record(
        SampleNeighborhoods(
          rows: Array(odds.indices), losses: odds.map { $0 }, claims: claims, odds: odds),
        names: names)
    }
    let suspects = LabelSuspect.candidates(
      labels: ["a", "a", "a", "b", "c"],
      records: [
        record([2, 3, -1, 2, nil], [1, 1, 1, 0, nil]),
        record([2, -5, -1, 2, nil], [1, 2, 1, 2, nil]),
        record([2, -5, -1, 2, nil], [1, 1, 1, 2, nil]),
      ])
    #expect(suspects.map(\.row) == [0, 3])
    #expect(suspects.map(\.claimedBy) == ["b", "c"])
    #expect(suspects.map(\.claimCount) == [3, 2])
    #expect(suspects.map(\.recordCount) == [3, 3])
    #expect(suspects.map(\.meanOdds) == [2, 2])
  }

  @Test("Exact duplicates are counted within and across classes")
  func duplicates() throws {
    var random = RandomActivations(seed: 53)
    let labels = ClassLabels((0..<40).map { Int64($0 % 2) })
    // Rows 0 and 2 are equal (one class), 5 and 10 too (two classes).
    let matrix = random.matrix(labels, features: 5)
      .rows((0..<40).map { [2: 0, 10: 5][$0] ?? $0 })
    let layer = try Self.layer(matrix, labels)
    #expect(layer.duplicates == Duplicates(within: 2, across: 2))
    #expect(
      layer.notices.contains {
        $0.contains("2 samples equal another of their class, 2 equal one of another class")
      })
    #expect(try Self.layer(random.matrix(labels, features: 5), labels).duplicates == nil)
  }
}
