import Activations
import Analysis
import Synchronization

/// One line on standard error that says how far a run is and how long it will take, for runs that are
/// not over at once.
final class ProgressLine: Sendable {
  private let shown = Mutex<ContinuousClock.Instant?>(nil)

  func draw(_ progress: RunProgress) {
    shown.withLock { shown in
      if progress.isOver {
        if shown != nil { StandardError.write(StandardError.lineStart) }
        shown = nil
        return
      }
      let now = ContinuousClock.now
      // Nothing for what is over at once, and not more often than one can read.
      guard now - progress.started > .milliseconds(500),
        shown.map({ now - $0 > .milliseconds(100) }) ?? true
      else { return }
      shown = now
      StandardError.write(
        StandardError.lineStart + Self.line(progress, elapsed: now - progress.started))
    }
  }

  private static func line(_ progress: RunProgress, elapsed: Duration) -> String {
    let share = progress.share
    let seconds = Double(elapsed.components.seconds)
    let left =
      seconds >= 1 && share > 0.01 ? ", \(Int(seconds / share * (1 - share)) + 1) s left" : ""
    return "\(bar(share)) \(Int(share * 100)) %, \(progress.finishedCount)/\(progress.works.count) "
      + "layers\(left)  \(progress.current.visible.prefix(48))"
  }

  /// Twenty blocks.
  static func bar(_ share: Double) -> String {
    let filled = Int(share * 20)
    return String(repeating: "█", count: filled) + String(repeating: "░", count: 20 - filled)
  }
}

extension RunHooks {
  /// Progress and notes on standard error, the former on a terminal only, unless it is to be quiet;
  /// details where they are wanted.
  static func terminal(isQuiet: Bool, isVerbose: Bool) -> RunHooks {
    var hooks = RunHooks()
    if !isQuiet {
      if StandardError.isTerminal { hooks.progress = ProgressLine().draw }
      hooks.note = { StandardError.write("Note: \($0.visible)\n") }
    }
    if isVerbose { hooks.detail = { StandardError.write("\($0.visibleLines)\n") } }
    return hooks
  }
}
