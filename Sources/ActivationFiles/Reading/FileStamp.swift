#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Which file a path names, its size and when it was last written: what tells that a file is not
/// what it was when it was first looked at.
struct FileStamp: Equatable {
  private let device: UInt64
  private let number: UInt64
  fileprivate let byteSize: Int
  fileprivate let seconds: Int
  fileprivate let nanoseconds: Int

  /// Nil where there is no such file.
  init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt64(truncatingIfNeeded: status.st_dev)
    number = UInt64(truncatingIfNeeded: status.st_ino)
    byteSize = Int(status.st_size)
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    seconds = Int(time.tv_sec)
    nanoseconds = Int(time.tv_nsec)
  }
}

/// The size of a file and when it was last written: what every machine that shares the file sees alike.
package struct FileState: Sendable, Equatable, Codable {
  /// As it was given.
  package let path: String
  package let byteSize: Int
  package let seconds: Int
  package let nanoseconds: Int

  /// Nil where there is no such file.
  package init?(of path: String) {
    guard let stamp = FileStamp(of: path) else { return nil }
    self.path = path
    byteSize = stamp.byteSize
    seconds = stamp.seconds
    nanoseconds = stamp.nanoseconds
  }
}

/// The stamps of all files of a collection, from before they were first opened.
struct FileStamps {
  private var stamps: [String: FileStamp] = [:]

  /// In order.
  var paths: [String] { stamps.keys.sorted() }

  /// To be called before the file is opened.
  mutating func note(_ path: String) {
    Self.awaitWrite(to: path)
    stamps[path] = FileStamp(of: path)
  }

  /// Returns when no single write to a file is under way.
  ///
  /// A write stamps its time when it begins, so that one which had begun before the stamp was taken
  /// would go on unseen under what is read. To look for data takes the lock that a write holds (ext4,
  /// tmpfs, Btrfs; where it does not, as over a network, nothing is won or lost).
  private static func awaitWrite(to path: String) {
    #if os(Linux)
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else { return }
      defer { close(descriptor) }
      let seekData: Int32 = 3
      _ = lseek(descriptor, 0, seekData)
    #endif
  }

  /// Throws where a file is not what it was; to be called when values of it were read.
  func requireUnchanged(_ path: String) throws(ActivationFileError) {
    guard let stamp = stamps[path] else { return }
    guard FileStamp(of: path) == stamp else { throw .hasChangedWhileRead(path) }
  }
}
