import ActivationFiles
import Activations
import Foundation
import Training

/// A training with its files: the recording, and beside it `FILE.state` while the training lasts,
/// from which an interrupted run goes on with the same bits.
struct TrainingRun {
  private let writer: ActivationWriter
  private let every: Int
  private let statePath: String
  private let stateHeader: [UInt8]
  private let verbose: Bool
  private let source: TrainingSource
  private var trainer: Trainer
  private var last: EpochSummary?
  private var testAccuracy = 0.0

  /// The hidden layers' names, in order.
  var hiddenLayers: [String] { trainer.layerNames.dropLast() }

  init(
    _ source: TrainingSource, output: String, options: TrainingOptions, every: Int, resume: Bool,
    overwrite: Bool, verbose: Bool
  ) throws(CommandError) {
    let path = source.path
    self.source = source
    self.every = every
    self.verbose = verbose
    statePath = output + ".state"
    let isThere = FileManager.default.fileExists(atPath: output)
    if isThere && !resume && !overwrite {
      throw CommandError(
        "\(output): is there already. Go on with --resume, begin anew with --overwrite, or choose "
          + "another file with --output.")
    }
    let (train, test) = (try source.arrays(of: "train"), try source.arrays(of: "test"))
    let testLabels = test.labels ?? []
    do throws(TrainingError) {
      trainer = try Trainer(
        TrainingData(train: train.inputs, test: test.inputs), options: options)
    } catch {
      throw CommandError("\(path): \(error)")
    }
    stateHeader = Self.header(options, train, test, every: every)
    let layerNames = trainer.layerNames
    if resume && isThere {
      writer = ActivationWriter(
        appendingTo: output, labels: testLabels, layerNames: layerNames)
      try restore(output)
      return
    }
    do throws(ActivationFileError) {
      writer = try ActivationWriter(
        path: output, labels: testLabels,
        sampleIDs: test.sampleIDs ?? (0..<Int64(testLabels.count)).map(\.self),
        layerNames: layerNames, attributes: Self.attributes(options, path: path))
    } catch {
      throw CommandError(error, verbose: verbose)
    }
    try record()
  }

  /// Trains up to an epoch, recording on the way.
  mutating func train(epochs: Int, _ report: (EpochSummary) -> Void) throws(CommandError) {
    while trainer.epoch < epochs {
      do throws(TrainingError) {
        let summary = try trainer.trainEpoch()
        last = summary
        report(summary)
      } catch {
        throw CommandError("\(error)")
      }
      if trainer.epoch % every == 0 || trainer.epoch == epochs { try record() }
    }
  }

  /// Removes what an interrupted run would go on from.
  func removeState() { try? FileManager.default.removeItem(atPath: statePath) }

  /// Writes the network's view of every part of the data, as it is now, into another file.
  /// - Parameter epsilon: with a part `adversarial` of test samples moved so far.
  func recordParts(to output: String, adversarial epsilon: Double?) throws(CommandError) {
    var parts: [ActivationWriter.Part] = []
    for name in source.parts {
      parts.append(try part(name, source.arrays(of: name, needsLabels: false)))
    }
    if let epsilon {
      guard !source.parts.contains("adversarial") else {
        throw CommandError(
          "\(source.path): has a part named adversarial already. Rename that group, or leave out "
            + "--adversarial.")
      }
      let test = try source.arrays(of: "test")
      // Channels that came first are last now.
      let moved = LabeledArrays(
        shape: test.shape.count == 4 ? [test.shape[0]] + test.inputs.shape : test.shape,
        values: trainer.adversarialTestInputs(epsilon: epsilon), labels: test.labels,
        sampleIDs: test.sampleIDs)
      parts.append(try part("adversarial", moved, keepsInputs: true))
    }
    do throws(ActivationFileError) {
      try ActivationWriter.write(
        parts, layerNames: trainer.layerNames, to: output,
        attributes: Self.attributes(trainer.options, path: source.path) + [
          ("epoch", .integer(Int64(trainer.epoch)))
        ])
    } catch {
      throw CommandError(error, verbose: verbose)
    }
  }

  private func part(
    _ name: String, _ arrays: LabeledArrays, keepsInputs: Bool = false
  ) throws(CommandError) -> ActivationWriter.Part {
    let inputs = arrays.inputs
    let recording: Trainer.Recording
    do throws(TrainingError) {
      recording = try trainer.recording(of: inputs.values, shape: inputs.shape, part: name)
    } catch {
      throw CommandError("\(source.path): \(error)")
    }
    return ActivationWriter.Part(
      name: name, layers: recording.layers.map(ActivationWriter.Layer.init), labels: arrays.labels,
      sampleIDs: arrays.sampleIDs, predictions: recording.predictions.map { Int64($0) ?? 0 },
      inputs: keepsInputs
        ? ActivationWriter.Layer(name: "inputs", shape: arrays.shape, values: arrays.values) : nil)
  }

  private static func attributes(
    _ options: TrainingOptions, path: String
  ) -> [(name: String, value: ActivationWriter.Attribute)] {
    [
      ("made_by", .text("snn-analyze train")),
      ("dataset", .text(URL(fileURLWithPath: path).lastPathComponent)),
      ("network", .text(options.architecture.rawValue)),
      ("alpha", .number(options.alpha)), ("batch_size", .integer(Int64(options.batchSize))),
      ("learning_rate", .number(options.learningRate)),
      ("seed", .integer(Int64(clamping: options.seed))),
    ]
  }

  /// What the training came to, as text.
  var summary: String {
    let accuracies =
      last.map {
        "epoch \($0.epoch): cross-entropy \($0.loss.decimals(4)) nats, accuracy in training "
          + "\($0.accuracy.decimals(4)), on the test samples \(testAccuracy.decimals(4))\n"
      } ?? "epoch \(trainer.epoch): accuracy on the test samples \(testAccuracy.decimals(4))\n"
    guard let last else { return accuracies }
    let width = hiddenLayers.map(\.count).max() ?? 0
    let rows = zip(hiddenLayers, zip(last.entanglements, trainer.temperatures)).map {
      name, values in
      name + String(repeating: " ", count: width - name.count)
        + "  loss in a batch \(values.0.decimals(4)) nats at T = \(values.1.decimals(4))\n"
    }
    return accuracies + rows.joined()
  }

  private mutating func record() throws(CommandError) {
    let recording: Trainer.Recording
    do throws(TrainingError) {
      recording = try trainer.recording()
    } catch {
      throw CommandError("\(error)")
    }
    testAccuracy = trainer.testAccuracy(recording)
    var metrics: [(name: String, value: Double)] = [("test_accuracy", testAccuracy)]
    if let last {
      metrics += [("train_loss", last.loss), ("train_accuracy", last.accuracy)]
    }
    for (name, temperature) in zip(hiddenLayers, trainer.temperatures) {
      metrics.append(("temperature_\(name)", temperature))
    }
    do throws(ActivationFileError) {
      try writer.append(
        step: trainer.epoch,
        layers: recording.layers.map(ActivationWriter.Layer.init),
        predictions: recording.predictions.map { Int64($0) ?? 0 }, metrics: metrics)
    } catch {
      throw CommandError(error, verbose: verbose)
    }
    do {
      try Data(stateHeader + trainer.state)
        .write(to: URL(fileURLWithPath: statePath), options: .atomic)
    } catch {
      throw CommandError("\(statePath): cannot be written: \(error.localizedDescription)")
    }
  }

  private mutating func restore(_ output: String) throws(CommandError) {
    guard let state = try? Data(contentsOf: URL(fileURLWithPath: statePath)) else {
      throw CommandError(
        "\(output): there is no \(statePath) to go on from: the run was finished, or its state was "
          + "removed. Begin anew with --overwrite.")
    }
    do throws(TrainingError) {
      guard state.starts(with: stateHeader) else { throw TrainingError.otherState }
      try trainer.restore([UInt8](state.dropFirst(stateHeader.count)))
      testAccuracy = trainer.testAccuracy(try trainer.recording())
    } catch {
      throw CommandError("\(statePath): \(error)")
    }
  }

  /// What must be the same for a run to go on.
  private static func header(
    _ options: TrainingOptions, _ train: LabeledArrays, _ test: LabeledArrays, every: Int
  ) -> [UInt8] {
    var digest = ContentDigest()
    for part in [train, test] {
      digest.add(part.shape)
      digest.add(part.values)
      digest.add(part.labels ?? [])
    }
    digest.add(
      "\(options.architecture) \(options.alpha) \(options.batchSize) \(options.learningRate) "
        + "\(options.seed) \(options.instructionSet) \(every)")
    return Array("snn-analyze/training-state/1 \(digest)\n".utf8)
  }
}

extension ActivationWriter.Layer {
  fileprivate init(_ layer: Trainer.Recording.Layer) {
    self.init(name: layer.name, shape: layer.shape, values: layer.values)
  }
}
