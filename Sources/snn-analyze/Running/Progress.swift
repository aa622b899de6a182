import Synchronization

/// One line on standard error that says how far a run is, on a terminal only.
final class Progress: Sendable {
  private struct State {
    var total = 0
    var done = 0
    var current = ""
    var started: ContinuousClock.Instant?
    var isShown = false
  }

  private let state = Mutex(State())
  private let isVisible: Bool

  init(isVisible: Bool) {
    self.isVisible = isVisible
  }

  func begin(_ total: Int) {
    state.withLock {
      $0.total = total
      $0.started = ContinuousClock.now
    }
  }

  func start(checkpoint: String, layer: String) {
    update { $0.current = "\(checkpoint) \(layer)" }
  }

  func finish() {
    update { $0.done += 1 }
  }

  func end() {
    state.withLock { if $0.isShown { StandardError.write("\r\u{1b}[K") } }
  }

  private func update(_ change: (inout State) -> Void) {
    state.withLock { state in
      change(&state)
      guard isVisible, let started = state.started else { return }
      let elapsed = ContinuousClock.now - started
      // Nothing for what is over at once.
      guard elapsed > .milliseconds(300) else { return }
      let seconds = Double(elapsed.components.seconds)
      let share = Double(state.done) / Double(max(state.total, 1))
      let filled = Int(share * 20)
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled)
      let left =
        state.done > 0 && seconds >= 1 ? ", \(Int(seconds / share * (1 - share)) + 1) s left" : ""
      StandardError.write(
        "\r\u{1b}[K\(bar) \(state.done)/\(state.total) layers\(left)  \(state.current.prefix(48))")
      state.isShown = true
    }
  }
}
