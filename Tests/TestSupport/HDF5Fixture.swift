#if canImport(CHDF5)
  import CHDF5

  /// Writes small HDF5 files for tests.
  ///
  /// ```swift
  /// try HDF5Fixture.write(
  ///   to: path,
  ///   datasets: [
  ///     .init("epoch_0/layer1", shape: [6, 4], .float32(values)),
  ///     .init("labels", shape: [6], .int64([0, 1, 2, 0, 1, 2])),
  ///   ])
  /// ```
  public enum HDF5Fixture {
    public enum Values: Sendable {
      case float32([Float])
      case float64([Double])
      /// Half precision, given as bits.
      case float16([UInt16])
      case int8([Int8])
      case int32([Int32])
      case int64([Int64])
      case uint8([UInt8])
      case strings([String])
      /// Nothing is written.
      case none
    }

    public struct Dataset: Sendable {
      public var path: String
      public var shape: [Int]
      public var values: Values
      public var isBigEndian = false
      /// The extents of chunks; nil for contiguous storage.
      public var chunk: [Int]?
      /// The level of gzip, which needs chunks.
      public var gzipLevel: UInt32?

      public init(
        _ path: String, shape: [Int], _ values: Values, isBigEndian: Bool = false,
        chunk: [Int]? = nil, gzipLevel: UInt32? = nil
      ) {
        self.path = path
        self.shape = shape
        self.values = values
        self.isBigEndian = isBigEndian
        self.chunk = chunk
        self.gzipLevel = gzipLevel
      }
    }

    /// The call into the library that failed.
    public struct Failure: Error, CustomStringConvertible {
      public let description: String
    }

    /// - Parameters:
    ///   - layerNames: the attribute `layer_names` of a group, by the group's path.
    ///   - numbers: attributes of a group or dataset that are single numbers.
    ///   - tracksOrder: whether every group keeps the order of creation.
    public static func write(
      to path: String, datasets: [Dataset], layerNames: [String: [String]] = [:],
      numbers: [(of: String, name: String, value: Double)] = [], tracksOrder: Bool = false
    ) throws {
      let creation = try checked(H5Pcreate(chdf5_file_creation()), "H5Pcreate")
      defer { H5Pclose(creation) }
      if tracksOrder {
        _ = try checked(H5Pset_link_creation_order(creation, order), "H5Pset_link_creation_order")
      }
      let access = try checked(H5Pcreate(chdf5_file_access()), "H5Pcreate")
      defer { H5Pclose(access) }
      // Without a lock: a process started by another test would inherit it and keep it.
      _ = try checked(H5Pset_file_locking(access, false, true), "H5Pset_file_locking")
      let file = try checked(
        H5Fcreate(path, chdf5_file_truncate(), creation, access), "H5Fcreate \(path)")
      defer { H5Fclose(file) }
      for dataset in datasets {
        try createGroups(above: dataset.path, in: file, tracksOrder: tracksOrder)
        try write(dataset, in: file)
      }
      for (group, names) in layerNames {
        try writeAttribute("layer_names", names, of: group, in: file)
      }
      for number in numbers {
        try writeAttribute(number.name, number.value, of: number.of, in: file)
      }
    }

    private static let order = UInt32(H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED)

    private static func createGroups(above path: String, in file: hid_t, tracksOrder: Bool) throws {
      let creation = try checked(H5Pcreate(chdf5_group_creation()), "H5Pcreate")
      defer { H5Pclose(creation) }
      if tracksOrder {
        _ = try checked(H5Pset_link_creation_order(creation, order), "H5Pset_link_creation_order")
      }
      var group = ""
      for component in path.split(separator: "/").dropLast() {
        group += "/\(component)"
        guard H5Lexists(file, group, chdf5_default()) <= 0 else { continue }
        let id = H5Gcreate2(file, group, chdf5_default(), creation, chdf5_default())
        H5Gclose(try checked(id, "H5Gcreate2 \(group)"))
      }
    }

    private static func write(_ dataset: Dataset, in file: hid_t) throws {
      let extents = dataset.shape.map(hsize_t.init)
      let space = try checked(
        H5Screate_simple(Int32(extents.count), extents, nil), "H5Screate_simple \(extents)")
      defer { H5Sclose(space) }
      let memoryType = try memoryType(of: dataset.values)
      defer { H5Tclose(memoryType) }
      let fileType = try checked(H5Tcopy(memoryType), "H5Tcopy")
      defer { H5Tclose(fileType) }
      if dataset.isBigEndian {
        _ = try checked(H5Tset_order(fileType, H5T_ORDER_BE), "H5Tset_order")
      }
      let creation = try checked(H5Pcreate(chdf5_dataset_creation()), "H5Pcreate")
      defer { H5Pclose(creation) }
      if let chunk = dataset.chunk {
        _ = try checked(
          H5Pset_chunk(creation, Int32(chunk.count), chunk.map(hsize_t.init)), "H5Pset_chunk")
      }
      if let level = dataset.gzipLevel {
        _ = try checked(H5Pset_deflate(creation, level), "H5Pset_deflate")
      }
      let id = try checked(
        H5Dcreate2(
          file, dataset.path, fileType, space, chdf5_default(), creation, chdf5_default()),
        "H5Dcreate2 \(dataset.path)")
      defer { H5Dclose(id) }
      try write(dataset.values, count: dataset.shape.reduce(1, *), to: dataset.path) { buffer in
        H5Dwrite(
          id, memoryType, chdf5_whole_space(), chdf5_whole_space(), chdf5_default(), buffer)
      }
    }

    private static func write(
      _ values: Values, count: Int, to path: String, with write: (UnsafeRawPointer?) -> herr_t
    ) throws {
      func put<Value: BitwiseCopyable>(_ values: [Value]) throws {
        guard values.count == count else {
          throw Failure(description: "\(path): \(values.count) values for a shape of \(count)")
        }
        _ = try checked(values.withUnsafeBytes { write($0.baseAddress) }, "H5Dwrite \(path)")
      }
      switch values {
      case .float32(let values): try put(values)
      case .float64(let values): try put(values)
      case .float16(let bits): try put(bits)
      case .int8(let values): try put(values)
      case .int32(let values): try put(values)
      case .int64(let values): try put(values)
      case .uint8(let values): try put(values)
      case .strings(let strings): try withPointers(to: strings) { try put($0) }
      case .none: break
      }
    }

    private static func writeAttribute(
      _ name: String, _ values: [String], of path: String, in file: hid_t
    ) throws {
      let type = try memoryType(of: .strings(values))
      defer { H5Tclose(type) }
      let space = try checked(
        H5Screate_simple(1, [hsize_t(values.count)], nil), "H5Screate_simple")
      defer { H5Sclose(space) }
      let id = H5Acreate_by_name(
        file, path, name, type, space, chdf5_default(), chdf5_default(), chdf5_default())
      let attribute = try checked(id, "H5Acreate_by_name \(path)")
      defer { H5Aclose(attribute) }
      try withPointers(to: values) { pointers in
        _ = try checked(
          pointers.withUnsafeBytes { H5Awrite(attribute, type, $0.baseAddress) }, "H5Awrite \(name)"
        )
      }
    }

    private static func writeAttribute(
      _ name: String, _ value: Double, of path: String, in file: hid_t
    ) throws {
      let type = try memoryType(of: .float64([]))
      defer { H5Tclose(type) }
      let space = try checked(H5Screate(H5S_SCALAR), "H5Screate")
      defer { H5Sclose(space) }
      let id = H5Acreate_by_name(
        file, path, name, type, space, chdf5_default(), chdf5_default(), chdf5_default())
      let attribute = try checked(id, "H5Acreate_by_name \(path)")
      defer { H5Aclose(attribute) }
      var value = value
      _ = try checked(H5Awrite(attribute, type, &value), "H5Awrite \(name)")
    }

    /// The library's type of values in memory; the caller closes it.
    private static func memoryType(of values: Values) throws -> hid_t {
      let native =
        switch values {
        case .float32, .none, .float16: chdf5_native_float()
        case .float64: chdf5_native_double()
        case .int8: chdf5_native_int8()
        case .int32: chdf5_native_int32()
        case .int64: chdf5_native_int64()
        case .uint8: chdf5_native_uint8()
        case .strings: chdf5_c_string()
        }
      let type = try checked(H5Tcopy(native), "H5Tcopy")
      if case .strings = values {
        _ = try checked(H5Tset_size(type, chdf5_variable_size()), "H5Tset_size")
        _ = try checked(H5Tset_cset(type, H5T_CSET_UTF8), "H5Tset_cset")
      }
      if case .float16 = values {
        // IEEE 754 half precision: sign 15, exponent 10–14 with bias 15, mantissa 0–9.
        _ = try checked(H5Tset_fields(type, 15, 10, 5, 0, 10), "H5Tset_fields")
        _ = try checked(H5Tset_size(type, 2), "H5Tset_size")
        _ = try checked(H5Tset_ebias(type, 15), "H5Tset_ebias")
      }
      return type
    }

    private static func withPointers(
      to strings: [String], _ body: ([UnsafePointer<CChar>]) throws -> Void
    ) throws {
      var bytes: [CChar] = []
      var starts: [Int] = []
      for string in strings {
        starts.append(bytes.count)
        bytes += string.utf8CString
      }
      try bytes.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        try body(starts.map { base + $0 })
      }
    }

    @discardableResult
    private static func checked<Status: SignedInteger>(
      _ status: Status, _ call: String
    ) throws -> Status {
      guard status >= 0 else { throw Failure(description: "\(call) failed") }
      return status
    }
  }
#endif
