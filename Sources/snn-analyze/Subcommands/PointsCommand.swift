import ActivationFiles
import Activations
import ArgumentParser
import Platform
import Training

/// Moves labelled points along the gradient of the loss and records them: the paper's figure 1.
struct PointsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "points",
    abstract: "Move labelled points down or up the loss and record them (the paper's figure 1).",
    discussion: """
      Points of one Gaussian in the plane, labelled at random, follow the gradient of the loss at \
      T = 1. Give the file that is written to snn-analyze: its sample map shows them.

      Example: snn-analyze points -o points.h5
      """)

  @Option(
    name: [.short, .long], help: ArgumentHelp("The HDF5 file to write.", valueName: "run.h5"))
  var output: String

  @Flag(help: "Up the loss, so that the classes mix, in place of down.")
  var up = false

  @Option(help: "How many points.")
  var count = 200

  @Option(help: "How many classes.")
  var classes = 4

  @Option(help: "How many steps of gradient descent.")
  var steps = 200

  @Option(help: "The length of a step, in multiples of N times the gradient.")
  var rate = 0.1

  @Option(help: "Record every so many steps; the last one always.")
  var every = 100

  @Option(help: "The seed of places and labels.")
  var seed: UInt64 = 0

  func validate() throws {
    guard classes > 1, count >= 2 * classes else {
      throw ValidationError("Give two classes or more, and two points or more of each.")
    }
    guard rate > 0, rate.isFinite else {
      throw ValidationError("--rate must be positive and finite.")
    }
    guard steps >= 0, every > 0 else {
      throw ValidationError("--steps must not be negative, and --every at least 1.")
    }
  }

  func run() throws {
    var cloud = PointCloud(count: count, classCount: classes, seed: seed)
    do {
      let writer = try ActivationWriter(
        path: output, unit: .step, labels: cloud.labels.indices.map(Int64.init),
        sampleIDs: (0..<Int64(count)).map(\.self), layerNames: ["points"],
        attributes: [
          ("made_by", .text("snn-analyze points")), ("direction", .text(up ? "up" : "down")),
          ("temperature", .number(cloud.temperature)), ("seed", .integer(Int64(clamping: seed))),
        ])
      for step in 0...steps {
        if step % every == 0 || step == steps {
          try writer.append(
            step: step, layers: [.init(name: "points", shape: [count, 2], values: cloud.points)])
        }
        if step < steps { try cloud.move(rate: up ? -rate : rate) }
      }
    } catch let error as ActivationFileError {
      throw CommandError(error.description)
    } catch {
      throw CommandError("\(error)")
    }
    StandardError.write("Written to \(output). Next: snn-analyze \(output)\n")
  }
}
