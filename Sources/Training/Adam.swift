/// Adam (Kingma and Ba 2015): steps of m̂/(√v̂ + ε), m and v running means of the gradient and of its
/// square.
struct Adam: Sendable {
  /// The size of a step.
  var rate: Float
  private(set) var stepCount = 0
  private(set) var first: [Float]
  private(set) var second: [Float]

  init(rate: Float, count: Int) {
    self.rate = rate
    first = Array(repeating: 0, count: count)
    second = first
  }

  mutating func step(_ parameters: inout [Float], along gradient: [Float]) {
    stepCount += 1
    // β₁ᵗ and β₂ᵗ by multiplication: the C library's power differs from machine to machine.
    firstPower *= Double(Self.firstDecay)
    secondPower *= Double(Self.secondDecay)
    let scale = rate * Float((1 - secondPower).squareRoot() / (1 - firstPower))
    let epsilon = Self.epsilon * Float((1 - secondPower).squareRoot())
    parameters.withUnsafeMutableBufferPointer { parameters in
      first.withUnsafeMutableBufferPointer { first in
        second.withUnsafeMutableBufferPointer { second in
          for index in parameters.indices {
            let g = gradient[index]
            first[index] = Self.firstDecay * first[index] + (1 - Self.firstDecay) * g
            second[index] = Self.secondDecay * second[index] + (1 - Self.secondDecay) * g * g
            parameters[index] -= scale * first[index] / (second[index].squareRoot() + epsilon)
          }
        }
      }
    }
  }

  private var firstPower = 1.0
  private var secondPower = 1.0
  private static let firstDecay: Float = 0.9
  private static let secondDecay: Float = 0.999
  private static let epsilon: Float = 1e-8

  /// Back where an earlier run was.
  mutating func restore(stepCount: Int, first: [Float], second: [Float]) {
    self.stepCount = stepCount
    self.first = first
    self.second = second
    firstPower = 1
    secondPower = 1
    for _ in 0..<stepCount {
      firstPower *= Double(Self.firstDecay)
      secondPower *= Double(Self.secondDecay)
    }
  }
}
