internal import Platform

/// A folder that is one run's for as long as this value lives, or until the process ends in whatever
/// way.
final class FolderLock: Sendable {
  private let descriptor: Int32
  /// False where the file system knows no locks; then nobody is kept out.
  let isHeld: Bool

  /// - Throws: `AnalysisError` where another run has the folder.
  init(of path: String) throws(AnalysisError) {
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    isHeld = descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0
    guard !isHeld, descriptor >= 0, errno == EWOULDBLOCK else { return }
    throw AnalysisError(
      "\(path): another run writes there. Wait for its end, or choose another folder with --output."
    )
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }
}
