/// What a caller hears of a pass while it goes on, and may say.
public struct PassHooks: Sendable {
  /// Told after each of the rounds that a pass is made of, from the thread that asked for the pass.
  package let didFinishRound: @Sendable () -> Void
  /// Asked before each round; true ends the pass, and what was computed for it is lost.
  package let isCancelled: @Sendable () -> Bool

  /// Hears nothing and never cancels, unless told otherwise.
  public init(
    didFinishRound: @escaping @Sendable () -> Void = {},
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.didFinishRound = didFinishRound
    self.isCancelled = isCancelled
  }

  /// The same, ended by something else besides.
  package func cancelled(by other: @escaping @Sendable () -> Bool) -> PassHooks {
    PassHooks(didFinishRound: didFinishRound, isCancelled: { isCancelled() || other() })
  }
}

/// A pass was told to end before its time.
package struct PassCancelled: Error {}
