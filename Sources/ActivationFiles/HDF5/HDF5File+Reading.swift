import CHDF5

/// Values of a dataset that is to be labels or row ids.
enum StoredLabels {
  case integers([Int64])
  case unsignedIntegers([UInt64])
  case numbers(StoredNumbers)
  case names([String?])
  case members([Int64], names: [Int64: String])
}

extension HDF5File {
  /// All values of a dataset of numbers.
  func numbers(
    at site: DatasetSite, shape: [Int]
  ) throws(ActivationFileError) -> StoredNumbers {
    guard let dataset = HDF5Dataset(named: site.path, in: id) else {
      throw .cannotRead(site, detail: HDF5ErrorStack.current().detail)
    }
    guard dataset.shape == shape else { throw .hasChanged(path, path: site.path) }
    return try dataset.numbers(count: shape.reduce(1, *), site: site)
  }

  /// All values of a dataset of one label per sample, or of one-hot rows.
  func labels(at site: DatasetSite, shape: [Int]) throws(ActivationFileError) -> StoredLabels {
    guard let dataset = HDF5Dataset(named: site.path, in: id) else {
      throw .cannotRead(site, detail: HDF5ErrorStack.current().detail)
    }
    guard dataset.shape == shape else { throw .hasChanged(path, path: site.path) }
    let count = shape.reduce(1, *)
    let type = dataset.type
    switch type.kind {
    case .fixedString, .variableString:
      return .names(try dataset.strings(count: count, site: site))
    case .enumeration, .boolean:
      return .members(
        try dataset.members(count: count, site: site),
        names: HDF5Enumeration.members(of: dataset.typeID))
    case .integer(isSigned: false) where type.size == 8:
      return .unsignedIntegers(
        try dataset.values(UInt64.self, chdf5_native_uint64(), count: count, site: site))
    case .integer:
      return .integers(
        try dataset.values(Int64.self, chdf5_native_int64(), count: count, site: site))
    default:
      return .numbers(try dataset.numbers(count: count, site: site))
    }
  }
}

extension HDF5Dataset {
  /// The value of a scalar integer; nil if it is none.
  var singleInteger: Int? {
    guard type.isInteger, shape == [], storage.layout == .contiguous || storage.layout == .compact
    else { return nil }
    var value: Int64 = 0
    let status = H5Dread(
      id, chdf5_native_int64(), chdf5_whole_space(), chdf5_whole_space(), chdf5_default(), &value)
    return status >= 0 ? Int(value) : nil
  }

  /// Reads with the library's conversion only where it is fast: within one class and size. Half
  /// precision is taken as it is (the library needs 90 ns for each value).
  fileprivate func numbers(
    count: Int, site: DatasetSite
  ) throws(ActivationFileError) -> StoredNumbers {
    func read<Value: BitwiseCopyable>(_: Value.Type, _ type: hid_t) throws(ActivationFileError)
      -> [Value]
    {
      try values(Value.self, type, count: count, site: site)
    }
    let type = type
    switch (type.kind, type.size) {
    case (.float16, _): return .float16(try rawHalves(count: count, site: site))
    case (.bfloat16, _): return .bfloat16(try rawHalves(count: count, site: site))
    case (.float32, _): return .float32(try read(Float.self, chdf5_native_float()))
    case (.float64, _), (.otherFloat, _):
      return .float64(try read(Double.self, chdf5_native_double()))
    case (.boolean, _):
      return .int8(try members(count: count, site: site).map { Int8(truncatingIfNeeded: $0) })
    case (.integer(isSigned: true), 1): return .int8(try read(Int8.self, chdf5_native_int8()))
    case (.integer(isSigned: true), 2): return .int16(try read(Int16.self, chdf5_native_int16()))
    case (.integer(isSigned: true), 4): return .int32(try read(Int32.self, chdf5_native_int32()))
    case (.integer(isSigned: true), 8): return .int64(try read(Int64.self, chdf5_native_int64()))
    case (.integer, 1): return .uint8(try read(UInt8.self, chdf5_native_uint8()))
    case (.integer, 2): return .uint16(try read(UInt16.self, chdf5_native_uint16()))
    case (.integer, 4): return .uint32(try read(UInt32.self, chdf5_native_uint32()))
    case (.integer, 8): return .uint64(try read(UInt64.self, chdf5_native_uint64()))
    default: throw .unsupportedType(site, type.name)
    }
  }

  private func rawHalves(count: Int, site: DatasetSite) throws(ActivationFileError) -> [UInt16] {
    let stored = try values(UInt16.self, typeID, count: count, site: site)
    return type.isBigEndian
      ? stored.map(UInt16.init(bigEndian:)) : stored.map(UInt16.init(littleEndian:))
  }

  /// All values as the library's type `memoryType`, which must be the layout of `Value`.
  fileprivate func values<Value: BitwiseCopyable>(
    _: Value.Type, _ memoryType: hid_t, count: Int, site: DatasetSite
  ) throws(ActivationFileError) -> [Value] {
    precondition(H5Tget_size(memoryType) == MemoryLayout<Value>.size)
    var status: herr_t = 0
    let values = [Value](unsafeUninitializedCapacity: count) { buffer, filled in
      status = H5Dread(
        id, memoryType, chdf5_whole_space(), chdf5_whole_space(), chdf5_default(),
        buffer.baseAddress)
      filled = status >= 0 ? count : 0
    }
    guard status >= 0 else { throw failure(at: site) }
    return values
  }

  /// The values of an enumeration. The library converts none to an integer by itself, so they are
  /// read as they are and converted as integers of the enumeration's base.
  fileprivate func members(count: Int, site: DatasetSite) throws(ActivationFileError) -> [Int64] {
    precondition(H5Tget_size(typeID) <= MemoryLayout<Int64>.size)
    guard let base = HDF5Handle(H5Tget_super(typeID), closedBy: H5Tclose) else {
      throw failure(at: site)
    }
    let baseID = base.id
    var status: herr_t = 0
    let values = [Int64](unsafeUninitializedCapacity: count) { buffer, filled in
      status = H5Dread(
        id, typeID, chdf5_whole_space(), chdf5_whole_space(), chdf5_default(), buffer.baseAddress)
      if status >= 0 {
        status = H5Tconvert(
          baseID, chdf5_native_int64(), count, buffer.baseAddress, nil, chdf5_default())
      }
      filled = status >= 0 ? count : 0
    }
    guard status >= 0 else { throw failure(at: site) }
    return values
  }

  fileprivate func strings(
    count: Int, site: DatasetSite
  ) throws(ActivationFileError) -> [String?] {
    let (id, typeID) = (id, typeID)
    let strings = HDF5Text.strings(type: typeID, space: spaceID, count: count) {
      H5Dread(id, typeID, chdf5_whole_space(), chdf5_whole_space(), chdf5_default(), $0)
    }
    guard let strings else { throw failure(at: site) }
    return strings
  }

  /// Why reading failed. A filter that is missing fails only where a chunk went through it.
  private func failure(at site: DatasetSite) -> ActivationFileError {
    let detail = HDF5ErrorStack.current().detail
    if let filter = missingFilter {
      return .filterIsMissing(site, filter: filter.name, detail: detail)
    }
    return .cannotRead(site, detail: detail)
  }
}
