/// What the system said of the last call that failed, as a clause.
package func systemError() -> String { systemError(errno) }

func systemError(_ code: Int32) -> String {
  switch code {
  case ENOSPC: return "no space is left on the disk"
  case EACCES, EPERM: return "permission denied"
  case EROFS: return "the file system is read-only"
  case ENOTDIR: return "a part of the path is a file, not a folder"
  default: return String(cString: strerror(code))
  }
}

extension Error {
  /// Why a call of FileManager, Data or String failed, as a clause.
  package var systemReason: String {
    let cause = (self as? CocoaError)?.underlying ?? self
    guard let cause = cause as? POSIXError else { return "\(cause)" }
    return systemError(cause.code.rawValue)
  }
}
