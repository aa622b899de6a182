import Activations
import Analysis
import Reporting
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
        StandardError.lineStart
          + Self.line(
            progress, elapsed: now - progress.started, width: StandardError.width - 1))
    }
  }

  /// What is said first is said on the narrowest terminal; a bar and the layer's name take what is left.
  private static func line(_ progress: RunProgress, elapsed: Duration, width: Int) -> String {
    let share = progress.share
    let seconds = elapsed / .seconds(1)
    let left = seconds >= 1 ? progress.secondsLeft(after: seconds).map { ", " + time($0) } : nil
    let numbers =
      "\(Int(share * 100)) %, \(progress.finishedCount)/\(progress.works.count) layers\(left ?? "")"
    return fitted(numbers, share: share, end: progress.current.visible, to: width)
  }

  /// `███░░ numbers  end` in so many columns: a bar of twenty blocks, or of fewer, or none; then the end,
  /// its middle left out or not at all.
  static func fitted(_ numbers: String, share: Double, end: String, to width: Int) -> String {
    let blocks = min(width - numbers.displayWidth - 1, 20)
    let line = (blocks >= 4 ? bar(share, blocks) + " " : "") + numbers
    let rest = width - line.displayWidth - 2
    guard !end.isEmpty, rest >= 8 else { return String(line.prefix(max(width, 0))) }
    return line + "  " + end.elided(to: min(rest, 48))
  }

  private static func bar(_ share: Double, _ blocks: Int) -> String {
    let filled = Int(share * Double(blocks))
    return String(repeating: "█", count: filled) + String(repeating: "░", count: blocks - filled)
  }

  /// `40 s left`, `12 min left`, `3 h 20 min left`.
  private static func time(_ seconds: Double) -> String {
    let minutes = Int((seconds / 60).rounded())
    if seconds < 100 { return "\(Int(seconds) + 1) s left" }
    if minutes < 100 { return "\(minutes) min left" }
    return "\(minutes / 60) h \(minutes % 60) min left"
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

  /// The same hooks, which also tell whoever interrupts the run that finished layers are kept.
  /// - Parameter cache: Where they are; nil where they are not.
  func keepingLayers(in cache: String?) -> RunHooks {
    guard cache != nil else { return self }
    var hooks = self
    hooks.progress = { [progress] state in
      let count = state.finishedCount
      Interruption.remark(
        count == 0 || state.isOver
          ? nil
          : "\(count) of \(state.works.count) layers are done and kept: the same command goes on "
            + "from there.")
      progress(state)
    }
    return hooks
  }
}
