import ActivationFiles
import Activations
import Analysis
import ArgumentParser
import Entanglement
import PairwiseDistances
import Platform

/// The loss of one array and its gradient: what the Python module calls for a plain value.
struct GradientCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gradient", abstract: "Compute the loss of one array, and its gradient.",
    discussion: """
      Prints the loss in nats and its temperature as JSON. Without --temperature it is the least \
      loss over all temperatures; the temperature is null where that is a limit.
      """, shouldDisplay: false)

  @Argument(help: ArgumentHelp("The activations, samples first.", valueName: "x.npy"))
  var file: String

  @Option(help: ArgumentHelp("The class of each sample.", valueName: "y.npy"))
  var labels: String

  @Option(help: ArgumentHelp("The temperature, in units of the distance.", valueName: "t"))
  var temperature: Double?

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Where the gradient for the activations goes, of their shape, one row a sample; left out, it is "
        + "not computed.",
      valueName: "gradient.npy"))
  var output: String?

  @Option(help: "squared-euclidean or cosine.")
  var distance: Distance = .squaredEuclidean

  @Option(help: "Under the cosine distance, refuse or skip rows of zeros.")
  var zeroRows: LossSettings.ZeroRows = .refuse

  @Flag(
    inversion: .prefixedNo,
    help: "Give up, before anything is read, all rights that the run does not need (Linux).")
  var isolate = true

  @OptionGroup var machine: MachineOptions

  func run() throws {
    var reading = ReadingOptions()
    reading.layers = ["*"]
    reading.labels = [labels]
    reading.sampleAxis = 0
    reading.pooling = .flatten
    reading.memoryLimit = machine.machine.memoryLimit
    do {
      let collection = try ActivationCollection(paths: [file], options: reading)
      try collection.requireSound()
      guard let checkpoint = collection.checkpoints.first, let layer = checkpoint.layers.first,
        collection.checkpoints.count == 1, checkpoint.layers.count == 1
      else { throw CommandError("\(file): this is not a single array. Give one .npy file.") }
      let classes = try collection.labels(of: checkpoint)
      let found = try value(of: try collection.activations(of: layer), classes)
      if let output, let gradient = found.gradient {
        try NumPyWriter.write(gradient.activations, to: output)
      }
      try StandardOutput.write(found.json)
    } catch let error as ActivationFileError {
      throw CommandError(AnalysisError(error), isVerbose: false)
    } catch let error as EntanglementError {
      throw CommandError("\(file): \(error)")
    }
  }

  private struct Found {
    let loss: Double
    let temperature: Double?
    var gradient: LossGradient?

    var json: String {
      var members = [
        "\"loss\": \(loss)", "\"temperature\": \(temperature.map { "\($0)" } ?? "null")",
      ]
      if let gradient { members.append("\"logTemperatureSlope\": \(gradient.logTemperature)") }
      return "{" + members.joined(separator: ", ") + "}\n"
    }
  }

  private func value(
    of matrix: ActivationMatrix, _ classes: ClassLabels
  ) throws(EntanglementError) -> Found {
    var settings = LossSettings(
      distance: distance, quantities: [temperature == nil ? .minimum : .curve], zeroRows: zeroRows)
    if let temperature { settings.sweep = try TemperatureSweep([temperature], scale: .absolute) }
    let engine = SoftNearestNeighborLoss(settings, machine: machine.machine)
    guard output == nil else {
      let gradient =
        if let temperature {
          try engine.gradient(of: matrix, labels: classes, temperature: temperature)
        } else {
          try engine.gradientOfMinimum(of: matrix, labels: classes)
        }
      return Found(
        loss: gradient.loss, temperature: gradient.temperature, gradient: gradient)
    }
    let layer = try engine.entanglement(of: matrix, labels: classes)
    if temperature == nil, let minimum = layer.minimum {
      return Found(loss: minimum.loss, temperature: minimum.temperature)
    }
    guard let point = layer.curve.first else { throw .noTemperature }
    return Found(loss: point.loss, temperature: point.temperature)
  }
}
