#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The first bytes of a file, read without the HDF5 library: it tells the cases a person can mend
/// (no file, a directory, no permission) apart from each other, which the library does not.
struct FileHeader {
  let byteSize: Int
  /// Whether a writer has the file open, or had and did not close it.
  let isMarkedAsOpenForWriting: Bool
  /// Whether the header itself is whole.
  let isComplete: Bool
  /// Whether the block in front says that Julia wrote the file (JLD, JLD2): by columns.
  let isOfJulia: Bool

  init(path: String) throws(ActivationFileError) {
    let file = try ReadableFile(path: path)
    guard file.byteSize > 0 else { throw .isEmpty(path) }
    // The signature is at 0, 512, 1024, 2048 … behind a block of the user's own.
    var start = 0
    while file.bytes(at: start, count: 8) != Self.signature {
      start = start == 0 ? 512 : start * 2
      guard start < file.byteSize else {
        let front = file.bytes(at: 0, count: 512)
        throw ForeignFormat(bytes: front).map { ActivationFileError.isForeign(path, $0) }
          ?? .isNotHDF5(path)
      }
    }
    let superblock = file.bytes(at: start + 8, count: 4)
    let version = superblock.first ?? 0
    byteSize = file.byteSize
    // Byte 11 of version 3: bit 0, open for writing; bit 2, open for writing and reading at once.
    isMarkedAsOpenForWriting =
      version >= 3 && superblock.count == 4 && superblock[3] & 0b101 != 0
    let front = start > 0 ? String(decoding: file.bytes(at: 0, count: 64), as: UTF8.self) : ""
    isOfJulia =
      front.hasPrefix("HDF5-based Julia Data Format") || front.hasPrefix("Julia data file (HDF5)")
    isComplete = file.byteSize - start >= (version < 2 ? 96 : 48)
  }

  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
}

/// A regular file open for reading.
struct ReadableFile: ~Copyable {
  let byteSize: Int
  private let descriptor: Int32

  init(path: String) throws(ActivationFileError) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw Self.reason(path, errno) }
    let format = status.st_mode & S_IFMT
    guard format != S_IFDIR else { throw .isDirectory(path) }
    guard format == S_IFREG else { throw .isNoRegularFile(path) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.reason(path, errno) }
    self.byteSize = Int(status.st_size)
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Fills a buffer with the bytes at an offset; false where the file ends before.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Bool {
    var filled = 0
    while filled < buffer.count, let start = buffer.baseAddress {
      let count = pread(
        descriptor, start + filled, min(buffer.count - filled, 1 << 30), off_t(offset + filled))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      filled += count
    }
    return true
  }

  /// The bytes at an offset, fewer where the file ends before.
  func bytes(at offset: Int, count: Int) -> [UInt8] {
    guard offset >= 0, offset < byteSize else { return [] }
    let count = max(0, min(count, byteSize - offset))
    return Array(unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count, let start = buffer.baseAddress {
        let read = pread(descriptor, start + filled, count - filled, off_t(offset + filled))
        guard read > 0 else { break }
        filled += read
      }
    }
  }

  static func reason(_ path: String, _ number: Int32) -> ActivationFileError {
    switch number {
    case ENOENT, ENOTDIR: .noSuchFile(path)
    case EACCES, EPERM: .noPermission(path)
    default: .cannotOpen(path, reason: String(cString: strerror(number)))
    }
  }
}
