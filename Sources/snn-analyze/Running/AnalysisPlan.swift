import ActivationFiles
import Activations
import Entanglement
import PairwiseDistances

/// What a run will do, resolved from the options once: the layers to read and the loss to compute.
struct AnalysisPlan {
  let collection: ActivationCollection
  let loss: SoftNearestNeighborLoss
  let sampling: EntanglementHistory.Sampling?
  let keepGoing: Bool
  let verbose: Bool

  init(
    input: InputOptions, compute: ComputeOptions, keepGoing: Bool, verbose: Bool
  ) throws(CommandError) {
    var reading = input.reading
    reading.threadCount = compute.threadCount
    reading.memoryLimit = compute.memoryLimit
    do {
      collection = try ActivationCollection(paths: input.files, options: reading)
      if !keepGoing { try collection.requireSound() }
    } catch {
      throw CommandError(error, verbose: verbose)
    }
    do {
      loss = SoftNearestNeighborLoss(
        distance: compute.distance, precision: compute.precision, sweep: try compute.sweep,
        quantities: compute.compute.quantities,
        zeroRows: compute.zeroRows, threadCount: compute.threadCount,
        instructionSet: compute.instructionSet ?? .best, memoryLimit: compute.memoryLimit)
    } catch {
      throw CommandError(error.description)
    }
    sampling = compute.samples.map { .init(sampleCount: $0, seed: compute.seed) }
    self.keepGoing = keepGoing
    self.verbose = verbose
  }

  /// The layers in order, each with its checkpoint.
  var jobs: [Job] {
    collection.checkpoints.indices.flatMap { checkpoint in
      collection.checkpoints[checkpoint].layers.indices.map {
        Job(checkpoint: checkpoint, layer: $0)
      }
    }
  }

  struct Job: Sendable {
    let checkpoint: Int
    let layer: Int
  }
}
