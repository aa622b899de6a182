internal import Activations

/// The paper's sign of data from outside (Frosst, Papernot and Hinton 2019, section 4.2): in hidden
/// layers it has fewer neighbors of the class that the network predicts.
///
/// The score of a sample z is its count n_λ(z) = |{ i among the k nearest in λ : y_i = ŷ(z) }|, in one
/// layer λ or summed over some; fewer say outlier. A prediction of a class that the bank has not has no
/// neighbor of it.
public struct PredictedClassCounts: Sendable {
  /// Where the outliers are told from: a layer, all that are hidden, or all.
  public enum Layers: Sendable, Equatable {
    /// One layer, by its name.
    case one(String)
    /// Those that are no output of the network.
    case hidden
    /// Every layer.
    case all
  }

  /// How well counts tell outliers from queries.
  public struct Detection: Sendable {
    /// What was counted in.
    public let layers: Layers
    /// By neighbors of the class that the network predicts.
    public let score: OutlierDetection
    package let averagePrecisionInterval: ClosedRange<Double>
    package let falsePositiveRateInterval: ClosedRange<Double>
    /// The mean number of such neighbors in a layer, among queries and among outliers.
    package let meanNeighbors: (queries: Double, outliers: Double)
    /// The same by neighbors of the joint prediction's class.
    package let jointScore: OutlierDetection
  }

  /// The layers that are no output, in order.
  package let hiddenLayers: [String]
  /// For each layer, the counts of the queries and of the outliers.
  package let queries: [[Int]]
  package let outliers: [[Int]]
  /// Each layer, then the hidden ones, then all.
  public let detections: [Detection]

  /// - Parameters:
  ///   - predictions: The network's, as class names, of the queries and of the outliers.
  ///   - joint: For each layer, the neighbors of the joint prediction's class.
  init(
    queries: (lists: [NeighborClasses], predictions: [String], joint: [[Int]]),
    outliers: (lists: [NeighborClasses], predictions: [String], joint: [[Int]]),
    classNames: [String], layerNames: [String],
    using generator: inout some RandomNumberGenerator
  ) {
    let known = Dictionary(zip(classNames, Int32(0)...)) { first, _ in first }
    func counts(_ lists: [NeighborClasses], _ predictions: [String]) -> [[Int]] {
      let classes = predictions.map { known[$0] }
      return lists.map { list in
        classes.enumerated().map { sample, own in
          own.map { own in list.classes(of: sample).count { $0 == own } } ?? 0
        }
      }
    }
    let inside = counts(queries.lists, queries.predictions)
    let outside = counts(outliers.lists, outliers.predictions)
    self.queries = inside
    self.outliers = outside
    let outputs = layerNames.map(Self.isOutput)
    let hidden = layerNames.indices.filter { !outputs[$0] }
    hiddenLayers = hidden.map { layerNames[$0] }
    let k = queries.lists.first?.neighborCount ?? 0
    /// Fewer neighbors are a higher score.
    func score(_ queries: [[Int]], _ outliers: [[Int]], _ layers: [Int]) -> OutlierDetection {
      func sums(_ counts: [[Int]]) -> [Double] {
        (counts.first ?? []).indices.map { sample in
          -Double(layers.reduce(0) { $0 + counts[$1][sample] })
        }
      }
      return OutlierDetection(inliers: sums(queries), outliers: sums(outliers))
    }
    func mean(_ counts: [[Int]], _ layers: [Int]) -> Double {
      let sum = layers.reduce(0) { $0 + counts[$1].reduce(0, +) }
      return Double(sum) / Double(max(layers.count * (counts.first?.count ?? 0), 1))
    }
    precondition(k > 0, "no layer was searched")
    var places = layerNames.indices.map { (layers: Layers.one(layerNames[$0]), indices: [$0]) }
    if !hidden.isEmpty { places.append((.hidden, hidden)) }
    places.append((.all, Array(layerNames.indices)))
    var detections: [Detection] = []
    for (layers, indices) in places {
      let found = score(inside, outside, indices)
      let intervals = found.bootstrapIntervals(using: &generator)
      detections.append(
        Detection(
          layers: layers, score: found, averagePrecisionInterval: intervals.averagePrecision,
          falsePositiveRateInterval: intervals.falsePositiveRateAt95,
          meanNeighbors: (mean(inside, indices), mean(outside, indices)),
          jointScore: score(queries.joint, outliers.joint, indices)))
    }
    self.detections = detections
  }

  /// Whether a layer's name says that it is what the network puts out.
  private static func isOutput(_ name: String) -> Bool {
    let leaf = name.split(separator: "/").last?.lowercased() ?? ""
    return outputs.contains(leaf)
  }

  private static let outputs: Set<String> = [
    "logits", "logit", "output", "outputs", "softmax", "probabilities", "probs", "log_probs",
    "log_probabilities", "log_softmax",
  ]
}
