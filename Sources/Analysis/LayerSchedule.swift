internal import ActivationFiles
internal import Activations
internal import Entanglement
internal import PairwiseDistances
internal import Synchronization

/// Which way each layer goes: small layers side by side, one a thread; large ones one after another,
/// each on all threads. At most as many layers as threads are in memory.
struct LayerSchedule {
  /// By their place among the layers.
  private let small: [Int]
  private let large: [Int]
  private let machine: Machine

  /// - Parameter classCounts: Of each layer, under the labeling with most.
  init(
    _ layers: [LayerEntry], classCounts: [Int], labelingCount: Int, loss: SoftNearestNeighborLoss
  ) {
    var small: [Int] = []
    var large: [Int] = []
    for (index, layer) in layers.enumerated() {
      let memory =
        layer.memorySize
        + loss.workingMemory(
          sampleCount: layer.sampleCount, featureCount: layer.featureCount,
          classCount: classCounts[index], labelingCount: labelingCount)
      if Self.isSmall(layer, memory: memory, on: loss.machine) {
        small.append(index)
      } else {
        large.append(index)
      }
    }
    self.small = small
    self.large = large
    machine = loss.machine
  }

  /// For some layers of a plan, on its machine.
  init(_ plan: AnalysisPlan, _ jobs: [AnalysisPlan.Job], _ inputs: [CheckpointInput]) {
    self.init(
      jobs.map(plan.layer), classCounts: jobs.map { inputs[$0.checkpoint].mostClasses },
      labelingCount: plan.labelings.count, loss: plan.loss())
  }

  /// Small layers are those that one thread computes in well under a second, all of which fit in
  /// memory side by side.
  static func isSmall(_ layer: LayerEntry, memory: Int, on machine: Machine) -> Bool {
    work(layer) < 4e9 && memory < machine.memoryLimit / machine.threadCount
  }

  /// Multiply-adds, roughly: a pair takes one for each feature, and the exponentials as many as
  /// another 200.
  static func work(_ layer: LayerEntry) -> Double {
    let (count, features) = (Double(layer.sampleCount), Double(layer.featureCount))
    return count * count * (features + 200)
  }

  /// What each layer may take of memory, by its place.
  func memoryLimit(of index: Int) -> Int {
    small.contains(index) ? machine.memoryLimit / workerCount : machine.memoryLimit
  }

  /// How many small layers are computed at a time.
  private var workerCount: Int { max(1, min(machine.threadCount, small.count)) }

  /// - Parameters:
  ///   - untilFailure: Whether layers that are not begun are left out once one went wrong.
  ///   - compute: Computes the layer at a place with what it gets of the machine; whether that went
  ///     well.
  func run(untilFailure: Bool, _ compute: @Sendable (Int, Machine) -> Bool) {
    let workers = workerCount
    let lone = Machine(
      threadCount: 1, instructionSet: machine.instructionSet,
      memoryLimit: machine.memoryLimit / workers)
    let hasFailed = Atomic(false)
    let next = Atomic(0)
    Threads.forEach(workers, on: workers) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < small.count else { return }
        if untilFailure && hasFailed.load(ordering: .relaxed) { return }
        if !compute(small[index], lone) { hasFailed.store(true, ordering: .relaxed) }
      }
    }
    for index in large where !(untilFailure && hasFailed.load(ordering: .relaxed)) {
      if !compute(index, machine) { hasFailed.store(true, ordering: .relaxed) }
    }
  }
}
