internal import ActivationFiles
internal import PairwiseDistances
internal import Synchronization

/// How far a run is.
public struct RunProgress: Sendable {
  /// The work of each layer, in any one unit.
  package fileprivate(set) var works: [Double] = []
  /// The share of each layer that is done.
  package fileprivate(set) var shares: [Double] = []
  /// The checkpoint and layer that a thread is at.
  package fileprivate(set) var current = ""
  /// Of the share of each layer that is done, what an earlier run had left in the cache.
  package fileprivate(set) var keptShares: [Double] = []
  /// When the run began to compute what is not in the cache.
  package fileprivate(set) var started = ContinuousClock.now
  /// Whether nothing more will be told.
  package fileprivate(set) var isOver = false

  /// The share of all work that is done.
  public var share: Double { share(shares) }

  /// The seconds that are left, from how long it took to compute what was computed: what came from the
  /// cache took none. nil while too little is done to tell.
  /// - Parameter elapsed: Seconds since `started`.
  package func secondsLeft(after elapsed: Double) -> Double? {
    let computed = share - share(keptShares)
    guard computed > 0.01 else { return nil }
    return elapsed * (1 - share) / computed
  }

  private func share(_ parts: [Double]) -> Double {
    let total = works.reduce(0, +)
    let done = zip(works, parts).map { $0 * $1 }.reduce(0, +)
    return total > 0 ? min(done / total, 1) : 0
  }

  /// How many layers are done.
  public var finishedCount: Int { shares.count { $0 == 1 } }
}

/// Counts what is done, from any thread, and tells it.
final class Progress: Sendable {
  private struct State {
    var progress = RunProgress()
    var names: [Int: String] = [:]
  }

  private let state = Mutex(State())
  private let tell: @Sendable (RunProgress) -> Void

  init(_ tell: @escaping @Sendable (RunProgress) -> Void) {
    self.tell = tell
  }

  /// - Parameter works: The work of each layer, in any one unit.
  func begin(_ works: [Double]) {
    update { state in
      state = State()
      state.progress.works = works
      state.progress.shares = works.map { _ in 0 }
      state.progress.keptShares = state.progress.shares
    }
  }

  func start(_ index: Int, checkpoint: String, layer: String) {
    update {
      $0.names[index] = "\(checkpoint) \(layer)"
      $0.progress.current = $0.names[index] ?? ""
    }
  }

  /// - Parameter share: Of the layer, done.
  func advance(_ index: Int, to share: Double) {
    update { $0.progress.shares[index] = share }
  }

  /// - Parameter share: Of the layer, that is in the cache.
  func keep(_ index: Int, _ share: Double) {
    update { state in
      state.progress.keptShares[index] = share
      state.progress.shares[index] = max(state.progress.shares[index], share)
      // Until something is computed there is nothing to time.
      if state.progress.shares == state.progress.keptShares { state.progress.started = .now }
    }
  }

  func finish(_ index: Int) {
    update {
      $0.progress.shares[index] = 1
      let name = $0.names.removeValue(forKey: index)
      if name == $0.progress.current {
        $0.progress.current = $0.names.min { $0.key < $1.key }?.value ?? ""
      }
    }
  }

  func end() {
    update { $0.progress.isOver = true }
  }

  private func update(_ change: (inout State) -> Void) {
    state.withLock { state in
      change(&state)
      tell(state.progress)
    }
  }
}

/// How far one layer is, labeling after labeling.
final class LayerProgress: Sendable {
  private let progress: Progress
  private let index: Int
  private let layer: LayerEntry
  /// Of one pass over the pairs.
  private let roundCount: Double
  private let labelingCount: Double
  private let labelingsBegun = Atomic(0)
  private let roundsDone = Atomic(0)

  init(_ progress: Progress, _ index: Int, of layer: LayerEntry, labelingCount: Int) {
    self.progress = progress
    self.index = index
    self.layer = layer
    roundCount = Double(PairwisePass.roundCount(sampleCount: layer.sampleCount))
    self.labelingCount = Double(labelingCount)
  }

  func start() { progress.start(index, checkpoint: layer.checkpoint, layer: layer.name) }

  func finish() { progress.finish(index) }

  /// - Parameter count: How many labelings of the layer are in the cache.
  func keep(_ count: Int) {
    if count > 0 { progress.keep(index, Double(count) / labelingCount) }
  }

  func beginLabeling() {
    labelingsBegun.add(1, ordering: .relaxed)
    roundsDone.store(0, ordering: .relaxed)
  }

  /// Counts a round of a pass. How many passes there will be is not known: mostly one or two, so that
  /// the share comes ever closer to that of the whole labeling and does not go back.
  func finishRound() {
    let rounds = roundsDone.wrappingAdd(1, ordering: .relaxed).oldValue
    let passes = Double(rounds) / roundCount
    let before = Double(max(labelingsBegun.load(ordering: .relaxed) - 1, 0))
    progress.advance(index, to: (before + passes / (passes + 0.5)) / labelingCount)
  }
}
