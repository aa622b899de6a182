import ActivationFiles
import Analysis
public import ArgumentParser
import PairwiseDistances
import Platform
public import Training

/// Trains a network on the cross-entropy and the soft nearest neighbor loss, and records it.
struct TrainCommand: ParsableCommand, Verbosity {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network with α times the loss of its hidden layers, and record activations.",
    discussion: """
      Minimises the cross-entropy plus α times the soft nearest neighbor loss of every hidden layer: \
      α < 0 entangles the classes, α > 0 takes them apart, 0 leaves them to the cross-entropy. Each \
      layer's temperature is learned along and always lowers its loss, unless --temperature says \
      otherwise. The file that is written holds the activations of test samples at epoch 0 and every \
      K epochs; give it to snn-analyze. \
      With --parts the last epoch's activations of every group of the data that has inputs \
      (train, test; calibration and ood, if there) go to a second file; give that to snn-analyze \
      outliers or neighbors.

      Example: snn-analyze train digits.h5 --network mlp --alpha -0.1 -o run.h5
      """)

  @Argument(
    help: ArgumentHelp(
      "An HDF5 file with train/inputs, train/labels, test/inputs and test/labels, or a folder of "
        + "IDX files named as MNIST's.", valueName: "data"))
  var data: String

  @Option(
    name: [.short, .long], help: ArgumentHelp("The HDF5 file to write.", valueName: "run.h5"))
  var output: String

  @Option(help: "mlp (three hidden layers of 128) or cnn (two convolutions, a hidden layer of 64).")
  var network: NetworkArchitecture = .mlp

  @Option(
    help: ArgumentHelp(
      "Also write the last epoch's activations of every part of the data, a group each.",
      valueName: "parts.h5"))
  var parts: String?

  @Option(
    help: ArgumentHelp(
      "With --parts: a part `adversarial` too, the test inputs after one step of the fast gradient "
        + "sign method, of this size in their own units.", valueName: "epsilon"))
  var adversarial: Double?

  @Option(
    parsing: .unconditional,
    help: "The weight of the soft nearest neighbor loss of each hidden layer.")
  var alpha = 0.0

  @Option(
    help: ArgumentHelp(
      "The temperature of a hidden layer's loss: learned along, the mean distance of each batch, or a "
        + "number in squared activation units.", valueName: "learned|mean|number"))
  var temperature: LayerTemperature = .learned

  @Option(help: "Passes over the training samples.")
  var epochs = 40

  @Option(help: "The seed of initial weights and of the order of samples.")
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Record every so many epochs; the last one always.", valueName: "k"))
  var every = 1

  @Option(
    help: ArgumentHelp(
      "Record at most so many test samples, each class by its share; accuracies are of all.",
      valueName: "n"))
  var recordSamples = 2000

  @Option(
    help: ArgumentHelp(
      "Of what is recorded; a layer with values that float16 does not hold is float32.",
      valueName: "float16|float32"))
  var recordType: RecordType = .float16

  @Option(
    help: ArgumentHelp(
      "Hold out this share of the training samples, such as 0.05, to choose options by: the accuracy "
        + "on them is recorded.", valueName: "share"))
  var validation = 0.0

  @Option(help: "Samples of a step; the loss needs several of each class.")
  var batchSize = 128

  @Option(help: "The step size of Adam.")
  var learningRate = 0.001

  @Option(help: "What becomes of it: constant, or cosine, which ends near 0 with --epochs.")
  var schedule: RateSchedule = .constant

  @Option(
    help: ArgumentHelp("avx512, avx2, neon or portable; bits depend on it.", valueName: "set"))
  var instructionSet: InstructionSet?

  @Flag(help: "Go on where an interrupted run of the same data and options ended.")
  var resume = false

  @Flag(
    help: "Keep the state of the finished run, so that --resume trains on or records --parts.")
  var keepState = false

  @Option(
    help: ArgumentHelp(
      "Memory the inputs may take: 512M, 8G (default: half of the machine's).", valueName: "size"))
  var memory: MemorySize?

  @Option(help: "Give up when the HDF5 library makes no progress for so many seconds.")
  var patience = 10.0

  @Flag(
    inversion: .prefixedNo,
    help: "Give up, before anything is read, all rights that the run does not need (Linux).")
  var isolate = true

  @Flag(help: "Begin anew although the file to write is there.")
  var overwrite = false

  @Flag(help: "Write nothing to the terminal.")
  var quiet = false

  @Flag(help: "Print the library's own words on errors.")
  var verbose = false

  func validate() throws {
    guard alpha.isFinite else { throw ValidationError("--alpha must be a finite number.") }
    guard epochs >= 0 else { throw ValidationError("--epochs must not be negative.") }
    guard every > 0 else { throw ValidationError("--every must be at least 1.") }
    guard batchSize > 1 else {
      throw ValidationError("--batch-size must be at least 2: a sample has no neighbor alone.")
    }
    guard learningRate > 0, learningRate.isFinite else {
      throw ValidationError("--learning-rate must be positive and finite.")
    }
    guard recordSamples > 1 else {
      throw ValidationError("--record-samples must be at least 2.")
    }
    guard (0..<1).contains(validation) else {
      throw ValidationError("--validation must be a share from 0 to less than 1, such as 0.05.")
    }
    if let instructionSet, !instructionSet.isAvailable {
      throw ValidationError("This machine has no \(instructionSet.rawValue).")
    }
    guard patience > 0, patience.isFinite else {
      throw ValidationError("--patience must be positive and finite.")
    }
    if let adversarial {
      guard parts != nil else {
        throw ValidationError("--adversarial needs --parts FILE, where the examples go.")
      }
      guard adversarial > 0, adversarial.isFinite else {
        throw ValidationError("--adversarial must be positive and finite.")
      }
    }
    if resume && overwrite {
      throw ValidationError("Give either --resume or --overwrite, not both.")
    }
    let places = [("DATA", data), ("--output", output)] + (parts.map { [("--parts", $0)] } ?? [])
    for (index, place) in places.enumerated() {
      if let other = places[..<index].first(where: { $0.1.isSameFile(as: place.1) }) {
        throw ValidationError(
          "\(place.0) and \(other.0) are the same file. Write to another one: what is written takes "
            + "the place of what is there.")
      }
    }
  }

  func run() throws {
    var options = TrainingOptions(
      architecture: network, alpha: alpha, seed: seed, instructionSet: instructionSet ?? .best)
    options.batchSize = batchSize
    options.learningRate = learningRate
    options.schedule = schedule
    options.epochCount = epochs
    options.temperature = temperature
    var recording = RecordingOptions()
    recording.every = every
    recording.sampleCount = recordSamples
    recording.isHalf = recordType == .float16
    if let parts, !overwrite, FileManager.default.fileExists(atPath: parts) {
      throw CommandError("\(parts): is there already. Choose another file, or --overwrite.")
    }
    let source = try TrainingSource(
      path: data,
      memoryLimit: memory?.bytes ?? Machine.whole.memoryLimit, patience: patience)
    var run = try TrainingRun(
      source, output: output, options: options, recording: recording, validation: validation,
      resume: resume, overwrite: overwrite)
    let progress = TrainingProgress(
      epochs: epochs, isVisible: StandardError.isTerminal && !quiet, layerNames: run.hiddenLayers)
    try run.train(epochs: epochs) { progress.show($0) }
    progress.end()
    if let parts { try run.recordParts(to: parts, adversarial: adversarial) }
    if !keepState { run.removeState() }
    guard !quiet else { return }
    try StandardOutput.write(run.summary)
    StandardError.write("Written to \(output). Next: snn-analyze \(output)\n")
  }
}

/// How activations are stored.
enum RecordType: String, ExpressibleByArgument {
  case float16, float32
}

extension NetworkArchitecture: ExpressibleByArgument {}
extension RateSchedule: ExpressibleByArgument {}

extension LayerTemperature: ExpressibleByArgument {
  public init?(argument: String) { self.init(text: argument) }
  public var defaultValueDescription: String { text }
}
