package import Activations
package import PairwiseDistances

/// The networks that can be trained.
public enum NetworkArchitecture: String, CaseIterable, Sendable {
  /// Three hidden layers of 128 rectified units: `hidden1`, `hidden2`, `hidden3`, `logits`.
  case mlp
  /// Two convolutions (3 × 3, 16 and 32 channels, maximum over 2 × 2), a hidden layer of 64
  /// rectified units: `conv1`, `conv2`, `hidden`, `logits`.
  case cnn

  /// - Throws: `TrainingError.notImages` where a convolution has nothing to slide over.
  func layers(inputShape: [Int], classCount: Int) throws(TrainingError) -> [any Layer] {
    switch self {
    case .mlp:
      let input = inputShape.reduce(1, *)
      return [
        DenseLayer(name: "hidden1", inputCount: input, outputCount: 128),
        DenseLayer(name: "hidden2", inputCount: 128, outputCount: 128),
        DenseLayer(name: "hidden3", inputCount: 128, outputCount: 128),
        DenseLayer(name: "logits", inputCount: 128, outputCount: classCount, isRectified: false),
      ]
    case .cnn:
      guard inputShape.count == 3, inputShape[0] >= 4, inputShape[1] >= 4 else {
        throw .notImages(shape: inputShape)
      }
      let first = ConvolutionLayer(name: "conv1", inputShape: inputShape, outputChannels: 16)
      let second = ConvolutionLayer(
        name: "conv2", inputShape: first.outputShape, outputChannels: 32)
      return [
        first, second,
        DenseLayer(
          name: "hidden", inputCount: second.outputShape.reduce(1, *), outputCount: 64),
        DenseLayer(name: "logits", inputCount: 64, outputCount: classCount, isRectified: false),
      ]
    }
  }
}

/// Layers with their parameters.
package struct Network: Sendable {
  let layers: [any Layer]
  package var parameters: [Float]
  private let instructionSet: InstructionSet
  /// Where the parameters of each layer begin.
  package let offsets: [Int]

  package init(
    _ architecture: NetworkArchitecture, inputShape: [Int], classCount: Int,
    instructionSet: InstructionSet, using generator: inout SplitMix64
  ) throws(TrainingError) {
    self.init(
      try architecture.layers(inputShape: inputShape, classCount: classCount),
      instructionSet: instructionSet, using: &generator)
  }

  private init(
    _ layers: [any Layer], instructionSet: InstructionSet, using generator: inout SplitMix64
  ) {
    self.layers = layers
    self.instructionSet = instructionSet
    var parameters: [Float] = []
    var offsets: [Int] = []
    for layer in layers {
      offsets.append(parameters.count)
      parameters += layer.initialParameters(using: &generator)
    }
    self.parameters = parameters
    self.offsets = offsets
  }

  /// The traces of all layers, in order.
  package func forward(_ input: Matrix) -> [LayerTrace] {
    parameters.withUnsafeBufferPointer { parameters in
      guard let base = parameters.baseAddress else { return [] }
      var traces: [LayerTrace] = []
      for (layer, offset) in zip(layers, offsets) {
        traces.append(
          layer.forward(
            traces.last?.output ?? input, parameters: base + offset, on: instructionSet))
      }
      return traces
    }
  }

  /// The gradient of the parameters, from that of the last output and what is added to those of
  /// the hidden ones; with that of the input where it is wanted.
  package func backward(
    _ gradient: Matrix, through traces: [LayerTrace], adding terms: [Int: Matrix],
    wantsInput: Bool = false
  ) -> (parameters: [Float], input: Matrix?) {
    var result = Array(repeating: Float(0), count: parameters.count)
    var flowing: Matrix? = gradient
    result.withUnsafeMutableBufferPointer { result in
      parameters.withUnsafeBufferPointer { parameters in
        guard let into = result.baseAddress, let base = parameters.baseAddress else { return }
        for index in layers.indices.reversed() {
          guard var inner = flowing else { return }
          if let term = terms[index] {
            for place in inner.values.indices { inner.values[place] += term.values[place] }
          }
          flowing = layers[index].backward(
            inner, through: traces[index], parameters: base + offsets[index],
            into: into + offsets[index], wantsInput: index > 0 || wantsInput, on: instructionSet)
        }
      }
    }
    return (result, flowing)
  }
}
