import Activations
import Entanglement
import Foundation
import PairwiseDistances
import TestSupport
import Testing

/// The loss of sub-samples of growing size.
@Suite struct SampleSizeTests {
  private static func data(
    _ count: Int, seed: UInt64 = 31
  ) -> (matrix: ActivationMatrix, labels: ClassLabels) {
    var random = RandomActivations(seed: seed)
    let labels = random.labels(count, classes: 4)
    return (random.matrix(labels, features: 6), labels)
  }

  private static func loss(
    _ sizes: [Int], seed: UInt64 = 3, threads: Int = 1
  ) -> SoftNearestNeighborLoss {
    SoftNearestNeighborLoss(
      LossSettings(
        quantities: [.curve, .minimum, .perplexity], sampleSizes: SampleSizes(sizes, seed: seed)),
      machine: Machine(threadCount: threads))
  }

  @Test("All samples have the layer's own numbers, whatever sizes were asked for")
  func whole() throws {
    let (matrix, labels) = Self.data(150)
    for sizes in [[40, 150], [40], [200], [40, 150, 1000]] {
      let layer = try Self.loss(sizes).entanglement(of: matrix, labels: labels)
      let last = try #require(layer.sampleSizes.last)
      #expect(last.sampleCount == 150)
      #expect(last.drawCount == 1)
      #expect(last.anchorCount == layer.anchorCount)
      #expect(last.minimum?.loss == layer.minimum?.loss)
      #expect(last.minimum?.relativeTemperature == layer.minimum?.relativeTemperature)
      #expect(last.minimum?.standardDeviation == nil)
      #expect(last.matched?.loss == layer.matched?.loss)
      #expect(last.positions == [try #require(layer.minimum).position])
      #expect(layer.sampleSizes.count == (sizes == [200] ? 1 : 2))
    }
  }

  @Test("Each size is the mean over the draws, each computed as a layer of its own")
  func draws() throws {
    let (matrix, labels) = Self.data(160)
    let loss = Self.loss([40, 100])
    let layer = try loss.entanglement(of: matrix, labels: labels)
    #expect(layer.sampleSizes.map(\.sampleCount) == [40, 100, 160])
    #expect(layer.sampleSizes.map(\.drawCount) == [5, 3, 1])
    for estimate in layer.sampleSizes.dropLast() {
      var minima: [Double] = []
      var matched: [Double] = []
      for draw in 0..<estimate.drawCount {
        let rows = SampleSizes([estimate.sampleCount], seed: 3)
          .rows(estimate.sampleCount, draw: draw, of: labels)
        let part = try SoftNearestNeighborLoss(
          LossSettings(quantities: [.curve, .minimum, .perplexity])
        )
        .entanglement(of: matrix.rows(rows), labels: labels.rows(rows))
        minima.append(try #require(part.minimum).loss)
        let found = try #require(part.matched)
        matched.append(found.loss)
        let naive = NaiveLoss(
          matrix.rows(rows), labels.rows(rows), temperature: found.temperature)
        #expect(isClose(found.loss, naive.loss, relative: OracleTests.lossTolerance))
        #expect(
          isClose(naive.perplexity, 0.05 * Double(estimate.sampleCount - 1), relative: 1e-6))
      }
      let (minimum, atShare) = (try #require(estimate.minimum), try #require(estimate.matched))
      #expect(isClose(minimum.loss, Self.mean(minima), relative: 1e-14))
      #expect(isClose(atShare.loss, Self.mean(matched), relative: 1e-14))
      #expect(
        isClose(try #require(minimum.standardDeviation), Self.deviation(minima), relative: 1e-10))
      #expect(
        isClose(try #require(atShare.standardDeviation), Self.deviation(matched), relative: 1e-10))
    }
  }

  @Test("A size is drawn alike whatever other sizes are, and otherwise for another seed")
  func seeds() throws {
    let (matrix, labels) = Self.data(160)
    let alone = try Self.loss([40]).entanglement(of: matrix, labels: labels).sampleSizes
    let among = try Self.loss([20, 40, 80]).entanglement(of: matrix, labels: labels).sampleSizes
    #expect(among.contains(alone[0]))
    let other = try Self.loss([40], seed: 4).entanglement(of: matrix, labels: labels).sampleSizes
    #expect(other[0].minimum != alone[0].minimum)
    let threaded = Self.loss([40], threads: 3)
    #expect(try threaded.entanglement(of: matrix, labels: labels).sampleSizes == alone)
  }

  @Test("On one mixture the minimum falls as samples are added")
  func fall() throws {
    let (matrix, labels) = Self.data(1024, seed: 32)
    let sizes = try Self.loss(SampleSizes.doubling(from: 64, through: 512))
      .entanglement(of: matrix, labels: labels).sampleSizes
    let minima = sizes.compactMap { $0.minimum?.loss }
    #expect(minima.count == 5)
    #expect(minima == minima.sorted(by: >))
  }

  @Test("Sizes too small for a class of two are left out with a notice")
  func tooSmall() throws {
    var random = RandomActivations(seed: 33)
    let labels = random.labels(120, classes: 20)
    let matrix = random.matrix(labels, features: 4)
    let layer = try Self.loss([2, 20, 60]).entanglement(of: matrix, labels: labels)
    #expect(layer.sampleSizes.map(\.sampleCount) == [60, 120])
    #expect(
      layer.notices.contains {
        $0.hasPrefix("No loss of sub-samples of 2, 20: ") && $0.contains("--sample-sizes")
      }, "\(layer.notices)")
  }

  @Test("A curve alone has the best of its temperatures at each size, and no matched loss")
  func curveAlone() throws {
    let (matrix, labels) = Self.data(100)
    let loss = SoftNearestNeighborLoss(
      LossSettings(
        sweep: try TemperatureSweep([0.1, 1], scale: .meanDistance), quantities: [.curve],
        sampleSizes: SampleSizes([50], seed: 3)))
    let layer = try loss.entanglement(of: matrix, labels: labels)
    #expect(layer.sampleSizes.allSatisfy { $0.minimum != nil && $0.matched == nil })
    #expect(layer.sampleSizes.last?.minimum?.loss == layer.minimum?.loss)
  }

  @Test("Sizes double up to the end, and near all samples fewer are drawn")
  func rules() {
    #expect(SampleSizes.doubling(from: 128, through: 8192).count == 7)
    #expect(SampleSizes.doubling(from: 100, through: 399) == [100, 200])
    #expect(SampleSizes.doubling(from: Int.max / 2 + 1, through: Int.max).count == 1)
    #expect(
      [10, 50, 51, 100, 101].map { SampleSizes.drawCount(of: $0, from: 100) } == [5, 5, 3, 1, 1])
    #expect(SampleSizes([5, 3, 5]).sizes == [3, 5])
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  private static func deviation(_ values: [Double]) -> Double {
    let mean = mean(values)
    return (values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count - 1))
      .squareRoot()
  }
}
