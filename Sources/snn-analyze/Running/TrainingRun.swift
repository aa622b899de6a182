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
  private var trainer: Trainer
  private var last: EpochSummary?
  private var testAccuracy = 0.0

  /// The hidden layers' names, in order.
  var hiddenLayers: [String] { trainer.layerNames.dropLast() }

  init(
    data path: String, output: String, options: TrainingOptions, every: Int, resume: Bool,
    overwrite: Bool, verbose: Bool
  ) throws(CommandError) {
    self.every = every
    self.verbose = verbose
    statePath = output + ".state"
    let isThere = FileManager.default.fileExists(atPath: output)
    if isThere && !resume && !overwrite {
      throw CommandError(
        "\(output): is there already. Go on with --resume, begin anew with --overwrite, or choose "
          + "another file with --output.")
    }
    let (train, test) = try Self.read(path, verbose: verbose)
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
        appendingTo: output, labels: test.labels, layerNames: layerNames)
      try restore(output)
      return
    }
    do throws(ActivationFileError) {
      writer = try ActivationWriter(
        path: output, labels: test.labels,
        sampleIDs: test.sampleIDs ?? (0..<Int64(test.labels.count)).map(\.self),
        layerNames: layerNames,
        attributes: [
          ("made_by", .text("snn-analyze train")),
          ("dataset", .text(URL(fileURLWithPath: path).lastPathComponent)),
          ("network", .text(options.architecture.rawValue)),
          ("alpha", .number(options.alpha)), ("batch_size", .integer(Int64(options.batchSize))),
          ("learning_rate", .number(options.learningRate)),
          ("seed", .integer(Int64(clamping: options.seed))),
        ])
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
    try? FileManager.default.removeItem(atPath: statePath)
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
    testAccuracy = recording.accuracy
    var metrics: [(name: String, value: Double)] = [("test_accuracy", recording.accuracy)]
    if let last {
      metrics += [("train_loss", last.loss), ("train_accuracy", last.accuracy)]
    }
    for (name, temperature) in zip(hiddenLayers, trainer.temperatures) {
      metrics.append(("temperature_\(name)", temperature))
    }
    do throws(ActivationFileError) {
      try writer.append(
        step: trainer.epoch,
        layers: recording.layers.map {
          ActivationWriter.Layer(name: $0.name, shape: $0.shape, values: $0.values)
        },
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
      testAccuracy = try trainer.recording().accuracy
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
      digest.add(part.labels)
    }
    digest.add(
      "\(options.architecture) \(options.alpha) \(options.batchSize) \(options.learningRate) "
        + "\(options.seed) \(options.instructionSet) \(every)")
    return Array("snn-analyze/training-state/1 \(digest)\n".utf8)
  }

  private static func read(
    _ path: String, verbose: Bool
  ) throws(CommandError) -> (train: LabeledArrays, test: LabeledArrays) {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    do throws(ActivationFileError) {
      return isFolder.boolValue
        ? (
          try LabeledArrays(folder: path, part: "train"),
          try LabeledArrays(folder: path, part: "test")
        )
        : (
          try LabeledArrays(path: path, part: "train"), try LabeledArrays(path: path, part: "test")
        )
    } catch {
      throw CommandError(error, verbose: verbose)
    }
  }
}

extension LabeledArrays {
  /// One row a sample: features as they are; images as height × width × channels, with a single
  /// channel added or channels that come first moved to the end.
  fileprivate var inputs: LabeledInputs {
    let labels = ClassLabels(labels)
    let sample = Array(shape.dropFirst())
    switch sample.count {
    case 2:
      return LabeledInputs(shape: sample + [1], values: values, labels: labels)
    case 3 where [1, 3].contains(sample[0]) && ![1, 3].contains(sample[2]):
      let (channels, pixels) = (sample[0], sample[1] * sample[2])
      var moved = values
      for row in 0..<shape[0] {
        for channel in 0..<channels {
          for pixel in 0..<pixels {
            moved[(row * pixels + pixel) * channels + channel] =
              values[(row * channels + channel) * pixels + pixel]
          }
        }
      }
      return LabeledInputs(
        shape: [sample[1], sample[2], channels], values: moved, labels: labels)
    case 3:
      return LabeledInputs(shape: sample, values: values, labels: labels)
    default:
      return LabeledInputs(shape: [sample.reduce(1, *)], values: values, labels: labels)
    }
  }
}
