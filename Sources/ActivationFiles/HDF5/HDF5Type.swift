import CHDF5

extension ElementType {
  /// The type with the given id, as far as reading must tell types apart.
  init(typeID type: hid_t) {
    let size = H5Tget_size(type)
    let isBigEndian = H5Tget_order(type) == H5T_ORDER_BE
    func make(_ kind: Kind, _ name: String) -> ElementType {
      // The order of bytes is worth a word only where there is more than one of them.
      let order = isBigEndian && size > 1 ? " big-endian" : ""
      return ElementType(kind: kind, size: size, isBigEndian: isBigEndian, name: name + order)
    }
    func unsupported(_ name: String) -> ElementType {
      ElementType(kind: .unsupported, size: size, name: name)
    }
    switch H5Tget_class(type) {
    case H5T_FLOAT:
      let precision = H5Tget_precision(type)
      if H5Tget_order(type) == H5T_ORDER_VAX {
        self = unsupported("VAX float")
      } else if size == 1 {
        self = unsupported("8-bit float")
      } else if let format = FloatFormat(type) {
        self = make(format.kind, format.name)
      } else {
        self = make(.otherFloat, "\(precision)-bit float")
      }
    case H5T_INTEGER:
      let isSigned = H5Tget_sign(type) != H5T_SGN_NONE
      let name = "\(isSigned ? "int" : "uint")\(H5Tget_precision(type))"
      self =
        [1, 2, 4, 8].contains(size) ? make(.integer(isSigned: isSigned), name) : unsupported(name)
    case H5T_ENUM:
      let members = HDF5Enumeration.memberNames(of: type, limit: 2).map { $0.uppercased() }
      self =
        size > 8
        ? unsupported("enumeration of \(size) bytes")
        : size == 1 && members == ["FALSE", "TRUE"]
          ? make(.boolean, "bool") : make(.enumeration, "enum")
    case H5T_STRING:
      let isVariable = H5Tis_variable_str(type) > 0
      self = ElementType(
        kind: isVariable ? .variableString : .fixedString, size: size, name: "string")
    case H5T_REFERENCE: self = ElementType(kind: .reference, size: size, name: "reference")
    case H5T_OPAQUE: self = unsupported("opaque (\(size) bytes)")
    case H5T_BITFIELD: self = unsupported("bit field")
    case H5T_COMPOUND:
      let isComplex =
        H5Tget_nmembers(type) == 2 && H5Tget_member_index(type, "r") == 0
        && H5Tget_member_index(type, "i") == 1
      self = unsupported(isComplex ? "complex" : "compound")
    case H5T_VLEN: self = unsupported("variable-length sequence")
    case H5T_ARRAY: self = unsupported("array")
    case H5T_TIME: self = unsupported("time")
    default: self = unsupported("unknown to this HDF5 library")
    }
  }

  /// The floating-point formats that are read as they are, known by the fields of their bits.
  private struct FloatFormat {
    let kind: Kind
    let name: String

    init?(_ type: hid_t) {
      var sign = 0
      var exponent = 0
      var exponentSize = 0
      var mantissa = 0
      var mantissaSize = 0
      guard
        H5Tget_fields(type, &sign, &exponent, &exponentSize, &mantissa, &mantissaSize) >= 0,
        H5Tget_norm(type) == H5T_NORM_IMPLIED, H5Tget_offset(type) == 0, mantissa == 0
      else { return nil }
      let fields = [H5Tget_size(type), sign, exponent, exponentSize, mantissaSize]
      switch (fields, H5Tget_ebias(type)) {
      case ([2, 15, 10, 5, 10], 15): (kind, name) = (.float16, "float16")
      case ([2, 15, 7, 8, 7], 127): (kind, name) = (.bfloat16, "bfloat16")
      case ([4, 31, 23, 8, 23], 127): (kind, name) = (.float32, "float32")
      case ([8, 63, 52, 11, 52], 1023): (kind, name) = (.float64, "float64")
      default: return nil
      }
    }
  }
}

/// The members of an enumeration type.
enum HDF5Enumeration {
  /// At most `limit` names, in the order of definition.
  static func memberNames(of type: hid_t, limit: Int = 65_536) -> [String] {
    let count = max(0, min(Int(H5Tget_nmembers(type)), limit + 1))
    return (0..<count).compactMap { index in
      guard let name = H5Tget_member_name(type, UInt32(index)) else { return nil }
      defer { H5free_memory(name) }
      return String(cString: name)
    }
  }

  /// Names by value.
  static func members(of type: hid_t) -> [Int64: String] {
    guard let base = HDF5Handle(H5Tget_super(type), closedBy: H5Tclose) else { return [:] }
    var members: [Int64: String] = [:]
    for (index, name) in memberNames(of: type).enumerated() {
      // Wide enough for a value of up to 8 bytes before and after its conversion.
      var value: Int64 = 0
      guard H5Tget_size(type) <= 8, H5Tget_member_value(type, UInt32(index), &value) >= 0,
        H5Tconvert(base.id, chdf5_native_int64(), 1, &value, nil, chdf5_default()) >= 0
      else { continue }
      members[value] = name
    }
    return members
  }
}
