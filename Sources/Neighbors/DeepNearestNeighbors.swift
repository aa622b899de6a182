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
  /// The p-value of each nonconformity from 0 to layers × k.
  private let pValues: [Double]

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
    let scores = truth.indices.map { sample in
      calibration.reduce(0) { sum, layer in
        sum + layer.classes(of: sample).count { $0 != truth[sample] }
      }
    }.sorted()
    calibrationScores = scores
    let most = calibration.reduce(0) { $0 + $1.neighborCount }
    var atLeast = scores.count
    var below = 0
    pValues = (0...most).map { score in
      while below < scores.count, scores[below] < score { below += 1 }
      atLeast = scores.count - below
      return switch pValue {
      case .conformal: Double(atLeast + 1) / Double(scores.count + 1)
      case .paper: Double(atLeast) / Double(scores.count)
      }
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
    let most = layers.reduce(0) { $0 + $1.neighborCount }
    precondition(most + 1 == pValues.count, "other layers than those calibrated on")
    return (0..<(layers.first?.queryCount ?? 0)).map { query in
      let scores = nonconformities(of: query, in: layers)
      return Credibility(pValues: scores.map { pValues[$0] }, nonconformities: scores)
    }
  }
}

/// What deep nearest neighbors say of one query.
public struct Credibility: Sendable, Equatable {
  /// The p-value of each class.
  package let pValues: [Double]
  /// argmax p; of equal p-values the class of least nonconformity, then the first.
  public let prediction: Int32
  /// max p: low where no class is supported as calibration samples are.
  public let credibility: Double
  /// 1 − the second largest p: low where another class is supported too.
  public let confidence: Double

  init(pValues: [Double], nonconformities: [Int]) {
    self.pValues = pValues
    var best = 0
    for index in nonconformities.indices where nonconformities[index] < nonconformities[best] {
      best = index
    }
    var second = 0.0
    for index in pValues.indices where index != best { second = max(second, pValues[index]) }
    prediction = Int32(best)
    credibility = pValues.isEmpty ? 0 : pValues[best]
    confidence = 1 - second
  }
}
