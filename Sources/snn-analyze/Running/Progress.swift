import Synchronization

/// One line on standard error that says how far a run is and how long it will take, on a terminal
/// and for runs that are not over at once.
final class Progress: Sendable {
  private struct State {
    var works: [Double] = []
    /// The share of each layer that is done.
    var shares: [Double] = []
    var names: [Int: String] = [:]
    var current = 0
    var started = ContinuousClock.now
    var shown: ContinuousClock.Instant?
  }

  private let state = Mutex(State())
  private let isVisible: Bool

  init(isVisible: Bool) {
    self.isVisible = isVisible
  }

  /// - Parameter works: The work of each layer, in any one unit.
  func begin(_ works: [Double]) {
    state.withLock {
      $0.works = works
      $0.shares = works.map { _ in 0 }
      $0.started = ContinuousClock.now
    }
  }

  func start(_ index: Int, checkpoint: String, layer: String) {
    update {
      $0.current = index
      $0.names[index] = "\(checkpoint) \(layer)"
    }
  }

  /// - Parameter share: Of the layer, done.
  func advance(_ index: Int, to share: Double) {
    update { $0.shares[index] = share }
  }

  func finish(_ index: Int) {
    update {
      $0.shares[index] = 1
      $0.names[index] = nil
    }
  }

  func end() {
    state.withLock { if $0.shown != nil { StandardError.write("\r\u{1b}[K") } }
  }

  private func update(_ change: (inout State) -> Void) {
    state.withLock { state in
      change(&state)
      let now = ContinuousClock.now
      // Nothing for what is over at once, and not more often than one can read.
      guard isVisible, now - state.started > .milliseconds(500),
        state.shown.map({ now - $0 > .milliseconds(100) }) ?? true
      else { return }
      state.shown = now
      StandardError.write("\r\u{1b}[K" + Self.line(state, elapsed: now - state.started))
    }
  }

  private static func line(_ state: State, elapsed: Duration) -> String {
    let total = state.works.reduce(0, +)
    let done = zip(state.works, state.shares).map { $0 * $1 }.reduce(0, +)
    let share = total > 0 ? min(done / total, 1) : 0
    let filled = Int(share * 20)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled)
    let seconds = Double(elapsed.components.seconds)
    let left =
      seconds >= 1 && share > 0.01 ? ", \(Int(seconds / share * (1 - share)) + 1) s left" : ""
    let finished = state.shares.count { $0 == 1 }
    let name = state.names[state.current] ?? state.names.min { $0.key < $1.key }?.value ?? ""
    return "\(bar) \(Int(share * 100)) %, \(finished)/\(state.works.count) layers\(left)"
      + "  \(name.prefix(48))"
  }
}

/// How far one layer is, labeling after labeling.
final class LayerProgress: Sendable {
  private let progress: Progress
  private let index: Int
  /// Of one pass over the pairs.
  private let roundCount: Double
  private let labelingCount: Double
  private let labelingsBegun = Atomic(0)
  private let roundsDone = Atomic(0)

  init(_ progress: Progress, _ index: Int, roundCount: Int, labelingCount: Int) {
    self.progress = progress
    self.index = index
    self.roundCount = Double(roundCount)
    self.labelingCount = Double(labelingCount)
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
