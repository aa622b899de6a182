public import Activations

/// Layers of many features, of the kinds that give float32 its hardest time.
public enum WideLayer: String, CaseIterable, Sendable {
  case noise, clusters, rectifiedLowRank
  /// One feature 100 times the others.
  case dominantFeature
  /// A few samples 1,000 times as far in one feature.
  case outliers
  /// Classes a hundredth as wide as they are apart.
  case collapsedClasses
  case offset

  /// Classes of alike sizes.
  public static func labels(_ count: Int, classes: Int = 5) -> ClassLabels {
    ClassLabels((0..<count).map { Int64($0 % classes) })
  }

  public func matrix(_ labels: ClassLabels, features: Int) -> ActivationMatrix {
    var random = RandomActivations(seed: UInt64(features))
    let count = labels.sampleCount
    let means = labels.names.map { _ in (0..<features).map { _ in Float(random.normal()) } }
    let factors = (0..<count).map { row in
      (0..<60).map { _ in Float(random.normal()) + 0.5 * means[Int(labels.indices[row])][0] }
    }
    let loadings = (0..<60).map { _ in (0..<features).map { _ in Float(random.normal()) } }
    var values = Array(repeating: Float(0), count: count * features)
    for row in 0..<count {
      let mean = means[Int(labels.indices[row])]
      for feature in 0..<features {
        let place = row * features + feature
        switch self {
        case .noise: values[place] = Float(random.normal())
        case .clusters: values[place] = mean[feature] + Float(random.normal())
        case .rectifiedLowRank:
          var sum: Float = 0
          for factor in 0..<60 { sum += factors[row][factor] * loadings[factor][feature] }
          values[place] = max(sum, 0)
        case .dominantFeature:
          values[place] = Float(random.normal()) * (feature == features / 3 ? 100 : 1)
        case .outliers:
          let isFar = feature == features / 3 && row % 50 == 0
          values[place] = Float(random.normal()) * (isFar ? 1000 : 1)
        case .collapsedClasses:
          values[place] = 2 * mean[feature] + 0.01 * Float(random.normal())
        case .offset: values[place] = 1e5 + 0.3 * mean[feature] + Float(random.normal())
        }
      }
    }
    return ActivationMatrix(sampleCount: count, featureCount: features, values: values)
  }
}
