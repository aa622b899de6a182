internal import Activations
internal import PairwiseDistances

/// What a layer keeps of a forward pass for the way back.
package struct LayerTrace: Sendable {
  let input: Matrix
  /// What the next layer, and the loss on this one, see.
  package let output: Matrix
  /// Convolution only: the patches under the kernel, and which of four each pooled value came from.
  var patches: Matrix?
  var winners: [UInt8] = []
}

/// One layer of a network; its parameters are a run in those of the network.
protocol Layer: Sendable {
  var name: String { get }
  /// The extents of one sample's output.
  var outputShape: [Int] { get }
  var parameterCount: Int { get }

  func initialParameters(using generator: inout SplitMix64) -> [Float]

  func forward(
    _ input: Matrix, parameters: UnsafePointer<Float>, on instructionSet: InstructionSet
  ) -> LayerTrace

  /// Adds to the gradient of the parameters and returns that of the input, if it is wanted.
  func backward(
    _ gradient: Matrix, through trace: LayerTrace, parameters: UnsafePointer<Float>,
    into parameterGradient: UnsafeMutablePointer<Float>, wantsInput: Bool,
    on instructionSet: InstructionSet
  ) -> Matrix?
}

/// y = max(0, x·W + b), or without the maximum.
struct DenseLayer: Layer {
  let name: String
  let map: AffineMap
  let isRectified: Bool

  init(name: String, inputCount: Int, outputCount: Int, isRectified: Bool = true) {
    self.name = name
    map = AffineMap(inputCount: inputCount, outputCount: outputCount)
    self.isRectified = isRectified
  }

  var outputShape: [Int] { [map.outputCount] }
  var parameterCount: Int { map.parameterCount }

  func initialParameters(using generator: inout SplitMix64) -> [Float] {
    map.initialParameters(using: &generator)
  }

  func forward(
    _ input: Matrix, parameters: UnsafePointer<Float>, on instructionSet: InstructionSet
  ) -> LayerTrace {
    var output = map.apply(to: input, parameters: parameters, on: instructionSet)
    if isRectified { output.rectify() }
    return LayerTrace(input: input, output: output)
  }

  func backward(
    _ gradient: Matrix, through trace: LayerTrace, parameters: UnsafePointer<Float>,
    into parameterGradient: UnsafeMutablePointer<Float>, wantsInput: Bool,
    on instructionSet: InstructionSet
  ) -> Matrix? {
    let inner = isRectified ? gradient.masked(by: trace.output) : gradient
    map.addGradient(of: trace.input, inner, to: parameterGradient, on: instructionSet)
    return wantsInput
      ? map.inputGradient(inner, parameters: parameters, on: instructionSet) : nil
  }
}

extension Matrix {
  mutating func rectify() {
    values.withUnsafeMutableBufferPointer { values in
      for index in values.indices where values[index] < 0 { values[index] = 0 }
    }
  }

  /// 0 where the rectified output is 0.
  func masked(by output: Matrix) -> Matrix {
    var masked = self
    masked.values.withUnsafeMutableBufferPointer { values in
      output.values.withUnsafeBufferPointer { output in
        for index in values.indices where output[index] <= 0 { values[index] = 0 }
      }
    }
    return masked
  }
}
