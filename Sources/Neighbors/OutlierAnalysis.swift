package import Activations
package import PairwiseDistances

/// The credibility of queries and of known outliers, in each layer alone and in all together.
public struct OutlierAnalysis: Sendable {
  package let distance: Distance
  /// k.
  package let neighborCount: Int
  package let pValue: DeepNearestNeighbors.PValue
  package let bankCount: Int
  package let classNames: [String]
  package let calibration: Calibration
  package let layerNames: [String]
  /// The samples in distribution.
  public let queries: Side
  /// The samples known to be outliers.
  public let outliers: Side?
  /// A score of each layer alone, then of all; none without outliers.
  public let detections: [Detection]
  /// By the neighbors of the class that the network predicts; nil where its predictions are not in the
  /// files of all sides.
  public let byPrediction: PredictedClassCounts?
  /// The same by each of several sets of outliers; empty for one.
  package let sets: [OutlierSet]
  package let reliability: Reliability?
  /// The share of labelled queries that the joint prediction gets right.
  package let accuracy: Proportion?
  package let seed: UInt64
  /// Whether the p-value of every class is told of every sample; else there are too many for the
  /// memory, and those of the classes without a neighbor are one.
  package let tellsEveryClass: Bool
  /// What was decided of the samples and may surprise: those that several sides share.
  package let notices: [String]
  /// How the sides were read.
  package var readings: [(name: String, head: ReadingHead)] = []

  /// Outliers that were given together: a file or a part of one.
  package struct OutlierSet: Sendable {
    /// As it was given.
    package let name: String
    package let count: Int
    /// By credibility from all layers together.
    package let joint: Detection
    package let byPrediction: PredictedClassCounts?
  }

  /// Where the calibration samples come from.
  package struct Calibration: Sendable {
    package let count: Int
    /// The share of the bank they were taken from; nil where they were given.
    package let share: Double?

    package init(count: Int, share: Double?) {
      self.count = count
      self.share = share
    }
  }

  /// The samples of one side with what was found of them.
  public struct Side: Sendable {
    /// Who they are.
    public let samples: SampleSet
    /// From all layers together.
    public let credibilities: [Credibility]
    /// For each layer, the number of the k neighbors that are of the joint prediction's class.
    package let neighborsOfPrediction: [[Int]]
    /// For each layer, the credibility from that layer alone.
    package let layerCredibilities: [[Double]]
  }

  /// How well 1 − credibility tells outliers from queries.
  public struct Detection: Sendable {
    /// The layer; nil for all together.
    public let layer: String?
    /// How well the score tells outliers from queries.
    public let score: OutlierDetection
    package let averagePrecisionInterval: ClosedRange<Double>
    package let falsePositiveRateInterval: ClosedRange<Double>
    /// The mean number of neighbors of the predicted class, among queries and among outliers.
    package let meanNeighbors: (queries: Double, outliers: Double)
  }

  /// The neighbors' classes of one side, an entry a layer.
  package struct Lists: Sendable {
    package let samples: SampleSet
    package let layers: [NeighborClasses]
    /// The calibration samples that each sample is itself; empty where none is any.
    package let calibrationTwins: [[Int32]]

    package init(
      samples: SampleSet, layers: [NeighborClasses], calibrationTwins: [[Int32]] = []
    ) {
      self.samples = samples
      self.layers = layers
      self.calibrationTwins = calibrationTwins
    }
  }

  /// - Parameters:
  ///   - truth: The classes of the calibration samples.
  ///   - seed: Of the bootstrap, and of the calibration split where there was one.
  ///   - memoryLimit: Bytes that a table of every sample and class may take, written out.
  package init(
    distance: Distance, pValue: DeepNearestNeighbors.PValue, bankLabels: ClassLabels,
    layerNames: [String], calibration: [NeighborClasses], truth: [Int32], calibrationShare: Double?,
    queries: Lists, outliers: Lists?, seed: UInt64, memoryLimit: Int = .max,
    notices: [String] = []
  ) throws(NeighborsError) {
    self.notices = notices
    self.distance = distance
    self.pValue = pValue
    self.layerNames = layerNames
    self.seed = seed
    neighborCount = calibration.first?.neighborCount ?? 0
    bankCount = bankLabels.sampleCount
    classNames = bankLabels.names
    let told = queries.samples.ids.count + (outliers?.samples.ids.count ?? 0)
    tellsEveryClass =
      told * bankLabels.names.count <= max(memoryLimit / Self.bytesOfPValue, Self.fewPValues)
    self.calibration = Calibration(count: truth.count, share: calibrationShare)
    let joint = try DeepNearestNeighbors(calibration: calibration, truth: truth, pValue: pValue)
    var single: [DeepNearestNeighbors] = []
    for layer in calibration {
      single.append(try DeepNearestNeighbors(calibration: [layer], truth: truth, pValue: pValue))
    }
    let found = Self.side(queries, joint: joint, single: single)
    self.queries = found
    let others = outliers.map { Self.side($0, joint: joint, single: single) }
    self.outliers = others
    var generator = SplitMix64(seed: seed)
    detections =
      others.map {
        Self.detections(queries: found, outliers: $0, layers: layerNames, using: &generator)
      } ?? []
    let classes = queries.samples.labels?.indices(in: bankLabels.names)
    let isCorrect = classes.map { zip($0, found.credibilities).map { $0 == $1.prediction } }
    byPrediction = outliers.flatMap { lists in
      others.flatMap { side in
        Self.byPrediction(
          queries, found, lists, side, Array(lists.samples.ids.indices), bankLabels.names,
          layerNames,
          &generator)
      }
    }
    let names = outliers?.samples.partNames ?? []
    sets =
      names.uniqueInOrder.count < 2
      ? []
      : names.uniqueInOrder.map { name in
        Self.set(
          name, names.indices.filter { names[$0] == name }, queries, found, outliers, others,
          bankLabels.names, layerNames, &generator)
      }.compactMap(\.self)
    accuracy = isCorrect.map { Proportion(count: $0.count { $0 }, of: $0.count) }
    reliability = isCorrect.map {
      Reliability(confidences: found.credibilities.map(\.credibility), isCorrect: $0)
    }
  }

  /// A number as text in two formats, and what they are made of.
  private static let bytesOfPValue = 160
  /// Few enough for any limit.
  private static let fewPValues = 1 << 16

  private static func side(
    _ lists: Lists, joint: DeepNearestNeighbors, single: [DeepNearestNeighbors]
  ) -> Side {
    let credibilities = joint.credibilities(of: lists.layers, besides: lists.calibrationTwins)
    return Side(
      samples: lists.samples, credibilities: credibilities,
      neighborsOfPrediction: lists.layers.map { layer in
        credibilities.enumerated().map { query, found in
          layer.classes(of: query).count { $0 == found.prediction }
        }
      },
      layerCredibilities: zip(single, lists.layers).map { deep, layer in
        deep.credibilities(of: [layer], besides: lists.calibrationTwins).map(\.credibility)
      })
  }

  private static func byPrediction(
    _ queries: Lists, _ inside: Side, _ outliers: Lists, _ outside: Side, _ rows: [Int],
    _ classNames: [String], _ layerNames: [String],
    _ generator: inout some RandomNumberGenerator
  ) -> PredictedClassCounts? {
    guard let own = queries.samples.predictions, let others = outliers.samples.predictions
    else { return nil }
    return PredictedClassCounts(
      queries: (queries.layers, own, inside.neighborsOfPrediction),
      outliers: (
        outliers.layers.map { $0.rows(rows) }, rows.map { others[$0] },
        outside.neighborsOfPrediction.map { counts in rows.map { counts[$0] } }
      ), classNames: classNames, layerNames: layerNames, using: &generator)
  }

  private static func set(
    _ name: String, _ rows: [Int], _ queries: Lists, _ inside: Side, _ outliers: Lists?,
    _ outside: Side?, _ classNames: [String], _ layerNames: [String],
    _ generator: inout some RandomNumberGenerator
  ) -> OutlierSet? {
    guard let outliers, let outside else { return nil }
    let part = Side(
      samples: outside.samples.rows(rows), credibilities: rows.map { outside.credibilities[$0] },
      neighborsOfPrediction: outside.neighborsOfPrediction.map { counts in
        rows.map { counts[$0] }
      },
      layerCredibilities: outside.layerCredibilities.map { values in rows.map { values[$0] } })
    return OutlierSet(
      name: name, count: rows.count,
      joint: detection(
        nil, inside.credibilities.map(\.credibility), part.credibilities.map(\.credibility),
        inside.neighborsOfPrediction, part.neighborsOfPrediction, using: &generator),
      byPrediction: byPrediction(
        queries, inside, outliers, outside, rows, classNames, layerNames, &generator))
  }

  private static func detections(
    queries: Side, outliers: Side, layers: [String],
    using generator: inout some RandomNumberGenerator
  ) -> [Detection] {
    let alone = layers.indices.map { index in
      detection(
        layers[index], queries.layerCredibilities[index], outliers.layerCredibilities[index],
        [queries.neighborsOfPrediction[index]], [outliers.neighborsOfPrediction[index]],
        using: &generator)
    }
    return alone + [
      detection(
        nil, queries.credibilities.map(\.credibility), outliers.credibilities.map(\.credibility),
        queries.neighborsOfPrediction, outliers.neighborsOfPrediction, using: &generator)
    ]
  }

  private static func detection(
    _ layer: String?, _ inside: [Double], _ outside: [Double], _ insideCounts: [[Int]],
    _ outsideCounts: [[Int]], using generator: inout some RandomNumberGenerator
  ) -> Detection {
    func mean(_ counts: [[Int]]) -> Double {
      let all = counts.flatMap { $0 }
      return Double(all.reduce(0, +)) / Double(max(all.count, 1))
    }
    let score = OutlierDetection(inliers: inside.map { 1 - $0 }, outliers: outside.map { 1 - $0 })
    let intervals = score.bootstrapIntervals(using: &generator)
    return Detection(
      layer: layer, score: score, averagePrecisionInterval: intervals.averagePrecision,
      falsePositiveRateInterval: intervals.falsePositiveRateAt95,
      meanNeighbors: (mean(insideCounts), mean(outsideCounts)))
  }
}
