internal import PairwiseDistances

/// What a caller hears of a run while it goes on, and may say: to end it. Nothing of it decides a
/// result.
///
///     let isCancelled = Atomic(false)   // set by another thread
///     let hooks = RunHooks(isCancelled: { isCancelled.load(ordering: .relaxed) })
///     do { … } catch AnalysisError.cancelled { … }
public struct RunHooks: Sendable {
  /// Told how far the run is, a few times a layer, by one thread at a time.
  package var progress: @Sendable (RunProgress) -> Void
  /// Told sentences that a reader of the result has to know.
  package var note: @Sendable (String) -> Void
  /// Told what only a closer look needs: times, and a library's own words on a layer that failed.
  package var detail: @Sendable (String) -> Void
  /// Whether the run is to end before its time.
  package var isCancelled: @Sendable () -> Bool

  /// A hook that is left out hears nothing and cancels nothing.
  /// - Parameter isCancelled: Asked from any of the run's threads, before each layer and each of the
  ///   rounds of a pass over its samples: often, so it is to be quick. Once true, it stays true. The
  ///   run then throws `AnalysisError.cancelled`, also one that keeps going; a layer that is being read
  ///   is read to its end. Layers that were finished stay in the run's cache.
  public init(
    progress: @escaping @Sendable (RunProgress) -> Void = { _ in },
    note: @escaping @Sendable (String) -> Void = { _ in },
    detail: @escaping @Sendable (String) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.progress = progress
    self.note = note
    self.detail = detail
    self.isCancelled = isCancelled
  }

  func throwIfCancelled() throws(AnalysisError) {
    if isCancelled() { throw .cancelled }
  }

  /// For the passes of the run.
  func ofPasses(didFinishRound: @escaping @Sendable () -> Void = {}) -> PassHooks {
    PassHooks(didFinishRound: didFinishRound, isCancelled: isCancelled)
  }
}
