internal import ActivationFiles
internal import Activations
internal import Platform
package import Training

/// What of the test samples is recorded, and how often.
package struct RecordingOptions: Sendable {
  /// Every so many epochs; the last one always.
  package var every = 1
  /// At most so many samples: drawn, where there are more, so that each class keeps its share.
  package var sampleCount = 2000
  /// Whether activations are rounded to float16, where none of a layer is larger than that holds.
  package var isHalf = true

  package init() {}
}

/// A training with its files: the recording, and beside it `FILE.state` while the training lasts,
/// from which an interrupted run goes on with the same bits.
package struct TrainingRun {
  private let writer: ActivationWriter
  private let every: Int
  private let statePath: String
  private let stateHeader: [UInt8]
  private let source: TrainingSource
  /// The test samples that are recorded, ascending.
  private let recordedRows: [Int]
  private let recordsHalf: Bool
  private var trainer: Trainer
  /// The epoch that was trained last; nil where none was since the run began or went on.
  package private(set) var last: EpochSummary?
  /// The share of all test samples that the network classifies right.
  package private(set) var testAccuracy = 0.0
  /// The share of the samples held out of training that it classifies right; nil where none are.
  package private(set) var validationAccuracy: Double?

  /// The hidden layers' names, in order.
  package var hiddenLayers: [String] { trainer.layerNames.dropLast() }
  /// Of the hidden layers, as they are now; none where the loss is not computed.
  package var temperatures: [Double] { trainer.temperatures }
  /// How many epochs were trained.
  package var epoch: Int { trainer.epoch }

  /// Begins, recording the network before its first epoch, or goes on.
  /// - Parameters:
  ///   - output: The HDF5 file to write.
  ///   - recording: What of the test samples is recorded, and how often.
  ///   - validation: The share of the training samples that is held out.
  ///   - resume: Whether to go on where an interrupted run of the same data and options ended.
  ///   - overwrite: Whether to begin anew although the file is there.
  package init(
    _ source: TrainingSource, output: String, options: TrainingOptions,
    recording: RecordingOptions = RecordingOptions(), validation: Double = 0,
    resume: Bool = false, overwrite: Bool = false
  ) throws(AnalysisError) {
    let path = source.path
    self.source = source
    every = recording.every
    recordsHalf = recording.isHalf
    statePath = output + ".state"
    let isThere = FileManager.default.fileExists(atPath: output)
    if isThere && !resume && !overwrite {
      throw AnalysisError(
        "\(output): is there already. Go on with --resume, begin anew with --overwrite, or choose "
          + "another file with --output.")
    }
    let (train, test) = (try source.arrays(of: "train"), try source.arrays(of: "test"))
    let inputs = test.inputs
    var generator = SplitMix64(seed: options.seed)
    recordedRows =
      StratifiedSample(count: recording.sampleCount, of: inputs.labels, using: &generator).rows
    let testLabels = recordedRows.map { test.labels?[$0] ?? 0 }
    do throws(TrainingError) {
      trainer = try Trainer(
        TrainingData(
          train: train.inputs, test: inputs, validation: validation, seed: options.seed),
        options: options)
    } catch {
      throw AnalysisError("\(path): \(error)")
    }
    stateHeader = Self.header(options, train, test, recording, validation: validation)
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
        sampleIDs: recordedRows.map { test.sampleIDs?[$0] ?? Int64($0) },
        layerNames: layerNames,
        attributes: Self.attributes(options, path: path)
          + [("test_samples", .integer(Int64(inputs.sampleCount)))])
    } catch {
      throw AnalysisError(error)
    }
    try record()
  }

  /// Trains up to an epoch, recording on the way.
  package mutating func train(epochs: Int, _ report: (EpochSummary) -> Void) throws(AnalysisError) {
    while trainer.epoch < epochs {
      do throws(TrainingError) {
        let summary = try trainer.trainEpoch()
        last = summary
        report(summary)
      } catch {
        throw AnalysisError("\(error)")
      }
      if trainer.epoch % every == 0 || trainer.epoch == epochs { try record() }
    }
  }

  /// Removes what an interrupted run would go on from.
  package func removeState() { try? FileManager.default.removeItem(atPath: statePath) }

  /// Writes the network's view of every part of the data, as it is now, into another file.
  /// - Parameter epsilon: with a part `adversarial` of test samples moved so far.
  package func recordParts(to output: String, adversarial epsilon: Double?) throws(AnalysisError) {
    var parts: [ActivationWriter.Part] = []
    for name in source.parts {
      parts.append(try part(name, source.arrays(of: name, needsLabels: false)))
    }
    if let epsilon {
      guard !source.parts.contains("adversarial") else {
        throw AnalysisError(
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
      throw AnalysisError(error)
    }
  }

  private func part(
    _ name: String, _ arrays: LabeledArrays, keepsInputs: Bool = false
  ) throws(AnalysisError) -> ActivationWriter.Part {
    let inputs = arrays.inputs
    let recording: Trainer.Recording
    do throws(TrainingError) {
      recording = try trainer.recording(of: inputs.values, shape: inputs.shape, part: name)
    } catch {
      throw AnalysisError("\(source.path): \(error)")
    }
    return ActivationWriter.Part(
      name: name, layers: recording.layers.map { ActivationWriter.Layer($0) },
      labels: arrays.labels,
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
      ("learning_rate_schedule", .text(options.schedule.rawValue)),
      ("temperature", .text(options.temperature.text)),
      ("seed", .integer(Int64(clamping: options.seed))),
    ]
  }

  private mutating func record() throws(AnalysisError) {
    let recording: Trainer.Recording
    do throws(TrainingError) {
      (recording, testAccuracy) = try trainer.testRecording(of: recordedRows)
      validationAccuracy = try trainer.validationAccuracy()
    } catch {
      throw AnalysisError("\(error)")
    }
    var metrics: [(name: String, value: Double)] = [("test_accuracy", testAccuracy)]
    if let validationAccuracy { metrics.append(("validation_accuracy", validationAccuracy)) }
    if let last {
      metrics += [("train_loss", last.loss), ("train_accuracy", last.accuracy)]
    }
    for (name, temperature) in zip(hiddenLayers, trainer.temperatures) {
      metrics.append(("temperature_\(name)", temperature))
    }
    do throws(ActivationFileError) {
      try writer.append(
        step: trainer.epoch,
        layers: recording.layers.map { ActivationWriter.Layer($0, isHalf: recordsHalf) },
        predictions: recording.predictions.map { Int64($0) ?? 0 }, metrics: metrics)
    } catch {
      throw AnalysisError(error)
    }
    do {
      try Data(stateHeader + trainer.state)
        .write(to: URL(fileURLWithPath: statePath), options: .atomic)
    } catch {
      throw AnalysisError("\(statePath): cannot be written: \(error.systemReason).")
    }
  }

  private mutating func restore(_ output: String) throws(AnalysisError) {
    guard let state = try? Data(contentsOf: URL(fileURLWithPath: statePath)) else {
      throw AnalysisError(
        "\(output): there is no \(statePath) to go on from: the run was finished, or its state was "
          + "removed. Begin anew with --overwrite.")
    }
    do throws(TrainingError) {
      guard state.starts(with: stateHeader) else { throw TrainingError.otherState }
      try trainer.restore([UInt8](state.dropFirst(stateHeader.count)))
      testAccuracy = try trainer.testRecording(of: []).accuracy
      validationAccuracy = try trainer.validationAccuracy()
    } catch {
      throw AnalysisError("\(statePath): \(error)")
    }
  }

  /// What must be the same for a run to go on.
  private static func header(
    _ options: TrainingOptions, _ train: LabeledArrays, _ test: LabeledArrays,
    _ recording: RecordingOptions, validation: Double
  ) -> [UInt8] {
    var digest = ContentDigest()
    for part in [train, test] {
      digest.add(part.shape)
      digest.add(part.values)
      digest.add(part.labels ?? [])
    }
    digest.add(
      "\(options.architecture) \(options.alpha) \(options.batchSize) \(options.learningRate) "
        + "\(options.seed) \(options.instructionSet) \(options.schedule) \(options.temperature.text) "
        + "\(options.schedule == .cosine ? options.epochCount : 0) \(validation) "
        + "\(recording.every) \(recording.sampleCount) \(recording.isHalf)")
    return Array("snn-analyze/training-state/2 \(digest)\n".utf8)
  }
}

extension ActivationWriter.Layer {
  fileprivate init(_ layer: Trainer.Recording.Layer, isHalf: Bool = false) {
    self.init(name: layer.name, shape: layer.shape, values: layer.values, isHalf: isHalf)
  }
}
