/// Deep k-nearest neighbors (Papernot and McDaniel 2018): how well the neighbors in every layer
/// support each class for a query, measured against calibration samples of known class.
///
/// With Ω_λ the classes of the k nearest in layer λ, the nonconformity of class j is
/// α(z, j) = Σ_λ |{ i ∈ Ω_λ : i ≠ j }|, and its p-value compares that to the nonconformities
/// a_1…a_n of held-out samples at their true classes. Zeros among these are kept: they are most of
/// them, and without them every p-value is inflated.
public struct DeepNearestNeighbors: Sendable {
  /// How nonconformities become p-values.
  public enum PValue: String, CaseIterable, Sendable {
    /// (1 + |{a ≥ α}|) / (n + 1): P(p ≤ ε) ≤ ε at the true class, where queries and calibration
    /// samples are exchangeable.
    case conformal
    /// |{a ≥ α}| / n, as printed; it can be 0.
    case paper
  }

  package let pValue: PValue
  /// The calibration's nonconformities at the true classes, ascending.
  package let calibrationScores: [Int]
  private let classCount: Int
  /// How many calibration samples have at least each nonconformity from 0 to layers × k.
  private let atLeast: [Int]
  /// The nonconformity of each calibration sample, in their order.
  private let scores: [Int]

  /// - Parameters:
  ///   - calibration: The neighbors' classes of the calibration samples, an entry a layer.
  ///   - truth: Their true classes.
  /// - Precondition: each layer has a list for each calibration sample.
  public init(
    calibration: [NeighborClasses], truth: [Int32], pValue: PValue = .conformal
  ) throws(NeighborsError) {
    guard !truth.isEmpty, let first = calibration.first else { throw .emptyCalibration }
    precondition(
      calibration.allSatisfy { $0.queryCount == truth.count },
      "every layer needs a list for each of the \(truth.count) calibration samples")
    self.pValue = pValue
    classCount = first.classCount
    scores = truth.indices.map { sample in
      calibration.reduce(0) { sum, layer in
        sum + layer.classes(of: sample).count { $0 != truth[sample] }
      }
    }
    let ascending = scores.sorted()
    calibrationScores = ascending
    let most = calibration.reduce(0) { $0 + $1.neighborCount }
    var below = 0
    atLeast = (0...most).map { score in
      while below < ascending.count, ascending[below] < score { below += 1 }
      return ascending.count - below
    }
  }

  /// The p-value of a nonconformity.
  ///
  /// - Parameter twins: Calibration samples that are the query itself, which count nothing.
  private func pValue(of score: Int, besides twins: [Int32]) -> Double {
    let count = scores.count - twins.count
    let atLeast = atLeast[score] - twins.count { scores[Int($0)] >= score }
    return switch pValue {
    case .conformal: Double(atLeast + 1) / Double(count + 1)
    case .paper: count > 0 ? Double(atLeast) / Double(count) : 1
    }
  }

  /// α(z, j) of every class j at one query.
  package func nonconformities(of query: Int, in layers: [NeighborClasses]) -> [Int] {
    var scores = Array(
      repeating: layers.reduce(0) { $0 + $1.neighborCount }, count: classCount)
    for layer in layers {
      for name in layer.classes(of: query) { scores[Int(name)] -= 1 }
    }
    return scores
  }

  /// The credibility of every query.
  ///
  /// - Precondition: `layers` are those of the calibration, with the same k.
  public func credibilities(of layers: [NeighborClasses]) -> [Credibility] {
    credibilities(of: layers, besides: [])
  }

  /// The credibility of every query by the calibration samples that it is not itself.
  ///
  /// - Parameter twins: For each query, the calibration samples that it is; empty where none is any.
  package func credibilities(
    of layers: [NeighborClasses], besides twins: [[Int32]]
  ) -> [Credibility] {
    let most = layers.reduce(0) { $0 + $1.neighborCount }
    precondition(most + 1 == atLeast.count, "other layers than those calibrated on")
    return (0..<(layers.first?.queryCount ?? 0)).map { query in
      let own = twins.isEmpty ? [] : twins[query]
      // Only the neighbors' classes differ from the others, which are many where classes are.
      var supports: [Int32: Int] = [:]
      for layer in layers {
        for name in layer.classes(of: query) { supports[name, default: 0] += 1 }
      }
      let supported = supports.map { (name: $0.key, score: most - $0.value) }
        .sorted { $0.name < $1.name }
      return Credibility(
        supported.map { ($0.name, pValue(of: $0.score, besides: own), $0.score) },
        classCount: classCount, others: pValue(of: most, besides: own), otherScore: most)
    }
  }
}

/// What deep nearest neighbors say of one query.
public struct Credibility: Sendable, Equatable {
  /// The classes that have a neighbor, ascending, with their p-values.
  package let supported: [Supported]
  /// The p-value of every other class.
  package let others: Double
  package let classCount: Int
  /// argmax p; of equal p-values the class of least nonconformity, then the first.
  public let prediction: Int32
  /// max p: low where no class is supported as calibration samples are.
  public let credibility: Double
  /// 1 − the second largest p: low where another class is supported too.
  public let confidence: Double

  /// A class and how well it is supported.
  package struct Supported: Sendable, Equatable {
    package let name: Int32
    package let pValue: Double
  }

  /// The p-value of each class.
  package var pValues: [Double] {
    var pValues = Array(repeating: others, count: classCount)
    for found in supported { pValues[Int(found.name)] = found.pValue }
    return pValues
  }

  /// - Parameters:
  ///   - supported: Ascending by class, each with its p-value and nonconformity.
  ///   - otherScore: The nonconformity of classes without a neighbor, larger than all others.
  init(
    _ supported: [(name: Int32, pValue: Double, score: Int)], classCount: Int, others: Double,
    otherScore: Int
  ) {
    self.supported = supported.map { Supported(name: $0.name, pValue: $0.pValue) }
    self.others = others
    self.classCount = classCount
    let best = supported.min { $0.score < $1.score }
    var second = supported.count < classCount ? others : 0
    if best == nil { second = classCount > 1 ? others : 0 }
    for found in supported where found.name != best?.name { second = max(second, found.pValue) }
    prediction = best?.name ?? 0
    credibility = best?.pValue ?? (classCount > 0 ? others : 0)
    confidence = 1 - second
  }
}
