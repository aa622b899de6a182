import CHDF5

/// The call of the library that failed while writing.
struct WritingFailure: Error {
  let call: String
}

/// An HDF5 file open for writing. To be made and used inside of `HDF5Library.exclusively`.
struct HDF5Output: ~Copyable {
  private let file: HDF5Handle

  /// A new file in the place of an old one, or one that is there.
  init(path: String, isNew: Bool) throws(WritingFailure) {
    let creation = try Self.owned(H5Pcreate(chdf5_file_creation()), H5Pclose, "H5Pcreate")
    try Self.check(
      H5Pset_link_creation_order(creation.id, Self.tracked), "H5Pset_link_creation_order")
    file = try Self.owned(
      isNew
        ? H5Fcreate(path, chdf5_file_truncate(), creation.id, chdf5_default())
        : H5Fopen(path, chdf5_file_read_write(), chdf5_default()), H5Fclose, path)
  }

  func has(_ path: String) throws(WritingFailure) -> Bool {
    let answer = H5Lexists(file.id, path, chdf5_default())
    guard answer >= 0 else { throw WritingFailure(call: path) }
    return answer > 0
  }

  func makeGroup(_ path: String) throws(WritingFailure) {
    let creation = try Self.owned(H5Pcreate(chdf5_group_creation()), H5Pclose, "H5Pcreate")
    try Self.check(
      H5Pset_link_creation_order(creation.id, Self.tracked), "H5Pset_link_creation_order")
    _ = try Self.owned(
      H5Gcreate2(file.id, path, chdf5_default(), creation.id, chdf5_default()), H5Gclose, path)
  }

  func write(_ values: [Int64], at path: String) throws(WritingFailure) {
    try write(values, shape: [values.count], type: chdf5_native_int64(), at: path)
  }

  func write(_ values: [Float], shape: [Int], at path: String) throws(WritingFailure) {
    try write(values, shape: shape, type: chdf5_native_float(), at: path)
  }

  /// The bits of float16 values.
  func write(halves: [UInt16], shape: [Int], at path: String) throws(WritingFailure) {
    // There is no such type in the library: float32 of the machine's byte order, cut down.
    let type = try Self.owned(H5Tcopy(chdf5_native_float()), H5Tclose, path)
    try Self.check(H5Tset_fields(type.id, 15, 10, 5, 0, 10), path)
    try Self.check(H5Tset_size(type.id, 2), path)
    try Self.check(H5Tset_ebias(type.id, 15), path)
    try write(halves, shape: shape, type: type.id, at: path)
  }

  func write(_ values: [Int32], shape: [Int], at path: String) throws(WritingFailure) {
    try write(values, shape: shape, type: chdf5_native_int32(), at: path)
  }

  func write(_ values: [Double], shape: [Int], at path: String) throws(WritingFailure) {
    try write(values, shape: shape, type: chdf5_native_double(), at: path)
  }

  /// Strings of one length, padded with zeros, as a dataset.
  func write(_ texts: [String], at path: String) throws(WritingFailure) {
    let width = max(texts.map(\.utf8.count).max() ?? 0, 1)
    let type = try Self.owned(H5Tcopy(chdf5_c_string()), H5Tclose, path)
    try Self.check(H5Tset_size(type.id, width), path)
    try Self.check(H5Tset_cset(type.id, H5T_CSET_UTF8), path)
    try Self.check(H5Tset_strpad(type.id, H5T_STR_NULLPAD), path)
    try write(Self.padded(texts, to: width), shape: [texts.count], type: type.id, at: path)
  }

  private static func padded(_ texts: [String], to width: Int) -> [UInt8] {
    texts.flatMap { text in
      Array(text.utf8) + Array(repeating: UInt8(0), count: width - text.utf8.count)
    }
  }

  private func write<Value: BitwiseCopyable>(
    _ values: [Value], shape: [Int], type: hid_t, at path: String
  ) throws(WritingFailure) {
    let space = try Self.owned(
      H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil), H5Sclose, path)
    let creation = try Self.owned(H5Pcreate(chdf5_dataset_creation()), H5Pclose, path)
    // A time would make two runs differ.
    try Self.check(H5Pset_obj_track_times(creation.id, false), path)
    let dataset = try Self.owned(
      H5Dcreate2(file.id, path, type, space.id, chdf5_default(), creation.id, chdf5_default()),
      H5Dclose, path)
    let id = dataset.id
    try Self.check(
      values.withUnsafeBytes {
        H5Dwrite(
          id, type, chdf5_whole_space(), chdf5_whole_space(), chdf5_default(), $0.baseAddress)
      }, path)
  }

  func write(
    _ attribute: ActivationWriter.Attribute, as name: String, of path: String
  ) throws(WritingFailure) {
    switch attribute {
    case .text(let text):
      try write(Array(text.utf8), type: .text(byteCount: text.utf8.count), as: name, of: path)
    case .number(let number):
      try write([number], type: .native(chdf5_native_double()), as: name, of: path)
    case .integer(let integer):
      try write([integer], type: .native(chdf5_native_int64()), as: name, of: path)
    }
  }

  /// Strings of one length, padded with zeros.
  func write(_ texts: [String], as name: String, of path: String) throws(WritingFailure) {
    let width = max(texts.map(\.utf8.count).max() ?? 0, 1)
    try write(
      Self.padded(texts, to: width), type: .text(byteCount: width), count: texts.count, as: name,
      of: path)
  }

  func flush() throws(WritingFailure) {
    try Self.check(H5Fflush(file.id, H5F_SCOPE_LOCAL), "H5Fflush")
  }

  private enum AttributeType {
    case native(hid_t)
    case text(byteCount: Int)
  }

  private func write<Value: BitwiseCopyable>(
    _ values: [Value], type: AttributeType, count: Int? = nil, as name: String, of path: String
  ) throws(WritingFailure) {
    let made: HDF5Handle
    switch type {
    case .native(let native):
      made = try Self.owned(H5Tcopy(native), H5Tclose, name)
    case .text(let byteCount):
      made = try Self.owned(H5Tcopy(chdf5_c_string()), H5Tclose, name)
      try Self.check(H5Tset_size(made.id, max(byteCount, 1)), name)
      try Self.check(H5Tset_cset(made.id, H5T_CSET_UTF8), name)
      try Self.check(H5Tset_strpad(made.id, H5T_STR_NULLPAD), name)
    }
    let space = try Self.owned(
      count.map { H5Screate_simple(1, [hsize_t($0)], nil) } ?? H5Screate(H5S_SCALAR), H5Sclose,
      name)
    let attribute = try Self.owned(
      H5Acreate_by_name(
        file.id, path, name, made.id, space.id, chdf5_default(), chdf5_default(), chdf5_default()),
      H5Aclose, name)
    let (id, typeID) = (attribute.id, made.id)
    try Self.check(values.withUnsafeBytes { H5Awrite(id, typeID, $0.baseAddress) }, name)
  }

  private static let tracked = UInt32(H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED)

  private static func owned(
    _ id: hid_t, _ close: @escaping @convention(c) (hid_t) -> herr_t, _ call: String
  ) throws(WritingFailure) -> HDF5Handle {
    guard let handle = HDF5Handle(id, closedBy: close) else { throw WritingFailure(call: call) }
    return handle
  }

  private static func check(_ status: herr_t, _ call: String) throws(WritingFailure) {
    guard status >= 0 else { throw WritingFailure(call: call) }
  }
}
