import Activations
import Neighbors
import TestSupport
import Testing

@Suite struct OutlierDetectionTests {
  /// Scores on a grid, so that there are ties.
  private static func scores(_ seed: UInt64, inliers: Int, outliers: Int, shift: Double) -> (
    [Double], [Double]
  ) {
    var random = RandomActivations(seed: seed)
    func draw(_ count: Int, _ mean: Double) -> [Double] {
      (0..<count).map { _ in ((random.normal() + mean) * 4).rounded() / 4 }
    }
    return (draw(inliers, 0), draw(outliers, shift))
  }

  @Test("The area is the share of pairs won, ties half", arguments: [1, 2, 3])
  func area(seed: UInt64) {
    let (inliers, outliers) = Self.scores(seed, inliers: 80, outliers: 50, shift: 0.7)
    var won = 0.0
    for outlier in outliers {
      for inlier in inliers { won += outlier > inlier ? 1 : outlier == inlier ? 0.5 : 0 }
    }
    let detection = OutlierDetection(inliers: inliers, outliers: outliers)
    #expect(isClose(detection.auroc, won / 4000, relative: 1e-12))
    // Outliers are the positives: exchanging the sides mirrors the area.
    let mirrored = OutlierDetection(inliers: outliers, outliers: inliers)
    #expect(isClose(mirrored.auroc, 1 - won / 4000, relative: 1e-12))
  }

  @Test("Average precision and the rate at 95 % by hand")
  func byHand() {
    // Descending: o 4 | i 3 | o i 2 | o 1 | i 0
    let detection = OutlierDetection(inliers: [3, 2, 0], outliers: [4, 2, 1])
    #expect(isClose(detection.averagePrecision, (1 + 2.0 / 4 + 3.0 / 5) / 3, relative: 1e-15))
    #expect(isClose(detection.falsePositiveRateAt95, 2.0 / 3, relative: 1e-15))
    #expect(isClose(detection.auroc, (3 + 1.5 + 1) / 9, relative: 1e-15))
    #expect(detection.points.map(\.truePositives) == [1, 1, 2, 3, 3])
    #expect(detection.points.map(\.falsePositives) == [0, 1, 2, 2, 3])
  }

  @Test("One score for all is a coin: half the pairs, and every inlier at 95 %")
  func constant() {
    let detection = OutlierDetection(inliers: [1, 1], outliers: [1, 1, 1])
    #expect(detection.auroc == 0.5)
    #expect(detection.averagePrecision == 0.6)
    #expect(detection.falsePositiveRateAt95 == 1)
  }

  @Test("DeLong's interval by its definition, and a coverage near 95 %")
  func coverage() {
    var covered = 0
    let truth = 0.7602499389  // Φ(1/√2) of two normals one apart, without the grid
    for seed in 0..<400 as Range<UInt64> {
      var random = RandomActivations(seed: seed)
      let inliers = (0..<60).map { _ in random.normal() }
      let outliers = (0..<40).map { _ in random.normal() + 1 }
      let found = OutlierDetection(inliers: inliers, outliers: outliers).aurocInterval
      #expect(found.method == .deLong)
      if found.bounds.contains(truth) { covered += 1 }
    }
    // 400 trials at 95 %: three standard errors are 3.3 %.
    #expect((0.917...0.983).contains(Double(covered) / 400), "\(covered)")
  }

  @Test("Sides that are parted wholly have an interval that is no point")
  func parted() {
    let found = OutlierDetection(inliers: [0, 1, 2, 3], outliers: [5, 6, 7]).aurocInterval
    #expect(found.method == .newcombe)
    #expect(found.bounds.upperBound == 1)
    #expect((0.3...0.9).contains(found.bounds.lowerBound))
    let reversed = OutlierDetection(inliers: [5, 6, 7], outliers: [0, 1, 2, 3]).aurocInterval
    #expect(reversed.bounds.lowerBound == 0)
    #expect(isClose(reversed.bounds.upperBound, 1 - found.bounds.lowerBound, relative: 1e-9))
  }

  @Test("Bootstrap intervals hold the value and are the same for one seed")
  func bootstrap() {
    let (inliers, outliers) = Self.scores(5, inliers: 200, outliers: 150, shift: 1)
    let detection = OutlierDetection(inliers: inliers, outliers: outliers)
    var first = SplitMix64(seed: 4)
    var second = SplitMix64(seed: 4)
    let found = detection.bootstrapIntervals(using: &first)
    #expect(found.averagePrecision.contains(detection.averagePrecision))
    #expect(found.falsePositiveRateAt95.contains(detection.falsePositiveRateAt95))
    #expect(found == detection.bootstrapIntervals(using: &second))
  }
}
