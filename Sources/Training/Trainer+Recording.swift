internal import PairwiseDistances

extension Trainer {
  /// The network's view of some samples.
  public struct Recording: Sendable {
    /// The activations of one layer.
    public struct Layer: Sendable {
      /// Of the layer.
      public let name: String
      /// Extents, samples first.
      public let shape: [Int]
      /// Row-major.
      public let values: [Float]
    }

    /// In order, the logits last.
    public let layers: [Layer]
    /// The predicted class of each sample, by name.
    public let predictions: [String]
  }

  /// The outputs of every layer for the test samples, as the network is now.
  /// - Throws: `TrainingError.diverged` where one is not finite.
  public func recording() throws(TrainingError) -> Recording { try recording(of: data.test) }

  /// The share of test samples that a recording of them predicts right.
  package func testAccuracy(_ recording: Recording) -> Double {
    let right = zip(recording.predictions, data.testClasses).count {
      $0 == data.classNames[Int($1)]
    }
    return Double(right) / Double(max(data.testCount, 1))
  }

  /// The outputs of every layer for other samples, of whatever classes.
  /// - Parameters:
  ///   - values: samples by the product of `shape`, row-major, as the training inputs were given.
  ///   - shape: the extents of one sample.
  ///   - part: what they are called in messages.
  public func recording(
    of values: [Float], shape: [Int], part: String
  ) throws(TrainingError) -> Recording {
    try recording(of: data.scaled(values, shape: shape, part: part))
  }

  private func recording(of inputs: Matrix) throws(TrainingError) -> Recording {
    var values = Array(repeating: [Float](), count: network.layers.count)
    var predictions: [Int] = []
    for start in stride(from: 0, to: inputs.rowCount, by: Self.rowsAtOnce) {
      let rows = start..<min(start + Self.rowsAtOnce, inputs.rowCount)
      let traces = network.forward(inputs.rows(rows))
      for (layer, trace) in traces.enumerated() { values[layer] += trace.output.values }
      guard let logits = traces.last?.output else { continue }
      predictions += (0..<logits.rowCount).map(logits.prediction)
    }
    for (layer, values) in zip(network.layers, values) {
      // x − x is 0 for every finite x and NaN otherwise.
      guard values.reduce(Float.zero, { $0 + ($1 - $1) }) == 0 else {
        throw .diverged(epoch: epoch, layer: layer.name)
      }
    }
    return Recording(
      layers: zip(network.layers, values).map { layer, values in
        Recording.Layer(
          name: layer.name, shape: [inputs.rowCount] + layer.outputShape, values: values)
      },
      predictions: predictions.map { data.classNames[$0] })
  }

  /// The test inputs after one step of the fast gradient sign method (Goodfellow and others 2015)
  /// against the network as it is now: x + ε·sign(∂CE/∂x), kept within the range of the training
  /// inputs.
  /// - Parameter epsilon: in units of the inputs as they were given.
  /// - Returns: samples by features, in the same units.
  package func adversarialTestInputs(epsilon: Double) -> [Float] {
    var moved: [Float] = []
    for start in stride(from: 0, to: data.testCount, by: Self.rowsAtOnce) {
      let rows = start..<min(start + Self.rowsAtOnce, data.testCount)
      let inputs = data.test.rows(rows)
      let traces = network.forward(inputs)
      guard let logits = traces.last?.output else { continue }
      let entropy = CrossEntropy(logits, classes: Array(data.testClasses[rows]))
      let gradient = network.backward(
        entropy.gradient, through: traces, adding: [:], wantsInput: true
      ).input
      guard let gradient else { continue }
      // Scaling is by positive factors: signs are those of the inputs as given.
      let given = data.givenTest[
        rows.lowerBound * inputs.columnCount..<rows.upperBound * inputs.columnCount]
      moved += zip(given, gradient.values).map { value, slope in
        let step = slope == 0 ? 0 : slope > 0 ? Float(epsilon) : -Float(epsilon)
        return min(max(value + step, data.range.lowerBound), data.range.upperBound)
      }
    }
    return moved
  }

  private static let rowsAtOnce = 256
}
