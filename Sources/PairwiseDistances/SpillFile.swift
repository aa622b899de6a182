#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Why the rows of a layer could not be put aside on the disk.
public struct SpillError: Error, CustomStringConvertible {
  public let description: String

  fileprivate init(_ folder: String, _ size: Int) {
    let reason = errno == ENOSPC ? "no space is left on the disk" : String(cString: strerror(errno))
    description =
      "\(folder): the layer is larger than memory and cannot be put aside there: \(reason). It "
      + "takes \((size >> 20) + 1) MiB. Choose a folder on another disk with --scratch, raise "
      + "--memory, or draw fewer samples with --samples."
  }
}

/// A file without a name, written once and then read as memory. However it ends, the process leaves
/// nothing in the folder.
///
/// Pages that were read count as memory of the process until `drop`; they stay in the system's cache
/// as long as there is room.
final class SpillFile {
  private let folder: String
  private let size: Int
  private let neededSize: Int
  private let descriptor: Int32
  let base: UnsafeMutableRawPointer

  /// - Parameter neededSize: What is to be put aside in all, for the wording of an error.
  init(size: Int, in folder: String, neededSize: Int) throws(SpillError) {
    self.folder = folder
    self.size = max(size, 1)
    self.neededSize = neededSize
    var template = Array("\(folder)/.snn-analyze-rows-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw SpillError(folder, neededSize) }
    unlink(template)
    guard ftruncate(descriptor, off_t(self.size)) == 0,
      let base = mmap(nil, self.size, PROT_READ, MAP_SHARED, descriptor, 0), base != MAP_FAILED
    else {
      let error = SpillError(folder, neededSize)
      close(descriptor)
      throw error
    }
    self.descriptor = descriptor
    self.base = base
  }

  deinit {
    munmap(base, size)
    close(descriptor)
  }

  /// Written by a call, not through the mapping: a full disk is an error and no signal.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SpillError) {
    var written = 0
    while written < bytes.count {
      let count = pwrite(
        descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written,
        off_t(offset + written))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw SpillError(folder, neededSize) }
      written += count
    }
  }

  /// Gives the pages of a range of bytes back; reading them again is well.
  func drop(_ range: Range<Int>) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    // Reading maps some neighbors of a page too, up to 64 KiB.
    let around = max(page, 1 << 16)
    let start = range.lowerBound / around * around
    let end = min((range.upperBound + around - 1) / around * around, size)
    guard start < end else { return }
    madvise(base + start, end - start, MADV_DONTNEED)
  }
}
