import CHDF5

/// An HDF5 file open for reading. To be made and used inside of `HDF5Library.exclusively`.
struct HDF5File: ~Copyable {
  /// The path as given.
  let path: String
  /// The size of the file in bytes.
  let byteSize: Int
  /// What wrote all of its arrays by columns; nil if nothing says so.
  let columnWriter: String?
  /// Whether a library of netCDF wrote it.
  let isNetCDF: Bool
  private let handle: HDF5Handle
  /// How datasets and links of this file are opened.
  let datasetAccess: HDF5Access

  var id: hid_t { handle.id }

  init(path: String, followsOtherFiles: Bool = false) throws(ActivationFileError) {
    let header = try FileHeader(path: path)
    guard let access = HDF5Access(followsOtherFiles: followsOtherFiles) else {
      throw .cannotOpen(path, reason: "the HDF5 library has no memory")
    }
    guard
      let handle = HDF5Handle(
        H5Fopen(path, chdf5_file_read_only(), chdf5_default()), closedBy: H5Fclose)
    else {
      throw Self.reason(path, header: header, stack: .current())
    }
    self.path = path
    self.byteSize = header.byteSize
    columnWriter = header.isOfJulia ? "Julia" : nil
    isNetCDF = H5Aexists(handle.id, "_NCProperties") > 0
    self.handle = handle
    datasetAccess = access
  }

  private static func reason(
    _ path: String, header: FileHeader, stack: HDF5ErrorStack
  ) -> ActivationFileError {
    let detail = stack.detail
    if stack.isFamily { return .isMemberOfFamily(path, detail: detail) }
    if stack.isLock { return .isOpenForWriting(path, detail: detail) }
    if header.isMarkedAsOpenForWriting { return .wasLeftOpenForWriting(path, detail: detail) }
    if stack.isTruncation || !header.isComplete { return .isTruncated(path, detail: detail) }
    if stack.isVersion { return .isOfNewerVersion(path, detail: detail) }
    return .isDamaged(path, detail: detail)
  }
}

/// How datasets and links are opened: with external links refused, unless the user has asked for
/// them. Shared by all that opens with it.
final class HDF5Access {
  private let list: HDF5Handle
  let followsOtherFiles: Bool

  var id: hid_t { list.id }

  /// Nil if the library has no memory.
  /// - Parameter refusesLinks: whether external links are refused all the same.
  init?(followsOtherFiles: Bool, refusesLinks: Bool = false) {
    guard let list = HDF5Handle(H5Pcreate(chdf5_dataset_access()), closedBy: H5Pclose),
      (followsOtherFiles && !refusesLinks) || chdf5_refuse_external_links(list.id) >= 0,
      // No chunk is read twice, and without a cache the library reads a chunk that has no filters
      // by the size it must have, not by the one that is stored beside it.
      H5Pset_chunk_cache(list.id, 0, 0, 0) >= 0
    else { return nil }
    self.list = list
    self.followsOtherFiles = followsOtherFiles
  }
}
