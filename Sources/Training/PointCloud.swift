package import Activations
internal import ElementaryFunctions
package import Entanglement

/// Points in the plane that follow the gradient of the loss itself: the paper's figure 1.
///
/// They begin as one Gaussian with labels drawn at random, so that the loss is near ln of the number
/// of classes, and move down the loss (classes part) or up (they mix), at a fixed temperature.
package struct PointCloud: Sendable {
  package let labels: ClassLabels
  /// `sampleCount × 2`, row-major.
  package private(set) var points: [Float]
  /// T in the squared units of a spread of 1, in which the mean squared distance begins as 4.
  package let temperature: Double

  package init(count: Int, classCount: Int, temperature: Double = 1, seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    labels = ClassLabels(
      (0..<count).map { Int64($0 % classCount) }.shuffled(using: &generator))
    self.temperature = temperature
    points = []
    while points.count < 2 * count {
      // Marsaglia's polar method: a uniform point of the disc gives two normal numbers.
      let x = Double.random(in: -1...1, using: &generator)
      let y = Double.random(in: -1...1, using: &generator)
      let square = x * x + y * y
      guard square > 0, square < 1 else { continue }
      let factor = (-2 * Elementary.log(square) / square).squareRoot()
      points += [Float(x * factor), Float(y * factor)]
    }
  }

  package var matrix: ActivationMatrix {
    ActivationMatrix(sampleCount: points.count / 2, featureCount: 2, values: points)
  }

  /// Moves every point by `rate` times N times its gradient, down the loss or, with a negative rate,
  /// up; returns the loss before, in nats.
  @discardableResult
  package mutating func move(rate: Double) throws(EntanglementError) -> Double {
    let found = try SoftNearestNeighborLoss()
      .gradient(of: matrix, labels: labels, temperature: temperature)
    let scale = rate * Double(points.count / 2)
    for place in points.indices {
      points[place] -= Float(scale * found.activations[place / 2, place % 2])
    }
    return found.loss
  }
}
