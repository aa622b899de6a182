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
  public func recording() throws(TrainingError) -> Recording {
    try view(of: data.test, keeping: Array(0..<data.testCount)).recording
  }

  /// The outputs of every layer for some test samples, and the share of all that are classified right.
  /// - Parameter rows: Ascending.
  package func testRecording(
    of rows: [Int]
  ) throws(TrainingError) -> (recording: Recording, accuracy: Double) {
    let view = try view(of: data.test, keeping: rows)
    return (view.recording, Self.share(of: view.predictions, in: data.testClasses))
  }

  /// The share of samples that a recording of all test samples predicts right.
  package func testAccuracy(_ recording: Recording) -> Double {
    let right = zip(recording.predictions, data.testClasses).count {
      $0 == data.classNames[Int($1)]
    }
    return Double(right) / Double(max(data.testCount, 1))
  }

  /// The share of the training samples held out for it that are classified right; nil where none are.
  package func validationAccuracy() throws(TrainingError) -> Double? {
    guard data.validation.rowCount > 0 else { return nil }
    return Self.share(
      of: try view(of: data.validation, keeping: []).predictions, in: data.validationClasses)
  }

  private static func share(of predictions: [Int], in classes: [Int32]) -> Double {
    let right = zip(predictions, classes).count { $0 == Int($1) }
    return Double(right) / Double(max(classes.count, 1))
  }

  /// The outputs of every layer for other samples, of whatever classes.
  /// - Parameters:
  ///   - values: samples by the product of `shape`, row-major, as the training inputs were given.
  ///   - shape: the extents of one sample.
  ///   - part: what they are called in messages.
  public func recording(
    of values: [Float], shape: [Int], part: String
  ) throws(TrainingError) -> Recording {
    let inputs = try data.scaled(values, shape: shape, part: part)
    return try view(of: inputs, keeping: Array(0..<inputs.rowCount)).recording
  }

  /// - Parameter kept: The rows whose outputs are recorded, ascending.
  /// - Returns: The recording, and the predicted class of every row.
  private func view(
    of inputs: Matrix, keeping kept: [Int]
  ) throws(TrainingError) -> (recording: Recording, predictions: [Int]) {
    var values = Array(repeating: [Float](), count: network.layers.count)
    var predictions: [Int] = []
    var next = 0
    for start in stride(from: 0, to: inputs.rowCount, by: Self.rowsAtOnce) {
      let rows = start..<min(start + Self.rowsAtOnce, inputs.rowCount)
      let traces = network.forward(inputs.rows(rows))
      let first = next
      while next < kept.count, kept[next] < rows.upperBound { next += 1 }
      let places = kept[first..<next].map { $0 - rows.lowerBound }
      for (layer, trace) in traces.enumerated() {
        // x − x is 0 for every finite x and NaN otherwise.
        guard trace.output.values.reduce(Float.zero, { $0 + ($1 - $1) }) == 0 else {
          throw .diverged(epoch: epoch, layer: network.layers[layer].name)
        }
        values[layer] +=
          places.count == rows.count ? trace.output.values : trace.output.rows(places).values
      }
      guard let logits = traces.last?.output else { continue }
      predictions += (0..<logits.rowCount).map(logits.prediction)
    }
    let recording = Recording(
      layers: zip(network.layers, values).map { layer, values in
        Recording.Layer(name: layer.name, shape: [kept.count] + layer.outputShape, values: values)
      },
      predictions: kept.map { data.classNames[predictions[$0]] })
    return (recording, predictions)
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
