import CHDF5

/// Strings of a dataset or an attribute.
enum HDF5Text {
  /// Bytes of a text in an attribute; longer ones are nothing that is looked for.
  private static let longestName = 4096
  /// Bytes of all texts of an attribute.
  private static let longestTexts = 1 << 24

  /// The strings that `read` puts into a buffer of the given type; nil for each that was never
  /// set, nil as a whole if reading fails.
  /// - Parameter reclaiming: the type that `read` reads as, if it is a compound of the other alone.
  static func strings(
    type: hid_t, space: hid_t, count: Int, reclaiming: hid_t? = nil,
    read: (UnsafeMutableRawPointer) -> herr_t
  ) -> [String?]? {
    guard count > 0 else { return [] }
    return H5Tis_variable_str(type) > 0
      ? variableStrings(type: reclaiming ?? type, space: space, count: count, read: read)
      : fixedStrings(type: type, count: count, read: read)
  }

  private static func fixedStrings(
    type: hid_t, count: Int, read: (UnsafeMutableRawPointer) -> herr_t
  ) -> [String?]? {
    let size = H5Tget_size(type)
    guard size > 0, [count].byteSize(of: size) != nil else { return nil }
    var bytes = Array(repeating: UInt8(0), count: count * size)
    let status = bytes.withUnsafeMutableBytes { $0.baseAddress.map(read) ?? -1 }
    guard status >= 0 else { return nil }
    return (0..<count).map { text(of: bytes[index($0, size)]) }
  }

  private static func index(_ index: Int, _ size: Int) -> Range<Int> {
    index * size..<(index + 1) * size
  }

  /// The text in a field of fixed length: up to a zero, without the spaces that fill it.
  static func text(of field: some BidirectionalCollection<UInt8>) -> String {
    var text = field.prefix { $0 != 0 }
    while text.last == UInt8(ascii: " ") { text.removeLast() }
    return String(decoding: text, as: UTF8.self)
  }

  private static func variableStrings(
    type: hid_t, space: hid_t, count: Int, read: (UnsafeMutableRawPointer) -> herr_t
  ) -> [String?]? {
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    return pointers.withUnsafeMutableBytes { buffer in
      guard let start = buffer.baseAddress, read(start) >= 0 else { return nil }
      defer { _ = chdf5_reclaim(type, space, start) }
      return buffer.bindMemory(to: UnsafeMutablePointer<CChar>?.self).map { pointer in
        pointer.map { String(cString: $0) }
      }
    }
  }

  /// The value of a string attribute of the given object; nil if there is none that is readable.
  /// Strings of variable length are in the part of the library that breaks on damaged files, so
  /// they are read only where asked for.
  static func attribute(_ name: String, of object: hid_t, variable: Bool) -> [String]? {
    guard H5Aexists(object, name) > 0,
      let attribute = HDF5Handle(H5Aopen(object, name, chdf5_default()), closedBy: H5Aclose),
      let type = HDF5Handle(H5Aget_type(attribute.id), closedBy: H5Tclose),
      let space = HDF5Handle(H5Aget_space(attribute.id), closedBy: H5Sclose),
      H5Tget_class(type.id) == H5T_STRING, variable || H5Tis_variable_str(type.id) == 0
    else { return nil }
    let count = H5Sget_simple_extent_npoints(space.id)
    guard (1...100_000).contains(count), H5Tget_size(type.id) <= longestName,
      H5Tis_variable_str(type.id) > 0 || Int(count) * H5Tget_size(type.id) <= longestTexts
    else { return nil }
    // Attributes are read through a copy of ids, since the handles cannot be captured.
    let (attributeID, typeID) = (attribute.id, type.id)
    guard
      H5Tis_variable_str(type.id) == 0
        || VariableText.isPlausible(
          in: attributeID, count: Int(count), each: longestName, together: longestTexts,
          read: { H5Aread(attributeID, $0, $1) })
    else { return nil }
    let texts = strings(type: typeID, space: space.id, count: Int(count)) {
      H5Aread(attributeID, typeID, $0)
    }
    return texts?.compactMap { $0 }
  }

  /// The value of a single integer attribute; nil if there is none.
  static func integer(_ name: String, of object: hid_t) -> Int? {
    guard H5Aexists(object, name) > 0,
      let attribute = HDF5Handle(H5Aopen(object, name, chdf5_default()), closedBy: H5Aclose),
      let type = HDF5Handle(H5Aget_type(attribute.id), closedBy: H5Tclose),
      let space = HDF5Handle(H5Aget_space(attribute.id), closedBy: H5Sclose),
      H5Tget_class(type.id) == H5T_INTEGER, H5Sget_simple_extent_npoints(space.id) == 1
    else { return nil }
    var value: Int64 = 0
    return H5Aread(attribute.id, chdf5_native_int64(), &value) >= 0 ? Int(value) : nil
  }
}
