internal import CConfinement

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What a process keeps of its rights once it has taken files in that somebody else made.
///
/// Libraries that read such files are C that was not written for hostile input. What such a file makes
/// of the process, should it find a way, can do no more than what is kept here. There is no way back,
/// and programs that are started inherit it.
///
/// On Linux: Landlock for files, TCP, abstract sockets and signals, a filter of system calls
/// (`seccomp`) for what Landlock does not see, `no_new_privs`, and limits of memory and core files.
/// Elsewhere nothing of it.
package struct Confinement: Sendable {
  /// Files, and folders with all below, that may be read; nil for everything.
  package var readable: [String]?
  /// Files, and folders with all below, that may be written too.
  package var writable: [String] = []
  /// Folders in which, and below which, empty folders may be removed.
  package var removable: [String] = []
  /// Whether other programs may be started: with the rest of these bounds.
  package var allowsPrograms = false
  /// Bytes of private memory, at most.
  package var memoryLimit: UInt64 = .max

  package init() {}

  /// What holds from here on.
  package struct Effect: Sendable, Equatable {
    /// Files are out of reach but for those named.
    package var limitsFiles = false
    /// So are the network, other processes and programs.
    package var limitsCalls = false
    /// So is more memory, and no memory image is written.
    package var limitsMemory = false
  }

  /// Gives everything else up. To be called before there is a second thread: threads that are there
  /// keep their access to files.
  /// - Returns: What the system can do of it; a path that is not there adds nothing.
  package func enforce() -> Effect {
    var effect = Effect()
    effect.limitsMemory = snn_limit_resources(memoryLimit) == 0
    guard snn_refuse_new_rights() == 0 else { return effect }
    effect.limitsFiles = limitFiles()
    effect.limitsCalls = snn_refuse_calls(!allowsPrograms) == 0
    return effect
  }

  private func limitFiles() -> Bool {
    let version = snn_landlock_version()
    // The first one knows no renaming from one folder to another, by which results are put in place.
    guard version >= 2 else { return false }
    let rules = snn_landlock_rules(version, readable != nil, !allowsPrograms)
    guard rules >= 0 else { return false }
    defer { close(rules) }
    func allow(_ paths: [String], _ access: Int) {
      // Where this fails, the path is not there, or will be refused when it is used.
      for path in paths {
        _ = snn_landlock_allow(rules, version, readable != nil, path, UInt32(access))
      }
    }
    allow(readable ?? [], snn_access_read)
    allow(writable, snn_access_write)
    allow(removable, snn_access_remove_empty)
    return snn_landlock_enforce(rules) == 0
  }
}
