internal import ElementaryFunctions

/// How well a score tells outliers (the positives) from inliers: a higher score says outlier.
///
/// The area under the ROC curve is the probability that an outlier scores higher than an inlier,
/// ties counted half. Average precision and the false positive rate at 95 % true positives treat
/// samples of equal score as one step, since no threshold parts them.
public struct OutlierDetection: Sendable {
  /// A threshold: what scores at or above it is called an outlier.
  package struct Point: Sendable, Equatable {
    package let threshold: Double
    package let truePositives: Int
    package let falsePositives: Int
  }

  package let inlierCount: Int
  package let outlierCount: Int
  /// One for each distinct score, the highest first.
  package let points: [Point]

  /// - Precondition: neither side is empty; scores are finite.
  public init(inliers: [Double], outliers: [Double]) {
    precondition(!inliers.isEmpty && !outliers.isEmpty, "both inliers and outliers are needed")
    inlierCount = inliers.count
    outlierCount = outliers.count
    let scores =
      (inliers.map { (score: $0, isOutlier: false) } + outliers.map { ($0, true) })
      .sorted { $0.score > $1.score }
    var points: [Point] = []
    var (truePositives, falsePositives) = (0, 0)
    for (index, entry) in scores.enumerated() {
      if entry.isOutlier { truePositives += 1 } else { falsePositives += 1 }
      if index + 1 == scores.count || scores[index + 1].score != entry.score {
        points.append(
          Point(
            threshold: entry.score, truePositives: truePositives, falsePositives: falsePositives))
      }
    }
    self.points = points
  }

  private init(points: [Point], inlierCount: Int, outlierCount: Int) {
    self.points = points
    self.inlierCount = inlierCount
    self.outlierCount = outlierCount
  }

  /// The area under the ROC curve.
  public var auroc: Double {
    var pairs = 0.0
    var last = Point(threshold: 0, truePositives: 0, falsePositives: 0)
    for point in points {
      // The outliers of this score beat the inliers of every lower one, and tie with their own.
      let own = Double(point.falsePositives - last.falsePositives)
      let lower = Double(inlierCount - point.falsePositives)
      pairs += Double(point.truePositives - last.truePositives) * (lower + own / 2)
      last = point
    }
    return pairs / (Double(inlierCount) * Double(outlierCount))
  }

  /// Average precision, Σ (R_n − R_{n−1})·P_n.
  public var averagePrecision: Double {
    var sum = 0.0
    var last = 0
    for point in points {
      let precision =
        Double(point.truePositives) / Double(point.truePositives + point.falsePositives)
      sum += Double(point.truePositives - last) * precision
      last = point.truePositives
    }
    return sum / Double(outlierCount)
  }

  /// The share of inliers called outliers at the highest threshold that finds at least 95 % of the
  /// outliers.
  public var falsePositiveRateAt95: Double {
    let point = points.first { 100 * $0.truePositives >= 95 * outlierCount }
    return Double(point?.falsePositives ?? inlierCount) / Double(inlierCount)
  }

  // MARK: Intervals

  /// How the interval of the area was found.
  package enum AreaInterval: String, Sendable {
    /// DeLong, DeLong and Clarke-Pearson 1988 on the logit scale, which keeps it within 0…1.
    case deLong = "delong-logit"
    /// Newcombe 2006, method 5: where the sides are parted wholly, their variance says nothing.
    case newcombe
  }

  /// The 95 % interval of the area under the ROC curve.
  package var aurocInterval: (bounds: ClosedRange<Double>, method: AreaInterval) {
    let area = auroc
    let variance = deLongVariance
    guard area > 0, area < 1, variance > 0 else { return (newcombeInterval, .newcombe) }
    let center = Elementary.log(area / (1 - area))
    let half = normalQuantile975 * variance.squareRoot() / (area * (1 - area))
    func back(_ logit: Double) -> Double { 1 / (1 + Elementary.exp(-logit)) }
    return (back(center - half)...back(center + half), .deLong)
  }

  /// S_10/outliers + S_01/inliers: the variances of each sample's share of pairs won.
  private var deLongVariance: Double {
    let (inliers, outliers) = (Double(inlierCount), Double(outlierCount))
    guard inlierCount > 1, outlierCount > 1 else { return 0 }
    let area = auroc
    var (ofOutliers, ofInliers) = (0.0, 0.0)
    var last = Point(threshold: 0, truePositives: 0, falsePositives: 0)
    for point in points {
      let ownInliers = Double(point.falsePositives - last.falsePositives)
      let ownOutliers = Double(point.truePositives - last.truePositives)
      let won = (inliers - Double(point.falsePositives) + ownInliers / 2) / inliers - area
      let lost = (Double(last.truePositives) + ownOutliers / 2) / outliers - area
      ofOutliers += ownOutliers * won * won
      ofInliers += ownInliers * lost * lost
      last = point
    }
    return ofOutliers / (outliers - 1) / outliers + ofInliers / (inliers - 1) / inliers
  }

  /// The θ with |auroc − θ| ≤ z·√V(θ), V after Hanley and McNeil with the mean of both counts.
  private var newcombeInterval: ClosedRange<Double> {
    let area = auroc
    let (inliers, outliers) = (Double(inlierCount), Double(outlierCount))
    let pairs = (inliers + outliers) / 2 - 1
    func isWithin(_ theta: Double) -> Bool {
      let variance =
        theta * (1 - theta) / (inliers * outliers)
        * (1 + pairs * (1 - theta) / (2 - theta) + pairs * theta / (1 + theta))
      return abs(area - theta) <= normalQuantile975 * max(variance, 0).squareRoot()
    }
    func end(from inside: Double, to outside: Double) -> Double {
      guard !isWithin(outside) || inside == outside else { return outside }
      var (inside, outside) = (inside, outside)
      for _ in 0..<60 {
        let middle = (inside + outside) / 2
        if isWithin(middle) { inside = middle } else { outside = middle }
      }
      return inside
    }
    return end(from: area, to: 0)...end(from: area, to: 1)
  }

  /// 95 % percentile intervals by a stratified bootstrap: inliers and outliers are drawn with
  /// replacement, each among their own.
  package func bootstrapIntervals(
    resamples: Int = 1000, using generator: inout some RandomNumberGenerator
  ) -> (averagePrecision: ClosedRange<Double>, falsePositiveRateAt95: ClosedRange<Double>) {
    var (ofOutliers, ofInliers): ([Int], [Int]) = ([], [])
    for (step, point) in points.enumerated() {
      let last = step > 0 ? points[step - 1] : nil
      let outliers = point.truePositives - (last?.truePositives ?? 0)
      let inliers = point.falsePositives - (last?.falsePositives ?? 0)
      ofOutliers += Array(repeating: step, count: outliers)
      ofInliers += Array(repeating: step, count: inliers)
    }
    var precisions: [Double] = []
    var rates: [Double] = []
    for _ in 0..<max(resamples, 1) {
      let outliers = Self.resampled(ofOutliers, steps: points.count, using: &generator)
      let inliers = Self.resampled(ofInliers, steps: points.count, using: &generator)
      var drawn: [Point] = []
      var (truePositives, falsePositives) = (0, 0)
      for step in points.indices where outliers[step] + inliers[step] > 0 {
        truePositives += outliers[step]
        falsePositives += inliers[step]
        drawn.append(
          Point(
            threshold: points[step].threshold, truePositives: truePositives,
            falsePositives: falsePositives))
      }
      let resample = OutlierDetection(
        points: drawn, inlierCount: inlierCount, outlierCount: outlierCount)
      precisions.append(resample.averagePrecision)
      rates.append(resample.falsePositiveRateAt95)
    }
    return (Self.middle95(precisions), Self.middle95(rates))
  }

  /// How many of as many draws with replacement fall on each step.
  private static func resampled(
    _ members: [Int], steps: Int, using generator: inout some RandomNumberGenerator
  ) -> [Int] {
    var counts = Array(repeating: 0, count: steps)
    for _ in members {
      // Exact to 2⁻⁶⁴ and the same in every release of the standard library.
      let place = generator.next().multipliedFullWidth(by: UInt64(members.count)).high
      counts[members[Int(place)]] += 1
    }
    return counts
  }

  private static func middle95(_ values: [Double]) -> ClosedRange<Double> {
    let sorted = values.sorted()
    let low = Int(0.025 * Double(sorted.count))
    return sorted[low]...sorted[sorted.count - 1 - low]
  }
}
