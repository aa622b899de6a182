internal import Activations
internal import ElementaryFunctions
internal import Entanglement
internal import PairwiseDistances

/// What one epoch of training came to, as means over its batches.
public struct EpochSummary: Sendable {
  /// Counted from 1.
  public let epoch: Int
  /// Cross-entropy in nats.
  public let loss: Double
  /// On the training samples, while the network changes.
  public let accuracy: Double
  /// The soft nearest neighbor loss of each hidden layer at its temperature, within a batch; none where
  /// α is 0.
  public let entanglements: [Double]
}

/// Trains a network on the cross-entropy plus α times the soft nearest neighbor loss of every
/// hidden layer.
///
///     minimise over the weights      CE + α Σ_λ l_λ(T_λ)
///     and over each T_λ              l_λ(T_λ)
///
/// Frosst, Papernot, Hinton 2019, section 4: the temperature is learned along, as ln(1/T), so that
/// l_λ stays near its minimum over T whatever the sign of α. It begins at the mean distance of the
/// untrained layer. `LayerTemperature` has what else T can be. Samples of a batch without a partner of their class do not count in l; a batch
/// without any pair of a class, or of one class, trains on the cross-entropy alone.
///
/// Everything is a function of the data, the options and the number of epochs, to the last bit on
/// one instruction set.
public struct Trainer: Sendable {
  package let options: TrainingOptions
  package private(set) var epoch = 0
  let data: TrainingData
  private(set) var network: Network
  private var optimizer: Adam
  /// ln(1/T) of each hidden layer; that of the last batch where T is a batch's mean distance.
  private var coldness: [Float]
  private var coldnessOptimizer: Adam

  /// A network with random weights, before its first epoch.
  public init(_ data: TrainingData, options: TrainingOptions) throws(TrainingError) {
    self.data = data
    self.options = options
    var generator = SplitMix64(seed: options.seed)
    network = try Network(
      options.architecture, inputShape: data.shape, classCount: data.classNames.count,
      instructionSet: options.instructionSet, using: &generator)
    optimizer = Adam(rate: Float(options.learningRate), count: network.parameters.count)
    let first = data.train.rows(0..<min(data.trainCount, 512))
    coldness = network.forward(first).dropLast().map { trace in
      if case .fixed(let temperature) = options.temperature {
        return Float(-Elementary.log(temperature))
      }
      return Float(-Elementary.log(max(trace.output.meanDistance, 1e-12)))
    }
    coldnessOptimizer = Adam(rate: 0.05, count: network.layers.count - 1)
  }

  /// The layers in order, the logits last.
  public var layerNames: [String] { network.layers.map(\.name) }

  /// The temperature of each hidden layer, in its squared activation units; none where α is 0.
  package var temperatures: [Double] {
    options.alpha == 0 ? [] : coldness.map { Elementary.exp(-Double($0)) }
  }

  /// Goes once over the training samples.
  /// - Parameter isCancelled: Asked before each batch; true leaves the trainer as the epoch began.
  public mutating func trainEpoch(
    isCancelled: () -> Bool = { false }
  ) throws(TrainingError) -> EpochSummary {
    var next = self
    next.epoch += 1
    var generator = SplitMix64(
      seed: options.seed &+ UInt64(truncatingIfNeeded: next.epoch) &* 0x9e37_79b9_7f4a_7c15)
    let order = Array(0..<data.trainCount).shuffled(using: &generator)
    var sums = BatchSums(layerCount: options.alpha == 0 ? 0 : coldness.count)
    for start in stride(from: 0, to: order.count, by: options.batchSize) {
      if isCancelled() { throw .cancelled }
      try next.step(order[start..<min(start + options.batchSize, order.count)], &sums)
    }
    self = next
    return sums.summary(epoch: epoch, sampleCount: order.count)
  }

  private mutating func step(
    _ rows: ArraySlice<Int>, _ sums: inout BatchSums
  ) throws(TrainingError) {
    let classes = rows.map { data.trainClasses[$0] }
    let traces = network.forward(data.train.rows(rows))
    guard let logits = traces.last?.output else { return }
    let entropy = CrossEntropy(logits, classes: classes)
    guard entropy.loss.isFinite else { throw .diverged(epoch: epoch, layer: "logits") }
    var terms: [Int: Matrix] = [:]
    var coldnessGradient = Array(repeating: Float(0), count: coldness.count)
    let labels = ClassLabels(indices: classes, names: data.classNames)
    for (layer, trace) in traces.dropLast().enumerated() where options.alpha != 0 {
      if options.temperature == .batchMean {
        coldness[layer] = Float(-Elementary.log(max(trace.output.meanDistance, 1e-12)))
      }
      guard let found = try entanglement(of: trace.output, labels, layer: layer) else { continue }
      sums.add(found.loss, layer: layer, sampleCount: rows.count)
      // Down the loss whatever α is: ∂l/∂ln(1/T) = −∂l/∂ln T.
      coldnessGradient[layer] = Float(-found.logTemperature)
      guard case .float32(let values) = found.activations.values else { continue }
      let alpha = Float(options.alpha)
      terms[layer] = Matrix(
        rowCount: rows.count, columnCount: trace.output.columnCount,
        values: values.map { $0 * alpha })
    }
    let gradient = network.backward(entropy.gradient, through: traces, adding: terms)
    optimizer.rate = rate(ofStep: optimizer.stepCount)
    optimizer.step(&network.parameters, along: gradient.parameters)
    if options.temperature == .learned, options.alpha != 0 {
      coldnessOptimizer.step(&coldness, along: coldnessGradient)
    }
    sums.add(entropy, sampleCount: rows.count)
  }

  /// - Parameter step: Counted from 0.
  private func rate(ofStep step: Int) -> Float {
    switch options.schedule {
    case .constant: return Float(options.learningRate)
    case .cosine:
      let batchCount = (data.trainCount + options.batchSize - 1) / options.batchSize
      let share = Double(step) / Double(max(options.epochCount * batchCount, 1))
      return Float(
        options.learningRate * 0.5 * (1 + Elementary.cosine(ofHalfTurns: min(share, 1))))
    }
  }

  /// Nil for a batch in which the loss is not defined.
  private func entanglement(
    of output: Matrix, _ labels: ClassLabels, layer: Int
  ) throws(TrainingError) -> LossGradient? {
    let loss = SoftNearestNeighborLoss(
      machine: Machine(instructionSet: options.instructionSet))
    do {
      return try loss.gradient(
        of: ActivationMatrix(
          sampleCount: output.rowCount, featureCount: output.columnCount, values: output.values),
        labels: labels, temperature: Elementary.exp(-Double(coldness[layer])))
    } catch .singleClass, .onlySingletons {
      return nil
    } catch {
      throw .diverged(epoch: epoch, layer: network.layers[layer].name)
    }
  }
}

extension Trainer {
  /// Everything that an interrupted training needs to go on with the same bits.
  package var state: [UInt8] {
    var writer = StateWriter()
    writer.write(
      [UInt64(epoch), UInt64(optimizer.stepCount), UInt64(coldnessOptimizer.stepCount)])
    for values in [
      network.parameters, optimizer.first, optimizer.second, coldness, coldnessOptimizer.first,
      coldnessOptimizer.second,
    ] {
      writer.write(values)
    }
    return writer.bytes
  }

  /// Goes back to where a trainer of the same data and options was.
  package mutating func restore(_ state: [UInt8]) throws(TrainingError) {
    var reader = StateReader(state)
    let counts = try reader.integers(3)
    network.parameters = try reader.floats(network.parameters.count)
    let (epoch, steps) = (Int(counts[0]), Int(counts[1]))
    optimizer.restore(
      stepCount: steps, first: try reader.floats(network.parameters.count),
      second: try reader.floats(network.parameters.count))
    coldness = try reader.floats(coldness.count)
    coldnessOptimizer.restore(
      stepCount: Int(counts[2]), first: try reader.floats(coldness.count),
      second: try reader.floats(coldness.count))
    guard reader.isAtEnd else { throw .otherState }
    self.epoch = epoch
  }
}

extension Matrix {
  /// 2·Σ_f s²_f, the mean squared distance of the rows.
  fileprivate var meanDistance: Double {
    guard rowCount > 1 else { return 0 }
    var total = 0.0
    for column in 0..<columnCount {
      var (sum, square) = (0.0, 0.0)
      for row in 0..<rowCount {
        let value = Double(values[row * columnCount + column])
        sum += value
        square += value * value
      }
      total += max(square - sum * sum / Double(rowCount), 0)
    }
    return 2 * total / Double(rowCount - 1)
  }
}

/// The sums of an epoch over its batches.
private struct BatchSums {
  private var loss = 0.0
  private var correct = 0
  private var entanglements: [Double]
  private var counts: [Int]

  init(layerCount: Int) {
    entanglements = Array(repeating: 0, count: layerCount)
    counts = Array(repeating: 0, count: layerCount)
  }

  mutating func add(_ entropy: CrossEntropy, sampleCount: Int) {
    loss += entropy.loss * Double(sampleCount)
    correct += entropy.correctCount
  }

  mutating func add(_ entanglement: Double, layer: Int, sampleCount: Int) {
    entanglements[layer] += entanglement * Double(sampleCount)
    counts[layer] += sampleCount
  }

  func summary(epoch: Int, sampleCount: Int) -> EpochSummary {
    EpochSummary(
      epoch: epoch, loss: loss / Double(sampleCount),
      accuracy: Double(correct) / Double(sampleCount),
      entanglements: zip(entanglements, counts).map { $1 > 0 ? $0 / Double($1) : 0 })
  }
}
