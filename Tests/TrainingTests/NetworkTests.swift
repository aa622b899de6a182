import Activations
import PairwiseDistances
import TestSupport
import Testing
import Training

/// The way back through the networks, against the slope of the way forth.
@Suite struct NetworkTests {
  private static func inputs(_ count: Int, features: Int, seed: UInt64) -> Matrix {
    var random = RandomActivations(seed: seed)
    return Matrix(
      rowCount: count, columnCount: features,
      values: (0..<count * features).map { _ in Float(random.normal()) })
  }

  private static let classes: [Int32] = (0..<24).map { $0 % 3 }

  /// Along one random direction within one layer's parameters, in float32: a step of a thousandth
  /// leaves some four digits of the difference, and kinks of the rectifiers add their share.
  private static let tolerance = 0.02

  @Test(
    "The gradient of every layer is the slope of the cross-entropy along it",
    arguments: [(NetworkArchitecture.mlp, [13]), (.cnn, [6, 5, 1]), (.cnn, [8, 8, 3])])
  func parameters(architecture: NetworkArchitecture, shape: [Int]) throws {
    var generator = SplitMix64(seed: 3)
    let network = try Network(
      architecture, inputShape: shape, classCount: 3, instructionSet: .best, using: &generator)
    let input = Self.inputs(24, features: shape.reduce(1, *), seed: 4)
    func loss(_ network: Network) -> CrossEntropy {
      CrossEntropy(
        network.forward(input).last?.output ?? input, classes: Self.classes)
    }
    let traces = network.forward(input)
    let gradient = network.backward(loss(network).gradient, through: traces, adding: [:]).parameters
    let ends = network.offsets.dropFirst() + [network.parameters.count]
    for (begin, end) in zip(network.offsets, ends) {
      // Along the gradient itself the slope is its squared length, and any other place is wrong.
      let part = gradient[begin..<end].map(Double.init)
      let length = part.map { $0 * $0 }.reduce(0, +).squareRoot()
      try #require(length > 0)
      let step = 2e-3
      var (ahead, behind) = (network, network)
      for place in begin..<end {
        let shift = Float(step * part[place - begin] / length)
        ahead.parameters[place] += shift
        behind.parameters[place] -= shift
      }
      let slope = (loss(ahead).loss - loss(behind).loss) / (2 * step)
      #expect(
        isClose(slope, length, relative: Self.tolerance), "\(begin): \(slope) against \(length)")
    }
  }

  @Test("The gradient of the input is its slope, and terms of hidden layers are added on the way")
  func inputGradient() throws {
    var generator = SplitMix64(seed: 5)
    let network = try Network(
      .cnn, inputShape: [8, 6, 1], classCount: 3, instructionSet: .best, using: &generator)
    let input = Self.inputs(24, features: 48, seed: 6)
    // CE + Σ of the squares of the first hidden layer / 2, whose gradient there is the layer itself.
    func loss(_ input: Matrix) -> Double {
      let traces = network.forward(input)
      let squares = traces[0].output.values.map { Double($0) * Double($0) }.reduce(0, +)
      return CrossEntropy(traces[3].output, classes: Self.classes).loss + squares / 2
    }
    let traces = network.forward(input)
    let found = network.backward(
      CrossEntropy(traces[3].output, classes: Self.classes).gradient, through: traces,
      adding: [0: traces[0].output], wantsInput: true)
    let gradient = try #require(found.input).values.map(Double.init)
    let length = gradient.map { $0 * $0 }.reduce(0, +).squareRoot()
    var (ahead, behind) = (input, input)
    let step = 1e-2
    for place in gradient.indices {
      ahead.values[place] += Float(step * gradient[place] / length)
      behind.values[place] -= Float(step * gradient[place] / length)
    }
    #expect(isClose((loss(ahead) - loss(behind)) / (2 * step), length, relative: Self.tolerance))
  }

  @Test("A convolution refuses what is no image")
  func notImages() {
    var generator = SplitMix64(seed: 1)
    for shape in [[64], [3, 9, 1], [9, 3, 1]] {
      #expect(throws: TrainingError.notImages(shape: shape)) {
        try Network(
          .cnn, inputShape: shape, classCount: 2, instructionSet: .best, using: &generator)
      }
    }
  }
}
