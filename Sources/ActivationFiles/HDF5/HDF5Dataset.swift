import CHDF5

/// An open dataset. To be made and used inside of `HDF5Library.exclusively`.
struct HDF5Dataset: ~Copyable {
  private let handle: HDF5Handle
  private let typeHandle: HDF5Handle
  private let spaceHandle: HDF5Handle
  private let creationHandle: HDF5Handle
  private let followsOtherFiles: Bool
  /// Where its values come from.
  let sources: HDF5Sources

  var id: hid_t { handle.id }
  var typeID: hid_t { typeHandle.id }
  var spaceID: hid_t { spaceHandle.id }

  /// Nil if it cannot be opened, and the error stack then says why; or if a filter's parameters cannot
  /// be those of a writer: the library would go by them, beyond its memory.
  /// - Parameter access: the file's `datasetAccess`, which guards external links.
  init?(named name: String, in location: hid_t, access: HDF5Access) {
    var allowance = HDF5Sources.Allowance()
    self.init(named: name, in: location, access: access, allowance: &allowance)
  }

  /// - Parameter allowance: how much more may be looked at to find where the values come from.
  init?(
    named name: String, in location: hid_t, access: HDF5Access,
    allowance: inout HDF5Sources.Allowance
  ) {
    guard
      let handle = HDF5Handle(H5Dopen2(location, name, access.id), closedBy: H5Dclose),
      let type = HDF5Handle(H5Dget_type(handle.id), closedBy: H5Tclose),
      let creation = HDF5Handle(H5Dget_create_plist(handle.id), closedBy: H5Pclose),
      Self.filters(of: creation.id).allSatisfy(\.isPossible)
    else { return nil }
    // Before the dataspace: to tell that of a virtual dataset, the library opens its sources.
    let sources = HDF5Sources(
      of: handle.id, creation: creation.id, access: access, allowance: &allowance)
    let isAllowed = sources.mayBeRead(followingOtherFiles: access.followsOtherFiles)
    let space = HDF5Handle(
      isAllowed ? H5Dget_space(handle.id) : Self.safeSpace(of: handle.id, creation.id),
      closedBy: H5Sclose)
    guard let space else { return nil }
    self.sources = sources
    followsOtherFiles = access.followsOtherFiles
    self.handle = handle
    typeHandle = type
    spaceHandle = space
    creationHandle = creation
  }

  var creationID: hid_t { creationHandle.id }

  /// The dataspace without a look at the sources of a virtual dataset.
  private static func safeSpace(of dataset: hid_t, _ creation: hid_t) -> hid_t {
    var count = 0
    guard H5Pget_layout(creation) == H5D_VIRTUAL, H5Pget_virtual_count(creation, &count) >= 0,
      count > 0
    else { return H5Dget_space(dataset) }
    return H5Pget_virtual_vspace(creation, 0)
  }

  var type: ElementType { ElementType(typeID: typeID) }

  /// The bytes of an element in the file.
  var elementSize: Int {
    // In memory a text of variable length is a pointer; in the file, its length and a place in a
    // heap.
    H5Tis_variable_str(typeID) > 0 ? ElementType.variableStringSize : H5Tget_size(typeID)
  }

  /// The extents; empty for a scalar, nil for a NULL dataspace.
  var shape: [Int]? {
    guard H5Sget_simple_extent_type(spaceID) != H5S_NULL else { return nil }
    // No dataspace has more than 32 axes.
    let rank = min(max(0, Int(H5Sget_simple_extent_ndims(spaceID))), 32)
    var extents = Array(repeating: hsize_t(0), count: rank)
    guard H5Sget_simple_extent_dims(spaceID, &extents, nil) >= 0 else { return nil }
    return extents.map { Int(clamping: $0) }
  }

  /// The bytes of the file it is in.
  var fileByteSize: Int {
    guard let file = HDF5Handle(H5Iget_file_id(id), closedBy: H5Fclose) else { return 0 }
    var size: hsize_t = 0
    return H5Fget_filesize(file.id, &size) >= 0 ? Int(clamping: size) : 0
  }

  /// The values, to be read while this is open.
  var values: HDF5Values {
    HDF5Values(
      dataset: id, mayBeRead: sources.mayBeRead(followingOtherFiles: followsOtherFiles))
  }

  var storage: StorageDescription {
    let bytes = H5Dget_storage_size(id)
    let layout: StorageDescription.Layout
    switch H5Pget_layout(creationHandle.id) {
    case _ where H5Pget_external_count(creationHandle.id) > 0: layout = .external
    case H5D_COMPACT: layout = .compact
    case H5D_CHUNKED:
      var extents = Array(repeating: hsize_t(0), count: 32)
      let rank = H5Pget_chunk(creationHandle.id, 32, &extents)
      layout = .chunked(extents.prefix(max(0, min(Int(rank), 32))).map { Int(clamping: $0) })
    case H5D_VIRTUAL: layout = .virtual
    default: layout = .contiguous
    }
    return StorageDescription(
      layout: layout, filters: filters.map(\.name),
      isWritten: layout == .compact || layout == .virtual || bytes > 0,
      byteSize: Int(clamping: bytes), sources: sources.others,
      missingSources: sources.missing, sourceFaults: sources.faults)
  }

  struct Filter {
    let number: H5Z_filter_t
    let name: String
    /// The parameters it was written with.
    let values: [UInt32]

    /// For szip the parameters are options, pixels of a block, bits of a pixel and pixels of a line,
    /// with the limits of libsz.
    fileprivate var isPossible: Bool {
      guard number == H5Z_filter_t(4), values.count >= 4 else { return true }
      let (block, bits, line) = (values[1], values[2], values[3])
      return (2...32).contains(block) && block.isMultiple(of: 2) && (1...64).contains(bits)
        && (block...4096).contains(line)
    }
  }

  /// The filters that chunks go through when written.
  var filters: [Filter] { Self.filters(of: creationHandle.id) }

  private static func filters(of creation: hid_t) -> [Filter] {
    let count = max(0, min(H5Pget_nfilters(creation), 32))
    return (0..<UInt32(count)).compactMap { index in
      var flags: UInt32 = 0
      var valueCount = 32
      var values = Array(repeating: UInt32(0), count: valueCount)
      var configuration: UInt32 = 0
      var name = Array(repeating: CChar(0), count: 64)
      // The last byte stays zero whatever the file says.
      let number = H5Pget_filter2(
        creation, index, &flags, &valueCount, &values, name.count - 1, &name,
        &configuration)
      guard number >= 0 else { return nil }
      let stored = String(
        decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      return Filter(
        number: number, name: filterNames[number] ?? stored.or("\(number)"),
        values: Array(values.prefix(max(0, min(valueCount, 32)))))
    }
  }

  /// A filter that reading needs and the library does not have.
  var missingFilter: Filter? { filters.first { H5Zfilter_avail($0.number) <= 0 } }

  private static let filterNames: [H5Z_filter_t: String] = [
    1: "gzip", 2: "shuffle", 3: "fletcher32", 4: "szip", 5: "nbit", 6: "scale-offset",
    307: "bzip2", 32_000: "lzf", 32_001: "blosc", 32_004: "lz4", 32_008: "bitshuffle",
    32_013: "zfp", 32_015: "zstd", 32_026: "blosc2",
  ]
}

/// The values of an open dataset. Only here the library is asked for values, so that none are read
/// from where they may not be.
struct HDF5Values {
  fileprivate let dataset: hid_t
  fileprivate let mayBeRead: Bool

  /// Reads all of them, or what is selected; negative where that fails.
  func read(
    as type: hid_t, memory: hid_t? = nil, selected: hid_t? = nil,
    into buffer: UnsafeMutableRawPointer?
  ) -> herr_t {
    guard mayBeRead else { return -1 }
    return H5Dread(
      dataset, type, memory ?? chdf5_whole_space(), selected ?? chdf5_whole_space(),
      chdf5_default(), buffer)
  }
}

extension String {
  fileprivate func or(_ other: String) -> String { isEmpty ? other : self }
}
