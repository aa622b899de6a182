import CHDF5

/// The lengths that a file gives its texts of variable length, before any is read: the library makes
/// room for whatever length is stored, gigabytes if a damaged file says so.
enum VariableText {
  /// A text in the file: its length, the address of a heap, an index in it.
  static let fieldSize = 16

  /// Teaches the library to hand the fields over as they are: a conversion to plain bytes that does
  /// nothing. To be called once.
  static func register() -> Bool {
    guard let text = HDF5Handle(H5Tcopy(chdf5_c_string()), closedBy: H5Tclose),
      H5Tset_size(text.id, chdf5_variable_size()) >= 0,
      let bytes = HDF5Handle(H5Tcreate(H5T_OPAQUE, fieldSize), closedBy: H5Tclose)
    else { return false }
    return H5Tregister(
      H5T_PERS_SOFT, "fields of texts", text.id, bytes.id,
      { _, _, request, _, _, _, _, _, _ in
        request?.pointee.need_bkg = H5T_BKG_NO
        return 0
      }) >= 0
  }

  /// Whether the texts are no longer than may be, each and together.
  /// - Parameters:
  ///   - file: an id of the file, or of something in it.
  ///   - read: reads the fields as the type it is given.
  static func isPlausible(
    in file: hid_t, count: Int, each: Int, together: Int,
    read: (hid_t, UnsafeMutableRawPointer) -> herr_t
  ) -> Bool {
    guard hasUsualFields(file), count <= Int.max / fieldSize,
      let type = HDF5Handle(H5Tcreate(H5T_OPAQUE, fieldSize), closedBy: H5Tclose)
    else { return false }
    var fields = [UInt8](repeating: 0, count: count * fieldSize)
    return fields.withUnsafeMutableBytes { fields in
      guard let start = fields.baseAddress, read(type.id, start) >= 0 else { return count == 0 }
      var sum = 0
      for index in 0..<count {
        let stored = fields.loadUnaligned(fromByteOffset: index * fieldSize, as: UInt32.self)
        let length = Int(UInt32(littleEndian: stored))
        sum += length
        guard length <= each, sum <= together else { return false }
      }
      return true
    }
  }

  /// Whether addresses in the file take eight bytes, as all but the rarest have it.
  private static func hasUsualFields(_ object: hid_t) -> Bool {
    guard let file = HDF5Handle(H5Iget_file_id(object), closedBy: H5Fclose),
      let creation = HDF5Handle(H5Fget_create_plist(file.id), closedBy: H5Pclose)
    else { return false }
    var (addressSize, lengthSize) = (0, 0)
    return H5Pget_sizes(creation.id, &addressSize, &lengthSize) >= 0 && addressSize == 8
  }
}
