/// What a caller hears of a run while it goes on. Nothing of it decides a result.
public struct RunHooks: Sendable {
  /// Told how far the run is, a few times a layer, by one thread at a time.
  package var progress: @Sendable (RunProgress) -> Void
  /// Told sentences that a reader of the result has to know.
  package var note: @Sendable (String) -> Void
  /// Told what only a closer look needs: times, and a library's own words on a layer that failed.
  package var detail: @Sendable (String) -> Void

  /// A hook that is left out hears nothing.
  public init(
    progress: @escaping @Sendable (RunProgress) -> Void = { _ in },
    note: @escaping @Sendable (String) -> Void = { _ in },
    detail: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.progress = progress
    self.note = note
    self.detail = detail
  }
}
