import Activations
import PairwiseDistances
import TestSupport
import Testing
import Training

@Suite struct TrainerTests {
  /// Overlapping classes in 10 features.
  static func data(train: Int = 300, test: Int = 120, seed: UInt64 = 1) throws -> TrainingData {
    var random = RandomActivations(seed: seed)
    let labels = random.labels(train + test, classes: 4)
    let values = random.values(labels, features: 10, separation: 1).map(Float.init)
    let all = LabeledInputs(shape: [10], values: values, labels: labels)
    return try TrainingData(
      train: all.rows(Array(0..<train)), test: all.rows(Array(train..<train + test)))
  }

  private static func trained(
    _ data: TrainingData, alpha: Double, epochs: Int, seed: UInt64 = 2,
    instructionSet: InstructionSet = .best
  ) throws -> (trainer: Trainer, last: EpochSummary) {
    var trainer = try Trainer(
      data,
      options: TrainingOptions(
        architecture: .mlp, alpha: alpha, seed: seed, instructionSet: instructionSet))
    var last = try trainer.trainEpoch()
    for _ in 1..<epochs { last = try trainer.trainEpoch() }
    return (trainer, last)
  }

  @Test("A network learns its training samples, and more than chance of others")
  func learning() throws {
    let (trainer, last) = try Self.trained(Self.data(), alpha: 0, epochs: 30)
    #expect(last.epoch == 30)
    #expect(last.accuracy > 0.99)
    #expect(last.loss < 0.1)
    let accuracy = try trainer.testAccuracy(trainer.recording())
    #expect(accuracy > 0.7)
  }

  @Test("α < 0 leaves every hidden layer more entangled than α = 0, and α > 0 less")
  func sign() throws {
    let data = try Self.data()
    // With so small a weight the loss is computed and changes nothing.
    let losses = try [-0.1, 1e-30, 0.1].map {
      try Self.trained(data, alpha: $0, epochs: 30).last.entanglements
    }
    for layer in 0..<3 {
      #expect(losses[0][layer] > losses[1][layer])
      #expect(losses[1][layer] > losses[2][layer])
    }
  }

  @Test("Temperatures go down the loss whatever the sign of α: they end near the minimum")
  func temperatures() throws {
    for alpha in [-0.05, 0.05] {
      let (trainer, _) = try Self.trained(Self.data(), alpha: alpha, epochs: 60)
      #expect(trainer.temperatures.allSatisfy { $0 > 0 && $0.isFinite })
      // A layer's mean squared distance is of the order of hundreds; learned temperatures are well
      // below it, as minima are, and not at the start's.
      let before = try Trainer(
        Self.data(), options: TrainingOptions(architecture: .mlp, alpha: alpha, seed: 2)
      ).temperatures
      for (learned, start) in zip(trainer.temperatures, before) { #expect(learned < start) }
    }
  }

  @Test("Without a weight the loss is not computed, and the network is that of a weight of nothing")
  func unweighted() throws {
    let data = try Self.data()
    let (plain, last) = try Self.trained(data, alpha: 0, epochs: 3)
    #expect(last.entanglements.isEmpty && plain.temperatures.isEmpty)
    let (weighed, _) = try Self.trained(data, alpha: 1e-30, epochs: 3)
    #expect(weighed.temperatures.count == 3)
    #expect(try plain.recording().layers.map(\.values) == weighed.recording().layers.map(\.values))
  }

  @Test("A fixed temperature stays, and a batch's is the mean distance of its samples")
  func otherTemperatures() throws {
    let data = try Self.data(train: 64)
    var options = TrainingOptions(architecture: .mlp, alpha: 0.1, seed: 2)
    options.temperature = .fixed(37)
    var fixed = try Trainer(data, options: options)
    _ = try fixed.trainEpoch()
    for temperature in fixed.temperatures {
      #expect(isClose(temperature, 37, relative: 1e-6))  // kept as a float's logarithm
    }
    // One batch of all samples, and no step: the layers are then what the temperatures were taken of.
    options.temperature = .batchMean
    options.learningRate = 1e-30
    var mean = try Trainer(data, options: options)
    let summary = try mean.trainEpoch()
    #expect(summary.entanglements.count == 3)
    var random = RandomActivations(seed: 1)
    let labels = random.labels(184, classes: 4)
    let values = random.values(labels, features: 10, separation: 1).map(Float.init)
    let layers = try mean.recording(of: Array(values[..<640]), shape: [10], part: "train").layers
    for (layer, temperature) in zip(layers.dropLast(), mean.temperatures) {
      let width = layer.shape[1]
      var sum = 0.0
      for i in 0..<64 {
        for j in 0..<64 {
          for k in 0..<width {
            let d = Double(layer.values[i * width + k]) - Double(layer.values[j * width + k])
            sum += d * d
          }
        }
      }
      #expect(isClose(temperature, sum / (64 * 63), relative: 1e-5))
    }
  }

  @Test("Under the cosine schedule the steps shrink to nothing by the last epoch")
  func schedule() throws {
    var options = TrainingOptions(architecture: .mlp, alpha: 0, seed: 2)
    (options.schedule, options.epochCount) = (.cosine, 4)
    var trainer = try Trainer(Self.data(), options: options)
    let constant = try Self.trained(Self.data(), alpha: 0, epochs: 4).trainer
    func values(_ trainer: Trainer) throws -> [[Float]] {
      try trainer.recording().layers.map(\.values)
    }
    var moves: [Float] = []
    var before = try values(trainer)
    for _ in 0..<5 {
      _ = try trainer.trainEpoch()
      let after = try values(trainer)
      moves.append(zip(before[3], after[3]).map { abs($0 - $1) }.max() ?? 0)
      before = after
    }
    #expect(moves[0] > moves[3] && moves[3] > 0)
    #expect(moves[4] == 0)
    #expect(try values(constant) != before)
  }

  @Test("What is held out is a share of each class, and decides nothing of the training")
  func validation() throws {
    var random = RandomActivations(seed: 5)
    let labels = random.labels(400, classes: 4)
    var values = random.values(labels, features: 10, separation: 2).map(Float.init)
    let test = LabeledInputs(
      shape: [10], values: Array(values[..<200]), labels: labels.rows(Array(0..<20)))
    func trainer(_ values: [Float]) throws -> Trainer {
      let data = try TrainingData(
        train: LabeledInputs(shape: [10], values: values, labels: labels), test: test,
        validation: 0.25, seed: 9)
      #expect(data.trainCount == 300)
      var trainer = try Trainer(
        data, options: TrainingOptions(architecture: .mlp, alpha: -0.1, seed: 2))
      for _ in 0..<8 { _ = try trainer.trainEpoch() }
      return trainer
    }
    let first = try trainer(values)
    let accuracy = try #require(try first.validationAccuracy())
    #expect(accuracy > 0.8)
    // The draw depends on labels and seed alone.
    var generator = SplitMix64(seed: 9)
    let held = StratifiedSample(count: 100, of: labels, using: &generator).rows
    for row in held { for column in 0..<10 { values[row * 10 + column] = 1e6 } }
    let second = try trainer(values)
    #expect(first.state == second.state)
    #expect(try #require(try second.validationAccuracy()) < 0.5)
    #expect(try Trainer(Self.data(), options: first.options).validationAccuracy() == nil)
  }

  @Test("The same seed gives the same bits, another seed others")
  func seeds() throws {
    let data = try Self.data()
    let states = try [(2, -0.1), (2, -0.1), (3, -0.1)].map {
      try Self.trained(data, alpha: $0.1, epochs: 3, seed: $0.0).trainer.state
    }
    #expect(states[0] == states[1])
    #expect(states[0] != states[2])
  }

  @Test("A restored trainer goes on with the same bits")
  func restoring() throws {
    let data = try Self.data()
    let options = TrainingOptions(architecture: .mlp, alpha: 0.1, seed: 4)
    var whole = try Trainer(data, options: options)
    for _ in 0..<4 { _ = try whole.trainEpoch() }
    var first = try Trainer(data, options: options)
    for _ in 0..<2 { _ = try first.trainEpoch() }
    var second = try Trainer(data, options: options)
    try second.restore(first.state)
    for _ in 0..<2 { _ = try second.trainEpoch() }
    #expect(second.state == whole.state)
    #expect(throws: TrainingError.otherState) { try second.restore(Array(first.state.dropLast())) }
  }

  @Test("Other samples go through the network as the test samples do, scaled alike")
  func otherSamples() throws {
    let (trainer, _) = try Self.trained(Self.data(), alpha: 0, epochs: 2)
    let recording = try trainer.recording()
    // The data again, as it was given.
    var random = RandomActivations(seed: 1)
    let labels = random.labels(420, classes: 4)
    let values = random.values(labels, features: 10, separation: 1).map(Float.init)
    let again = try trainer.recording(of: Array(values[3000...]), shape: [10], part: "again")
    #expect(again.predictions == recording.predictions)
    #expect(again.layers.map(\.values) == recording.layers.map(\.values))
    #expect(throws: TrainingError.shapesDiffer(train: [10], test: [5], part: "again")) {
      _ = try trainer.recording(of: values, shape: [5], part: "again")
    }
  }

  @Test("Adversarial examples are a step away, within the range of training, and fool the network")
  func adversarial() throws {
    var random = RandomActivations(seed: 1)
    let labels = random.labels(420, classes: 4)
    let values = random.values(labels, features: 10, separation: 1).map(Float.init)
    let (trainer, _) = try Self.trained(Self.data(), alpha: 0, epochs: 20)
    let accuracy = try trainer.testAccuracy(trainer.recording())
    let given = values[3000...]
    let (least, largest) = (values[..<3000].min() ?? 0, values[..<3000].max() ?? 0)
    let moved = trainer.adversarialTestInputs(epsilon: 0.5)
    #expect(moved.count == given.count)
    for (before, after) in zip(given, moved) {
      #expect(abs(after - before) <= 0.5001 || before < least || before > largest)
      #expect(after >= least && after <= largest)
    }
    let fooled = try trainer.testAccuracy(
      trainer.recording(of: moved, shape: [10], part: "adversarial"))
    #expect(fooled < accuracy - 0.1)
  }

  @Test("An epoch that is stopped leaves the trainer as it was")
  func stopping() throws {
    var trainer = try Trainer(
      Self.data(), options: TrainingOptions(architecture: .mlp, alpha: 0, seed: 4))
    let before = trainer.state
    #expect(throws: TrainingError.cancelled) { try trainer.trainEpoch(isCancelled: { true }) }
    #expect(trainer.state == before)
  }

  @Test("Data that cannot be trained on is refused")
  func refusals() throws {
    let good = LabeledInputs(shape: [2], values: [0, 1, 2, 3], labels: ClassLabels([0, 1]))
    let cases: [(LabeledInputs, LabeledInputs, TrainingError)] = [
      (
        good, LabeledInputs(shape: [1], values: [1], labels: ClassLabels([0])),
        .shapesDiffer(train: [2], test: [1])
      ),
      (
        good, LabeledInputs(shape: [2], values: [0, .nan], labels: ClassLabels([0])),
        .nonFinite("test/inputs", row: 0)
      ),
      (
        good, LabeledInputs(shape: [2], values: [0, 1], labels: ClassLabels([7])),
        .unknownClass(name: "7")
      ),
      (
        LabeledInputs(shape: [2], values: [0, 1], labels: ClassLabels([7])), good,
        .singleClass(name: "7")
      ),
      (
        LabeledInputs(shape: [2], values: [0, 1], labels: ClassLabels([7, 8])), good,
        .labelCount("train", labels: 2, samples: 1)
      ),
      (
        good, LabeledInputs(shape: [2], values: [], labels: ClassLabels([Int64]())),
        .noSamples("test")
      ),
    ]
    for (train, test, error) in cases {
      #expect(throws: error) { try TrainingData(train: train, test: test) }
    }
  }
}

@Suite struct PointCloudTests {
  @Test("Points begin near ln 4, go down the loss with a positive rate and up with a negative one")
  func directions() throws {
    for (rate, sign) in [(0.1, -1.0), (-0.1, 1.0)] {
      var cloud = PointCloud(count: 200, classCount: 4, seed: 0)
      let first = try cloud.move(rate: rate)
      // The loss of labels at random is near that of chance, which is ln(199/49) here.
      #expect(abs(first - 1.386) < 0.12)
      var last = first
      for _ in 0..<100 { last = try cloud.move(rate: rate) }
      #expect((last - first) * sign > 0.02)
      let areFinite = cloud.points.allSatisfy(\.isFinite)
      #expect(areFinite)
    }
  }
}
