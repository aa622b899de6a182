public import Activations
import Foundation

/// Seeded data for tests.
public struct RandomActivations {
  private var generator: SplitMix64

  public init(seed: UInt64) {
    generator = SplitMix64(seed: seed)
  }

  /// A standard normal number (Box and Muller).
  public mutating func normal() -> Double {
    let radius = (-2 * log(Double.random(in: .leastNonzeroMagnitude..<1, using: &generator)))
      .squareRoot()
    return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
  }

  /// A number of 0..<1.
  public mutating func uniform() -> Double { Double.random(in: 0..<1, using: &generator) }

  /// Class indices 0..<classes, each present while the count allows it.
  public mutating func labels(_ count: Int, classes: Int) -> ClassLabels {
    ClassLabels((0..<count).map { Int64($0 % classes) }.shuffled(using: &generator))
  }

  /// Gaussian samples whose class means lie `separation` apart in units of the spread.
  public mutating func values(
    _ labels: ClassLabels, features: Int, separation: Double, scale: Double = 1,
    offset: Double = 0
  ) -> [Double] {
    let centers = labels.names.map { _ in (0..<features).map { _ in normal() * separation } }
    return labels.indices.flatMap { label in
      centers[Int(label)].map { (offset + $0 + normal()) * scale }
    }
  }

  public mutating func matrix(
    _ labels: ClassLabels, features: Int, separation: Double = 0.7, scale: Double = 1,
    offset: Double = 0
  ) -> ActivationMatrix {
    let values = values(
      labels, features: features, separation: separation, scale: scale, offset: offset)
    return ActivationMatrix(
      sampleCount: labels.sampleCount, featureCount: features, values: values.map(Float.init))
  }

  public mutating func shuffled(_ count: Int) -> [Int] {
    Array(0..<count).shuffled(using: &generator)
  }
}
